"""A wheel, read safely (PEP 427): its files, its place in the world, and its bytes, streamed.

``open_wheel`` refuses what must not be unpacked from the directory alone; the bytes of each member are
checked as they are read. Nothing here writes.
"""

from collections.abc import Iterator
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
#: The keys of a ``.data`` folder: places of an installation scheme.
DATA_KEYS = frozenset({"purelib", "platlib", "headers", "scripts", "data"})


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

    def metadata(self) -> bytes:
        """The core metadata document; raises WheelMetadataError when it is that of another release."""
        return _metadata(self)


def open_wheel(path: str, filename: str | None = None) -> WheelArchive:
    """Open a wheel; ``filename`` where the path's last part is not its name. Raises WheelError."""
    filename = filename or basename(path)
    named = wheel_name(filename)
    if named is None:
        raise WheelFilenameError(filename, "it is not NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl")
    try:
        file = open(path, "rb", buffering=PIECE)  # noqa: SIM115 - handed on, open, to the archive
    except OSError as error:
        raise WheelUnreadableError(filename, error.strerror or str(error)) from error
    try:
        return _open(file, filename, named)
    except BaseException:
        file.close()
        raise


def read_metadata(path: str, filename: str | None = None) -> bytes:
    """The METADATA bytes of a wheel file; raises WheelError."""
    with open_wheel(path, filename) as archive:
        return archive.metadata()


def _open(file: BinaryIO, filename: str, named: WheelName) -> WheelArchive:
    try:
        entries = read_directory(file)
    except ZipFaultError as fault:
        raise WheelStructureError(filename, str(fault)) from None
    except OSError as error:
        raise WheelUnreadableError(filename, error.strerror or str(error)) from error
    _check_entries(entries, filename)
    members = tuple(entry for entry in entries if not entry.is_folder)
    dist_info = _dist_info(members, filename, named)
    data = dist_info.removesuffix(".dist-info") + ".data"
    _check_data(members, filename, data)
    return WheelArchive(
        filename=filename,
        name=named.name,
        version=named.version,
        build=named.build,
        members=members,
        dist_info=dist_info,
        data=data,
        wheel=_wheel_file(file, members, filename, dist_info),
        file=file,
    )


def _check_entries(entries: tuple[ZipMember, ...], filename: str) -> None:
    for entry in entries:
        fault = fault_of(entry.name)
        if fault:
            raise WheelMemberNameError(filename, f"the path {entry.name[:120]!r}: {fault}", member=entry.name)
        fault = member_kind_fault(entry)
        if fault:
            raise WheelMemberKindError(filename, f"the member {entry.name!r}: {fault}", member=entry.name)
    twice = clash(entry.name for entry in entries if not entry.is_folder)
    if twice:
        raise WheelMemberTwiceError(filename, f"the path {twice!r} is there more than once", member=twice)
    size = sum(entry.size for entry in entries)
    packed = sum(entry.compressed_size for entry in entries)
    if size > BOMB_SIZE and size > packed * BOMB_RATIO:
        raise WheelLimitError(
            filename, f"it would unpack from {packed} to {size} bytes, more than {BOMB_RATIO} times"
        )


def _dist_info(members: tuple[ZipMember, ...], filename: str, named: WheelName) -> str:
    tops = {member.name.partition("/")[0] for member in members if "/" in member.name}
    found = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(found) != 1:
        raise WheelDistInfoError(filename, f"it has {len(found)} .dist-info folders instead of one")
    name, _, version = found[0].removesuffix(".dist-info").partition("-")
    if normalize(name) != named.name or not _same_version(version, named.version):
        raise WheelDistInfoError(filename, f"its folder {found[0]!r} is that of another release")
    alien = [
        top for top in tops if top.endswith(".data") and top != found[0].removesuffix(".dist-info") + ".data"
    ]
    alien = [top for top in alien if normalize(top.partition("-")[0]) == named.name and "-" in top]
    if alien:
        raise WheelDataError(filename, f"the folder {alien[0]!r} is that of another release", member=alien[0])
    return found[0]


def _check_data(members: tuple[ZipMember, ...], filename: str, data: str) -> None:
    for member in members:
        if member.name.startswith(data + "/"):
            key, _, rest = member.name[len(data) + 1 :].partition("/")
            if key not in DATA_KEYS or not rest:
                raise WheelDataError(
                    filename, f"the path {member.name!r} has no known key", member=member.name
                )


def _wheel_file(file: BinaryIO, members: tuple[ZipMember, ...], filename: str, dist_info: str) -> WheelFile:
    by_name = {member.name: member for member in members}
    for needed in ("WHEEL", "METADATA", "RECORD"):
        if f"{dist_info}/{needed}" not in by_name:
            raise WheelDistInfoError(filename, f"it has no {needed} file")
    text = _read(file, by_name[f"{dist_info}/WHEEL"], filename).decode("utf-8", "replace")
    wheel = parse_wheel_file(text)
    if wheel is None:
        raise WheelVersionError(filename, "its WHEEL file gives no readable Wheel-Version")
    if wheel.major != KNOWN_MAJOR:
        raise WheelVersionError(
            filename, f"its Wheel-Version is {wheel.major}.{wheel.minor}; known is {KNOWN_MAJOR}"
        )
    return wheel


def _metadata(archive: WheelArchive) -> bytes:
    member = archive.member(f"{archive.dist_info}/METADATA")
    if member is None:  # pragma: no cover - open_wheel has seen to it
        raise WheelDistInfoError(archive.filename, "it has no METADATA file")
    data = archive.read(member)
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
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - dear to import, rarely needed

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return False


__all__ = ["WheelArchive", "WheelError", "open_wheel", "read_metadata"]
