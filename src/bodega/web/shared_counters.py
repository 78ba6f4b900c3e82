"""Counters that the worker processes of one server share: each adds to its own part, any reads the sum.

A part is a table of cells in anonymous shared memory: a key in ASCII and a double. Only its worker writes to
a part, so nothing is locked; a worker that is started in place of a dead one goes on with its part.
"""

import mmap
import struct
from collections.abc import Iterator
from itertools import count

_KEY = 56
_CELL = _KEY + 8
_CELLS = 1024
_PART = _CELL * _CELLS
_ENTRY = struct.Struct(f"<{_KEY}sd")


class SharedCounters:
    """The counters of all workers; made before they are forked."""

    def __init__(self, workers: int = 1) -> None:
        self._memory = mmap.mmap(-1, _PART * workers)
        self._workers = workers

    def part(self, worker: int) -> "CounterPart":
        """The part to which one worker adds."""
        return CounterPart(memoryview(self._memory)[worker * _PART : (worker + 1) * _PART])

    def sums(self) -> dict[str, float]:
        """Every key with its sum over all workers, in the order in which keys were first seen."""
        found: dict[str, float] = {}
        for worker in range(self._workers):
            for key, value in _entries(memoryview(self._memory)[worker * _PART : (worker + 1) * _PART]):
                found[key] = found.get(key, 0.0) + value
        return found


class CounterPart:
    """One worker's part. ``cell`` gives the index of a key's value in ``values``, to be added to there."""

    def __init__(self, memory: memoryview) -> None:
        self._memory = memory
        self._cells = {key: number for number, (key, _) in enumerate(_entries(memory))}
        #: A value stands at ``cell(key)``; adding to it is all that a request costs.
        self.values = memory.cast("d")

    def cell(self, key: str) -> int:
        """Where the value of a key stands; keys beyond the table's end share the last cell."""
        number = self._cells.get(key)
        if number is None:
            number = self._cells[key] = min(len(self._cells), _CELLS - 1)
            if number == len(self._cells) - 1:
                text = key if number < _CELLS - 1 else "overflow"
                start = number * _CELL
                # The first byte last: it is what makes a cell one.
                data = text.encode("ascii")[:_KEY]
                self._memory[start + 1 : start + len(data)] = data[1:]
                self._memory[start : start + 1] = data[:1]
        return number * (_CELL // 8) + _KEY // 8


def _entries(memory: memoryview) -> Iterator[tuple[str, float]]:
    for number in count():
        if number == _CELLS or memory[number * _CELL] == 0:
            return
        key, value = _ENTRY.unpack_from(memory, number * _CELL)
        yield key.rstrip(b"\0").decode("ascii"), value
