"""A lock's files held against what the index says of them today, before any byte of them is fetched."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bodega.formats.direct_url import without_credentials
from bodega.formats.errors import BodegaError
from bodega.installer.commands.late_binding import LateBinding, is_same_index, page_for
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.plan import Plan
from bodega.installer.indexes.errors import RefusedByPolicyError
from bodega.installer.indexes.places import local_path
from bodega.installer.locking.errors import LockedFileChangedError, LockedFileNowhereError, LockRefusedError
from bodega.installer.locking.selection import Selected
from bodega.installer.locking.standing import Standing, standing_of
from bodega.installer.locking.yanked import because

if TYPE_CHECKING:
    from bodega.installer.indexes.ports import IndexPage, IndexReader

_WORKERS = 24
#: Projects that a note names one by one.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Judged:
    """A file, what is said of it, and the index that says it; no standing where nobody could be asked."""

    file: Selected
    standing: Standing | None
    index: str = ""
    failure: BodegaError | None = None


def rechecked(plan: Plan, workshop: Workshop) -> tuple[Plan, tuple[str, ...]]:
    """The plan with each file where the configured index has it, and what is to be told.

    What is to be fetched is asked about; of what the store has only pages count that are kept and fresh, so
    that nothing is asked for its sake. ``Workshop.lock_policy`` says how strict: ``ignore`` asks nothing,
    ``warn`` only tells, ``refuse`` refuses what an index hides or quarantines, and ``strict`` also what is
    yanked, gone, or cannot be asked about. Raises LockRefusedError, LockedFileChangedError, and with
    ``strict`` what reading pages raises.
    """
    files = [one for one in plan.install if _is_of_an_index(one)]
    missing = [one for one in files if _is_to_fetch(one, workshop)]
    reader = _reader(workshop) if files else None
    if reader is None:
        return plan, ()
    if missing:
        binding = LateBinding({one.filename: one for one in missing}, reader, workshop.progress.say)
        workshop.downloads.fall_back(binding.elsewhere)
    if workshop.lock_policy == "ignore":
        # Where a lock does not say where its files are, the index has to.
        judged = _asked([one for one in missing if not one.url], reader, workshop)
        remarks: list[str] = []
    else:
        judged = [*_asked(missing, reader, workshop), *_remembered(files, missing, reader, workshop)]
        remarks = _held_to_policy(judged, workshop.lock_policy)
    _expect_placed(judged, missing, reader)
    bound = {one.file.name: _bound(one) for one in judged}
    install = tuple(bound.get(one.name, one) for one in plan.install)
    return replace(plan, install=install), (*remarks, *_other_places(judged))


def _is_of_an_index(one: Selected) -> bool:
    """Whether an index can be asked about a file: not of what a URL or path of the user's names."""
    is_named = one.direct_url is None and one.reference is None
    return is_named and bool(one.hashes) and (not one.url or local_path(one.url) is None)


def _is_to_fetch(one: Selected, workshop: Workshop) -> bool:
    sha256 = one.hashes.get("sha256", "")
    return one.source is not None or not (workshop.store.tree(sha256) or workshop.store.wheel(sha256))


def _reader(workshop: Workshop) -> "IndexReader | None":
    """The indexes; ``None`` where none is configured: then a lock's own URLs are all there is."""
    try:
        reader = workshop.reader
        return reader if reader.places() else None
    except BodegaError:
        return None


# --- asking


def _asked(missing: Sequence[Selected], reader: "IndexReader", workshop: Workshop) -> list[_Judged]:
    """Judge what is to be fetched; pages that are not kept are asked for in parallel."""
    if not missing or workshop.offline:
        return [_looked_up(one, reader, workshop) for one in missing]
    workshop.progress.tell(f"asking about {len(missing)} files of the lock")
    silent: list[BodegaError] = []

    def ask(one: Selected) -> _Judged:
        if silent:
            return _Judged(one, None, failure=silent[0])
        try:
            return _judged(one, page_for(one.name, one.index, reader), workshop)
        except RefusedByPolicyError as error:
            return _Judged(one, Standing("refused", error.detail))
        except BodegaError as error:
            if error.code == "E-INDEX-UNREACHABLE":
                silent.append(error)
            return _Judged(one, None, failure=error)

    from bodega.installer.indexes.at_once import at_once  # noqa: PLC0415 - only where something is to be fetched

    return at_once(ask, missing, min(_WORKERS, len(missing)))


