"""The ``pip`` of an environment of ours: a small distribution whose ``pip`` starts bodega."""

import hashlib
import os
from dataclasses import dataclass

from bodega.formats.entry_points import Script
from bodega.formats.record import record_line
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.plan import SHIM
from bodega.installer.environments.scripts import wrapper

_MODULE = '''\
"""pip's commands, done by bodega. `bodega install pip` puts the real pip here."""

import os
import sys

__version__ = {version!r}
_BODEGA = {python!r}


def main(args=None):
    """Run a pip command on this environment; returns its exit code."""
    words = sys.argv[1:] if args is None else list(args)
    command = [_BODEGA, "-I", "-m", "bodega", "--as-pip", sys.prefix] + words
    if not os.path.exists(_BODEGA):
        sys.stderr.write(
            "error: this pip is bodega, whose interpreter is gone: " + _BODEGA + "\\n"
            "try: install bodega again, or put the real pip here: python -m ensurepip\\n"
        )
        return 1
    if args is None and os.name == "posix":
        sys.stdout.flush()
        os.execv(_BODEGA, command)
    import subprocess

    return subprocess.call(command)
'''
_MAIN = '''\
"""``python -m pip``."""

import sys

from pip import main

if __name__ == "__main__":
    sys.exit(main())
'''


@dataclass(frozen=True, slots=True)
class Shim:
    """What the shim starts: the interpreter that has bodega, and bodega's version."""

    python: str
    version: str


def write_shim(interpreter: Interpreter, shim: Shim) -> None:
    """Install the shim into an environment that nobody uses yet."""
    site, scripts = interpreter.scheme.purelib, interpreter.scheme.scripts
    info = f"{SHIM.replace('-', '_')}-{shim.version}.dist-info"
    rows: list[str] = []
    for path, content in _files(info, shim).items():
        _write(f"{site}/{path}", content, 0o644)
        rows.append(_row(path, content))
    version = interpreter.target.python.split(".")
    for name in ("pip", f"pip{version[0]}", f"pip{version[0]}.{version[1]}"):
        content = wrapper(Script(name, "pip", "main"), interpreter.executable)
        _write(f"{scripts}/{name}", content, 0o755)
        rows.append(_row(os.path.relpath(f"{scripts}/{name}", site).replace(os.sep, "/"), content))
    rows.append(record_line(f"{info}/RECORD"))
    _write(f"{site}/{info}/RECORD", "".join(rows).encode(), 0o644)


def _files(info: str, shim: Shim) -> dict[str, bytes]:
    metadata = (
        f"Metadata-Version: 2.1\nName: {SHIM}\nVersion: {shim.version}\n"
        "Summary: pip's commands, done by bodega\n"
    )
    return {
        "pip/__init__.py": _MODULE.format(version=shim.version, python=shim.python).encode(),
        "pip/__main__.py": _MAIN.encode(),
        f"{info}/METADATA": metadata.encode(),
        f"{info}/INSTALLER": b"bodega\n",
    }


def _row(path: str, content: bytes) -> str:
    return record_line(path, hashlib.sha256(content).digest(), len(content))


def _write(path: str, content: bytes, mode: int) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        file.write(content)
