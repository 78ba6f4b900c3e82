"""argv -> command -> exit code. What goes wrong is put into words here, once."""

import os
import sys

from bodega.cli.table import COMMANDS, GROUPS

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
#: Where the environment of a ``pip`` that is bodega stands: ``--as-pip PREFIX ARGUMENTS``.
AS_PIP = "--as-pip"


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    if any(word.startswith(("--log", "--local-log")) for word in arguments):
        from bodega.cli.log import begin

        begin(arguments)
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt as stopped:
        sys.stderr.write(f"interrupted {stopped}".rstrip() + "\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (``| head -1``): not our failure, and nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # noqa: BLE001 - the edge: every failure becomes words and an exit code
        from bodega.cli.failures import report

        return report(error, arguments)
    return code


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == [AS_PIP]:
        from bodega.cli.as_pip import run_as_pip

        return run_as_pip(arguments[1:], _dispatch)
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(overview())
        return DONE if arguments else USAGE
    if arguments[0] in ("-V", "--version"):
        from bodega import __version__

        sys.stdout.write(f"bodega {__version__}\n")
        return DONE
    entry = COMMANDS.get(arguments[0])
    if entry is None:
        return _unknown(arguments[0])
    from importlib import import_module

    code: int = import_module(entry.module).run(arguments[1:])
    return code


def overview() -> str:
    """The help of bodega as a whole."""
    lines = ["bodega: a Python package index and installer", "", "usage: bodega COMMAND [ARGUMENTS]"]
    for title, entries in GROUPS:
        lines += ["", f"{title}:"]
        lines += [f"  {entry.name:<12}{entry.help}" for entry in entries]
    lines += [
        "",
        "examples:",
        "  bodega venv                     make ./.venv, in which pip is bodega",
        "  bodega install requests         install requests into the environment",
        "  bodega serve                    serve an index on http://127.0.0.1:8417",
        "",
        "`bodega COMMAND --help` says more.",
        "",
    ]
    return "\n".join(lines)


def _unknown(word: str) -> int:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, n=1, cutoff=0.6)
    hint = f"bodega {near[0]}" if near else "bodega --help"
    sys.stderr.write(f"error[E-USAGE]: there is no command `{word}`\n\ntry: {hint}\n")
    return USAGE
