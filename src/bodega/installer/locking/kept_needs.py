"""What a wheel requires on a target, read from its metadata once: later runs parse neither it nor markers."""

import marshal
import re
from collections.abc import Iterable, Iterator, Mapping

from bodega.formats.digests import best_digest
from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers, is_open_marker
from bodega.formats.metadata import CoreMetadata, parse_metadata
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import Requirement, parse_requirement
from bodega.formats.targets import Target
from bodega.formats.versions import python_allows
from bodega.installer.locking.candidates import fingerprint_of
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.matching_metadata import refuse_other
from bodega.installer.locking.offers import IMPOSSIBLE
from bodega.resolution.ports import Wanted
from bodega.simple_api.pages import InlineMetadata, ProjectFile

_FORMAT = 4
#: What a package may require: some 1,700 is the most seen.
MOST_REQUIREMENTS = 10_000
MOST_EXTRAS = 5_000
_EXTRA = re.compile(r"""extra\s*==\s*['"]([A-Za-z0-9._-]+)['"]""", re.ASCII)

#: What begins the specifier of a requirement that names a URL.
REFERENCE = "@"

#: The key, no extra's name, of markers that speak of what a platform and a minor version leave open.
OPEN = ";"

#: What is required without an extra (under ``""``), and what each extra requires beyond that.
WheelNeeds = Mapping[str, tuple[Wanted, ...]]


class TooMuchRequiredError(BodegaError):
    """A package requires more than any sound one."""

    code = "E-METADATA-TOO-MUCH"

    def __init__(self, requirements: int, extras: int) -> None:
        super().__init__(
            f"{requirements} requirements and {extras} extras",
            why=f"at most {MOST_REQUIREMENTS} and {MOST_EXTRAS} are read",
        )
        self.requirements = requirements
        self.extras = extras


class KeptNeeds:
    """The needs of wheels on one target, kept under the wheels' digests."""

    def __init__(self, target: Target, cache: ComputedCache, *, any_python: bool = False) -> None:
        self._any_python = any_python
        self._target = target
        self._cache = cache
        self._markers = Markers(target.markers)
        self._fingerprint = fingerprint_of(target)

    def get(self, file: ProjectFile) -> WheelNeeds | None:
        """The kept needs of a wheel."""
        kept = self._cache.get(self._key(file))
        if kept is None:
            return None
        try:
            rows: dict[str, list[tuple[str, str, str]]] = marshal.loads(kept)  # noqa: S302 - our own file
            return {extra: tuple(Wanted(*fields) for fields in wanted) for extra, wanted in rows.items()}
        except (ValueError, TypeError, EOFError):
            return None

    def read(self, name: str, file: ProjectFile, document: bytes) -> WheelNeeds:
        """The needs of a wheel of a project by its metadata, which are kept."""
        try:
            metadata = parse_metadata(document)
            refuse_other(metadata, NormalizedName(name), file.filename)
            return self._kept(file, self.of_metadata(name, metadata))
        except BodegaError as error:
            return self._kept(file, _unreadable(name, error))

    def take(self, name: str, file: ProjectFile, told: InlineMetadata) -> WheelNeeds:
        """The needs of a wheel of a project by what its page tells of its metadata, which are kept."""
        metadata = CoreMetadata(
            name=name,
            version="",
            requires_dist=told.requires_dist,
            requires_python=told.requires_python,
            provides_extra=told.provides_extra,
        )
        return self._kept(file, self.of_metadata(name, metadata))

    def _kept(self, file: ProjectFile, needs: WheelNeeds) -> WheelNeeds:
        rows = {
            extra: [(one.package, one.specifier, one.text) for one in wanted]
            for extra, wanted in needs.items()
        }
        self._cache.keep(self._key(file), marshal.dumps(rows, 4))
        return needs

    def of(self, name: str, document: bytes) -> WheelNeeds:
        """The needs of a project by a document that is not kept."""
        try:
            return self.of_metadata(name, parse_metadata(document))
        except BodegaError as error:
            return _unreadable(name, error)

    def of_metadata(self, name: str, metadata: CoreMetadata) -> WheelNeeds:
        """The needs of a project by its metadata."""
        try:
            if len(metadata.requires_dist) > MOST_REQUIREMENTS or len(metadata.provides_extra) > MOST_EXTRAS:
                raise TooMuchRequiredError(len(metadata.requires_dist), len(metadata.provides_extra))
            requirements = [parse_requirement(text) for text in metadata.requires_dist]
            python = metadata.requires_python
            if python and not self._any_python and not python_allows(python, self._target.python):
                return {"": (Wanted(name, IMPOSSIBLE, f"Python {python}"),)}
            needs = self._wanted(requirements, _extras(metadata.provides_extra, requirements))
        except BodegaError as error:
            return _unreadable(name, error)
        markers = (one.marker for one in requirements if one.marker and is_open_marker(one.marker))
        open_ones = tuple(Wanted("", "", marker) for marker in dict.fromkeys(markers))
        return {**needs, OPEN: open_ones} if open_ones else needs

    def _wanted(
        self, requirements: Iterable[Requirement], extras: Iterable[str]
    ) -> dict[str, tuple[Wanted, ...]]:
        """What is required without extras, and by each extra beyond that."""
        found: dict[str, list[Wanted]] = {extra: [] for extra in ("", *extras)}
        for requirement in requirements:
            marker = requirement.marker
            if self._markers.holds(marker):
                found[""] += wants(requirement)
            elif marker is not None and "extra" in marker:
                # An extra that a marker does not name is to it as good as none.
                named = _EXTRA.findall(marker)
                is_plain = len(named) == marker.count("extra")
                for extra in dict.fromkeys(map(normalize, named)) if is_plain else extras:
                    if self._markers.holds(marker, extra):
                        found[extra] += wants(requirement)
        return {extra: tuple(wanted) for extra, wanted in found.items()}

    def _key(self, file: ProjectFile) -> str:
        digest = best_digest(file.hashes)
        name = f"{digest.algorithm}-{digest.value}" if digest else file.filename
        return f"needs-{_FORMAT}{'p' if self._any_python else ''}-{name}-{self._fingerprint}"


def _unreadable(name: str, error: BodegaError) -> WheelNeeds:
    """Such a version is passed over, as if it required what does not exist."""
    return {"": (Wanted(name, IMPOSSIBLE, f"something that cannot be read: {error.what}"),)}


def wants(requirement: Requirement) -> Iterator[Wanted]:
    """A requirement on a project and, where extras are asked for, on each of them."""
    # A URL in the place of a specifier: whoever drives the search puts what it names in its place.
    specifier = f"{REFERENCE}{requirement.url}" if requirement.url is not None else requirement.specifier
    yield Wanted(requirement.name, specifier, requirement.text)
    for extra in requirement.extras:
        yield Wanted(f"{requirement.name}[{extra}]", specifier, requirement.text)


def _extras(declared: Iterable[str], requirements: Iterable[Requirement]) -> list[str]:
    """Extras by declaration and, as old metadata does not always declare them, by use."""
    used = (name for one in requirements if one.marker for name in _EXTRA.findall(one.marker))
    return sorted({normalize(name) for name in (*declared, *used)})
