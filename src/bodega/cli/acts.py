"""Commands with acts (``bodega token create``): their parsers, who gives the order, and JSON answers."""

import getpass
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser

if TYPE_CHECKING:
    import argparse


class _ActParser(Parser):
    def __init__(self, *, prog: str, description: str | None = None, **_: object) -> None:
        super().__init__(prog.removeprefix("bodega "), description or "")


def add_acts(parser: Parser) -> "argparse._SubParsersAction[Parser]":
    """The acts of a command; ``options.act`` says which was asked for."""
    acts: argparse._SubParsersAction[Parser] = parser.add_subparsers(
        dest="act", required=True, parser_class=_ActParser
    )
    return acts


def who() -> str:
    """Who gives an order on this machine, as the audit record names them."""
    try:
        return f"local:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"local:{os.getuid()}"


def print_json(document: Mapping[str, object]) -> None:
    """Print the result of a command."""
    import json

    sys.stdout.write(json.dumps(document, indent=2) + "\n")
