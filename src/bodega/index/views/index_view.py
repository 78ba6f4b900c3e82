"""The port of views: an index as a reader sees it (PEP 503, 691)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.index.upstream.views import Flight
from bodega.simple_api.pages import ProjectList, ProjectPage


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

    def projects(self) -> ProjectList:
        """Every project known, by normalized name."""

    def projects_tag(self) -> str:
        """Changes with the list of projects; quick."""

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """The file of a URL (``files/KEY/FILENAME``); one indexed look-up.

        Raises BodegaError for a file that is known and not given out.
        """
