"""Build: a folder of sources becomes a source distribution and a wheel, for others to install."""

import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.request import pathname2url

from bodega.installer.building.errors import NoProjectError
from bodega.installer.commands.workshop import Workshop
from bodega.installer.locking.ports import Source

Kind = Literal["sdist", "wheel"]
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was built: ``size`` in bytes, ``sha256`` in hexadecimal."""

    kind: Kind
    path: str
    size: int
    sha256: str


def build(path: str, folder: str, kinds: Collection[Kind], workshop: Workshop) -> list[Made]:
    """Build what a path holds into a folder, which is made where it is missing.

    Without ``kinds`` the source distribution is built, and the wheel from that: so what is published is
    known to be whole. Named kinds are built from the folder itself. Of an archive only a wheel is built.
    Raises BuildError, SdistError and what resolving and downloading raise; then nothing is left of a file
    that is not whole.
    """
    source = _source(path)
    if source.filename and "sdist" in kinds:
        raise NoProjectError(path, "it is an archive already, of which only a wheel can be built")
    wanted: Collection[Kind] = ["wheel"] if source.filename else kinds
    made = []
    os.makedirs(folder, exist_ok=True)
    if not wanted or "sdist" in wanted:
        made.append(_made("sdist", workshop.builder.sdist(source, folder)))
    if not wanted:
        source = _source(made[0].path)
    if not wanted or "wheel" in wanted:
        built = workshop.builder.wheel(source)
        made.append(_made("wheel", _copied(built.path, f"{folder}/{built.filename}")))
    return made


def _source(path: str) -> Source:
    full = os.path.abspath(path)
    if os.path.isdir(full):
        return Source(url=f"file:{pathname2url(full)}", path=full)
    if not os.path.isfile(full):
        raise NoProjectError(path, "there is no such file or folder")
    hashes: Mapping[str, str] = {"sha256": _sha256(full)}
    return Source(url=f"file:{pathname2url(full)}", path=full, filename=os.path.basename(full), hashes=hashes)


def _copied(path: str, target: str) -> str:
    part = f"{target}.{os.getpid()}.part"
    try:
        shutil.copyfile(path, part)
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.unlink(part)
    return target


def _made(kind: Kind, path: str) -> Made:
    return Made(kind, path, os.path.getsize(path), _sha256(path))


def _sha256(path: str) -> str:
    hasher = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.hexdigest()
