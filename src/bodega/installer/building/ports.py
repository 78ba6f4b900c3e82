"""Who is told while things are fetched and built."""

from typing import Protocol


class Progress(Protocol):
    """Told where the work stands; shows it, or not."""

    def tell(self, text: str) -> None:
        """Show this for as long as it is true."""

    def say(self, text: str) -> None:
        """Show this line for good."""

    def done(self) -> None:
        """Show nothing any more."""
