"""The folders in which an interpreter finds distributions, in its order (PEP 370, 405)."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bodega.installer.environments.errors import InterpreterFailedError
from bodega.installer.environments.interpreter import Interpreter

_TIMEOUT = 60.0
_QUESTION = (
    "import json, site, sys; "
    "print(json.dumps([sys.path, site.getusersitepackages() if site.ENABLE_USER_SITE else None]))"
)


@dataclass(frozen=True, slots=True)
class SearchPath:
    """The folders, and which of them is the user's own, where there is one."""

    folders: tuple[str, ...]
    user: str | None = None


def search_path(interpreter: Interpreter, environ: Mapping[str, str]) -> SearchPath:
    """What ``sys.path`` offers.

    An environment of its own is read from its files; only where others show through (no environment, or one
    with system site packages) the interpreter is started and asked. Raises InterpreterFailedError.
    """
    if interpreter.is_venv and not shows_outer(interpreter.prefix) and not environ.get("PYTHONPATH"):
        scheme = interpreter.scheme
        return SearchPath(tuple(dict.fromkeys(_with_named((scheme.purelib, scheme.platlib)))))
    return _ask(interpreter)


def named_folders(site: str) -> Iterator[str]:
    """The folders that the ``.pth`` files of a site folder add, as ``site`` reads them."""
    try:
        names = sorted(name for name in os.listdir(site) if name.endswith(".pth") and name[0] != ".")
    except OSError:
        return
    for name in names:
        try:
            with open(f"{site}/{name}", encoding="utf-8-sig", errors="surrogateescape") as file:
                lines = [line.strip() for line in file]
        except OSError:
            continue
        for line in lines:
            if line and not line.startswith(("#", "import ", "import\t")):
                folder = os.path.normpath(os.path.join(site, line))
                if os.path.isdir(folder):
                    yield folder


def _with_named(sites: tuple[str, ...]) -> Iterator[str]:
    for site in dict.fromkeys(os.path.realpath(site) for site in sites):
        yield site
        yield from named_folders(site)


def shows_outer(prefix: str) -> bool:
    """Whether an environment sees what is outside of it (``include-system-site-packages``, PEP 405)."""
    try:
        with open(f"{prefix}/pyvenv.cfg", encoding="utf-8") as file:
            for line in file:
                key, _, value = line.partition("=")
                if key.strip().lower() == "include-system-site-packages":
                    return value.strip().lower() == "true"
    except OSError:
        pass
    return False


def _ask(interpreter: Interpreter) -> SearchPath:
    import json  # noqa: PLC0415 - only where others show through
    import subprocess  # noqa: PLC0415

    command = [interpreter.executable, "-c", _QUESTION]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TIMEOUT, cwd="/")
        folders, user = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise InterpreterFailedError(interpreter.executable, str(error)) from None
    return SearchPath(tuple(dict.fromkeys(folder for folder in folders if os.path.isdir(folder))), user)
