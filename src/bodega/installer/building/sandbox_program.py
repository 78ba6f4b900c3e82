"""Run by a Python of its own: shuts itself in, then runs a command (Linux namespaces; CPython 3.8 or later).

python -I -S sandbox_program.py JSON COMMAND...

JSON has ``hidden`` (folders that are empty inside, and may be written; files that are empty), ``readable``
and ``writable`` (what is there all the same), ``network`` (true: it stays), ``folder`` (where the command
starts), ``probe`` (true: only say whether it is possible). Inside there is no network, nothing else can be
written, no other process is seen, and nobody has the rights to change any of that. The exit code is the
command's; 125 when it cannot be shut in.
"""

import ctypes
import json
import os
import signal
import sys
from typing import Any, Dict, List  # noqa: UP035 - Python 3.8 may run this

_NEWNS, _NEWUSER, _NEWPID, _NEWNET, _NEWIPC = 0x20000, 0x10000000, 0x20000000, 0x40000000, 0x08000000
_MS_BIND, _MS_REC, _MS_PRIVATE, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 0x1000, 0x4000, 0x40000, 2, 4, 8
_MOUNT_SETATTR, _AT_RECURSIVE, _RDONLY = 442, 0x8000, 1
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_SECUREBITS, _PR_SET_NO_NEW_PRIVS = 1, 24, 28, 38
#: Root is nobody special, for good (NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE, each with its lock).
_SECUREBITS = 0xCF
_MOST_CAPABILITIES = 64
#: Links that programs expect where devices are.
_DEVICE_LINKS = (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2"))
CANNOT = 125

_libc = ctypes.CDLL(None, use_errno=True)


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _checked(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def _mount(source: str, target: str, kind: str, flags: int) -> None:
    given = [text.encode() for text in (source, target, kind)]
    data = b"mode=0700" if kind == "tmpfs" else None
    _checked(_libc.mount(*given, ctypes.c_ulong(flags), data), f"mount {target}")


def _set_read_only(path: str, *, to: bool, below: bool) -> None:
    attributes = _Attributes(set=_RDONLY if to else 0, clear=0 if to else _RDONLY)
    flags = _AT_RECURSIVE if below else 0
    size = ctypes.sizeof(attributes)
    done = _libc.syscall(
        _MOUNT_SETATTR, -100, os.fsencode(path), flags, ctypes.byref(attributes), ctypes.c_size_t(size)
    )
    _checked(done, f"read-only {path}")


def _enter_namespaces(*, network: bool) -> None:
    user, group = os.geteuid(), os.getegid()
    kinds = _NEWUSER | _NEWNS | _NEWPID | _NEWIPC | (0 if network else _NEWNET)
    _checked(_libc.unshare(kinds), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _covers(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _cover(hidden: List[str]) -> List[str]:  # noqa: UP006
    """Make folders and files empty; returns the folders."""
    nothing = os.open(os.devnull, os.O_PATH)
    folders = [path for path in hidden if os.path.isdir(path)]
    for path in folders:
        _mount("tmpfs", path, "tmpfs", _MS_NOSUID | _MS_NODEV)
    for path in hidden:
        if os.path.isfile(path):
            _mount("/proc/self/fd/" + str(nothing), path, "", _MS_BIND)
    if "/dev" in folders:
        os.mkdir("/dev/shm", 0o1777)  # noqa: S108 - a new one
        for name, to in _DEVICE_LINKS:
            os.symlink(to, "/dev/" + name)
    os.close(nothing)
    return folders


def _lay_out(hidden: List[str], readable: List[str], writable: List[str]) -> None:  # noqa: UP006
    """Cover what is hidden, put back what is needed, and make the rest read-only."""
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    kept: Dict[str, int] = {}  # noqa: UP006
    for path in [*readable, *writable]:
        if path in writable or any(_covers(folder, path) for folder in hidden):
            kept[path] = os.open(path, os.O_PATH)
    folders = _cover(hidden)
    for path in sorted(kept, key=len):
        source = f"/proc/self/fd/{kept[path]}"
        _make_place(path, is_folder=os.path.isdir(source))
        _mount(source, path, "", _MS_BIND | _MS_REC)
        os.close(kept[path])
    _set_read_only("/", to=True, below=True)
    for path in [*folders, *writable]:
        _set_read_only(path, to=False, below=False)


def _give_up_rights() -> None:
    """No program started from here on has a capability, so the mounts stay as they are."""
    _checked(_libc.prctl(_PR_SET_SECUREBITS, _SECUREBITS, 0, 0, 0), "securebits")
    for number in range(_MOST_CAPABILITIES):
        if _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            break
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def _make_place(path: str, *, is_folder: bool) -> None:
    if os.path.lexists(path):
        return
    os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
    if not is_folder:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _run(command: List[str]) -> int:  # noqa: UP006
    """Be the first process of the namespace's own: when it ends, everything that it started ends."""
    child = os.fork()
    if child == 0:
        try:
            os.execvp(command[0], command)  # noqa: S606
        finally:
            os._exit(127)
    while True:
        ended, status = os.wait()
        if ended == child:
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _first_process(order: "Dict[str, Any]", command: List[str], report: int) -> int:  # noqa: UP006
    # The outer process may be killed: nobody is left behind then.
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        _lay_out(order["hidden"], order["readable"], order["writable"])
        _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
        _give_up_rights()
        os.chdir(order["folder"])  # the same path, inside
    except OSError as error:
        os.write(report, str(error).encode())
        return CANNOT
    os.close(report)
    return 0 if order.get("probe") else _run(command)


def main(arguments: List[str]) -> int:  # noqa: UP006
    """Shut in and run; returns the exit code."""
    order = json.loads(arguments[0])
    # Whoever started this may be killed: the build ends with it.
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        _enter_namespaces(network=bool(order.get("network")))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = CANNOT
        try:
            code = _first_process(order, arguments[1:], writing)
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading, "rb") as told:
        reason = told.read()
    _, status = os.waitpid(child, 0)
    if reason:
        sys.stderr.write(reason.decode() + "\n")
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
