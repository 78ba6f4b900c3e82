"""The ``pip`` of an environment of ours: a small distribution whose ``pip`` starts bodega.

Its version is that of the pip whose commands are meant, marked: ``26.3+bodega.1.0``. So whoever asks for pip,
by its metadata or by ``pip --version``, gets an answer that can be read, and sees what it is.
"""

import hashlib
import os
from dataclasses import dataclass

from bodega.formats.entry_points import Script
from bodega.formats.record import record_line
from bodega.installer.environments.installed import SHIM_MARK
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.scripts import wrapper

#: The pip whose commands and options are bodega's too.
PIP_VERSION = "26.3"

_MODULE = '''\
"""pip's commands, done by bodega. `bodega install --force-reinstall pip` puts the real pip here."""

import os
import sys

__version__ = {version!r}
_BODEGA = {python!r}


def main(args=None):
    """Run a pip command on this environment; returns its exit code."""
    words = sys.argv[1:] if args is None else list(args)
    if words in (["--version"], ["-V"]):
        place, python = os.path.dirname(os.path.abspath(__file__)), sys.version_info
        sys.stdout.write("pip %s from %s (python %d.%d)\\n" % (__version__, place, python[0], python[1]))
        return 0
    command = [_BODEGA, "-I", "-m", "bodega", "--as-pip", sys.prefix] + words
    if not os.path.exists(_BODEGA):
        sys.stderr.write(
            "error: this pip is bodega, whose interpreter is gone: " + _BODEGA + "\\n"
            "try: install bodega again, or make the environment anew with: python -m venv --clear "
            + sys.prefix + "\\n"
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


def shim_version(bodega: str) -> str:
    """The version of the shim of a bodega; ``1.0-dev`` is no local version, ``1.0.dev`` is."""
    plain = "".join(one if one.isascii() and one.isalnum() else "." for one in bodega)
    return f"{PIP_VERSION}{SHIM_MARK}{plain}"


def write_shim(interpreter: Interpreter, shim: Shim) -> None:
    """Install the shim into an environment that nobody uses yet."""
    site, scripts = interpreter.scheme.purelib, interpreter.scheme.scripts
    version = interpreter.target.python.split(".")
    names = ("pip", f"pip{version[0]}", f"pip{version[0]}.{version[1]}")
    info = f"pip-{shim_version(shim.version)}.dist-info"
    rows: list[str] = []
    for path, content in _files(info, shim, names).items():
        _write(f"{site}/{path}", content, 0o644)
        rows.append(_row(path, content))
    for name in names:
        content = wrapper(Script(name, "pip", "main"), interpreter.executable)
        _write(f"{scripts}/{name}", content, 0o755)
        rows.append(_row(os.path.relpath(f"{scripts}/{name}", site).replace(os.sep, "/"), content))
    rows.append(record_line(f"{info}/RECORD"))
    _write(f"{site}/{info}/RECORD", "".join(rows).encode(), 0o644)


def _files(info: str, shim: Shim, names: tuple[str, ...]) -> dict[str, bytes]:
    version = shim_version(shim.version)
    metadata = (
        f"Metadata-Version: 2.1\nName: pip\nVersion: {version}\nSummary: pip's commands, done by bodega\n"
    )
    scripts = "".join(f"{name} = pip:main\n" for name in names)
    return {
        "pip/__init__.py": _MODULE.format(version=version, python=shim.python).encode(),
        "pip/__main__.py": _MAIN.encode(),
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: bodega\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{scripts}".encode(),
        f"{info}/INSTALLER": b"bodega\n",
    }


def _row(path: str, content: bytes) -> str:
    return record_line(path, hashlib.sha256(content).digest(), len(content))


def _write(path: str, content: bytes, mode: int) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        file.write(content)
