"""What was read of metadata documents, in memory."""

from bodega.formats.names import NormalizedName
from bodega.index.views.inline_metadata import Known
from bodega.simple_api.pages import InlineMetadata


class MemoryInlineStore:
    """Implements ``index.views.inline_metadata.InlineStore``."""

    def __init__(self) -> None:
        self._known: dict[NormalizedName, dict[str, InlineMetadata | None]] = {}

    def of(self, name: NormalizedName) -> Known:
        """What is known of the project's documents."""
        return dict(self._known.get(name, {}))

    def add(self, name: NormalizedName, known: Known) -> None:
        """Remember these, too."""
        self._known.setdefault(name, {}).update(known)
