"""RECORD: the files of an installed distribution, their hashes and sizes (PEP 376, 627)."""

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bodega.formats.errors import BodegaError

#: Signature files beside RECORD, which no row may be asked for (PEP 815).
SIGNATURES = ("RECORD.jws", "RECORD.p7s")
_TO_URLSAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URLSAFE = bytes.maketrans(b"-_", b"+/")
_FIELDS = 3


class InvalidRecordError(BodegaError):
    """A row of RECORD cannot be read."""

    code = "E-RECORD-INVALID"

    def __init__(self, row: str) -> None:
        super().__init__(
            f"the RECORD row {row[:160]!r} cannot be read", why="a row is path,algorithm=hash,size"
        )
        self.row = row


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One file: its path with ``/``, and where given the hash algorithm, raw digest and size in bytes."""

    path: str
    algorithm: str | None = None
    digest: bytes | None = None
    size: int | None = None


def parse_record(text: str) -> list[RecordRow]:
    """The rows of a RECORD; raises InvalidRecordError."""
    return [_row(fields) for fields in _split(text)]


def recorded_paths(text: str) -> list[str]:
    """The paths alone, as written, for what only needs to know which files there are."""
    return [fields[0] for fields in _split(text)]


def record_line(path: str, digest: bytes | None = None, size: int | None = None) -> str:
    """One row with a sha256 digest (32 raw bytes), or with empty fields, and its line end."""
    if digest is None:
        return f"{quoted(path)},,\n"
    return f"{quoted(path)},{hash_field(digest)},{size}\n"


def hash_field(digest: bytes) -> str:
    """``sha256=`` and the digest in URL-safe base64 without padding."""
    return "sha256=" + b2a_base64(digest, newline=False).translate(_TO_URLSAFE).rstrip(b"=").decode()


def quoted(path: str) -> str:
    """A path as a CSV field."""
    if "," in path or '"' in path:
        return '"' + path.replace('"', '""') + '"'
    return path


def _split(text: str) -> Iterator[list[str]]:
    if '"' in text:
        import csv  # noqa: PLC0415 - only for the rare quoted path

        try:
            yield from (row for row in csv.reader(text.splitlines()) if row)
        except csv.Error as error:
            raise InvalidRecordError(str(error)) from None
        return
    for line in text.splitlines():
        if line:
            # A row of one field is a bare path, which old tools wrote.
            yield line.rsplit(",", 2) if line.count(",") >= _FIELDS - 1 else line.split(",")


def _row(fields: list[str]) -> RecordRow:
    path, hashed, size = (*fields, "", "")[:_FIELDS]
    algorithm = digest = None
    try:
        if hashed:
            algorithm, equals, value = hashed.partition("=")
            if not equals:
                raise ValueError  # noqa: TRY301 - one exit for every fault of a row
            digest = _decode(value)
        return RecordRow(path.replace("\\", "/"), algorithm, digest, int(size) if size else None)
    except (ValueError, Base64Error):
        raise InvalidRecordError(",".join(fields)) from None


def _decode(value: str) -> bytes:
    padded = value.rstrip("=").encode("ascii").translate(_FROM_URLSAFE)
    return a2b_base64(padded + b"=" * (-len(padded) % 4), strict_mode=True)


def render_record(rows: Iterable[RecordRow]) -> str:
    """RECORD text of rows that carry sha256 digests or none."""
    return "".join(record_line(row.path, row.digest, row.size) for row in rows)
