"""Times as text that sorts: ISO 8601 with microseconds, UTC, the same on every engine."""

from datetime import UTC, datetime


def written(time: datetime) -> str:
    """A time as it is stored."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def written_or_none(time: datetime | None) -> str | None:
    """A time as it is stored, where there is one."""
    return written(time) if time is not None else None


def read(text: str) -> datetime:
    """A stored time."""
    return datetime.fromisoformat(text)


def read_or_none(text: str | None) -> datetime | None:
    """A stored time, where there is one."""
    return read(text) if text is not None else None
