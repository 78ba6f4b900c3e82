"""What was seen of an upstream, as values."""

from dataclasses import dataclass
from datetime import datetime

from bodega.formats.digests import Digest, sha256
from bodega.formats.names import NormalizedName

#: How the URL of a file begins whose sha256 the upstream does not tell; the project's name follows.
UNHASHED = "unhashed-"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """When and how a project's page was last seen.

    ``fingerprint`` changes with the page as we give it. ``etag`` and ``last_modified`` are the upstream's,
    empty where it sends none. ``seal`` is the digest of its answer, for an upstream that sends neither.
    ``checked_at`` is when it last confirmed the page. ``serial`` is ours, of the last change that we saw.
    """

    name: NormalizedName
    fingerprint: str
    seal: str = ""
    etag: str = ""
    last_modified: str = ""
    checked_at: datetime
    serial: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """A file of an upstream's project, with the first hashes seen for its name.

    ``declared`` is the strongest digest that the upstream gave, if any; ``sha256`` is known when that is
    one, or once the file was fetched. ``metadata_sha256`` is the digest of its core metadata, declared or
    learned. ``size`` is in bytes.

    ``upload_time``, ``requires_python`` and ``yanked`` are as the upstream said at first sight.
    ``available_at`` is from when a cooldown counts (see ``first_seen``). ``seen_serial`` is our serial at
    first sight, given when the file is learned.
    """

    project: NormalizedName
    filename: str
    url: str
    declared: str | None = None
    sha256: str | None = None
    size: int | None = None
    metadata_sha256: str | None = None
    first_seen: datetime
    upload_time: datetime | None = None
    requires_python: str | None = None
    yanked: str | None = None
    available_at: datetime | None = None
    seen_serial: int | None = None

    @property
    def key(self) -> str:
        """What stands for the file's digest in its URL."""
        return self.sha256 or f"{UNHASHED}{self.project}"

    @property
    def digest(self) -> Digest | None:
        """The sha256 under which its bytes are kept, once known."""
        return sha256(self.sha256) if self.sha256 else None

    @property
    def is_wheel(self) -> bool:
        """Whether it is a wheel, so that it has core metadata to offer."""
        return self.filename.endswith(".whl")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChange:
    """What became of a file that was seen before: listed or not, and its mark (PEP 592)."""

    project: NormalizedName
    filename: str
    is_listed: bool
    yanked: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A claim of the upstream that was not taken."""

    project: NormalizedName
    filename: str
    reason: str
    at: datetime
