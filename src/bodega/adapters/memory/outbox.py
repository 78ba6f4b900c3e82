"""Outbox and inbox in memory: the fakes beside the ports of ``messaging``."""

from collections.abc import Sequence
from datetime import datetime

from bodega.adapters.memory.state import KeptLetter, MemoryState
from bodega.messaging.delivery import Letter
from bodega.messaging.messages import Event
from bodega.messaging.serialization import encode


class MemoryOutbox:
    """Implements ``messaging.unit_of_work.Outbox``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, event: Event) -> None:
        """Write the event into the running transaction."""
        self._state.letters[event.id] = KeptLetter(Letter(event.id, event.type, encode(event)), event.at)


class MemoryInbox:
    """Implements ``messaging.delivery.Inbox``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def first_time(self, consumer: str, event_id: str, at: datetime) -> bool:  # noqa: ARG002 - as the port has it
        """Note that the consumer handles the event now."""
        is_first = (consumer, event_id) not in self._state.handled
        self._state.handled.add((consumer, event_id))
        return is_first


class MemoryLetters:
    """Implements ``messaging.delivery.Letters``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def due(self, now: datetime, limit: int) -> Sequence[Letter]:
        """Waiting events whose time has come, oldest first."""
        waiting = [
            kept.letter
            for kept in self._state.letters.values()
            if kept.done_at is None and kept.attempt_at <= now
        ]
        return waiting[:limit]

    def settle(self, event_id: str, at: datetime) -> None:
        """Every consumer has handled the event, or given it up."""
        self._state.letters[event_id].done_at = at

    def retry(self, event_id: str, at: datetime) -> None:
        """Leave the event waiting until then."""
        self._state.letters[event_id].attempt_at = at

    def fail(self, consumer: str, event_id: str, *, error: str, at: datetime) -> int:  # noqa: ARG002 - as the port has it
        """Note that the consumer failed on the event; how often it has by now."""
        attempts = self._state.failures.get((consumer, event_id), 0) + 1
        self._state.failures[consumer, event_id] = attempts
        return attempts

    def bury(self, consumer: str, event_id: str, at: datetime) -> None:  # noqa: ARG002 - as the port has it
        """Give the event up for that consumer."""
        self._state.dead.add((consumer, event_id))

    def is_dead(self, consumer: str, event_id: str) -> bool:
        """Whether it was given up for that consumer."""
        return (consumer, event_id) in self._state.dead

    def forget_settled(self, before: datetime) -> int:
        """Delete what was settled before then, and who handled it; how many events that were."""
        old = {
            event_id
            for event_id, kept in self._state.letters.items()
            if kept.done_at is not None and kept.done_at < before
        }
        for event_id in old:
            del self._state.letters[event_id]
        self._state.handled = {entry for entry in self._state.handled if entry[1] not in old}
        return len(old)
