"""What audit, sbom and licenses share: the lock or the environment that they are about."""

import contextlib
import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser

if TYPE_CHECKING:
    from bodega.installer.auditing.components import Composition
    from bodega.installer.commands.workshop import Workshop


def add_subject(parser: Parser) -> None:
    """``--lock``."""
    parser.add_argument(
        "--lock",
        nargs="?",
        const="pylock.toml",
        metavar="FILE",
        help="what a lock holds, for every environment that it is for (default: ./pylock.toml), "
        "instead of what is installed",
    )


def composition_for(options: Namespace, workshop: "Workshop") -> "Composition":
    """What the lock or the environment is composed of."""
    if options.lock is not None:
        from bodega.installer.auditing.locked_components import locked_components

        return locked_components(options.lock)
    from bodega.formats.markers import Markers
    from bodega.installer.auditing.installed_components import installed_components
    from bodega.installer.environments.inventory import take_inventory

    interpreter = workshop.interpreter()
    found = take_inventory(interpreter, os.environ)
    return installed_components(found, Markers(interpreter.target.markers), interpreter.prefix)


def project_folder(options: Namespace) -> str:
    """Where the project's settings are looked for: beside the lock, else here."""
    return os.path.dirname(os.path.abspath(options.lock)) if options.lock is not None else os.getcwd()


def write_whole(path: str, text: str) -> None:
    """Write a result: to stdout for ``-``, else a file, which is whole or not there."""
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    part = f"{path}.{os.getpid()}.part"
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
