"""Which environment is meant: ``--python``, else ``$VIRTUAL_ENV``, else ``./.venv`` (PEP 405, 668)."""

import os
import shutil
from collections.abc import Mapping

from bodega.installer.environments.errors import (
    ExternallyManagedError,
    InterpreterFailedError,
    NoEnvironmentError,
)
from bodega.installer.environments.interpreter import Interpreter, describe
from bodega.installer.store.store import Store

_PROGRAM = "Scripts/python.exe" if os.name == "nt" else "bin/python"


def find(python: str | None, environ: Mapping[str, str], store: Store) -> Interpreter:
    """The interpreter of the environment to act on.

    ``python`` is a path of an interpreter or of an environment's folder, a name on the PATH, or a version
    (``3.12``). Raises NoEnvironmentError, InterpreterFailedError.
    """
    if python:
        return describe(locate(python, environ), store)
    if environ.get("VIRTUAL_ENV"):
        return describe(locate(environ["VIRTUAL_ENV"], environ), store)
    if os.path.exists(f".venv/{_PROGRAM}"):
        return describe(os.path.abspath(f".venv/{_PROGRAM}"), store)
    raise NoEnvironmentError


def locate(python: str, environ: Mapping[str, str]) -> str:
    """The absolute path of the program that ``--python`` means; raises InterpreterFailedError."""
    if os.path.isdir(python):
        for program in (_PROGRAM, _PROGRAM + "3"):
            if os.path.exists(os.path.join(python, program)):
                return os.path.abspath(os.path.join(python, program))
        raise InterpreterFailedError(python, f"the folder has no {_PROGRAM}")
    if os.sep in python:
        if not os.path.exists(python):
            raise InterpreterFailedError(python, "there is no such file")
        return os.path.abspath(python)
    name = f"python{python}" if python[:1].isdigit() else python
    found = shutil.which(name, path=environ.get("PATH"))
    if found is None:
        raise InterpreterFailedError(python, f"there is no {name} on the PATH")
    return os.path.abspath(found)


def refuse_managed(interpreter: Interpreter) -> None:
    """Refuse to change what the system manages; raises ExternallyManagedError with the system's words."""
    if interpreter.externally_managed is None:
        return
    raise ExternallyManagedError(interpreter.executable, _message(interpreter.externally_managed))


def _message(path: str) -> str:
    """The system's words in the user's language; an unreadable marker marks all the same."""
    import configparser  # noqa: PLC0415 - only to refuse
    import locale  # noqa: PLC0415

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
        section = parser["externally-managed"]
    except (OSError, ValueError, KeyError, configparser.Error):
        return "it has an EXTERNALLY-MANAGED file"
    language = locale.getlocale(locale.LC_MESSAGES)[0] or "" if hasattr(locale, "LC_MESSAGES") else ""
    for key in (f"Error-{language.replace('_', '-')}", f"Error-{language.partition('_')[0]}", "Error"):
        if section.get(key):
            return section[key].strip()
    return "it has an EXTERNALLY-MANAGED file"
