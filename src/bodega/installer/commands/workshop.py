"""What commands on an environment work with; put together by ``bootstrap``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.candidates import ComputedCache
from bodega.installer.store.store import Store


class Progress(Protocol):
    """Told where the work stands; shows it, or not."""

    def tell(self, text: str) -> None:
        """Show this."""

    def done(self) -> None:
        """Show nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The tools of one command.

    ``interpreter`` is asked for when it is needed: ``lock`` may do with another one than ``install``.
    ``link_mode`` is a setting of the contract, ``compile`` one of ``behind``, ``now``, ``never``.
    """

    interpreter: Callable[[], Interpreter]
    store: Store
    reader: IndexReader
    downloads: Downloads
    computed: ComputedCache
    progress: Progress
    link_mode: str = "auto"
    compile: str = "behind"
