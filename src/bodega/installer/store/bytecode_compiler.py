"""Run by the interpreter that is compiled for, any CPython from 3.8: compiles trees of a store.

    python -I -S bytecode_compiler.py STORE TAG                behind installs: every request
    python -I -S bytecode_compiler.py STORE TAG REQUEST JOBS   at once: one request

A .pyc is valid while its source has the mtime and size written in it, which in a store follow from the
content. It imports nothing of bodega.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import marshal
import os
import shutil
import sys
import warnings
from importlib.machinery import SourceFileLoader
from typing import Any

_FORMAT = 1
_READ_ONLY = 0o444


def main(root: str, tag: str, request: str = "", jobs: str = "1") -> None:
    """Compile what is asked for."""
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(10_000)
    if request:
        _at_once(root, tag, request, int(jobs))
        return
    os.nice(19)
    while _pending(root, tag):
        with open(root + "/bytecode/" + tag + ".lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # who holds it looks again after letting go
            for path in _pending(root, tag):
                _fulfil(root, tag, path)


def _at_once(root: str, tag: str, request: str, jobs: int) -> None:
    with open(request) as file:
        document = json.load(file)
    children = []
    for number in range(1, jobs):
        child = os.fork()
        if child == 0:
            _compile_trees(root, tag, document["trees"][number::jobs])
            os._exit(0)
        children.append(child)
    _compile_trees(root, tag, document["trees"][0::jobs])
    for child in children:
        os.waitpid(child, 0)
    _give(root, tag, document)
    os.unlink(request)


def _pending(root: str, tag: str) -> list[str]:
    folder = root + "/bytecode/requests/"
    names = sorted(os.listdir(folder))
    return [folder + name for name in names if name.startswith(tag + "-") and name.endswith(".json")]


def _fulfil(root: str, tag: str, path: str) -> None:
    try:
        with open(path) as file:
            document = json.load(file)
        _compile_trees(root, tag, document["trees"])
        _give(root, tag, document)
    except (OSError, ValueError, KeyError) as error:
        print(path, repr(error), flush=True)  # noqa: T201 - the log
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def _compile_trees(root: str, tag: str, trees: list[str]) -> None:
    staging = f"{root}/staging/{os.getpid()}-{os.urandom(4).hex()}"
    os.mkdir(staging)
    try:
        with open(staging + "/lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for number, tree in enumerate(trees):
                target = f"{root}/bytecode/{tree}/{tag}"
                if not os.path.exists(target + "/manifest"):
                    _compile_tree(f"{root}/trees/{tree}", f"{staging}/{number}", target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _compile_tree(tree: str, staging: str, target: str) -> None:
    with open(tree + "/manifest", "rb") as file:
        sections = marshal.loads(file.read())[2]  # noqa: S302 - our own file
    os.mkdir(staging)
    folders: list[tuple[str, tuple[str, ...]]] = []
    digests: dict[str, bytes] = {}
    for folder, names in next(iter(section[2] for section in sections if section[0] == "root"), ()):
        made = []
        os.makedirs(f"{staging}/files/{folder}", exist_ok=True)
        for name in names:
            code = _compiled(f"{tree}/files/{folder}{name}") if name.endswith(".py") else None
            if code is not None:
                pyc = f"{name[:-3]}.{sys.implementation.cache_tag}.pyc"
                _write(f"{staging}/files/{folder}{pyc}", code)
                made.append(pyc)
                digests[folder + pyc] = hashlib.sha256(code).digest()
        if made:
            folders.append((folder, tuple(made)))
    _write(staging + "/manifest", marshal.dumps((_FORMAT, tuple(folders), digests), 4))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.rename(staging, target)
    except OSError:
        if not os.path.exists(target + "/manifest"):
            raise


def _compiled(path: str) -> bytes | None:
    """The bytes of the .pyc; None for a source that is not of this Python, as in templates and tests."""
    with open(path, "rb") as file:
        source = file.read()
        status = os.fstat(file.fileno())
    try:
        code = SourceFileLoader("<compiled>", path).source_to_code(source, os.path.basename(path))
    except Exception:  # noqa: BLE001 - whatever the compiler thinks of it, the import will say so
        return None
    head = importlib.util.MAGIC_NUMBER + b"\0\0\0\0"
    for number in (int(status.st_mtime), status.st_size):
        head += (number & 0xFFFFFFFF).to_bytes(4, "little")
    return head + marshal.dumps(code)


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, _READ_ONLY)


def _give(root: str, tag: str, document: dict[str, Any]) -> None:
    """Link the .pyc to their sources in the environment, where those are still the ones of the store."""
    if not document["lock"] or not os.path.exists(document["lock"]):
        return
    with open(document["lock"], "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for tree, site in document["sites"].items():
            _give_tree(f"{root}/trees/{tree}/files", f"{root}/bytecode/{tree}/{tag}", site)


def _give_tree(tree: str, compiled: str, site: str) -> None:
    with open(compiled + "/manifest", "rb") as file:
        folders = marshal.loads(file.read())[1]  # noqa: S302 - our own file
    for folder, names in folders:
        for name in names:
            source = folder + name.partition(".")[0] + ".py"
            if name.count(".") > 2:  # noqa: PLR2004 - a source with a dot in its name
                source = folder + name.rsplit(".", 2)[0] + ".py"
            if _is_same(f"{tree}/{source}", f"{site}/{source}"):
                cache = f"{site}/{folder}__pycache__"
                _put(f"{compiled}/files/{folder}{name}", cache, name)


def _is_same(one: str, other: str) -> bool:
    try:
        left, right = os.stat(one), os.lstat(other)
    except OSError:
        return False
    if (left.st_dev, left.st_ino) == (right.st_dev, right.st_ino):
        return True
    return (int(left.st_mtime), left.st_size) == (int(right.st_mtime), right.st_size)


def _put(pyc: str, cache: str, name: str) -> None:
    try:
        os.makedirs(cache, exist_ok=True)
        os.link(pyc, cache + "/" + name)
    except FileExistsError:
        return
    except OSError:
        part = f"{cache}/{name}.{os.getpid()}"
        shutil.copyfile(pyc, part)
        os.replace(part, cache + "/" + name)


if __name__ == "__main__":
    main(*sys.argv[1:])
