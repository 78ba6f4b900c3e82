"""Where a locked file stands today: what its index says of it, long after the lock was written."""

import hashlib
import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bodega.formats.digests import best_digest
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.selection import Selected
from bodega.installer.locking.yanked import in_a_line
from bodega.simple_api.pages import ProjectFile, ProjectPage

_FORMAT = 1
_ALGORITHMS = ("sha512", "sha384", "sha256")

#: ``refused`` is hidden by a policy or quarantined, ``gone`` is on no page, ``other`` has another hash.
State = Literal["offered", "yanked", "refused", "gone", "other"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page says of a file; ``url`` is where it has it, empty where it has not."""

    state: State
    reason: str = ""
    url: str = ""


def standing_of(one: Selected, page: IndexPage, cache: ComputedCache) -> Standing:
    """Judge a file by its project's page; kept under the page's fingerprint, so that it is parsed once."""
    # The name is a lock's word: it goes into no path as it is.
    file = hashlib.sha256(f"{one.filename} {best_digest(one.hashes)}".encode("utf-8", "replace")).hexdigest()
    key = f"standing-{_FORMAT}-{page.fingerprint}-{file[:32]}"
    kept = cache.get(key)
    if kept is not None:
        try:
            return Standing(*marshal.loads(kept))  # noqa: S302 - our own file
        except (ValueError, TypeError, EOFError):
            pass
    found = judged(one, page.page)
    cache.keep(key, marshal.dumps((found.state, found.reason, found.url), 4))
    return found


def judged(one: Selected, page: ProjectPage) -> Standing:
    """What a page says of a file: policy first, then whether it is there, then the hash, then the yank."""
    if page.status == "quarantined":
        why = in_a_line(page.status_reason or "") or "no reason is given"
        return Standing("refused", f"the project is quarantined: {why}")
    hidden = next((file for file in page.hidden if file.filename == one.filename), None)
    if hidden is not None:
        return Standing("refused", in_a_line(hidden.reason))
    file = next((file for file in page.files if file.filename == one.filename), None)
    if file is None:
        return Standing("gone")
    other = _other_bytes(one.hashes, file)
    if other is not None:
        return Standing("other", f"the lock has {other[0]}, the index {other[1]}")
    if file.yanked is not None:
        return Standing("yanked", in_a_line(file.yanked), file.url)
    return Standing("offered", url=file.url)


def _other_bytes(hashes: Mapping[str, str], file: ProjectFile) -> tuple[str, str] | None:
    """The two digests of an algorithm that both know and that differ; what arrives is hashed in any case."""
    for algorithm in _ALGORITHMS:
        ours, theirs = hashes.get(algorithm), file.hashes.get(algorithm)
        if ours and theirs and ours.lower() != theirs.lower():
            return f"{algorithm}:{ours.lower()}", f"{algorithm}:{theirs.lower()}"
    return None
