"""The port of kept project lists: a cache that may forget, so that a restart need not render all names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bodega.index.views.index_view import ListMark
from bodega.simple_api.negotiate import Form
from bodega.simple_api.pieces import Piece


class ListKey(NamedTuple):
    """Which list; ``view`` is the index's name."""

    view: str
    form: Form


@dataclass(frozen=True, slots=True)
class Frame:
    """Entries of neighbours. ``low`` is where its names begin; they end where the next frame's begin."""

    low: str
    names: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class KeptList:
    """The frames of a list, all of its changes up to the mark in them, and what the list was made of."""

    made_of: str
    mark: ListMark
    frames: Sequence[Frame]


class ListStore(Protocol):
    """Project lists in frames; may be called from any thread."""

    def load(self, key: ListKey) -> KeptList | None:
        """The list that was kept last."""

    def keep(self, key: ListKey, kept: KeptList) -> None:
        """Keep this one instead: all of it or nothing. Only frames that differ are written."""


class NoLists:
    """Implements ListStore for lists that are not worth keeping."""

    def load(self, key: ListKey) -> KeptList | None:  # noqa: ARG002 - as the port has it
        """Nothing."""
        return None

    def keep(self, key: ListKey, kept: KeptList) -> None:
        """Forget it."""
