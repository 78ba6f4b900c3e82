"""Direct references of one resolution: what each name was asked for from, fetched once."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement
from bodega.formats.url_fragments import split_fragment
from bodega.formats.version_order import version_key
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.errors import ReferenceConflictError
from bodega.installer.locking.kept_needs import REFERENCE
from bodega.installer.locking.offers import IMPOSSIBLE
from bodega.installer.locking.ports import Prepared, Reference, References
from bodega.resolution.ports import Wanted, base_of
from bodega.simple_api.pages import ProjectFile

_WORKERS = 8
#: What a package from an index may require; anything else would be of this machine.
_OVER_THE_NETWORK = ("https://", "http://", "git+https://", "git+http://", "git+ssh://", "git+git://")


class NewReferenceFound(Exception):  # noqa: N818 - no failure: the search begins anew with it
    """A URL that nobody knew of until the search came to it."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(reference.url)
        self.reference = reference


class KnownReferences:
    """What was fetched for direct references, by project."""

    def __init__(self, references: References, pin: Callable[[NormalizedName], str | None]) -> None:
        """``pin`` says which index a project is bound to, if it is."""
        self._references = references
        self._pin = pin
        self._by_name: dict[str, tuple[Reference, Prepared]] = {}
        self._constrained: dict[str, Reference] = {}

    def prepare(self, references: Sequence[Reference]) -> None:
        """Fetch all that is asked for, at once; raises what the port raises."""
        if len(references) > 1:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - one needs no threads

            with ThreadPoolExecutor(min(_WORKERS, len(references))) as pool:
                found = list(pool.map(self._references.prepare, references))
        else:
            found = [self._references.prepare(one) for one in references]
        for reference, prepared in zip(references, found, strict=True):
            self._keep(reference, prepared)

    def add(self, reference: Reference) -> None:
        """Fetch one more; raises ReferenceConflictError where its project comes from elsewhere."""
        self.prepare([reference])

    def names_of(self, references: Iterable[Reference]) -> set[NormalizedName]:
        """The projects that references turned out to be."""
        urls = {(one.url, one.subdirectory) for one in references}
        return {
            prepared.name
            for known, prepared in self._by_name.values()
            if (known.url, known.subdirectory) in urls
        }

    def has(self, name: str) -> bool:
        """Whether a project comes from a reference; one that only a constraint names is fetched now."""
        if name not in self._by_name and name in self._constrained:
            self.add(self._constrained[name])
        return name in self._by_name

    def candidate(self, name: str) -> Candidate:
        """The one candidate of a project that comes from a reference."""
        _, prepared = self._by_name[name]
        file = ProjectFile(
            filename=prepared.filename or f"{name}-{prepared.version}.folder",
            url=prepared.url,
            hashes=prepared.hashes,
            size=prepared.size,
        )
        key = version_key(prepared.version)
        assert key is not None  # noqa: S101 - who prepares checks the version
        return Candidate(prepared.version, key, file, prepared)

    def constrain(self, requirement: Requirement, *, origin: str) -> None:
        """Note that a project comes from a URL, if it is needed at all."""
        self._constrained[requirement.name] = reference_of(requirement, origin=origin)

    def wanted(self, reference: Reference) -> Iterator[Wanted]:
        """What a reference asks for: its project, and the extras with it."""
        name = next(iter(self.names_of([reference])))
        yield Wanted(name, "", reference.text)
        for extra in reference.extras:
            yield Wanted(f"{name}[{extra}]", "", reference.text)

    def wants(self, requirement: Requirement, *, origin: str) -> Iterator[Wanted]:
        """What a user's requirement asks for; raises NewReferenceFound where it names a new URL."""
        specifier = requirement.specifier
        if requirement.url is not None:
            self._expect(reference_of(requirement, origin=origin))
            specifier = ""
        yield Wanted(requirement.name, specifier, requirement.text)
        for extra in requirement.extras:
            yield Wanted(f"{requirement.name}[{extra}]", specifier, requirement.text)

    def resolved(self, needs: tuple[Wanted, ...], parent: Candidate, name: str) -> tuple[Wanted, ...]:
        """What a candidate requires, URLs replaced by what they name.

        A path of this machine counts only for what is local itself, and so does another place of a project
        that is bound to an index: a version that requires one is passed over. Raises NewReferenceFound,
        ReferenceConflictError.
        """
        if not any(one.specifier.startswith(REFERENCE) for one in needs):
            return needs
        return tuple(self._resolved(one, parent, name) for one in needs)

    def _resolved(self, wanted: Wanted, parent: Candidate, name: str) -> Wanted:
        if not wanted.specifier.startswith(REFERENCE):
            return wanted
        url, by = wanted.specifier.removeprefix(REFERENCE), f"{name} {parent.version}"
        if not url.startswith(_OVER_THE_NETWORK) and not parent.file.url.startswith("file:"):
            return Wanted(wanted.package, IMPOSSIBLE, f"{wanted.text}, a path of this machine")
        project = NormalizedName(base_of(wanted.package))
        pin = self._pin(project)
        if pin is not None and project not in self._by_name and not parent.file.url.startswith("file:"):
            text = f"{wanted.text}, and {project} comes from {pin} alone (a pin)"
            return Wanted(wanted.package, IMPOSSIBLE, text)
        self._expect(_reference(url, wanted.text, by, name=project))
        return Wanted(wanted.package, "", wanted.text)

    def _expect(self, reference: Reference) -> None:
        known = self._by_name.get(str(reference.name))
        if known is None:
            raise NewReferenceFound(reference)
        self._compare(known[0], reference)

    def _keep(self, reference: Reference, prepared: Prepared) -> None:
        known = self._by_name.get(prepared.name)
        if known is not None:
            self._compare(known[0], reference)
            return
        self._by_name[prepared.name] = (reference, prepared)

    def _compare(self, known: Reference, other: Reference) -> None:
        if (known.url, known.subdirectory) != (other.url, other.subdirectory):
            name = str(known.name or other.name or known.text)
            raise ReferenceConflictError(name, known.text, other.text)


def reference_of(requirement: Requirement, *, origin: str) -> Reference:
    """The reference of ``NAME @ URL``."""
    return _reference(requirement.url or "", requirement.text, origin, name=requirement.name)


def _reference(url: str, text: str, origin: str, *, name: NormalizedName) -> Reference:
    bare, fragment = split_fragment(url)
    return Reference(
        url=bare,
        text=text,
        origin=origin,
        name=name,
        subdirectory=fragment.subdirectory,
        hashes=fragment.hashes,
    )
