"""Wheels that must be refused, by case; and odd ones that must be taken. Each is a file name and its bytes."""

import base64
import hashlib
import io
import struct
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from support.raw_zip import BZIP2, DEFLATED, LZMA, Raw, described, member, zip_bytes

INFO = "evil-1.0.dist-info"
NAME = "evil-1.0-py3-none-any.whl"
WHEEL = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
METADATA = b"Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n"


@dataclass(frozen=True)
class Case:
    """A wheel, and the code with which it is refused (empty: it is taken)."""

    name: str
    content: bytes
    code: str = ""
    filename: str = NAME

    @property
    def number(self) -> int:
        """Its number in ``docs/security/hostile.md``."""
        return NUMBERS[self.name]


#: Cases by name; several variants of one attack share its number.
NUMBERS = {
    "parent": 1,
    "parent inside": 1,
    "absolute": 2,
    "drive": 2,
    "backslash": 3,
    "parent in scripts": 4,
    "unknown data key": 6,
    "data of another": 6,
    "RECORD hash false": 10,
    "RECORD size false": 10,
    "RECORD without hash": 10,
    "RECORD garbage": 10,
    "RECORD in two ways": 10,
    "file not in RECORD": 11,
    "RECORD ghost": 12,
    "no RECORD": 13,
    "no WHEEL": 13,
    "RECORD leaves": 14,
    "RECORD absolute": 14,
    "RECORD md5": 15,
    "duplicate": 16,
    "metadata of another": 18,
    "of another project": 18,
    "metadata of 1.1": 19,
    "of another version": 19,
    "entry point leaves": 20,
    "entry point absolute": 20,
    "entry point code": 21,
    "entry point call": 21,
    "entry point no object": 21,
    "entry point no value": 21,
    "symlink": 23,
    "device": 23,
    "folder with content": 23,
    "bomb": 25,
    "control character": 26,
    "nul": 26,
    "unknown encoding": 26,
    "dot part": 26,
    "empty part": 26,
    "trailing bytes": 27,
    "prefix bytes": 28,
    "gap before the directory": 28,
    "two archives": 29,
    "local size differs": 30,
    "wrong checksum": 31,
    "wrong checksum deflated": 31,
    "inflates to more": 31,
    "inflates to less": 31,
    "stored in two sizes": 31,
    "broken deflate": 31,
    "local name differs": 32,
    "truncated": 33,
    "empty file": 33,
    "no archive": 33,
    "fewer members told": 33,
    "more members told": 33,
    "comment runs over": 33,
    "two dist-info": 34,
    "no dist-info": 34,
    "format 2": 35,
    "no format": 35,
    "bzip2": 39,
    "lzma": 40,
    "newline": 41,
    "long part": 42,
    "600 folders deep": 43,
    "file and folder": 44,
    "direction override": 45,
    "huge metadata": 46,
    "ZIP64 contradicts": 50,
    "ZIP64 contradicts locally": 50,
    "descriptor lies": 51,
    "encrypted": 52,
    "several volumes": 53,
    "member of another volume": 53,
    "members overlap": 54,
    "second name": 55,
    "two spellings": 56,
    "in a tar": 59,
    "not a wheel's name": 95,
    "name with a folder": 95,
}


