"""Who is told while things are fetched and built, and who builds projects of one's own."""

from typing import Protocol

from bodega.installer.locking.ports import Builder, Source


class Progress(Protocol):
    """Told where the work stands; shows it, or not."""

    def tell(self, text: str) -> None:
        """Show this for as long as it is true."""

    def say(self, text: str) -> None:
        """Show this line for good."""

    def done(self) -> None:
        """Show nothing any more."""


class ProjectBuilder(Builder, Protocol):
    """Builds source distributions too."""

    def sdist(self, source: Source, folder: str) -> str:
        """Build the source distribution of a folder of sources into another folder; returns its path."""
