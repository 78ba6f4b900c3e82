"""What this context needs: a memory of what was seen, and the upstream itself."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.index.upstream.model import Refusal, SeenChange, SeenFile, SeenPage
from bodega.simple_api.pages import ListedProject, ProjectPage

#: Runs the work soon, in another thread; never raises and never waits for it.
Background = Callable[[Callable[[], None]], None]
#: Adds to a page what is known of its files; any thread.
Enrich = Callable[[ProjectPage], ProjectPage]
#: How the upstream answered when it was asked for a page: told to whoever counts.
Outcome = Literal["answered", "absent", "failed", "refused", "left-alone"]
Observer = Callable[[Outcome], None]
#: The core metadata of a kept wheel: its digest and file name; raises WheelError.
WheelMetadata = Callable[[Digest, str], bytes]


class UpstreamPast(Protocol):
    """What was seen of one upstream up to and with a serial. May be called from any thread."""

    def listed(self, name: NormalizedName) -> Sequence[SeenFile]:
        """The files that were listed then, in the order of first sight, each marked as it was then."""

    def first_sight(self, name: NormalizedName) -> tuple[int, datetime] | None:
        """The serial and the time at which a file of the project was first seen, whenever that was."""

    def names(self, low: str = "", below: str | None = None) -> Iterator[NormalizedName]:
        """Projects of which a file was seen by then, sorted, from ``low`` up to and without ``below``."""


class UpstreamRecords(Protocol):
    """What was seen of one upstream. Every method may be called from any thread.

    Files are learned before the page that lists them is kept, so a kept page's files are always known.
    Raises what the database raises.
    """

    def seen(self, name: NormalizedName) -> SeenPage | None:
        """How the page was last seen; one indexed look-up."""

    def page(self, name: NormalizedName) -> ProjectPage | None:
        """The page as the upstream gave it, file URLs absolute."""

    def keep(self, seen: SeenPage, page: ProjectPage | None = None) -> None:
        """Remember the page; ``None``: its content is as before."""

    def forget(self, name: NormalizedName) -> None:
        """The upstream has no such project any more: the page goes, its files stay known."""

    def files(self, name: NormalizedName) -> Mapping[str, SeenFile]:
        """Every file ever seen of a project, by file name."""

    def file(self, key: str, filename: str) -> SeenFile | None:
        """The file of a URL: by sha256 or by ``unhashed-PROJECT``, and name; one indexed look-up."""

    def learn(self, files: Sequence[SeenFile], changes: Sequence[SeenChange] = ()) -> int | None:
        """Insert or replace what is known of files, and note changes: all of it, or none.

        Files without a ``seen_serial``, and changes, get the next serial of the index, which is returned;
        ``None`` where there were neither.
        """

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Record claims that were not taken; one that is recorded already stays as it is."""

    def refusals(self, name: NormalizedName) -> Sequence[Refusal]:
        """Claims about a project that were not taken, oldest first."""

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects whose page is kept, by name, from ``low`` up to and without ``below``, with their serials.

        They are read as they are consumed.
        """

    def list_mark(self) -> int:
        """Changes, over all processes, with each page that comes or goes and with each page's serial; quick.

        Marks are of one counter for all upstreams, and only grow.
        """

    def listed_since(self, mark: int, most: int) -> Collection[NormalizedName]:
        """Projects for which ``listed`` changed after the mark; no more than ``most`` of them."""
