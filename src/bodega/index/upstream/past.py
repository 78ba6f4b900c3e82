"""An upstream as it was at a serial of ours: what was seen of it by then, and nothing else.

What it had before we first asked is unknown, and cannot be found out any more: it may have been deleted.
"""

from collections.abc import Iterator

from bodega.formats.filenames import file_version
from bodega.formats.names import NormalizedName
from bodega.index.upstream.first_seen import given_at_first_sight
from bodega.index.upstream.ports import UpstreamPast
from bodega.simple_api.pages import ProjectFile, ProjectPage


class PastPages:
    """The pages of one upstream at one serial. Every method may be called from any thread."""

    def __init__(self, past: UpstreamPast) -> None:
        self._past = past

    def page(self, name: NormalizedName) -> ProjectPage | None:
        """The page as it was seen then; ``None`` where nothing was."""
        files = self._past.listed(name)
        if not files:
            return None
        given = tuple(given_at_first_sight(seen) for seen in files)
        return ProjectPage(
            name=name,
            files=given,
            versions=_versions(given, name),
            serial=max(seen.seen_serial or 0 for seen in files),
            note=self.unknown_before(name),
        )

    def unknown_before(self, name: NormalizedName) -> str | None:
        """What cannot be told of the project, in words; ``None`` where it was never seen at all."""
        sight = self._past.first_sight(name)
        if sight is None:
            return None
        serial, at = sight
        return (
            f"what the upstream had of {name} before it was first seen here "
            f"(serial {serial}, {at:%Y-%m-%d %H:%M} UTC) is unknown"
        )

    def names(self, low: str = "", below: str | None = None) -> Iterator[NormalizedName]:
        """Projects that were seen by then, sorted, from ``low`` up to and without ``below``."""
        return self._past.names(low, below)


def _versions(files: tuple[ProjectFile, ...], name: NormalizedName) -> tuple[str, ...]:
    return tuple(dict.fromkeys(version for file in files if (version := file_version(file.filename, name))))
