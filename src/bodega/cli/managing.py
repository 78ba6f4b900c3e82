"""Where a management command acts: on a data folder of this machine, or at a server."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bodega.cli.acts import who
from bodega.cli.arguments import UsageError, add_json
from bodega.formats.errors import BodegaError

if TYPE_CHECKING:
    from bodega.bootstrap.management import Management


class NoServerTokenError(BodegaError):
    """A server is to be managed, and there is no token to show it."""

    code = "E-SETTING-TOKEN"

    def __init__(self) -> None:
        super().__init__("there is no token for the server", why="BODEGA_TOKEN is not set")


def add_place(parser: ArgumentParser) -> None:
    """``--data``, ``--server`` and ``--json``."""
    parser.add_argument("--data", help="the data folder of the index, beside a running server or not")
    parser.add_argument(
        "--server", metavar="URL", help="a server's root URL instead, with a token in BODEGA_TOKEN"
    )
    add_json(parser)


@contextmanager
def managed(options: Namespace) -> Iterator["Management"]:
    """The place that the options name, until the end of the block."""
    from bodega.bootstrap.settings import Given, read_settings

    if options.server and options.data:
        raise UsageError("--data and --server cannot stand together")
    given = {"data": options.data, "upstream": getattr(options, "upstream", None)}
    settings = read_settings(os.environ, Given(given))
    if options.server:
        from bodega.bootstrap.remote import remote_management

        token = settings.text("token")
        if not token:
            raise NoServerTokenError
        with remote_management(options.server, token, os.environ) as management:
            yield management
        return
    try:
        from bodega.bootstrap.accounts import local_catalog
        from bodega.bootstrap.management import LocalManagement
        from bodega.bootstrap.outside import Outside
    except ModuleNotFoundError as error:
        from bodega.cli.serve import ServerExtraMissingError

        raise ServerExtraMissingError(error.name or "a dependency") from error

    with local_catalog(settings.data, settings.text("database_url")) as catalog:
        yield LocalManagement(catalog, Outside(settings, os.environ), who())
