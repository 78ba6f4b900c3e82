"""Marks in memory: the fake beside ``index.upstream.marks``."""

from collections import Counter

from bodega.formats.names import NormalizedName


class MemoryMarks:
    """Implements ``index.upstream.marks.Marks``."""

    def __init__(self) -> None:
        self._marks: Counter[NormalizedName] = Counter()

    def of(self, name: NormalizedName) -> int:
        """The project's mark."""
        return self._marks[name]

    def move(self, name: NormalizedName) -> int:
        """Change the mark."""
        self._marks[name] += 1
        return self._marks[name]
