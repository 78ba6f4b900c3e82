"""``pip``, ``pip3`` and ``python -m pip`` of an environment of ours: pip's words, done by bodega."""

import sys
from collections.abc import Callable

from bodega.cli.general_options import command_first
from bodega.cli.table import COMMANDS
from bodega.cli.voice import AS_PIP

#: Commands that act on an environment, and so are told which.
_ON_ENVIRONMENT = frozenset(
    {
        "cache",
        "check",
        "config",
        "debug",
        "diff",
        "download",
        "freeze",
        "history",
        "index",
        "inspect",
        "install",
        "list",
        "lock",
        "rollback",
        "show",
        "uninstall",
        "verify",
        "wheel",
    }
)
#: Those whose first word says what is done.
_WITH_ACTS = frozenset({"cache", "config", "index"})
_PIP = "pip"


def run_as_pip(arguments: list[str], run: Callable[[list[str]], int]) -> int:
    """Give ``PREFIX WORDS...``, pip's words for the environment at PREFIX, to ``run`` as words of ours."""
    prefix, words = arguments[0], command_first(arguments[1:])
    if words[:1] in (["-V"], ["--version"]):
        return _print_version(prefix)
    if words[:1] == ["install"] and _PIP in words:
        words = _without_own_name(words)
        if words == ["install"]:
            return 0
    spoken = AS_PIP.set(True)
    try:
        return run(_for_environment(words, prefix))
    finally:
        AS_PIP.reset(spoken)


def _for_environment(words: list[str], prefix: str) -> list[str]:
    if not words:
        return ["--help"]
    command = words[0]
    if command == "completion":
        return [*words, "--program", "pip"]
    if command not in _ON_ENVIRONMENT or command not in COMMANDS or _names_environment(words):
        return words
    # Behind the act, where there is one: only there the option is known.
    return (
        [*words, "--python", prefix] if command in _WITH_ACTS else [command, "--python", prefix, *words[1:]]
    )


def _print_version(prefix: str) -> int:
    from bodega import __version__
    from bodega.installer.environments.pip_shim import shim_version

    python = "{}.{}".format(*sys.version_info)
    sys.stdout.write(f"pip {shim_version(__version__)} from {prefix} (python {python})\n")
    return 0


def _without_own_name(words: list[str]) -> list[str]:
    """``install --upgrade pip`` leaves the pip that is bodega in place: who wants another names a version."""
    others = [word for word in words if word != _PIP]
    sys.stderr.write(
        "note: pip is bodega here, and stays; "
        "`pip install --force-reinstall pip` puts the real one in its place\n"
    )
    if "--force-reinstall" in words:
        return words
    return others if any(not word.startswith("-") for word in others[1:]) else ["install"]


def _names_environment(words: list[str]) -> bool:
    return any(word == "--python" or word.startswith("--python=") for word in words)
