"""Where a build runs: shut in by namespaces where the system has them, else as any program."""

import json
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_PROGRAM = os.path.join(os.path.dirname(__file__), "sandbox_program.py")
#: Folders of the root that hold programs and libraries; all others are empty inside.
_SYSTEM = frozenset(
    {
        "bin",
        "sbin",
        "lib",
        "lib32",
        "lib64",
        "libx32",
        "usr",
        "etc",
        "opt",
        "nix",
        "gnu",
        "snap",
        "sw",
        "proc",
        "sys",
    }
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
#: What of the system only its owner may read, for builds that root starts; and pip's settings.
_SECRET_FILES = (
    "/etc/shadow",
    "/etc/shadow-",
    "/etc/gshadow",
    "/etc/gshadow-",
    "/etc/pip.conf",
    "/etc/sudoers",
)
_SECRET_FOLDERS = (
    "/etc/ssh",
    "/etc/ssl/private",
    "/etc/xdg/pip",
    "/etc/sudoers.d",
    "/etc/docker",
    "/etc/kubernetes",
)
#: Variables that list folders in which compilers look, and those that name one.
_LISTS = (
    "PATH",
    "LD_LIBRARY_PATH",
    "LIBRARY_PATH",
    "CPATH",
    "C_INCLUDE_PATH",
    "CPLUS_INCLUDE_PATH",
    "PKG_CONFIG_PATH",
    "CMAKE_PREFIX_PATH",
)
_FOLDERS = ("RUSTUP_HOME", "CONDA_PREFIX", "JAVA_HOME", "CUDA_HOME", "ANDROID_HOME")
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one command may use: where it starts, and absolute paths that it may read, and write."""

    folder: str
    readable: Sequence[str]
    writable: Sequence[str]


class Sandbox:
    """Shuts commands in; ``network`` leaves the network open to them."""

    def __init__(self, environ: Mapping[str, str], *, network: bool = False) -> None:
        self.network = network
        self._home = os.path.realpath(environ.get("HOME") or os.path.expanduser("~"))
        self._hidden = _hidden(self._home)
        self._tools = list(_tools(environ, self._home))
        self._lock = threading.Lock()
        self._asked: tuple[str | None] | None = None

    def why_not(self) -> str | None:
        """Why nothing can be shut in on this system; ``None`` where it can be. Asked once."""
        with self._lock:
            if self._asked is None:
                self._asked = (self._probe(),)
            return self._asked[0]

    def command(self, command: Sequence[str], room: Room) -> list[str]:
        """The command that runs another shut in."""
        return self._wrapped(room, command)

    def _wrapped(self, room: Room, command: Sequence[str], *, probe: bool = False) -> list[str]:
        order = {
            "hidden": self._hidden,
            "readable": _existing([*self._devices(), *self._tools, *room.readable]),
            "writable": _existing(room.writable),
            "network": self.network,
            "folder": room.folder,
            "probe": probe,
        }
        return [sys.executable, "-I", "-S", _PROGRAM, json.dumps(order), *command]

    def _devices(self) -> list[str]:
        network = [os.path.realpath("/etc/resolv.conf")] if self.network else []
        return [*(f"/dev/{name}" for name in _DEVICES), *network]

    def _probe(self) -> str | None:
        if not sys.platform.startswith("linux"):
            return "only Linux has the means for it"
        import subprocess  # noqa: PLC0415 - only where something is built

        command = self._wrapped(Room(folder="/", readable=(), writable=()), (), probe=True)
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_TIMEOUT)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode == 0:
            return None
        said = done.stderr.strip().splitlines()
        return f"this system allows no namespaces of one's own ({said[-1] if said else done.returncode})"


def _hidden(home: str) -> list[str]:
    """What is empty inside: all of the root but what the system's programs are made of, and homes."""
    found = [
        entry.path
        for entry in os.scandir("/")
        if entry.name not in _SYSTEM and entry.is_dir(follow_symlinks=False)
    ]
    if not any(_covers(folder, home) for folder in found) and home != "/":
        found.append(home)
    secrets = [path for path in (*_SECRET_FOLDERS, *_SECRET_FILES) if os.access(path, os.R_OK)]
    return [*sorted(found), *secrets]


def _tools(environ: Mapping[str, str], home: str) -> Iterable[str]:
    """Compilers and libraries that lie where nothing else is shown."""
    named = [path for name in _LISTS for path in environ.get(name, "").split(os.pathsep)]
    named += [environ.get(name, "") for name in _FOLDERS]
    named.append(os.path.join(home, ".rustup"))
    for path in named:
        real = os.path.realpath(path) if os.path.isabs(path) else ""
        if os.path.isdir(real) and not _covers(real, home):
            yield path if path == real else real
            if path != real:
                yield path


def _covers(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _existing(paths: Iterable[str]) -> list[str]:
    return sorted({path for path in paths if os.path.exists(path)})
