"""The port of views: an index as a reader sees it (PEP 503, 691)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.index.upstream.views import Advisories, Flight
from bodega.simple_api.pages import ListedProject, ProjectPage


@dataclass(frozen=True, slots=True)
class PageTag:
    """Which state of a page is current.

    ``fresh_for``: seconds in which readers need not ask for it again. ``holds_for``: seconds in which it is
    the current one unless the database changes; a layer that makes it change with time says less.
    ``changes_at``, of a tag that comes with its page, is when the page changes by itself (a cooldown ends):
    seconds since the epoch, ``None`` for never.
    """

    fingerprint: str
    fresh_for: float = 0.0
    holds_for: float = 0.0
    changes_at: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known at once: whether that is sure, and the tag (``None`` and sure: no such project)."""

    sure: bool
    tag: PageTag | None = None


UNSURE = Answer(sure=False)
ABSENT = Answer(sure=True)


class ListMark(NamedTuple):
    """Up to which changes the list of projects is known.

    ``serial`` counts the changes of the catalogue, ``seen`` those of what was seen of upstreams; 0 where a
    view does not depend on them. ``rules`` is the same for two marks whose lists differ by nothing else.
    """

    serial: int = 0
    seen: int = 0
    rules: str = ""

    def leads_to(self, later: "ListMark") -> bool:
        """Whether the later list is this one with the changes since."""
        return self.rules == later.rules and self.serial <= later.serial and self.seen <= later.seen


class ViewedFile(Protocol):
    """A file of a view. Methods raise BodegaError."""

    @property
    def project(self) -> NormalizedName:
        """The project that it is of."""

    @property
    def filename(self) -> str:
        """Its name."""

    @property
    def available_at(self) -> datetime | None:
        """From when a cooldown counts; ``None`` for a file that no cooldown holds back."""

    @property
    def size(self) -> int | None:
        """Its length in bytes, when known."""

    def kept(self) -> Digest | None:
        """The digest under which its bytes are in the blob store, if they are. Quick."""

    def fetch(self) -> Flight:
        """The download that brings its bytes here; returns at once."""

    def metadata_kept(self) -> Digest | None:
        """The digest of its core metadata, if that is in the blob store. Quick."""

    def provenance_kept(self) -> Digest | None:
        """The digest of its provenance object, if one is in the blob store. Quick."""

    def advisories(self, version: str) -> Advisories | None:
        """What is known against its release, which is that version; ``None`` where nobody says."""

    def metadata(self) -> Digest:
        """The digest of its core metadata, in the blob store by then; raises MetadataNotFoundError."""


class IndexView(Protocol):
    """An index. Every method may be called from any thread.

    A name that is not known is ``None``, never an error. UpstreamError comes out where an upstream had to
    be asked and gave nothing usable.
    """

    def at_once(self, name: NormalizedName) -> Answer:
        """What is known of a page without waiting: one indexed look-up at most."""

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The state of a page that is current; may ask an upstream."""

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page and its tag; may ask an upstream."""

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects by normalized name, from ``low`` up to and without ``below``, read as they are consumed.

        What changes meanwhile may be among them or not: read the mark before, and ask again for what
        changed since.
        """

    def list_mark(self) -> ListMark:
        """Changes with the list of projects; quick."""

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:
        """Names, normalized, that came, went or changed after the mark; no more than ``most`` of them.

        ``None`` where that is not known; then everything may have changed.
        """

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """The file of a URL (``files/KEY/FILENAME``); one indexed look-up.

        Raises BodegaError for a file that is known and not given out.
        """
