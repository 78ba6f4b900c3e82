"""What a download is told of a file, and whom it tells how far it is."""

from collections.abc import Callable, Mapping
from typing import Protocol

#: Told the bytes that arrived, for a progress line.
Progress = Callable[[int], None]


class Downloadable(Protocol):
    """What a download needs to know of a file; ``locking.Selected`` and page files both fit."""

    @property
    def filename(self) -> str:
        """The file's name, used in errors only."""

    @property
    def url(self) -> str:
        """Absolute URL."""

    @property
    def hashes(self) -> Mapping[str, str]:
        """Algorithm to hexadecimal value."""

    @property
    def size(self) -> int | None:
        """Length in bytes, where known."""


def no_progress(_count: int) -> None:
    """The progress that nobody watches."""
