"""Indexes in memory: the fakes beside ``index.views``' records and views."""

from collections.abc import Mapping

from bodega.adapters.memory.state import MemoryState
from bodega.index.views.commands import CreateIndex
from bodega.index.views.model import IndexDefinition
from bodega.messaging.clock import Clock


class MemoryIndexRecords:
    """Implements ``index.views.ports.IndexRecords``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def all(self) -> Mapping[str, IndexDefinition]:
        """Every index by its name."""
        return dict(self._state.indexes)

    def add(self, order: CreateIndex, clock: Clock) -> None:  # noqa: ARG002 - as the port has it
        """Make one."""
        self._state.indexes[order.name] = IndexDefinition(
            name=order.name,
            bases=order.bases,
            upstreams=order.upstreams,
            is_private=order.is_private,
            closed_after_days=order.closed_after_days,
        )
        self._state.epoch += 1

    def remove(self, name: str) -> None:
        """Remove one."""
        self._state.indexes.pop(name, None)
        self._state.epoch += 1

    def has_projects(self, name: str) -> bool:
        """Whether an upload ever claimed a name in it."""
        return any(index == name for index, _ in self._state.projects)


class MemoryIndexViews:
    """Implements ``index.views.ports.IndexViews``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def all(self) -> Mapping[str, IndexDefinition]:
        """Every index by its name."""
        return dict(self._state.indexes)

    def epoch(self) -> int:
        """Counts up with each change."""
        return self._state.epoch

    def granted(self, name: str) -> frozenset[str]:
        """Projects that may be mixed with their namesakes upstream."""
        return frozenset(self._state.granted.get(name, ()))
