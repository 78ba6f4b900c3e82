"""The port of parts: files on their way here, which the processes of one index fetch once for all of them.

One process holds a part and makes it grow; the others watch how far it is. When the holder is killed, the
part stays, and whoever claims it next goes on where it stopped.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bodega.content.blob_store import BlobWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """How far a part is.

    ``path`` is the growing file; another path means that it was begun anew. ``published`` bytes of it may
    be read, of ``size`` where that is known. ``validator`` is what the upstream calls this state of the
    file (an entity tag or a date; RFC 9110 section 13.1.5), empty when it says nothing. ``digest`` is the
    sha256 of the whole once it is kept; ``failure`` is what went wrong: code, what and why.
    """

    path: str
    size: int | None = None
    published: int = 0
    validator: str = ""
    digest: str | None = None
    failure: tuple[str, str, str] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.digest is not None or self.failure is not None


class Part(BlobWriter, Protocol):
    """A part that is ours. Left without ``commit`` or ``discard`` it stays for the next one."""

    @property
    def state(self) -> PartState:
        """What was told last; of a part that was found, by whoever had it before."""

    def tell(self, state: PartState) -> None:
        """Let those who watch know; cheap, not durable."""

    def read(self, start: int, length: int) -> bytes:
        """What was written there; shorter at the end."""

    def restart(self) -> None:
        """Throw away what was written: from here on it is another file."""

    def discard(self) -> None:
        """Leave nothing of it."""


class Watch(Protocol):
    """The view of a part from beside it."""

    def state(self) -> PartState | None:
        """How far it is; ``None`` while nothing was told."""

    def is_held(self) -> bool:
        """Whether somebody makes it grow."""


class Parts(Protocol):
    """Parts by key. Every method may be called from any thread of any process of the index."""

    def claim(self, key: str) -> AbstractContextManager[Part | None]:
        """The part, ours until the end of the block, new or as it was left; ``None`` while another has it.

        Raises StorageFullError.
        """

    def watch(self, key: str) -> AbstractContextManager[Watch | None]:
        """Watch a part that somebody has or left; ``None`` when there is none."""

    def clean(self, older_than: float) -> int:
        """Remove parts that nobody went on with for so many seconds; how many those were."""
