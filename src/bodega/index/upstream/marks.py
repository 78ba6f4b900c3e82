"""The port of marks: what tells the processes of one index that another of them changed a project's page."""

from typing import Protocol

from bodega.formats.names import NormalizedName


class Marks(Protocol):
    """A number for each project; may be used from any thread, and costs next to nothing to look at."""

    def of(self, name: NormalizedName) -> int:
        """The project's mark. Whoever remembers something of a page notes it, looked at before it read."""

    def move(self, name: NormalizedName) -> int:
        """Change the mark, in every process at once; the new one. Others may change along with it."""
