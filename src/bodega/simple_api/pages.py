"""Project pages and project lists as values (PEP 691, 700, 714, 592, 740, 792)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from bodega.formats.names import NormalizedName

#: The version we speak. 1.5 is for an index that serves namespaces (PEP 752); we do not yet.
API_VERSION = "1.4"
#: The last one in which a file need not say its size.
BEFORE_SIZES = "1.0"

Status = Literal["active", "archived", "quarantined", "deprecated"]
NO_HASHES: Mapping[str, str] = MappingProxyType({})


def _no_hashes() -> Mapping[str, str]:
    return NO_HASHES


@dataclass(frozen=True, slots=True)
class MetadataOffer:
    """The file's core metadata is served at its URL plus ``.metadata`` (PEP 658, 714).

    ``hashes`` is empty when the index only says that it is there.
    """

    hashes: Mapping[str, str] = field(default_factory=_no_hashes)


@dataclass(frozen=True, slots=True)
class InlineMetadata:
    """What resolving needs of a file's core metadata, on the page itself (``_bodega``, ours alone).

    Values of Requires-Dist, Requires-Python and Provides-Extra as they stand in the document.
    """

    requires_dist: tuple[str, ...] = ()
    requires_python: str | None = None
    provides_extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFile:
    """One file of a project page.

    ``url`` may be relative to the page. ``size`` is in bytes, ``None`` only from an upstream older than
    API 1.1. ``upload_time`` is aware, UTC. ``yanked`` is ``None`` for a file that is not yanked, else the
    reason, possibly empty (PEP 592). ``available_at``, from when a cooldown counts, is not part of a rendered
    page; ``None`` for a file that no cooldown holds back. Nor are ``other_hashes``, which no client should
    check by (md5) or can name (blake2b_256), and ``provenance_sha256``, of a provenance object of our own.
    ``inline`` is there where an index of ours tells it; files of the same metadata may share the value.
    """

    filename: str
    url: str
    hashes: Mapping[str, str] = field(default_factory=_no_hashes)
    size: int | None = None
    upload_time: datetime | None = None
    requires_python: str | None = None
    core_metadata: MetadataOffer | None = None
    yanked: str | None = None
    provenance: str | None = None
    provenance_sha256: str | None = None
    available_at: datetime | None = None
    other_hashes: Mapping[str, str] = field(default_factory=_no_hashes)
    inline: InlineMetadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenFile:
    """A file that exists and is not offered by the policy of the index (``_hidden``, ours alone).

    ``code`` is stable, ``reason`` for people; ``until`` is aware, UTC, where the end is known.
    """

    filename: str
    version: str | None
    code: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """The answer for one project. ``versions`` holds the version of every file, and may hold more.

    ``note`` is something that a reader of the page should know, in words.
    """

    name: NormalizedName
    files: Sequence[ProjectFile]
    versions: tuple[str, ...] = ()
    serial: int | None = None
    status: Status = "active"
    status_reason: str | None = None
    note: str | None = None
    api_version: str = API_VERSION
    hidden: tuple[HiddenFile, ...] = ()


class ListedProject(NamedTuple):
    """A project of the root: its name as its owner typed it, and the serial of its last change, if known."""

    name: NormalizedName
    typed: str
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectList:
    """The answer of an index's root: names as their owners typed them, in the order shown.

    ``serials`` has the serial of a project's last change under its name as it stands in ``names``.
    """

    names: tuple[str, ...]
    serial: int | None = None
    serials: Mapping[str, int] = field(default_factory=dict)
