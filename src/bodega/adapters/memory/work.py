"""Units of work in memory: one at a time, undone when the block raises."""

import copy
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields

from bodega.adapters.memory.accounts import MemoryTokens
from bodega.adapters.memory.catalog import MemoryCatalog
from bodega.adapters.memory.indexes import MemoryIndexRecords
from bodega.adapters.memory.outbox import MemoryInbox, MemoryLetters, MemoryOutbox
from bodega.adapters.memory.policy import MemoryPolicyRecords
from bodega.adapters.memory.state import MemoryState
from bodega.index.audit.model import AuditRecord
from bodega.index.audit.views import AuditEntry


class MemoryAuditRecords:
    """Implements ``index.audit.ports.AuditRecords``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, record: AuditRecord) -> None:
        """Append a record."""
        self._state.audit.append(record)


class MemoryAuditViews:
    """Implements ``index.audit.views.AuditViews``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def newest(
        self, limit: int, *, action: str | None = None, before: int | None = None
    ) -> Sequence[AuditEntry]:
        """At most so many entries, newest first."""
        entries = [AuditEntry(number, record) for number, record in enumerate(self._state.audit, start=1)]
        wanted = [
            entry
            for entry in reversed(entries)
            if action in (None, entry.record.action) and (before is None or entry.id < before)
        ]
        return wanted[:limit]


class MemoryWork:
    """Implements the units of work of catalog, accounts, views and audit, and of delivery."""

    def __init__(self, state: MemoryState) -> None:
        self.outbox = MemoryOutbox(state)
        self.inbox = MemoryInbox(state)
        self.letters = MemoryLetters(state)
        self.catalog = MemoryCatalog(state)
        self.tokens = MemoryTokens(state)
        self.audit = MemoryAuditRecords(state)
        self.indexes = MemoryIndexRecords(state)
        self.policy = MemoryPolicyRecords(state)


class BeginMemoryWork:
    """Begins a transaction on a state. ``at_commit`` may raise, as a full disk does at the worst moment."""

    def __init__(self, state: MemoryState, at_commit: Callable[[], None] | None = None) -> None:
        self.state = state
        self.at_commit = at_commit
        self._lock = threading.Lock()

    def __call__(self) -> AbstractContextManager[MemoryWork]:
        """Begin."""
        return self._begin()

    @contextmanager
    def _begin(self) -> Iterator[MemoryWork]:
        with self._lock:
            before = copy.deepcopy(self.state)
            try:
                yield MemoryWork(self.state)
                if self.at_commit is not None:
                    self.at_commit()
            except BaseException:
                for field in fields(MemoryState):
                    setattr(self.state, field.name, getattr(before, field.name))
                raise
