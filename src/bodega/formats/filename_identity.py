"""What file names have in common that mean one file (PEP 427, 440, 503)."""

from packaging.utils import canonicalize_version

from bodega.formats.names import normalize
from bodega.formats.versions import parse_version

_SDIST, _WHEEL = ".tar.gz", ".whl"


def filename_identity(filename: str) -> str:
    """What two names share that some client would take for one file.

    Case, the project's separators, how a version is written, and the order of compressed tags count nothing.
    """
    low = filename.lower()
    if low.endswith(_SDIST):
        # Old names have dashes in the project too: the version is what stands behind the last.
        project, dash, version = low.removesuffix(_SDIST).rpartition("-")
        if dash:
            return f"{normalize(project)}-{_version_identity(version)}{_SDIST}"
    parts = low.removesuffix(_WHEEL).split("-")
    if low.endswith(_WHEEL) and len(parts) in (5, 6):
        tags = (".".join(sorted(part.split("."))) for part in parts[-3:])
        return "-".join((normalize(parts[0]), _version_identity(parts[1]), *parts[2:-3], *tags)) + _WHEEL
    return low


def _version_identity(text: str) -> str:
    version = parse_version(text.replace("_", "-"))
    return text if version is None else canonicalize_version(version)
