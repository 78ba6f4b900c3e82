"""A wheel, read safely (PEP 427): its files, its place in the world, and its bytes, streamed.

``open_wheel`` refuses what must not be unpacked from the directory alone; the bytes of each member are
checked as they are read. Nothing here writes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os.path import basename
from typing import BinaryIO, Self

from bodega.content.member_names import clash, fault_of
from bodega.content.wheel_errors import (
    WheelDataError,
    WheelDistInfoError,
    WheelError,
    WheelFilenameError,
    WheelLimitError,
    WheelMemberDataError,
    WheelMemberKindError,
    WheelMemberNameError,
    WheelMemberTwiceError,
    WheelMetadataError,
    WheelStructureError,
    WheelUnreadableError,
    WheelVersionError,
)
from bodega.content.zip_directory import ZipFaultError, ZipMember, read_directory
from bodega.content.zip_members import PIECE, ZipDataError, member_kind_fault, member_pieces
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.wheel_file import KNOWN_MAJOR, WheelFile, WheelName, headers, parse_wheel_file, wheel_name

#: Members that describe the wheel and are read whole; beyond this they are refused.
MAX_DOCUMENT = 16 << 20
#: An archive that inflates to more than both is a bomb.
BOMB_SIZE = 64 << 20
BOMB_RATIO = 50
#: No wheel unpacks to more, however large it is itself.
MOST_BYTES = 16 << 30
#: The keys of a ``.data`` folder: places of an installation scheme.
DATA_KEYS = frozenset({"purelib", "platlib", "headers", "scripts", "data"})

#: Told of a fault that reading can go on after.
Note = Callable[[WheelError], None]


def refuse(fault: WheelError) -> None:
    """Make nothing of a wheel that has any fault."""
    raise fault


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelArchive:
    """An open wheel.

    ``name`` and ``version`` are those of the file name. ``members`` are the files, in the order in which
    they lie in the archive. ``dist_info`` and ``data`` are the names of those folders (``data`` may not
    exist). ``wheel`` is the WHEEL file. Close it, or use it as a context.
    """

    filename: str
    name: NormalizedName
    version: str
    build: str
    members: tuple[ZipMember, ...]
    dist_info: str
    data: str
    wheel: WheelFile
    file: BinaryIO

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def member(self, name: str) -> ZipMember | None:
        """The file of that path."""
        return next((member for member in self.members if member.name == name), None)

    def pieces(self, member: ZipMember) -> Iterator[bytes]:
        """The member's bytes in pieces of at most 1 MiB; good only when the iterator has ended.

        Raises WheelMemberDataError, WheelStructureError.
        """
        return _pieces(self.file, member, self.filename)

    def read(self, member: ZipMember) -> bytes:
        """The whole of a small member; raises WheelLimitError beyond 16 MiB, and as ``pieces``."""
        return _read(self.file, member, self.filename)

    def document(self, name: str) -> bytes | None:
        """The file of that name in the ``.dist-info`` folder; ``None`` where there is none."""
        member = self.member(f"{self.dist_info}/{name}")
        return None if member is None else self.read(member)

    def metadata(self) -> bytes:
        """The core metadata document; raises WheelMetadataError when it is that of another release."""
        return _metadata(self)


def open_wheel(path: str, filename: str | None = None, note: Note = refuse) -> WheelArchive:
    """Open a wheel; ``filename`` where the path's last part is not its name.

    Each fault that reading can go on after is given to ``note``; members at fault are then left out. Raises
    WheelError for others.
    """
    filename = filename or basename(path)
    named = wheel_name(filename)
    if named is None:
        raise WheelFilenameError(filename, "it is not NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl")
    try:
        file = open(path, "rb", buffering=PIECE)  # noqa: SIM115 - handed on, open, to the archive
    except OSError as error:
        raise WheelUnreadableError(filename, error.strerror or str(error)) from error
    try:
        return _open(file, filename, named, note)
    except BaseException:
        file.close()
        raise


def read_metadata(path: str, filename: str | None = None) -> bytes:
    """The METADATA bytes of a wheel file; raises WheelError."""
    with open_wheel(path, filename) as archive:
        return archive.metadata()


def metadata_in(file: BinaryIO, filename: str) -> bytes:
    """The METADATA of a wheel that can be read at any place, wherever it is; raises WheelError.

    Only the directory and the members that describe the wheel are read, each checked by its checksum.
    """
    named = wheel_name(filename)
    if named is None:
        raise WheelFilenameError(filename, "it is not NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl")
    return _open(file, filename, named, refuse).metadata()


def _open(file: BinaryIO, filename: str, named: WheelName, note: Note) -> WheelArchive:
    try:
        entries = read_directory(file)
    except ZipFaultError as fault:
        raise WheelStructureError(filename, str(fault)) from None
    except OSError as error:
        raise WheelUnreadableError(filename, error.strerror or str(error)) from error
    _check_size(entries, filename)
    members = _good_files(entries, filename, note)
    dist_info = _dist_info(members, filename, named)
    data = dist_info.removesuffix(".dist-info") + ".data"
    for misplaced in _data_faults(members, filename, named, data):
        note(misplaced)
    return WheelArchive(
        filename=filename,
        name=named.name,
        version=named.version,
        build=named.build,
        members=members,
        dist_info=dist_info,
        data=data,
        wheel=_wheel_file(file, members, filename, dist_info, note=note),
        file=file,
    )


def _check_size(entries: tuple[ZipMember, ...], filename: str) -> None:
    size = sum(entry.size for entry in entries)
    packed = sum(entry.compressed_size for entry in entries)
    if size > BOMB_SIZE and size > packed * BOMB_RATIO:
        raise WheelLimitError(
            filename, f"it would unpack from {packed} to {size} bytes, more than {BOMB_RATIO} times"
        )
    if size > MOST_BYTES:
        raise WheelLimitError(filename, f"it would unpack to {size} bytes, more than {MOST_BYTES}")


def _good_files(entries: tuple[ZipMember, ...], filename: str, note: Note) -> tuple[ZipMember, ...]:
    good: list[ZipMember] = []
    for entry in entries:
        fault = _entry_fault(entry, filename)
        if fault:
            note(fault)
        elif not entry.is_folder:
            good.append(entry)
    twice = clash(entry.name for entry in good)
    if twice:
        note(WheelMemberTwiceError(filename, f"the path {twice!r} is there more than once", member=twice))
    return tuple(good)


def _entry_fault(entry: ZipMember, filename: str) -> WheelError | None:
    fault = fault_of(entry.name)
    if fault:
        return WheelMemberNameError(filename, f"the path {entry.name[:120]!r}: {fault}", member=entry.name)
    fault = member_kind_fault(entry)
    if fault:
        return WheelMemberKindError(filename, f"the member {entry.name!r}: {fault}", member=entry.name)
    return None


def _dist_info(members: tuple[ZipMember, ...], filename: str, named: WheelName) -> str:
    tops = {member.name.partition("/")[0] for member in members if "/" in member.name}
    found = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(found) != 1:
        raise WheelDistInfoError(filename, f"it has {len(found)} .dist-info folders instead of one")
    name, _, version = found[0].removesuffix(".dist-info").partition("-")
    if normalize(name) != named.name or not _same_version(version, named.version):
        raise WheelDistInfoError(filename, f"its folder {found[0]!r} is that of another release")
    return found[0]


def _data_faults(
    members: tuple[ZipMember, ...], filename: str, named: WheelName, data: str
) -> Iterator[WheelError]:
    tops = dict.fromkeys(member.name.partition("/")[0] for member in members if "/" in member.name)
    for top in tops:
        name, dash, _ = top.partition("-")
        if top.endswith(".data") and top != data and dash and normalize(name) == named.name:
            yield WheelDataError(filename, f"the folder {top!r} is that of another release", member=top)
    for member in members:
        if member.name.startswith(data + "/"):
            key, _, rest = member.name[len(data) + 1 :].partition("/")
            if key not in DATA_KEYS or not rest:
                yield WheelDataError(
                    filename, f"the path {member.name!r} has no known key", member=member.name
                )


def _wheel_file(
    file: BinaryIO, members: tuple[ZipMember, ...], filename: str, dist_info: str, *, note: Note
) -> WheelFile:
    by_name = {member.name: member for member in members}
    for needed in ("WHEEL", "METADATA", "RECORD"):
        if f"{dist_info}/{needed}" not in by_name:
            raise WheelDistInfoError(filename, f"it has no {needed} file")
    text = _read(file, by_name[f"{dist_info}/WHEEL"], filename).decode("utf-8", "replace")
    wheel = parse_wheel_file(text)
    if wheel is None:
        raise WheelVersionError(filename, "its WHEEL file gives no readable Wheel-Version")
    if wheel.major != KNOWN_MAJOR:
        known = f"its Wheel-Version is {wheel.major}.{wheel.minor}; known is {KNOWN_MAJOR}"
        note(WheelVersionError(filename, known))
    return wheel


def _metadata(archive: WheelArchive) -> bytes:
    data = archive.document("METADATA")
    if data is None:  # pragma: no cover - open_wheel has seen to it
        raise WheelDistInfoError(archive.filename, "it has no METADATA file")
    fields = dict(reversed(list(headers(data.decode("utf-8", "replace")))))
    name, version = fields.get("name", ""), fields.get("version", "")
    if normalize(name) != archive.name or not _same_version(version, archive.version):
        raise WheelMetadataError(archive.filename, f"its METADATA is that of {name or '(no name)'} {version}")
    return data


def _pieces(file: BinaryIO, member: ZipMember, filename: str) -> Iterator[bytes]:
    try:
        yield from member_pieces(file, member)
    except ZipFaultError as fault:
        raise WheelStructureError(filename, str(fault), member=member.name) from None
    except ZipDataError as fault:
        raise WheelMemberDataError(
            filename, f"the member {member.name!r}: {fault}", member=member.name
        ) from None
    except OSError as error:
        raise WheelUnreadableError(filename, error.strerror or str(error)) from error


def _read(file: BinaryIO, member: ZipMember, filename: str) -> bytes:
    if member.size > MAX_DOCUMENT:
        raise WheelLimitError(
            filename, f"{member.name!r} is larger than {MAX_DOCUMENT} bytes", member=member.name
        )
    return b"".join(_pieces(file, member, filename))


def _same_version(one: str, other: str) -> bool:
    """Equal by PEP 440, where the texts differ; a folder writes ``-`` as ``_``."""
    one, other = one.replace("_", "-"), other.replace("_", "-")
    if one == other:
        return True
    from packaging.version import Version  # noqa: PLC0415 - dear to import, rarely needed

    try:
        return Version(one) == Version(other)
    except ValueError:  # invalid, or of more digits than a number has
        return False


__all__ = ["WheelArchive", "WheelError", "open_wheel", "read_metadata"]
