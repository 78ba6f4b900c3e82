"""Clients in environments of their own: each is installed once from the configured registry, for all tests."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: What is installed for each: ``tests/peers/tools.txt``, one requirement a line.
_PINS = Path(__file__).parents[1] / "peers" / "tools.txt"


class Tools:
    """A folder with an environment for each tool; test processes share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def program(self, name: str) -> str:
        """The program of a tool, installed by now."""
        environment = self._folder / name
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (environment / ".ready").exists():
                shutil.rmtree(environment, ignore_errors=True)
                _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
                python = str(environment / "bin" / "python")
                _pip("--python", python, "install", "-q", "--no-compile", _requirement(name))
                (environment / ".ready").touch()
        return str(environment / "bin" / name)

    def pip_wheel(self, requirement: str) -> str:
        """A release of pip as its wheel: ``PYTHONPATH=WHEEL python -m pip`` runs it."""
        folder = self._folder / requirement
        with (self._folder / f"{requirement}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                made = self._folder / f"{requirement}.part"
                _pip("download", "-q", "--no-deps", "--only-binary", ":all:", "-d", str(made), requirement)
                made.rename(folder)
        return str(next(folder.glob("pip-*.whl")))


def interpreter(version: str) -> str:
    """A CPython of that minor version: on PATH, or among those of pyenv; the test is skipped without one."""
    found = shutil.which(f"python{version}")
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [found] if found else []
    candidates += [str(path) for path in sorted(root.glob(f"versions/{version}.*/bin/python"))]
    for candidate in candidates:
        words = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() == version:
            return candidate
    pytest.skip(f"there is no Python {version} on PATH or in pyenv")


def _requirement(name: str) -> str:
    lines = _PINS.read_text().splitlines()
    return next(line for line in lines if line.startswith(name) and not line[len(name)].isalnum())


def _pip(*words: str) -> None:
    # As the machine configures it: this is the only thing that these tests take from outside.
    _run(sys.executable, "-m", "pip", "--disable-pip-version-check", *words)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
