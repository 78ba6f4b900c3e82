"""argparse, with our words for what is wrong, and the options that many commands share."""

import argparse
from typing import NoReturn

from bodega.formats.errors import BodegaError


class UsageError(BodegaError):
    """The command line is not one of the command's."""

    code = "E-USAGE"


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError; options are never guessed from their beginnings."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(prog=f"bodega {command}", description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        usage = self.format_usage().removeprefix("usage: ").strip()
        raise UsageError(f"bodega {self.prog.removeprefix('bodega ')}: {message}", why=f"usage: {usage}")


def add_json(parser: argparse.ArgumentParser) -> None:
    """``--json``."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
