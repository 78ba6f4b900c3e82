"""What an index asks of a new wheel beyond what makes one safe to unpack (PEP 427, 491, 610, 627).

Installers take such wheels, because old ones are like that; a new one is made right before it is published.
"""

from collections.abc import Iterator

from bodega.content.wheel_archive import WheelArchive
from bodega.formats.entry_points import InvalidEntryPointError, parse_scripts
from bodega.formats.errors import BodegaError
from bodega.formats.wheel_file import wheel_name
from bodega.index.catalog.errors import ArchiveFault

#: Written by installers into an environment: in a wheel they would be lies.
_INSTALLERS_FILES = ("INSTALLER", "REQUESTED", "direct_url.json")
_HAS_DATA_DESCRIPTOR = 0x08


def wheel_faults(archive: WheelArchive) -> Iterator[BodegaError]:
    """Every rule that a verified wheel breaks."""
    yield from _streamed(archive)
    yield from _tags(archive)
    for name in _INSTALLERS_FILES:
        if archive.member(f"{archive.dist_info}/{name}") is not None:
            yield ArchiveFault(f"{archive.filename} brings {name}, which installers write")
    yield from _entry_points(archive)


def _streamed(archive: WheelArchive) -> Iterator[BodegaError]:
    for member in archive.members:
        if member.flags & _HAS_DATA_DESCRIPTOR:
            # Where a member ends is then said behind it, and readers of the stream may find another end.
            yield ArchiveFault(f"{archive.filename} gives the size of {member.name!r} only behind it")
            return


def _tags(archive: WheelArchive) -> Iterator[BodegaError]:
    named = wheel_name(archive.filename)
    if named is not None and named.tags != archive.wheel.tags:
        inside = ", ".join(sorted(archive.wheel.tags)) or "none"
        yield ArchiveFault(f"{archive.filename} has other tags in its WHEEL file: {inside}"[:400])


def _entry_points(archive: WheelArchive) -> Iterator[BodegaError]:
    member = archive.member(f"{archive.dist_info}/entry_points.txt")
    if member is None:
        return
    try:
        parse_scripts(archive.read(member).decode())
    except UnicodeDecodeError:
        yield ArchiveFault(f"the entry_points.txt of {archive.filename} is not UTF-8")
    except InvalidEntryPointError as error:
        yield error
