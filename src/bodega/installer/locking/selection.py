"""The files chosen for one environment: what a resolution or a lock comes down to."""

from collections.abc import Mapping
from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.installer.locking.ports import Reference, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """One distribution to be installed, and the one file that it is installed from.

    ``url`` is absolute (``file:`` for local files). ``hashes`` maps algorithm to hexadecimal value; at
    least one is trusted. ``size`` is in bytes where the index said it. ``index`` is the base URL of the
    index it came from. ``requested`` says that the user named it (REQUESTED). ``direct_url`` is the
    document of PEP 610 for a direct reference, ``None`` for a file from an index. ``source`` is what the
    wheel is to be built from, ``None`` where the file is a wheel. ``reference`` is what a lock names instead
    of a file, a checkout or a folder: it has to be looked into first, and until then there is no version.
    """

    name: NormalizedName
    version: str
    filename: str
    url: str
    hashes: Mapping[str, str]
    size: int | None = None
    index: str | None = None
    requested: bool = False
    direct_url: Mapping[str, object] | None = None
    source: Source | None = None
    reference: Reference | None = None
