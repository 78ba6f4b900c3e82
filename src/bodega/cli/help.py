"""``bodega help [COMMAND]``."""

import sys

from bodega.cli.main import overview
from bodega.cli.main import run as run_command


def run(arguments: list[str]) -> int:
    """Show the overview, or the help of a command."""
    if not arguments:
        sys.stdout.write(overview())
        return 0
    return run_command([arguments[0], "--help"])
