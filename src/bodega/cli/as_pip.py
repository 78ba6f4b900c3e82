"""``pip``, ``pip3`` and ``python -m pip`` of an environment of ours: pip's words, done by bodega."""

import sys
from collections.abc import Callable

from bodega.cli.table import COMMANDS

#: Commands that act on an environment, and so are told which.
_ON_ENVIRONMENT = frozenset({"install", "uninstall", "list", "freeze"})


def run_as_pip(arguments: list[str], run: Callable[[list[str]], int]) -> int:
    """Give ``PREFIX WORDS...``, pip's words for the environment at PREFIX, to ``run`` as words of ours."""
    prefix, words = arguments[0], arguments[1:]
    if not words or words[0] in ("-h", "--help", "help"):
        return run(["--help"])
    if words[0] in ("-V", "--version"):
        from bodega import __version__

        sys.stdout.write(f"pip is bodega {__version__} for {prefix}\n")
        return 0
    if words[0] == "completion":
        return run([*words, "--program", "pip"])
    if words[0] not in COMMANDS or words[0] not in _ON_ENVIRONMENT or _names_environment(words):
        return run(words)
    return run([words[0], "--python", prefix, *words[1:]])


def _names_environment(words: list[str]) -> bool:
    return any(word == "--python" or word.startswith("--python=") for word in words)
