"""RECORD of a wheel against its members: exactly the same files, each with a true hash (PEP 427, 627)."""

import hashlib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from bodega.content.wheel_archive import Note, WheelArchive, refuse
from bodega.content.wheel_errors import (
    WheelDistInfoError,
    WheelError,
    WheelLimitError,
    WheelMetadataError,
    WheelRecordError,
    WheelRecordHashError,
    WheelUnreadableError,
)
from bodega.content.zip_directory import ZipMember
from bodega.formats.record import SIGNATURES, InvalidRecordError, RecordRow, parse_record

#: Hashes that RECORD may use: sha256 or better.
RECORD_ALGORITHMS = ("sha256", "sha384", "sha512")


def promised(archive: WheelArchive, note: Note = refuse) -> Mapping[str, RecordRow]:
    """What RECORD promises for each file but itself and its signatures, by path.

    A WheelRecordError is noted, or raised, when RECORD cannot be read, names a file that is not there, misses
    one that is, names one twice in two ways, or gives no hash or an unsafe one.
    """
    record = f"{archive.dist_info}/RECORD"
    member = archive.member(record)
    if member is None:  # pragma: no cover - an open wheel has one
        raise WheelDistInfoError(archive.filename, "it has no RECORD file")
    try:
        rows = parse_record(archive.read(member).decode())
    except (UnicodeDecodeError, InvalidRecordError) as error:
        why = error.what if isinstance(error, InvalidRecordError) else "it is not UTF-8"
        raise WheelRecordError(archive.filename, why) from None
    exempt = {record, *(f"{archive.dist_info}/{name}" for name in SIGNATURES)}
    promises: dict[str, RecordRow] = {}
    for row in rows:
        if row.path not in exempt:
            fault = _row_fault(archive, row, promises.setdefault(row.path, row))
            if fault:
                note(fault)
    for fault in _differences(archive, promises.keys(), {member.name for member in archive.members} - exempt):
        note(fault)
    return promises


def check_member(archive: WheelArchive, member: ZipMember, row: RecordRow, digest: bytes) -> None:
    """Compare what was read with what was promised; raises WheelRecordHashError."""
    if row.digest != digest or row.size not in (None, member.size):
        raise WheelRecordHashError(
            archive.filename, f"{member.name!r} is not what RECORD promises", member=member.name
        )


def verify_wheel(archive: WheelArchive, note: Note = refuse) -> None:
    """Read every byte and check it, writing nothing; faults are noted, or raised, as WheelError."""
    promises = promised(archive, note)
    for member in archive.members:
        try:
            _verify_member(archive, member, promises.get(member.name), note)
        except WheelUnreadableError:
            raise
        except WheelError as fault:
            note(fault)
    try:
        archive.metadata()
    except (WheelMetadataError, WheelLimitError) as fault:
        note(fault)


def _verify_member(archive: WheelArchive, member: ZipMember, row: RecordRow | None, note: Note) -> None:
    algorithm = row.algorithm if row is not None and row.algorithm in RECORD_ALGORITHMS else None
    hasher = hashlib.new(algorithm or "sha256", usedforsecurity=False)
    for piece in archive.pieces(member):
        hasher.update(piece)
    if row is not None and algorithm is not None:
        try:
            check_member(archive, member, row, hasher.digest())
        except WheelRecordHashError as fault:
            note(fault)


def _row_fault(archive: WheelArchive, row: RecordRow, first: RecordRow) -> WheelRecordError | None:
    if row != first:
        why = f"{row.path!r} is listed twice, in two ways"
    elif row.algorithm not in RECORD_ALGORITHMS:
        why = f"{row.path!r} has no hash of {', '.join(RECORD_ALGORITHMS)}"
    else:
        return None
    return WheelRecordError(archive.filename, why, member=row.path)


def _differences(
    archive: WheelArchive, listed: AbstractSet[str], there: AbstractSet[str]
) -> Iterator[WheelRecordError]:
    for extra in sorted(listed - there):
        yield WheelRecordError(archive.filename, f"it lists {extra!r}, which is not there", member=extra)
    for missing in sorted(there - listed):
        yield WheelRecordError(archive.filename, f"it does not list {missing!r}", member=missing)
