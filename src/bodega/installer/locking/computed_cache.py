"""The port of what keeps computed things."""

from typing import Protocol


class ComputedCache(Protocol):
    """Keeps what was computed from something that never changes under its key."""

    def get(self, key: str) -> bytes | None:
        """What was kept."""

    def keep(self, key: str, data: bytes) -> None:
        """Keep it; may silently fail."""
