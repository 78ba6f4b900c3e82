"""``bodega serve``: serve an index until SIGTERM."""

import argparse
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from bodega.bootstrap.settings import Given, Settings, read_settings
from bodega.formats.errors import BodegaError

if TYPE_CHECKING:
    from bodega.bootstrap.index import OpenIndex

DONE = 0
_MOST_WORKERS = 256
_OPTIONS = ("host", "port", "data", "upstream", "cooldown", "workers", "folder")
_EXAMPLES = """examples:
  bodega serve
  bodega serve ./wheels
  bodega serve --port 0 --data /srv/bodega --upstream none"""


class ServeUsageError(BodegaError):
    """The command line of serve is not one."""

    code = "E-USAGE-SERVE"


class ServerExtraMissingError(BodegaError):
    """The index half's dependencies are not installed."""

    code = "E-SERVER-EXTRA-MISSING"

    def __init__(self, module: str) -> None:
        super().__init__(
            "this installation of bodega is the installer alone",
            why=f"{module} is missing; `pip install 'bodega[server]'` brings the index",
        )


def run(arguments: list[str]) -> int:
    """Serve; returns when the server has ended."""
    given = parser().parse_args(arguments)
    options = {name: getattr(given, name) for name in _OPTIONS}
    settings = read_settings(os.environ, Given(options, given.config))
    for name in settings.unknown_variables:
        sys.stderr.write(f"bodega: warning: {name} is not a setting of bodega\n")
    if not settings.text("folder") or given.data is not None:
        return _serve(settings)
    from tempfile import TemporaryDirectory

    # A folder needs nothing else, least of all the data folder of another index.
    with TemporaryDirectory(prefix="bodega-") as data:
        return _serve(read_settings(os.environ, Given({**options, "data": data}, given.config)))


def _serve(settings: Settings) -> int:
    try:
        from bodega.bootstrap.index import open_index
        from bodega.web.logging_setup import set_up_logging
        from bodega.web.serving import Place, Post, serve_index
        from bodega.web.worker_processes import serve_by_workers
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("bodega"):
            raise
        raise ServerExtraMissingError(error.name or "a dependency") from error
    place = Place.bind(settings.text("host"), settings.port, _workers(settings))
    set_up_logging("json" if settings.text("log_format") == "json" else "text")
    try:
        if len(place.listeners) > 1:
            serve_by_workers(
                settings, os.environ, place, when_ready=lambda index: _say_ready(index, place.address)
            )
            return DONE
        index = open_index(settings, os.environ)
        try:
            post = Post(place.listeners[0], when_ready=lambda: _say_ready(index, place.address))
            serve_index(index, settings, post)
        finally:
            index.served.close()
    finally:
        place.close()
    return DONE


def _workers(settings: Settings) -> int:
    count = settings.number("workers", least=1, most=_MOST_WORKERS)
    if count > 1 and not hasattr(os, "fork"):  # pragma: no cover - Linux first
        raise ServeUsageError("--workers can only be 1 here", why="this system has no fork")
    return count


def _say_ready(index: "OpenIndex", address: str) -> None:
    upstream = index.upstream.shown or "none"
    ignored = f"; of pip's configuration not used: {', '.join(index.upstream.ignored)}"
    words = f"index main, upstream {upstream}{ignored if index.upstream.ignored else ''}"
    if index.folder is not None:
        words += f"; {index.folder.count()} files of {index.folder.root}"
    sys.stderr.write(f"bodega: serving http://{address} ({words})\n")
    sys.stderr.flush()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ServeUsageError(message, why="`bodega serve --help` shows the options")


def parser() -> argparse.ArgumentParser:
    """The options."""
    parser = _Parser(
        prog="bodega serve",
        description="Serve an index: projects published here, and a view of an upstream, kept as it is read.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="serve the wheels and sdists below it, and nothing else"
    )
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", help="port to listen on; 0 takes a free one (8417)")
    parser.add_argument("--data", metavar="FOLDER", help="folder for everything that the index keeps")
    parser.add_argument(
        "--upstream", metavar="URL", help="root of the index to read through, or none (at first: pip's)"
    )
    parser.add_argument(
        "--cooldown", metavar="7d", help="hold back what the upstream brings for so long (not at all)"
    )
    parser.add_argument("--workers", metavar="N", help="processes that serve it (1)")
    parser.add_argument("--config", metavar="FILE", help="settings file (./bodega.toml)")
    return parser
