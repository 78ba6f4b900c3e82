"""What is worth saying of a resolution that was found."""

from collections.abc import Collection, Iterator

from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.yanked import yank_remarks


def remarks_on(resolution: Resolution, names: Collection[str] | None = None) -> tuple[str, ...]:
    """Sentences on yanked files, and on extras that are not there; only of these projects, where given."""
    return (*yank_remarks(resolution, names), *_on_extras(resolution, names))


def _on_extras(resolution: Resolution, names: Collection[str] | None) -> Iterator[str]:
    for pin in resolution.pins:
        if names is None or pin.name in names:
            for extra in pin.unknown_extras:
                yield f"{pin.name} {pin.version} has no extra {extra!r}: nothing more came with it"
