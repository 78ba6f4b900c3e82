"""What later indexes have that is newer: the first that knows a project has it alone, and that is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from bodega.formats.direct_url import without_credentials
from bodega.formats.errors import BodegaError
from bodega.formats.versions import allowed
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolution import Pin

_WORKERS = 8


def later_remarks(
    pins: Sequence[Pin], asked: Iterable[Asked], reader: IndexReader, finder: CandidateFinder
) -> tuple[str, ...]:
    """A sentence for each project that was asked for by name, and of which a later index has a newer match.

    It ends with the command line that takes that one. What later indexes fail to answer is not told: it
    changes nothing.
    """
    specifiers: dict[str, list[str]] = {}
    for one in asked:
        specifiers.setdefault(one.requirement.name, []).append(one.requirement.specifier)
    wanted = [pin for pin in pins if pin.name in specifiers and pin.index is not None]
    if not wanted:
        return ()
    with ThreadPoolExecutor(min(_WORKERS, len(wanted))) as pool:
        found = pool.map(lambda pin: _later(pin, specifiers, reader, finder), wanted)
        return tuple(remark for remark in found if remark)


def _later(
    pin: Pin, specifiers: Mapping[str, Sequence[str]], reader: IndexReader, finder: CandidateFinder
) -> str | None:
    try:
        pages = reader.later_pages(pin.name, pin.index or "")
        newest = max(_matches(pin, pages, specifiers, finder), key=lambda found: found[0].key, default=None)
    except BodegaError:
        return None
    if newest is None:
        return None
    candidate, index = newest
    first, later = without_credentials(pin.index or ""), without_credentials(index)
    return (
        f"{later} has {pin.name} {candidate.version}, but {first} is asked first and knows the project;"
        f" to take that one: bodega install --index-url {later} {pin.name}=={candidate.version}"
    )


def _matches(
    pin: Pin, pages: Iterable[IndexPage], specifiers: Mapping[str, Sequence[str]], finder: CandidateFinder
) -> Iterator[tuple[Candidate, str]]:
    for page in pages:
        for one in finder.find(pin.name, page).candidates:
            is_newer = one.key > pin.candidate.key and one.file.yanked is None
            is_wished = pin.candidate.is_prerelease or not one.is_prerelease
            if (
                is_newer
                and is_wished
                and all(allowed(text, [one.version])[0] for text in specifiers[pin.name])
            ):
                yield one, page.index
                break
