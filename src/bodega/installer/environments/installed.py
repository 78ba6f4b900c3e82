"""What is installed in an environment (PEP 376, 610, 627)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bodega.formats.direct_url import parse_direct_url
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.record import recorded_paths
from bodega.installer.environments.interpreter import Interpreter

_SOURCES = "SOURCES.txt"
#: A folder that belongs to the environment, see ``linked.py``.
_LINKS = "/bodega/links/"

Kind = Literal["dist-info", "egg-info", "egg-link"]

#: The shim that makes ``pip`` mean bodega. Others see a ``pip`` of a marked version; to us it is another
#: project, for it has none of pip's modules: who requires ``pip`` gets the real one in its place.
SHIM = NormalizedName("bodega-pip")
SHIM_MARK = "+bodega."
_PIP = NormalizedName("pip")


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed distribution.

    ``path`` is its ``.dist-info`` folder, or the folder or file of the legacy form that ``kind`` tells.
    What lies inside is read when asked for. ``site`` is the folder that holds it.
    """

    name: NormalizedName
    version: str
    path: str
    site: str
    kind: Kind = "dist-info"

    @property
    def installer(self) -> str:
        """Who installed it; empty where nobody said."""
        return (self.read("INSTALLER") or b"").decode("utf-8", "replace").strip()

    @property
    def requested(self) -> bool:
        """Whether a user asked for it by name."""
        return os.path.exists(f"{self.path}/REQUESTED")

    @property
    def direct_url(self) -> Mapping[str, object] | None:
        """Where it came from, if not from an index (PEP 610)."""
        data = self.read("direct_url.json")
        return None if data is None else parse_direct_url(data.decode("utf-8", "replace"))

    @property
    def metadata(self) -> bytes:
        """The core metadata document; empty where there is none."""
        if self.kind == "egg-info" and os.path.isfile(self.path):
            return _read(self.path) or b""
        return self.read("PKG-INFO" if self.kind == "egg-info" else "METADATA") or b""

    @property
    def typed_name(self) -> str:
        """The name as its owner typed it."""
        return self._header("name") or self.name

    @property
    def typed_version(self) -> str:
        """The version as its owner typed it."""
        return self._header("version") or self.version

    @property
    def written_name(self) -> NormalizedName:
        """The name that others see: that of the shim of ``pip`` is ``pip``."""
        return _PIP if self.name == SHIM else self.name

    @property
    def wheel_file(self) -> str:
        """The WHEEL document; empty where there is none."""
        return (self.read("WHEEL") or b"").decode("utf-8", "replace")

    def recorded(self) -> list[str] | None:
        """The paths of its files, relative to ``site`` or absolute; ``None`` where nothing lists them.

        RECORD lists them, in the form before it ``installed-files.txt``.
        """
        if self.kind == "dist-info":
            data = self.read("RECORD")
            if data is None:
                return self._sources() if self.is_linked else None
            return recorded_paths(data.decode("utf-8", "surrogateescape"))
        data = self.read("installed-files.txt")
        if data is None:
            return None
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        return [os.path.relpath(f"{self.path}/{line}", self.site) for line in lines if line]

    @property
    def is_linked(self) -> bool:
        """Whether its packages are links into the store: the environment says where they lead."""
        return (
            self.kind == "dist-info"
            and os.path.exists(f"{self.path}/{_SOURCES}")
            and not os.path.exists(f"{self.path}/RECORD")
            and self.installer == "bodega"
        )

    def _sources(self) -> list[str]:
        """What lies in the environment itself; the links are not the distribution's alone."""
        lines = (self.read(_SOURCES) or b"").decode("utf-8", "surrogateescape").splitlines()
        return [line for line in lines if line and _LINKS not in line]

    def read(self, name: str) -> bytes | None:
        """A file of its folder."""
        return _read(f"{self.path}/{name}")

    def _header(self, wanted: str) -> str:
        for line in self.metadata.decode("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.lower() == wanted:
                return value.strip()
            if not line.strip():
                break
        return ""


def scan(interpreter: Interpreter) -> dict[NormalizedName, Installed]:
    """Every distribution in the environment, by name; of one that is there twice, the first."""
    return {one.name: one for one in reversed(scan_all(interpreter))}


def scan_all(interpreter: Interpreter) -> list[Installed]:
    """Every distribution in the environment, those that another installer left twice included."""
    scheme = interpreter.scheme
    return [one for site in dict.fromkeys((scheme.purelib, scheme.platlib)) for one in scan_folder(site)]


def scan_folder(site: str) -> list[Installed]:
    """Every distribution in one folder; none where it cannot be read."""
    try:
        names = os.listdir(site)
    except OSError:
        return []
    found = (
        _distribution(site, name)
        for name in sorted(names)
        if name.endswith((".dist-info", ".egg-info", ".egg-link")) and name[0] not in "~."
    )
    return [one for one in found if one is not None]


def _distribution(site: str, entry: str) -> Installed | None:
    stem, _, suffix = entry.rpartition(".")
    path = f"{site}/{entry}"
    if suffix == "dist-info":
        name, _, version = stem.rpartition("-")
        if not name:
            return None
        known = SHIM if name == _PIP and SHIM_MARK in version else normalize(name)
        return Installed(known, version.replace("_", "-"), path, site)
    if suffix == "egg-link":
        return Installed(normalize(stem), "", path, site, "egg-link")
    name, _, rest = stem.partition("-")
    found = Installed(normalize(name), rest.partition("-py")[0], path, site, "egg-info")
    # Beside the sources of a project its version stands inside only.
    return found if found.version else replace(found, version=found.typed_version)


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
