"""Advisories in the OSV format by project, kept in a form that loads fast.

Reading ten thousands of documents takes seconds. What they say of each project is kept in one file for each
place, with the fingerprint of what was read: a later audit reads the parts on its own projects alone.
"""

import hashlib
import marshal
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bodega.formats.names import NormalizedName
from bodega.formats.osv import Advisory, InvalidAdvisoryError, advisory_of_row, read_advisory
from bodega.installer.auditing.errors import NoAdvisoriesError
from bodega.installer.auditing.osv_files import AdvisoryFiles, Document, advisory_files
from bodega.installer.locking.computed_cache import ComputedCache

_FORMAT = 1
_LENGTH = 8
_MOST_REMARKS = 10


@dataclass(frozen=True, slots=True)
class OsvDatabase:
    """What a place says. ``remarks`` tell what was passed over, ``passed_over`` how many that were."""

    place: str
    count: int
    passed_over: int
    remarks: tuple[str, ...]
    _where: dict[str, tuple[int, int]]
    _rows: memoryview

    def about(self, name: NormalizedName) -> Sequence[Advisory]:
        """The advisories on a project."""
        where = self._where.get(name)
        if where is None:
            return ()
        start, end = where
        return [advisory_of_row(name, row) for row in marshal.loads(self._rows[start:end])]  # noqa: S302 - ours


def open_osv(path: str, cache: ComputedCache) -> OsvDatabase:
    """The advisories at a path, from what is kept where nothing changed there.

    Raises AdvisoriesUnreadableError, NoAdvisoriesError.
    """
    files = advisory_files(path)
    key = f"osv-{hashlib.sha256(os.path.realpath(path).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"
    kept = cache.get(key)
    if kept is not None:
        database = _loaded(files, kept)
        if database is not None:
            return database
    data = _packed(files)
    cache.keep(key, data)
    made = _loaded(files, data)
    if made is None:  # pragma: no cover - what was just packed
        raise NoAdvisoriesError(path, "what was read of it cannot be kept")
    return made


def _loaded(files: AdvisoryFiles, data: bytes) -> OsvDatabase | None:
    view = memoryview(data)
    start = _LENGTH + int.from_bytes(view[:_LENGTH], "big")
    try:
        form, fingerprint, count, passed_over, remarks, where = marshal.loads(view[_LENGTH:start])  # noqa: S302 - ours
    except (ValueError, TypeError, EOFError):
        return None
    if (form, fingerprint) != (_FORMAT, files.fingerprint):
        return None
    return OsvDatabase(files.place, count, passed_over, remarks, where, view[start:])


def _packed(files: AdvisoryFiles) -> bytes:
    read = _read(files)
    if not read.count:
        reason = f"it has {read.documents} advisories on others" if read.documents else "it has none at all"
        raise NoAdvisoriesError(
            files.place, read.failures[0] if read.failures and not read.documents else reason
        )
    where: dict[str, tuple[int, int]] = {}
    rows = bytearray()
    for name, found in read.by_project.items():
        start = len(rows)
        rows += marshal.dumps(found, 4)
        where[name] = (start, len(rows))
    remarks = tuple(_few(read.failures))
    head = marshal.dumps((_FORMAT, files.fingerprint, read.count, len(read.failures), remarks, where), 4)
    return len(head).to_bytes(_LENGTH, "big") + head + bytes(rows)


@dataclass(slots=True)
class _Content:
    """All that a place says: rows of advisories by project, how many those are, and what was passed over."""

    by_project: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    documents: int = 0
    count: int = 0


def _read(files: AdvisoryFiles) -> _Content:
    content = _Content()
    for document in files.documents():
        try:
            given = _contents(document)
        except InvalidAdvisoryError as error:
            content.failures.append(_remark(document, error))
            continue
        for one in given:
            try:
                found = read_advisory(one)
            except InvalidAdvisoryError as error:
                content.failures.append(_remark(document, error))
                continue
            content.documents += 1
            content.count += len(found)
            for advisory in found:
                content.by_project.setdefault(advisory.project, []).append(advisory.row())
    return content


def _contents(document: Document) -> list[object]:
    """The advisories of a file, which may hold one or many; raises InvalidAdvisoryError."""
    import json  # noqa: PLC0415 - not needed for what is kept

    if document.passed_over is not None:
        raise InvalidAdvisoryError(document.passed_over)
    try:
        content = json.loads(document.data)
    except (ValueError, RecursionError) as error:
        raise InvalidAdvisoryError(f"it is not JSON: {str(error)[:200]}") from None
    if isinstance(content, dict) and isinstance(content.get("vulns"), list):
        content = content["vulns"]
    return content if isinstance(content, list) else [content]


def _remark(document: Document, error: InvalidAdvisoryError) -> str:
    return f"{document.name[-200:]!r} was passed over: {error.why}"


def _few(remarks: Iterable[str]) -> Iterator[str]:
    told = list(remarks)
    yield from told[:_MOST_REMARKS]
    if len(told) > _MOST_REMARKS:
        yield f"{len(told) - _MOST_REMARKS} more were passed over"
