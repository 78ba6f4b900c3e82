"""The file name of an upload, taken apart (PEP 427, 440, 625)."""

import re
from dataclasses import dataclass

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from bodega.formats.names import NormalizedName
from bodega.index.catalog.errors import FilenameFault
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.upload_rules import UploadRules

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!~-]*", re.ASCII)
_LONGEST = 255
#: Endings of files that indexes took once, and what to build instead.
_NO_MORE = {
    ".egg": "eggs are no longer taken; build a wheel",
    ".exe": "installers are no longer taken; build a wheel",
    ".msi": "installers are no longer taken; build a wheel",
    ".rpm": "system packages are not taken; build a wheel",
    ".deb": "system packages are not taken; build a wheel",
    ".zip": "a source distribution is a .tar.gz (PEP 625)",
    ".tar.bz2": "a source distribution is a .tar.gz (PEP 625)",
    ".tar.xz": "a source distribution is a .tar.gz (PEP 625)",
    ".tgz": "a source distribution is a .tar.gz (PEP 625)",
}


@dataclass(frozen=True, slots=True)
class NamedFile:
    """What a file name says; ``filetype`` is as the form has it."""

    name: NormalizedName
    version: Version
    filetype: str


def named_file(filename: str, faults: Faults, rules: UploadRules) -> NamedFile | None:
    """Take a file name apart; ``None``, and why among the faults, for what is none."""
    try:
        named = _parsed(filename)
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        faults.add(FilenameFault(str(error)[:300]))
        return None
    except FilenameFault as fault:
        faults.add(fault)
        return None
    wanted = _exact_beginning(named)
    if rules.is_new and not filename.startswith(wanted):
        faults.add(FilenameFault(f"the name of {filename[:120]} must begin with {wanted}"))
    return named


def _exact_beginning(named: NamedFile) -> str:
    project = named.name.replace("-", "_")
    return f"{project}-" if named.filetype == "bdist_wheel" else f"{project}-{named.version}.tar.gz"


def _parsed(filename: str) -> NamedFile:
    if not _PLAIN.fullmatch(filename):
        raise FilenameFault(f"the file name {filename[:120]!r} has characters that a file name must not have")
    if len(filename) > _LONGEST:
        raise FilenameFault(f"the file name {filename[:40]!r}... is longer than {_LONGEST} characters")
    if filename.endswith(".whl"):
        name, version, _, _ = parse_wheel_filename(filename)
        return NamedFile(NormalizedName(name), version, "bdist_wheel")
    if filename.endswith(".tar.gz"):
        name, version = parse_sdist_filename(filename)
        return NamedFile(NormalizedName(name), version, "sdist")
    why = next((why for ending, why in _NO_MORE.items() if filename.endswith(ending)), None)
    raise FilenameFault(f"{filename[:120]!r} ends in neither .whl nor .tar.gz", why=why)
