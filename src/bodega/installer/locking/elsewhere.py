"""Where else what is missed might be: on an index behind the first that knows the project."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from bodega.formats.direct_url import without_credentials
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.formats.versions import allowed
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.candidates import CandidateFinder
from bodega.resolution.clashes import Clash, Clashes
from bodega.resolution.not_offered import NotOffered

#: Projects that are looked for, specifiers of one side that are, and versions told.
_MOST_PROJECTS, _FEW, _MOST_TOLD = 4, 3, 20


def on_later_indexes(
    clashes: Clashes, reader: IndexReader, finder: CandidateFinder
) -> Iterator[tuple[str, NotOffered]]:
    """What later indexes have that all sides of a clash would admit, and the option that takes it.

    An index that does not answer has nothing.
    """
    if len(reader.places()) < 2:  # noqa: PLR2004 - a first and another one
        return
    for clash in list({one.project: one for one in reversed(clashes.found)}.values())[:_MOST_PROJECTS]:
        name = NormalizedName(clash.project)
        try:
            page = reader.cached_page(name) or reader.page(name)
            pages = reader.later_pages(name, page.index) if page is not None else ()
            for later in pages:
                versions = _fitting(clash, finder.find(name, later).candidates)
                if versions and page is not None:
                    yield clash.project, _told(clash.project, page, later, versions)
        except BodegaError:
            continue


def nearest_names(names: Sequence[str], wanted: str) -> Sequence[str]:
    """Of known names those that are nearly what was wanted, the nearest first."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a name that nobody knows

    return get_close_matches(wanted, [one for one in names if one != wanted], n=2, cutoff=0.8)


def _fitting(clash: Clash, candidates: Sequence[Candidate]) -> list[str]:
    versions = [one.version for one in candidates]
    specifiers = [dict.fromkeys(fact.specifier for fact in side.facts[:_FEW]) for side in clash.groups]
    for some in product(*specifiers):
        flags: Mapping[str, list[bool]] = {one: allowed(one, versions) for one in some}
        fitting = [v for at, v in enumerate(versions) if all(flag[at] for flag in flags.values())]
        if fitting:
            return fitting[:_MOST_TOLD]
    return []


def _told(project: str, first: IndexPage, later: IndexPage, versions: Sequence[str]) -> NotOffered:
    asked, has = without_credentials(first.index), without_credentials(later.index)
    return NotOffered(
        "other-index",
        tuple(versions),
        f"{has} has it, but {asked} is asked first and knows the project",
        f"--index-pin {project}={has}",
    )
