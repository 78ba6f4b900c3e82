"""Check an environment: every file against RECORD, each RECORD against the history, and what nobody lists."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bodega.formats.names import NormalizedName
from bodega.formats.record import InvalidRecordError, RecordRow, parse_record
from bodega.installer.environments.history import Present, latest_entry
from bodega.installer.environments.installed import Installed, scan_all
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linked import PTH, read_linked
from bodega.installer.environments.places import places
from bodega.installer.environments.recording import record_digest

FaultKind = Literal["missing", "changed", "record", "extra", "startup"]
_PIECE = 1 << 20
#: What those who make environments put there, and no project lists.
_OF_MAKERS = frozenset({"_virtualenv.py", "_virtualenv.pth", PTH})
_AT_STARTUP = ("sitecustomize.py", "usercustomize.py")


@dataclass(frozen=True, slots=True)
class EnvironmentFault:
    """Something that is not as it was installed; ``of`` is the project, empty where no project lists it.

    ``missing`` and ``changed`` files; a ``record`` that is gone, unreadable or another than was written;
    ``extra`` files, which harm nobody, and among them those that run at every ``startup``.
    """

    kind: FaultKind
    of: str
    path: str
    why: str


def check_environment(interpreter: Interpreter) -> list[EnvironmentFault]:
    """Look at every installed file, in order of projects."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only to verify

    present = scan_all(interpreter)
    linked = read_linked(places(interpreter).root).trees
    last = latest_entry(interpreter.state)
    written = {one.name: one for one in last.distributions} if last else {}
    checked = [one for one in present if one.kind == "dist-info" and one.name not in linked]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda one: _distribution(one, written.get(one.name)), checked))
    return [*(fault for faults in found for fault in faults), *_extra(interpreter, present)]


def _distribution(one: Installed, written: Present | None) -> list[EnvironmentFault]:
    record = f"{one.path}/RECORD"
    data = one.read("RECORD")
    if data is None:
        return [EnvironmentFault("record", one.name, record, "is missing")]
    faults: list[EnvironmentFault] = []
    # Another installer's RECORD is another one. One of bodega's is as bodega wrote it.
    is_ours = written is not None and written.sha256 is not None and written.version == one.version
    if is_ours and written is not None and one.installer == "bodega" and record_digest(one) != written.record:
        faults.append(EnvironmentFault("record", one.name, record, "is not the one that was written"))
    try:
        rows = parse_record(data.decode("utf-8", "surrogateescape"))
    except InvalidRecordError as error:
        return [EnvironmentFault("record", one.name, record, error.what)]
    return [*faults, *_rows(one, rows)]


def _rows(one: Installed, rows: Iterable[RecordRow]) -> Iterator[EnvironmentFault]:
    for row in rows:
        path = os.path.normpath(os.path.join(one.site, row.path))
        if not os.path.lexists(path):
            if not path.endswith(".pyc"):
                yield EnvironmentFault("missing", one.name, path, "is missing")
        elif row.digest is not None and row.algorithm in hashlib.algorithms_available:
            is_size = row.size is None or os.path.getsize(path) == row.size
            if not is_size or _digest(path, row.algorithm or "sha256") != row.digest:
                yield EnvironmentFault("changed", one.name, path, "its content was changed")


def _extra(interpreter: Interpreter, present: Iterable[Installed]) -> Iterator[EnvironmentFault]:
    listed: set[str] = set()
    for one in present:
        if one.kind != "dist-info":
            return  # which files are those of an egg, nothing says
        listed.update(os.path.normpath(os.path.join(one.site, path)) for path in one.recorded() or ())
    scheme = interpreter.scheme
    for site in dict.fromkeys((scheme.purelib, scheme.platlib)):
        for path in _files(site, interpreter.state):
            if path not in listed and _source_of(path) not in listed and not _is_expected(site, path):
                yield _unlisted(site, path)


def _is_expected(site: str, path: str) -> bool:
    """Whether it is of those who make environments, or what other installers add to what they install."""
    return os.path.basename(path) in _OF_MAKERS or path[len(site) + 1 :].partition("/")[0].endswith(
        ".dist-info"
    )


def _unlisted(site: str, path: str) -> EnvironmentFault:
    runs = path.endswith(".pth") or os.path.basename(path) in _AT_STARTUP
    if runs and os.path.dirname(path) == site:
        return EnvironmentFault("startup", "", path, "no project lists it, and it runs at every start")
    return EnvironmentFault("extra", "", path, "no project lists it")


def _files(site: str, state: str) -> Iterator[str]:
    for folder, folders, names in os.walk(site):
        folders[:] = sorted(name for name in folders if f"{folder}/{name}" != state)
        for name in sorted(names):
            yield f"{folder}/{name}"


def _source_of(path: str) -> str:
    """The source that a .pyc was compiled from; another file is its own."""
    folder, name = os.path.split(path)
    if not name.endswith(".pyc") or os.path.basename(folder) != "__pycache__":
        return path
    return f"{os.path.dirname(folder)}/{name.partition('.')[0]}.py"


def _digest(path: str, algorithm: str) -> bytes:
    if os.path.islink(path):
        return b""
    with open(path, "rb", buffering=0) as file:
        hasher = hashlib.new(algorithm, usedforsecurity=False)
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.digest()


def projects_of(faults: Iterable[EnvironmentFault]) -> list[NormalizedName]:
    """The projects whose files are not as they were installed."""
    return sorted({NormalizedName(fault.of) for fault in faults if fault.of})
