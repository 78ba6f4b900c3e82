"""Bytecode of trees: compiled once per tree and interpreter, by that interpreter, behind the install."""

import json
import marshal
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bodega.installer.store.behind import spawn
from bodega.installer.store.layout import Layout
from bodega.installer.store.locks import try_lock

FORMAT = 1
_POLL = 0.05


@dataclass(frozen=True, slots=True)
class Bytecode:
    """The .pyc of one tree for one interpreter.

    ``files`` is the folder that holds them, laid out as the sources are, without ``__pycache__``;
    ``folders`` pairs each folder (``""`` or ending in ``/``) with its .pyc; ``digests`` are their sha256.
    """

    files: str
    folders: tuple[tuple[str, tuple[str, ...]], ...]
    digests: Mapping[str, bytes]


def load_bytecode(layout: Layout, sha256: str, tag: str) -> Bytecode | None:
    """The bytecode of a tree for an interpreter (``cpython-311-a70d0d0a``), if it is there."""
    folder = f"{layout.bytecode}/{sha256}/{tag}"
    try:
        with open(f"{folder}/manifest", "rb") as file:
            kind, folders, digests = marshal.loads(file.read())  # noqa: S302 - our own file
    except (OSError, ValueError, TypeError, EOFError):
        return None
    return Bytecode(f"{folder}/files", folders, digests) if kind == FORMAT else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileRequest:
    """What an installation asks for: trees, and where their .pyc are to go once they are there.

    ``sites`` maps the sha256 of each tree to the folder where its sources were installed; ``lock`` is the
    file that guards that environment. Both may be empty.
    """

    python: str
    tag: str
    sites: Mapping[str, str]
    lock: str = ""


def compile_now(layout: Layout, request: CompileRequest) -> None:
    """Compile and wait for it; what cannot be compiled is left out, as Python does."""
    process = _start(layout, request, _note(layout, request), behind=False)
    os.waitpid(process, 0)


def compile_behind(layout: Layout, request: CompileRequest) -> None:
    """Compile at the lowest priority in a process that outlives this one; one per store and interpreter."""
    _start(layout, request, _note(layout, request), behind=True)


def wait_for_bytecode(layout: Layout, timeout: float) -> bool:
    """Wait until nothing is left to compile; ``False`` when that takes longer than ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while _is_busy(layout):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def _is_busy(layout: Layout) -> bool:
    try:
        names = os.listdir(f"{layout.bytecode}/requests")
        locks = [name for name in os.listdir(layout.bytecode) if name.endswith(".lock")]
    except FileNotFoundError:
        return False
    if names:
        return True
    for name in locks:
        lock = try_lock(f"{layout.bytecode}/{name}")
        if lock is None:
            return True
        os.close(lock)
    return False


def _note(layout: Layout, request: CompileRequest) -> str:
    document = {"trees": list(request.sites), "sites": dict(request.sites), "lock": request.lock}
    path = f"{layout.bytecode}/requests/{request.tag}-{time.time_ns()}-{os.urandom(4).hex()}"
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        json.dump(document, file)
    os.rename(f"{path}.part", f"{path}.json")
    return f"{path}.json"


def _start(layout: Layout, request: CompileRequest, note: str, *, behind: bool) -> int:
    script = os.path.join(os.path.dirname(__file__), "bytecode_compiler.py")
    argv = [request.python, "-I", "-S", script, layout.root, request.tag]
    argv += [] if behind else [note, str(os.cpu_count() or 1)]
    log = os.open(f"{layout.bytecode}/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        return spawn(argv, log, new_session=behind)
    finally:
        os.close(log)
