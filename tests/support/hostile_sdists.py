"""Source distributions that must be refused, by case. Each is the bytes of ``evil-1.0.tar.gz``."""

import gzip
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

NAME = "evil-1.0.tar.gz"
TOP = "evil-1.0"
PKG_INFO = b"Metadata-Version: 2.4\nName: evil\nVersion: 1.0\n"


@dataclass(frozen=True)
class SdistCase:
    """An archive, and the code with which it is refused."""

    number: int
    name: str
    content: bytes
    code: str


def info(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", **changes: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    for key, value in changes.items():
        setattr(made, key, value)
    return made


def tar(
    *members: tuple[tarfile.TarInfo, bytes],
    pkg_info: bytes | None = PKG_INFO,
    tail: bytes = b"",
    **options: object,
) -> bytes:
    """A tar with PKG-INFO and these; ``tail`` stands behind its end."""
    out = io.BytesIO()
    first = [] if pkg_info is None else [(info(f"{TOP}/PKG-INFO"), pkg_info)]
    with tarfile.open(fileobj=out, mode="w", **options) as archive:  # type: ignore[call-overload]
        for member, content in (*first, *members):
            if content:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue() + tail


def packed(*members: tuple[tarfile.TarInfo, bytes], **options: object) -> bytes:
    return gzip.compress(tar(*members, **options), 6, mtime=0)  # type: ignore[arg-type]


def only(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", **changes: object) -> bytes:
    return packed((info(name, kind, link, **changes), b""))


def two_sizes() -> bytes:
    """An extended header gives the size of a member another value than its plain header."""
    return packed((info(f"{TOP}/a.py", pax_headers={"size": "0"}), b"x" * 700), format=tarfile.PAX_FORMAT)


def sparse() -> bytes:
    records = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": f"{TOP}/b",
        "GNU.sparse.realsize": "9",
    }
    return packed(
        (info(f"{TOP}/a", pax_headers=records), b"1\n0\n1\n" + b"\0" * 506 + b"x"), format=tarfile.PAX_FORMAT
    )


def _paths() -> Iterator[SdistCase]:
    code = "E-SDIST-UNSAFE-MEMBER"
    yield SdistCase(60, "../ member", only("../evil"), code)
    yield SdistCase(60, "../ inside", only(f"{TOP}/../../evil"), code)
    yield SdistCase(61, "absolute member", only("/etc/evil"), code)
    yield SdistCase(26, "sdist: newline in a path", only(f"{TOP}/a\nb"), code)
    yield SdistCase(45, "sdist: direction override", only(f"{TOP}/a\u202eb"), code)
    yield SdistCase(43, "sdist: 600 folders deep", only(f"{TOP}/{'d/' * 600}a"), code)
    yield SdistCase(16, "sdist: member twice", only(f"{TOP}/PKG-INFO"), code)
    yield SdistCase(
        56,
        "sdist: two spellings",
        packed((info(f"{TOP}/\u00e9"), b"x"), (info(f"{TOP}/e\u0301"), b"y")),
        code,
    )
    yield SdistCase(
        44, "sdist: file and folder", packed((info(f"{TOP}/a"), b"x"), (info(f"{TOP}/a/b"), b"y")), code
    )
    yield SdistCase(24, "sdist: setuid file", only(f"{TOP}/run", mode=0o4755), code)
    yield SdistCase(65, "device", only(f"{TOP}/null", tarfile.CHRTYPE), code)
    yield SdistCase(66, "fifo", only(f"{TOP}/fifo", tarfile.FIFOTYPE), code)
    yield SdistCase(69, "two sizes of one member", two_sizes(), code)
    yield SdistCase(
        69, "folder with content", packed((info(f"{TOP}/d", tarfile.DIRTYPE), b"x" * 512)), "E-SDIST-UNSAFE"
    )
    yield SdistCase(
        69,
        "a size for all members",
        packed(pax_headers={"size": "0"}, format=tarfile.PAX_FORMAT),
        "E-SDIST-UNSAFE",
    )
    yield SdistCase(70, "sparse member", sparse(), code)


def headers_in_a_row(count: int, size: int) -> bytes:
    """Global extended headers behind one another, each with records of its own."""
    head = b""
    for number in range(count):
        text = f"key{number}={'v' * size}\n"
        record = f"{len(text) + 8:07d} {text}".encode()
        made = tarfile.TarInfo("headers")
        made.type, made.size = tarfile.XGLTYPE, len(record)
        head += made.tobuf(tarfile.USTAR_FORMAT) + record + bytes(-len(record) % 512)
    return gzip.compress(head + tar(), 6, mtime=0)


def _headers() -> Iterator[SdistCase]:
    code = "E-SDIST-UNSAFE-LIMIT"
    yield SdistCase(69, "2,000 extended headers in a row", headers_in_a_row(2000, 9), code)
    yield SdistCase(69, "200 records for all members", headers_in_a_row(200, 9), code)
    yield SdistCase(69, "an extended header of 2 MB", headers_in_a_row(1, 2 << 20), code)


def _links() -> Iterator[SdistCase]:
    code = "E-SDIST-UNSAFE-LINK"
    symlink, hard = tarfile.SYMTYPE, tarfile.LNKTYPE
    through = (info(f"{TOP}/out", symlink, "docs"), b""), (info(f"{TOP}/out/evil"), b"x")
    yield SdistCase(62, "symlink out", only(f"{TOP}/out", symlink, "/etc"), code)
    yield SdistCase(62, "symlink up and out", only(f"{TOP}/out", symlink, "../../etc"), code)
    yield SdistCase(62, "member below a symlink", packed(*through), code)
    yield SdistCase(63, "hard link out", only(f"{TOP}/hard", hard, "../../etc/passwd"), code)
    yield SdistCase(63, "hard link to nothing", only(f"{TOP}/hard", hard, f"{TOP}/nothing"), code)
    chain = (info(f"{TOP}/a", symlink, "."), b""), (info(f"{TOP}/b", symlink, "a/../.."), b"")
    yield SdistCase(64, "symlink chain", packed(*chain), code)


def _streams() -> Iterator[SdistCase]:
    whole = packed()
    damaged = "E-SDIST-UNSAFE-DAMAGED"
    yield SdistCase(67, "gzip bomb", packed((info(f"{TOP}/zeros"), bytes(80 << 20))), "E-SDIST-UNSAFE-LIMIT")
    yield SdistCase(
        46,
        "sdist: huge PKG-INFO",
        packed(pkg_info=PKG_INFO + b"\n" + b"x" * (17 << 20)),
        "E-SDIST-UNSAFE-LIMIT",
    )
    yield SdistCase(68, "truncated gzip", whole[: len(whole) // 2], damaged)
    yield SdistCase(68, "empty file", b"", damaged)
    yield SdistCase(68, "no gzip", b"PK\x03\x04" * 20, damaged)
    yield SdistCase(68, "gzip of no tar", gzip.compress(b"x" * 600), damaged)
    yield SdistCase(68, "tar cut at a member", gzip.compress(tar()[:1024]), damaged)
    yield SdistCase(72, "second gzip member", whole + packed((info(f"{TOP}/hidden"), b"x")), damaged)
    yield SdistCase(72, "second tar behind the end", gzip.compress(tar(tail=tar())), damaged)
    yield SdistCase(72, "bytes behind the gzip", whole + b"#!/bin/sh", damaged)


def _layout() -> Iterator[SdistCase]:
    code = "E-SDIST-UNSAFE-LAYOUT"
    yield SdistCase(71, "several top folders", only("other-1.0/file"), code)
    yield SdistCase(71, "loose file", only("loose"), code)
    yield SdistCase(71, "no PKG-INFO", packed((info(f"{TOP}/setup.py"), b""), pkg_info=None), code)
    yield SdistCase(
        71,
        "folder of another",
        packed((info("good-1.0/PKG-INFO"), PKG_INFO), pkg_info=None),
        "E-UPLOAD-ARCHIVE",
    )
    yield SdistCase(
        73, "pyproject of another", _pyproject(b"[project]\nname = 'good'\n"), "E-UPLOAD-METADATA"
    )
    yield SdistCase(
        73, "pyproject of another version", _pyproject(b"[project]\nversion = '2'\n"), "E-UPLOAD-METADATA"
    )
    yield SdistCase(73, "pyproject no TOML", _pyproject(b"\xff"), "E-UPLOAD-ARCHIVE")
    yield SdistCase(
        74,
        "backend-path outside",
        _pyproject(b"[build-system]\nbackend-path = ['../x']\n"),
        "E-UPLOAD-ARCHIVE",
    )
    yield SdistCase(
        18,
        "sdist: metadata of another",
        packed(pkg_info=PKG_INFO.replace(b"evil", b"good")),
        "E-UPLOAD-METADATA",
    )
    yield SdistCase(
        19, "sdist: metadata of 1.1", packed(pkg_info=PKG_INFO.replace(b"1.0", b"1.1")), "E-UPLOAD-METADATA"
    )


def _pyproject(text: bytes) -> bytes:
    return packed((info(f"{TOP}/pyproject.toml"), text))


def refused_sdists() -> list[SdistCase]:
    """Every sdist that must be refused."""
    return [case for family in (_paths, _headers, _links, _streams, _layout) for case in family()]