def _remembered(
    files: Sequence[Selected], missing: Sequence[Selected], reader: "IndexReader", workshop: Workshop
) -> list[_Judged]:
    """Judge what the store has by the pages that are kept and fresh."""
    absent = {one.name for one in missing}
    return [_looked_up(one, reader, workshop) for one in files if one.name not in absent]


def _looked_up(one: Selected, reader: "IndexReader", workshop: Workshop) -> _Judged:
    page = reader.cached_page(one.name)
    return _judged(one, page, workshop) if page is not None else _Judged(one, None)


def _judged(one: Selected, page: "IndexPage | None", workshop: Workshop) -> _Judged:
    if page is None:
        return _Judged(one, Standing("gone"))
    return _Judged(one, standing_of(one, page, workshop.computed), page.index)


def _expect_placed(judged: Sequence[_Judged], missing: Sequence[Selected], reader: "IndexReader") -> None:
    """Raise LockedFileNowhereError, or why nobody could be asked, where a file is in no known place."""
    absent = {one.name for one in missing}
    nowhere = [one for one in judged if one.file.name in absent and not _bound(one).url]
    if not nowhere:
        return
    if nowhere[0].failure is not None:
        raise nowhere[0].failure
    raise LockedFileNowhereError([one.file.filename for one in nowhere], reader.places())


def _bound(judged: _Judged) -> Selected:
    """The file where the index has it."""
    one, standing = judged.file, judged.standing
    if standing is None or not standing.url:
        return one
    source = replace(one.source, url=standing.url) if one.source is not None else None
    return replace(one, url=standing.url, source=source, index=judged.index)


# --- judging


def _held_to_policy(judged: Sequence[_Judged], policy: str) -> list[str]:
    """What is to be told; raises where something is refused."""
    changed = next((one for one in judged if _is(one, "other")), None)
    if changed is not None and changed.standing is not None:
        raise LockedFileChangedError(
            changed.file.filename, without_credentials(changed.index), changed.standing.reason
        )
    if policy == "strict":
        failure = next((one.failure for one in judged if one.failure is not None), None)
        if failure is not None:
            raise failure
    refused = [*_lines(judged, "refused", _hidden)]
    told = [*_lines(judged, "yanked", _yanked), *_gone(judged)]
    if policy == "strict":
        refused, told = [*refused, *told], []
    if refused and policy != "warn":
        raise LockRefusedError(refused)
    return [*refused, *told, *_silent(judged)]


def _is(judged: _Judged, state: str) -> bool:
    return judged.standing is not None and judged.standing.state == state


def _lines(judged: Iterable[_Judged], state: str, words: Callable[[str, str], str]) -> list[str]:
    return [
        words(f"{one.file.name} {one.file.version}", one.standing.reason)
        for one in judged
        if one.standing is not None and one.standing.state == state
    ]


def _hidden(release: str, reason: str) -> str:
    return f"{release}: {reason}"


def _yanked(release: str, reason: str) -> str:
    return f"{release} was yanked since it was locked{because(reason)}"


def _gone(judged: Sequence[_Judged]) -> list[str]:
    gone = [one.file for one in judged if _is(one, "gone") and one.file.url]
    if not gone:
        return []
    return [f"the index does not list {_named(gone)}: taken from where the lock says, if it is there"]


def _silent(judged: Sequence[_Judged]) -> list[str]:
    failed = [one for one in judged if one.failure is not None]
    if not failed or failed[0].failure is None:
        return []
    names = _named([one.file for one in failed])
    return [f"the index could not be asked about {names} ({failed[0].failure.what}): not checked anew"]


def _other_places(judged: Sequence[_Judged]) -> list[str]:
    """One line for each index that files now come from in the place of the lock's."""
    moved: dict[tuple[str, str], list[Selected]] = {}
    for one in judged:
        was = one.file.index
        if one.standing is not None and one.standing.url and was and not is_same_index(was, one.index):
            places = (without_credentials(was), without_credentials(one.index))
            moved.setdefault(places, []).append(one.file)
    return [
        f"{len(files)} {'file' if len(files) == 1 else 'files'} from {now}, locked from {was}"
        for (was, now), files in moved.items()
    ]


def _named(files: Sequence[Selected]) -> str:
    names = [f"{one.name} {one.version}" for one in files[:_NAMED]]
    more = len(files) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
