"""Where advisories come from: a database in the OSV format, or what indexes say of their releases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bodega.formats.names import NormalizedName
from bodega.formats.osv import Advisory, InvalidAdvisoryError, listed_advisory
from bodega.installer.auditing.components import Component
from bodega.installer.auditing.errors import AdvisoriesNotServedError
from bodega.installer.auditing.osv_database import OsvDatabase
from bodega.installer.indexes.at_once import at_once
from bodega.installer.indexes.errors import IndexFailedError

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Unknown:
    """A component of which nothing can be said, and why."""

    component: Component
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a source of advisories says of the components of one lock or environment.

    ``about`` gives the advisories on any version of a project, those that do not affect it among them;
    ``None`` where nothing is known of that version. It may ask the network. ``remarks`` tell what was
    passed over.
    """

    place: str
    about: Callable[[NormalizedName, str], Sequence[Advisory] | None]
    unknown: tuple[Unknown, ...] = ()
    remarks: tuple[str, ...] = ()


class AdvisorySource(Protocol):
    """Where advisories come from. Silence is a failure, never an answer."""

    def tell(self, components: Sequence[Component]) -> Told:
        """What it says; raises what keeps it from saying anything."""


class OsvSource:
    """Implements ``AdvisorySource`` with a database in the OSV format."""

    def __init__(self, open_database: Callable[[], OsvDatabase]) -> None:
        self._open = open_database

    def tell(self, components: Sequence[Component]) -> Told:
        """What the database has on them."""
        database = self._open()
        return Told(
            place=database.place,
            about=lambda name, _: database.about(name),
            unknown=tuple(Unknown(one, _OPEN) for one in components if not one.version),
            remarks=database.remarks,
        )


_OPEN = "the lock does not say which version it is"


class Documents(Protocol):
    """What indexes say of releases."""

    @property
    def places(self) -> Sequence[str]:
        """Where is looked, without credentials."""

    def vulnerabilities(self, name: NormalizedName, version: str) -> list[Any] | None:
        """What is wrong with a release; ``None`` where no index says anything of that."""


class IndexSource:
    """Implements ``AdvisorySource`` with what the configured indexes say of each release."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._known: dict[tuple[str, str], Sequence[Advisory] | None] = {}

    def tell(self, components: Sequence[Component]) -> Told:
        """Ask for each release, many at once; raises AdvisoriesNotServedError where none is known."""
        asked = [one for one in components if one.version and one.origin is None]
        at_once(lambda one: self._about(one.name, one.version), asked, _AT_ONCE)
        silent = [one for one in asked if self._known[one.name, one.version] is None]
        if asked and len(silent) == len(asked):
            raise AdvisoriesNotServedError(self._documents.places, len(asked))
        unknown = [Unknown(one, "no index tells of it") for one in silent]
        unknown += (
            Unknown(one, f"it comes from {one.origin}, no index" if one.origin else _OPEN)
            for one in components
            if not one.version or one.origin is not None
        )
        return Told(place=" and ".join(self._documents.places), about=self._about, unknown=tuple(unknown))

    def _about(self, name: NormalizedName, version: str) -> Sequence[Advisory] | None:
        key = (name, version)
        if key not in self._known:
            given = self._documents.vulnerabilities(name, version)
            try:
                found = None if given is None else [listed_advisory(name, version, one) for one in given]
            except InvalidAdvisoryError as error:
                place = f"{name} {version}"
                raise IndexFailedError(
                    place, detail=f"its vulnerabilities cannot be read: {error.why}"
                ) from None
            self._known[key] = None if found is None else [one for one in found if one is not None]
        return self._known[key]
