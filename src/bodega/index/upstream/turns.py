"""The port of turns: one process at a time does a thing, and tells those who waited how it went."""

from contextlib import AbstractContextManager
from typing import Protocol


class Turn(Protocol):
    """A turn that is ours."""

    @property
    def told(self) -> str | None:
        """What whoever had the turn told while we waited for it; ``None``: it is for us to do."""

    def tell(self, text: str) -> None:
        """Tell those who wait; a short text."""


class Turns(Protocol):
    """Turns by key. Every method may be called from any thread of any process of the index."""

    def take(self, key: str) -> AbstractContextManager[Turn]:
        """Wait for the turn, for so long as is reasonable; it ends with the block.

        A process that is killed loses its turn. Never raises: at worst a thing is done twice.
        """