def row(path: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    quoted = f'"{path}"' if "," in path else path
    return f"{quoted},sha256={digest},{len(content)}"


def members(
    *extra: Raw, record: Sequence[str] | None = None, wheel: bytes = WHEEL, metadata: bytes = METADATA
) -> list[Raw]:
    """A right wheel with more in it; ``record`` replaces the rows of what is added."""
    files = [
        member("evil.py", b"ANSWER = 42\n"),
        member(f"{INFO}/METADATA", metadata),
        member(f"{INFO}/WHEEL", wheel),
        *extra,
    ]
    if record is None:
        rows = [
            row(one.name.decode("utf-8", "replace"), one.content) for one in files if one.name[-1:] != b"/"
        ]
    else:
        rows = [*(row(one.name.decode(), one.content) for one in files[:3]), *record]
    rows.append(f"{INFO}/RECORD,,")
    return [*files, member(f"{INFO}/RECORD", ("\n".join(rows) + "\n").encode())]


def wheel(*extra: Raw, **changes: object) -> bytes:
    return zip_bytes(members(*extra, **changes))  # type: ignore[arg-type]


def entry_points(text: str) -> bytes:
    return wheel(member(f"{INFO}/entry_points.txt", text.encode()))


def _zip64(*values: int) -> bytes:
    return struct.pack("<2H", 1, 8 * len(values)) + b"".join(value.to_bytes(8, "little") for value in values)


def _names() -> Iterator[Case]:
    code = "E-WHEEL-MEMBER-NAME"
    for name, path in {
        "parent": "../evil.txt",
        "parent inside": "pkg/../../evil.txt",
        "absolute": "/evil.txt",
        "drive": "C:evil.txt",
        "backslash": "pkg\\..\\evil.txt",
        "parent in scripts": "evil-1.0.data/scripts/../../evil.txt",
        "control character": "pkg/a\x07b.py",
        "newline": "pkg/a\nevil.py,,\n.py",
        "nul": "pkg/a.py\0.txt",
        "dot part": "pkg/./evil.py",
        "empty part": "pkg//evil.py",
        "direction override": "pkg/a\u202etxt.py",
        "long part": "p" * 300 + ".py",
        "600 folders deep": "d/" * 600 + "a.py",
    }.items():
        yield Case(name, wheel(member(path, b"x")), code)
    yield Case(
        "unknown encoding", wheel(replace(member("x"), name=b"\xff\xfe.py", flags=0)), "E-WHEEL-STRUCTURE"
    )


def _twice() -> Iterator[Case]:
    code = "E-WHEEL-MEMBER-TWICE"
    yield Case("duplicate", wheel(member("evil.py", b"other")), code)
    yield Case("file and folder", wheel(member("pkg", b"x"), member("pkg/a.py", b"y")), code)
    twins = (member("caf\u00e9.py", b"x"), member("cafe\u0301.py", b"y"))
    yield Case("two spellings", wheel(*twins), code)


def _kinds() -> Iterator[Case]:
    code = "E-WHEEL-MEMBER-KIND"
    yield Case("symlink", wheel(member("link", b"/etc/passwd", mode=0o120777)), code)
    yield Case("device", wheel(member("null", mode=0o020666)), code)
    yield Case("encrypted", wheel(member("a.py", b"x", flags=0x801)), code)
    yield Case("bzip2", wheel(member("a.py", b"x", method=BZIP2)), code)
    yield Case("lzma", wheel(member("a.py", b"x", method=LZMA)), code)
    yield Case("folder with content", wheel(member("folder/", b"x")), code)


def _structure() -> Iterator[Case]:
    code = "E-WHEEL-STRUCTURE"
    good = members()
    yield Case("empty file", b"", code)
    yield Case("no archive", b"<html>not found</html>" * 9, code)
    yield Case("trailing bytes", zip_bytes(good, suffix=b"#!/bin/sh\n"), code)
    yield Case("prefix bytes", zip_bytes(good, prefix=b"#!/bin/sh\nexit\n"), code)
    yield Case("two archives", zip_bytes(good) + zip_bytes(members(member("b.py"))), code)
    yield Case("in a tar", zip_bytes(good, prefix=_tar()), code)
    yield Case("gap before the directory", zip_bytes(good, gap=b"hidden"), code)
    yield Case("truncated", zip_bytes(good)[:-30], code)
    yield Case("several volumes", zip_bytes(good, disk=1), code)
    yield Case("member of another volume", zip_bytes([replace(good[0], disk=1), *good[1:]]), code)
    yield Case("fewer members told", zip_bytes(good, count=len(good) - 1), code)
    yield Case("more members told", zip_bytes(good, count=len(good) + 1), code)
    yield Case("comment runs over", zip_bytes(good, comment=5), code)
    yield Case("local name differs", zip_bytes([replace(good[0], local_name=b"evol.py"), *good[1:]]), code)
    yield Case("local size differs", zip_bytes([replace(good[0], local_size=3), *good[1:]]), code)
    yield Case("members overlap", zip_bytes([good[0], replace(good[1], offset_shift=-20), *good[2:]]), code)
    yield Case("second name", wheel(member("a.py", b"x", extra=_unicode_path(b"../evil"))), code)
    yield Case("ZIP64 contradicts", wheel(member("a.py", b"x", extra=_zip64(7, 9))), code)
    yield Case("ZIP64 contradicts locally", wheel(member("a.py", b"x", local_extra=_zip64(7, 9))), code)
    yield Case("descriptor lies", wheel(described(member("a.py", b"x"), lie=1)), code)


def _data() -> Iterator[Case]:
    code = "E-WHEEL-MEMBER-DATA"
    yield Case("wrong checksum", wheel(member("a.py", b"x", crc=1)), code)
    yield Case("wrong checksum deflated", wheel(member("a.py", b"x" * 99, method=DEFLATED, crc=1)), code)
    yield Case("inflates to more", wheel(member("a.py", b"x" * 9999, method=DEFLATED, size=99)), code)
    yield Case("inflates to less", wheel(member("a.py", b"x" * 99, method=DEFLATED, size=9999)), code)
    yield Case("stored in two sizes", wheel(member("a.py", b"x" * 99, size=9)), code)
    broken = members(member("a.py", bytes(range(256)) * 9, method=DEFLATED))
    content = bytearray(zip_bytes(broken))
    at = content.index(broken[3].packed)
    content[at : at + 8] = b"\xff" * 8
    yield Case("broken deflate", bytes(content), code)


def _limits() -> Iterator[Case]:
    code = "E-WHEEL-LIMIT"
    yield Case("bomb", wheel(member("zeros", bytes(65 << 20), method=DEFLATED)), code)
    big = METADATA + b"\n" + bytes(17 << 20)
    files = members(metadata=big)
    yield Case("huge metadata", zip_bytes([replace(one, method=DEFLATED) for one in files]), code)


def _dist_info() -> Iterator[Case]:
    code = "E-WHEEL-DIST-INFO"
    yield Case("two dist-info", wheel(member("other-2.0.dist-info/METADATA", b"Name: other\n")), code)
    yield Case("no dist-info", zip_bytes([member("evil.py", b"x")]), code)
    yield Case("of another project", wheel(), code, "good-1.0-py3-none-any.whl")
    yield Case("of another version", wheel(), code, "evil-1.1-py3-none-any.whl")
    yield Case("no RECORD", zip_bytes(members()[:-1]), code)
    yield Case("no WHEEL", zip_bytes([one for one in members() if not one.name.endswith(b"/WHEEL")]), code)
    yield Case("not a wheel's name", wheel(), "E-WHEEL-FILENAME", "evil-1.0.whl")
    yield Case("name with a folder", wheel(), "E-WHEEL-FILENAME", "../evil-1.0-py3-none-any.whl")
    yield Case("format 2", wheel(wheel=WHEEL.replace(b"1.0", b"2.0")), "E-WHEEL-VERSION")
    yield Case("no format", wheel(wheel=b"Generator: test\n"), "E-WHEEL-VERSION")
    yield Case("metadata of another", wheel(metadata=METADATA.replace(b"evil", b"good")), "E-WHEEL-METADATA")
    yield Case("metadata of 1.1", wheel(metadata=METADATA.replace(b"1.0", b"1.1")), "E-WHEEL-METADATA")
    unknown = member("evil-1.0.data/etc/passwd", b"x")
    yield Case("unknown data key", wheel(unknown), "E-WHEEL-DATA-KEY")
    yield Case("data of another", wheel(member("evil-9.data/scripts/a", b"x")), "E-WHEEL-DATA-KEY")


def _record() -> Iterator[Case]:
    code = "E-WHEEL-RECORD"
    extra = member("extra.py", b"import os\n")
    yield Case("file not in RECORD", wheel(extra, record=()), code)
    yield Case("RECORD ghost", wheel(record=[row("ghost.py", b"x")]), code)
    yield Case("RECORD leaves", wheel(record=[row("../../../bin/activate", b"x")]), code)
    yield Case("RECORD absolute", wheel(record=[row("/etc/passwd", b"x")]), code)
    md5 = f"extra.py,md5={base64.urlsafe_b64encode(hashlib.md5(extra.content, usedforsecurity=False).digest()).decode()},10"
    yield Case("RECORD md5", wheel(extra, record=[md5]), code)
    yield Case("RECORD without hash", wheel(extra, record=["extra.py,,"]), code)
    yield Case("RECORD garbage", wheel(extra, record=["extra.py,sha256=!!!,x"]), code)
    twice = [row("extra.py", extra.content), row("extra.py", b"other")]
    yield Case("RECORD in two ways", wheel(extra, record=twice), code)
    yield Case("RECORD hash false", wheel(extra, record=[row("extra.py", b"import re\n")]), code + "-HASH")
    false_size = [row("extra.py", extra.content).rpartition(",")[0] + ",11"]
    yield Case("RECORD size false", wheel(extra, record=false_size), code + "-HASH")


def _scripts() -> Iterator[Case]:
    code = "E-WHEEL-SCRIPT"
    yield Case("entry point leaves", entry_points("[console_scripts]\n../evil = evil:main\n"), code)
    yield Case("entry point absolute", entry_points("[console_scripts]\n/tmp/evil = evil:main\n"), code)
    yield Case("entry point code", entry_points("[console_scripts]\nx = evil:main; import os\n"), code)
    yield Case("entry point call", entry_points("[gui_scripts]\nx = evil:main()\n"), code)
    yield Case("entry point no object", entry_points("[console_scripts]\nx = evil\n"), code)
    yield Case("entry point no value", entry_points("[console_scripts]\nevil\n"), code)


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo("setup.py")
        info.size = 5
        tar.addfile(info, io.BytesIO(b"evil\n"))
    return out.getvalue()


def _unicode_path(name: bytes) -> bytes:
    return struct.pack("<2HBL", 0x7075, 5 + len(name), 1, 0) + name


def refused() -> list[Case]:
    """Every wheel that must be refused before anything is written."""
    families = (_names, _twice, _kinds, _structure, _data, _limits, _dist_info, _record, _scripts)
    return [case for family in families for case in family()]


def taken() -> list[Case]:
    """Odd wheels that must be installed all the same."""
    return [
        Case("plain", wheel()),
        Case("setuid bits", wheel(member("evil-1.0.data/scripts/run", b"#!python\n", mode=0o106755))),
        Case("descriptor", wheel(described(member("a.py", b"x")))),
        Case("folders listed", wheel(member("pkg/", mode=0o040755), member("pkg/__init__.py", b""))),
        Case("ZIP64 repeated", wheel(member("a.py", b"x", local_extra=_zip64(1, 1)))),
        Case("signature", zip_bytes([*members(), member(f"{INFO}/RECORD.jws", b"{}")])),
        Case(
            "installer's own files",
            wheel(member(f"{INFO}/INSTALLER", b"evil\n"), member(f"{INFO}/REQUESTED")),
        ),
        Case("comma in a path", wheel(member("pkg/a,b.txt", b"x"))),
        Case("version spelled otherwise", wheel(), filename="evil-1.0.0-py3-none-any.whl"),
    ]
