"""Which distributions ``list`` is about, and what of them is out of date."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import VersionKey, version_key
from bodega.installer.environments.installed import SHIM
from bodega.installer.environments.inventory import Found
from bodega.installer.environments.needed import required_by
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.release_control import ReleaseControl

_AT_ONCE = 16


class NoVersionOfferedError(BodegaError):
    """An index offers no version of a project that fits."""

    code = "E-NO-VERSION"

    def __init__(self, name: str, remarks: Iterable[str]) -> None:
        super().__init__(
            f"there is no version of {name} that fits", why="; ".join(remarks) or "no index knows it"
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest version that an index offers of what is installed, and the form of its file."""

    found: Found
    version: str
    key: VersionKey
    filetype: str

    @property
    def is_newer(self) -> bool:
        """Whether it is newer than what is installed."""
        here = version_key(self.found.distribution.version)
        return here is None or self.key > here

    @property
    def is_same(self) -> bool:
        """Whether it is what is installed."""
        return self.key == version_key(self.found.distribution.version)


def not_required(found: Iterable[Found], markers: Markers) -> list[Found]:
    """Those that none of the others requires; what cannot be read requires nothing."""
    found = list(found)
    required: set[NormalizedName] = set()
    for one in found:
        try:
            required.update(need.name for need in required_by(one.distribution, markers))
        except BodegaError:
            continue
    return [one for one in found if one.name not in required]


def latest(
    found: Iterable[Found], reader: IndexReader, finder: CandidateFinder, releases: ReleaseControl
) -> list[Latest]:
    """The newest offer for each; what no index offers is left out. Raises what the reader raises.

    The ``pip`` that is bodega has no newer version on an index.
    """
    found = [one for one in found if one.distribution.name != SHIM]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        pages = list(pool.map(lambda one: reader.cached_page(one.name) or reader.page(one.name), found))
    newest: list[Latest] = []
    for one, page in zip(found, pages, strict=True):
        offered = finder.find(one.name, page).candidates if page is not None else ()
        early = bool(releases.prereleases(one.name))
        best = next(offered_versions(offered, prereleases=early), None)
        if best is not None:
            filetype = "wheel" if best.file.filename.endswith(".whl") else "sdist"
            newest.append(Latest(one, best.version, best.key, filetype))
    return newest


def offered_versions(candidates: Iterable[Candidate], *, prereleases: bool) -> Iterator[Candidate]:
    """The candidates that are neither yanked nor, unless asked for, pre-releases; newest first."""
    for one in candidates:
        if one.file.yanked is None and (prereleases or not one.is_prerelease):
            yield one


@dataclass(frozen=True, slots=True)
class Offered:
    """The versions of a project that an index offers, newest first; there is at least one."""

    versions: list[str]
    latest_is_prerelease: bool


def offered(
    name: NormalizedName, reader: IndexReader, finder: CandidateFinder, releases: ReleaseControl
) -> Offered:
    """What the index offers of one project; raises NoVersionOfferedError, and what the reader raises."""
    page = reader.cached_page(name) or reader.page(name)
    if page is None:
        raise NoVersionOfferedError(name, ())
    found = finder.find(name, page)
    early = bool(releases.prereleases(name))
    fitting = list(offered_versions(found.candidates, prereleases=early))
    if not fitting:
        raise NoVersionOfferedError(name, (one.words() for one in finder.unoffered(name, page)))
    return Offered([one.version for one in fitting], latest_is_prerelease=fitting[0].is_prerelease)
