"""What a source distribution requires, told by a wheel of the same version for another platform.

For an environment that is not at hand nothing can be built, and what a build here would say of it is no truth
either. The wheels of a version nearly always agree on what it requires, with markers where that differs.
"""

from bodega.formats.filenames import wheel_parts
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import version_key
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.ports import Builder, BuiltWheel, Source
from bodega.simple_api.pages import ProjectFile


class MetadataOfWheels:
    """A ``Builder`` that asks another one only for what no wheel of an index tells."""

    def __init__(self, reader: IndexReader, builder: Builder) -> None:
        self._reader = reader
        self._builder = builder

    def metadata(self, source: Source) -> bytes:
        """The metadata of a wheel of that version, else what the builder finds."""
        wheel = self._wheel(source)
        return self._reader.metadata(wheel) if wheel is not None else self._builder.metadata(source)

    def wheel(self, source: Source) -> BuiltWheel:
        """As the builder does."""
        return self._builder.wheel(source)

    def _wheel(self, source: Source) -> ProjectFile | None:
        if source.name is None or source.version is None or source.path is not None or source.revision:
            return None
        key, name = version_key(source.version), NormalizedName(source.name)
        page = self._reader.cached_page(name) or self._reader.page(name)
        files = page.page.files if page is not None else ()
        found = [
            file
            for file in files
            if (parts := wheel_parts(file.filename)) is not None and version_key(parts.version) == key
        ]
        # Whichever, but always the same one; one whose metadata the index has by itself costs least.
        return min(found, key=lambda file: (file.core_metadata is None, file.filename), default=None)
