"""Start a program of an environment in the place of this process: its exit code and signals are its own."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence

from bodega.formats.errors import BodegaError
from bodega.installer.environments.interpreter import Interpreter


class NoSuchProgramError(BodegaError):
    """The program is neither in the environment nor on the PATH."""

    code = "E-RUN-NO-PROGRAM"

    def __init__(self, name: str, environment: str, near: Sequence[str] = ()) -> None:
        there = f"; there are {', '.join(near[:10])}" if near else ""
        super().__init__(f"there is no program {name[:80]!r}", why=f"it is not in {environment}{there}")
        self.name = name


def start(
    interpreter: Interpreter, words: Sequence[str], environment: Mapping[str, str], *, own_only: bool = False
) -> int:
    """Start a program; on POSIX this never returns. ``own_only``: one of the environment, not of the PATH.

    ``python`` is the environment's. Raises NoSuchProgramError.
    """
    scripts = interpreter.scheme.scripts
    path = scripts if own_only else os.pathsep.join([scripts, environment.get("PATH", os.defpath)])
    program = interpreter.executable if words[0] == "python" else shutil.which(words[0], path=path)
    if program is None:
        raise NoSuchProgramError(words[0], scripts, programs(interpreter))
    given = {
        **environment,
        "PATH": os.pathsep.join([scripts, environment.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": interpreter.prefix,
    }
    given.pop("PYTHONHOME", None)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(program, list(words), given)  # noqa: S606 - that is the point
    import subprocess  # noqa: PLC0415 - not on POSIX

    return subprocess.call([program, *words[1:]], env=given)


def programs(interpreter: Interpreter) -> list[str]:
    """The programs that an environment has from what is installed in it."""
    own = ("python", "activate", "Activate", "pip", "deactivate", "pydoc")
    try:
        names = os.listdir(interpreter.scheme.scripts)
    except OSError:
        return []
    return sorted(name for name in names if not name.startswith(own))
