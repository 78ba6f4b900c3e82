"""Whether core metadata is that of the file that it came with."""

from bodega.formats.errors import BodegaError
from bodega.formats.filenames import file_version
from bodega.formats.metadata import CoreMetadata
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.version_order import version_key

#: Of another one nobody knows what it means; a minor version may only add to it.
_MAJOR_VERSIONS = ("1", "2")


class OtherMetadataError(BodegaError):
    """The metadata is of another project or version than its file, or of a form that is not known."""

    code = "E-METADATA-OTHER"

    def __init__(self, filename: str, why: str) -> None:
        super().__init__(f"the metadata of {filename} {why}")
        self.filename = filename


def refuse_other(metadata: CoreMetadata, name: NormalizedName, filename: str) -> None:
    """Raise OtherMetadataError where metadata is not that of a project's file."""
    form = metadata.metadata_version.partition(".")[0]
    if form and form not in _MAJOR_VERSIONS:
        raise OtherMetadataError(filename, f"has the version {metadata.metadata_version[:20]!r}; 2 is known")
    if normalize(metadata.name) != name:
        raise OtherMetadataError(filename, f"is of {metadata.name[:100]!r}")
    version = file_version(filename, name)
    key = version_key(metadata.version)
    if version is not None and (key is None or key != version_key(version)):
        raise OtherMetadataError(filename, f"is of version {metadata.version[:100]!r}")
