"""What to say of chosen files that their owners do not want to be chosen (PEP 592)."""

from collections.abc import Collection

from bodega.installer.locking.resolution import Resolution


def yank_remarks(resolution: Resolution, names: Collection[str] | None = None) -> tuple[str, ...]:
    """A sentence for each yanked file of a resolution; only of these projects, where ``names`` is given."""
    return tuple(
        f"{pin.name} {pin.version} is yanked{because(pin.candidate.file.yanked)}"
        for pin in resolution.pins
        if pin.candidate.file.yanked is not None and (names is None or pin.name in names)
    )


def in_a_line(reason: str) -> str:
    """Words of a page: whatever stands there, it stays one line and moves no cursor."""
    words = "".join(character if character.isprintable() else " " for character in reason)
    return " ".join(words.split())[:300]


def because(reason: str) -> str:
    """The reason behind a colon, if there is one."""
    words = in_a_line(reason)
    return f": {words}" if words else ""
