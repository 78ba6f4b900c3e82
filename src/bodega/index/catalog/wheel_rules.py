"""What an index asks of a new wheel beyond what makes one safe to unpack (PEP 427, 491, 610, 627).

Installers take such wheels, because old ones are like that; a new one is made right before it is published.
"""

import re
from collections.abc import Iterator

from bodega.content.wheel_archive import WheelArchive
from bodega.content.wheel_errors import WheelError
from bodega.formats.entry_points import InvalidEntryPointError, check_script_name, parse_scripts
from bodega.formats.errors import BodegaError
from bodega.formats.wheel_file import wheel_name
from bodega.index.catalog.errors import ArchiveFault

#: Written by installers into an environment: in a wheel they would be lies.
_INSTALLERS_FILES = ("INSTALLER", "REQUESTED", "direct_url.json")
_HAS_DATA_DESCRIPTOR = 0x08
_SPECIAL_BITS = 0o6000
_INTERPRETER = re.compile(r"python[wt]?(\d+(\.\d+)?t?)?(\.exe)?", re.IGNORECASE)
#: Platforms whose file systems take two cases for one, and give some names to devices.
_ONE_CASE = ("any", "win", "macosx", "ios")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|.*[. ]", re.IGNORECASE)


def wheel_faults(archive: WheelArchive) -> Iterator[BodegaError]:
    """Every rule that a wheel breaks whose structure is sound."""
    yield from _members(archive)
    yield from _tags(archive)
    yield from _portability(archive)
    for name in _INSTALLERS_FILES:
        if archive.member(f"{archive.dist_info}/{name}") is not None:
            yield ArchiveFault(f"{archive.filename} brings {name}, which installers write")
    yield from _scripts(archive)


def _members(archive: WheelArchive) -> Iterator[BodegaError]:
    if any(member.flags & _HAS_DATA_DESCRIPTOR for member in archive.members):
        # Where a member ends is then said behind it, and readers of the stream may find another end.
        yield ArchiveFault(f"{archive.filename} gives the size of a member only behind it")
    for member in archive.members:
        if member.mode & _SPECIAL_BITS:
            yield ArchiveFault(f"{member.name!r} would run with the rights of another")


def _tags(archive: WheelArchive) -> Iterator[BodegaError]:
    named = wheel_name(archive.filename)
    if named is not None and named.tags != archive.wheel.tags:
        inside = ", ".join(sorted(archive.wheel.tags)) or "none"
        yield ArchiveFault(f"{archive.filename} has other tags in its WHEEL file: {inside}"[:400])


def _portability(archive: WheelArchive) -> Iterator[BodegaError]:
    platforms = {tag.rpartition("-")[2] for tag in archive.wheel.tags}
    if not any(platform.startswith(_ONE_CASE) for platform in platforms):
        return
    seen: dict[str, str] = {}
    for member in archive.members:
        first = seen.setdefault(member.name.casefold(), member.name)
        if first != member.name:
            yield ArchiveFault(f"{member.name!r} and {first!r} are one file where case does not count")
        if any(_DEVICES.fullmatch(part) for part in member.name.split("/")):
            yield ArchiveFault(f"{member.name!r} cannot be written on every system it is for")


def _stray_lines(text: str) -> Iterator[BodegaError]:
    """Lines of entry_points.txt that belong to no group, or give nothing a value."""
    in_group = False
    for line in filter(None, map(str.strip, text.splitlines())):
        if line[0] in "#;":
            continue
        if line[0] == "[" and line[-1] == "]":
            in_group = True
        elif not in_group or not all(part.strip() for part in line.partition("=")):
            yield ArchiveFault(f"the line {line[:80]!r} of entry_points.txt is no entry point")


def _scripts(archive: WheelArchive) -> Iterator[BodegaError]:
    names = [
        member.name.rpartition("/")[2]
        for member in archive.members
        if member.name.startswith(f"{archive.data}/scripts/")
    ]
    try:
        for name in names:
            check_script_name(name)
        text = archive.document("entry_points.txt")
        lines = (text or b"").decode()
        names += [script.name for script in parse_scripts(lines)]
        yield from _stray_lines(lines)
    except UnicodeDecodeError:
        yield ArchiveFault(f"the entry_points.txt of {archive.filename} is not UTF-8")
    except (InvalidEntryPointError, WheelError) as error:
        yield error
    for name in names:
        if _INTERPRETER.fullmatch(name):
            yield ArchiveFault(f"a script named {name} would take the place of the interpreter")
