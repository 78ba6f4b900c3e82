"""Colour on terminals that want it: NO_COLOR, FORCE_COLOR and TERM=dumb are obeyed."""

import os
import sys
from typing import TextIO

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}


def wanted(stream: TextIO) -> bool:
    """Whether escape sequences may be written to the stream."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    """The text in a colour, where the stream (stderr by default) wants it."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if wanted(stream or sys.stderr) else text
