"""Uploads made to do harm, sent to a real index: refused with a code, nothing stored, nothing listed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from support.distributions import sdist_bytes, wheel_bytes
from support.hostile_sdists import NAME as SDIST
from support.hostile_sdists import SdistCase, packed, refused_sdists
from support.hostile_wheels import INFO, METADATA, NAME, WHEEL, Case, entry_points, members, refused, wheel
from support.raw_zip import Raw, described, member, zip_bytes
from support.upload_house import UploadHouse

#: Where an upload's faults are not simply a bad request.
STATUSES = {
    "E-UPLOAD-METADATA": 422,
    "E-WHEEL-METADATA": 422,
    "E-WHEEL-LIMIT": 413,
    "E-SDIST-UNSAFE-LIMIT": 413,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UploadHouse]:
    made = UploadHouse(tmp_path_factory.mktemp("index"))
    yield made
    assert made.bodega.end() == 0
    assert not any("Traceback" in line for line in made.bodega.lines)


def hostile(number: int, what: str, code: str, *values: object) -> Any:
    expected = f"{STATUSES.get(code, 400)} {code}"
    mark = pytest.mark.hostile(case=number, surface="upload", what=what, expected=expected)
    return pytest.param(*values, code, id=what, marks=mark)


def _wheel_code(case: Case) -> str:
    if case.filename != NAME and case.code == "E-WHEEL-FILENAME":
        return "E-UPLOAD-FILENAME"
    return case.code.replace("E-WHEEL-SCRIPT", "E-ENTRY-POINT")


@pytest.mark.parametrize(
    ("case", "code"), [hostile(case.number, case.name, _wheel_code(case), case) for case in refused()]
)
def test_a_hostile_wheel(house: UploadHouse, case: Case, code: str, record_property) -> None:
    name, version = case.filename.split("/")[-1].split("-")[:2]
    status, codes = house.refusal(
        case.content, case.filename, name=name, version=version.removesuffix(".whl")
    )
    record_property("got", f"{status} {', '.join(sorted(codes))}")
    assert code in codes
    assert status == STATUSES.get(code, 400)


@pytest.mark.parametrize(
    ("case", "code"), [hostile(case.number, case.name, case.code, case) for case in refused_sdists()]
)
def test_a_hostile_sdist(house: UploadHouse, case: SdistCase, code: str, record_property) -> None:
    status, codes = house.refusal(case.content, SDIST, name="evil")
    record_property("got", f"{status} {', '.join(sorted(codes))}")
    assert any(found.startswith(code) for found in codes)
    assert status == STATUSES.get(code, 400)


def script(name: str) -> Raw:
    return member(f"evil-1.0.data/scripts/{name}", b"#!python\n")


BREAKS_RULES = [
    hostile(
        17, "names equal but for case", "E-UPLOAD-ARCHIVE", wheel(member("A.py", b"x"), member("a.py", b"y"))
    ),
    hostile(57, "device name", "E-UPLOAD-ARCHIVE", wheel(member("pkg/con.py", b"x"))),
    hostile(57, "trailing dot", "E-UPLOAD-ARCHIVE", wheel(member("pkg./a.py", b"x"))),
    hostile(
        22,
        "entry point named python",
        "E-UPLOAD-ARCHIVE",
        entry_points("[console_scripts]\npython = evil:x\n"),
    ),
    hostile(22, "script named python3", "E-UPLOAD-ARCHIVE", wheel(script("python3"))),
    hostile(
        24,
        "setuid script",
        "E-UPLOAD-ARCHIVE",
        wheel(member("evil-1.0.data/scripts/run", b"#!", mode=0o104755)),
    ),
    hostile(36, "tags of another name", "E-UPLOAD-ARCHIVE", wheel(wheel=WHEEL.replace(b"py3", b"py2"))),
    hostile(47, "brings INSTALLER", "E-UPLOAD-ARCHIVE", wheel(member(f"{INFO}/INSTALLER", b"pip\n"))),
    hostile(
        47, "brings direct_url.json", "E-UPLOAD-ARCHIVE", wheel(member(f"{INFO}/direct_url.json", b"{}"))
    ),
    hostile(47, "brings REQUESTED", "E-UPLOAD-ARCHIVE", wheel(member(f"{INFO}/REQUESTED"))),
    hostile(51, "data descriptor", "E-UPLOAD-ARCHIVE", wheel(described(member("a.py", b"x")))),
]


@pytest.mark.parametrize(("content", "code"), BREAKS_RULES)
def test_a_wheel_that_breaks_the_rules_of_new_ones(
    house: UploadHouse, content: bytes, code: str, record_property
) -> None:
    status, codes = house.refusal(content, NAME)
    record_property("got", f"{status} {', '.join(sorted(codes))}")
    assert (status, codes) == (400, {code})


def said(rest: str, version: str = "2.4") -> bytes:
    return f"Metadata-Version: {version}\nName: evil\nVersion: 1.0\n{rest}".encode()


DEEP = f"Requires-Dist: a; {'(' * 2000}os_name == 'nt'{')' * 2000}\n"
LONG = f"Requires-Dist: a; {' or '.join(['os_name == 1'] * 9000)}\n"
BAD_METADATA = [
    hostile(number, what, "E-UPLOAD-METADATA", document)
    for number, what, document in (
        (37, "unparsable Requires-Dist", said("Requires-Dist: a ===== 1\n")),
        (38, "Requires-Dist of a file", said("Requires-Dist: x @ file:///etc/passwd\n")),
        (38, "Requires-Dist of a place", said("Requires-Dist: x @ https://example.org/x.whl\n")),
        (76, "200,000 Requires-Dist", said("Requires-Dist: a\n" * 200_000)),
        (78, "marker nested 2,000 deep", said(DEEP)),
        (78, "marker of 9,000 clauses", said(LONG)),
        (78, "License-Expression nested deep", said(f"License-Expression: {'(' * 999}MIT{')' * 999}\n")),
        (80, "Requires-Python garbage", said("Requires-Python: >=3; import os\n")),
        (80, "Requires-Python endless", said(f"Requires-Python: {','.join(['!=3'] * 9999)}\n")),
        (82, "Project-URL javascript:", said("Project-URL: Home, javascript:alert(1)\n")),
        (82, "Home-page javascript:", said("Home-page: JavaScript:alert(1)\n")),
        (82, "Project-URL data:", said("Project-URL: Home, data:text/html,x\n")),
        (82, "Project-URL label of 33", said(f"Project-URL: {'x' * 33}, https://example.org\n")),
        (83, "License-File leads out", said("License-File: ../../etc/shadow\n")),
        (83, "License-File leads out, old metadata", said("License-File: ../../etc/shadow\n", "2.1")),
        (83, "License-File absolute", said("License-File: /etc/shadow\n")),
        (83, "License-File not there", said("License-File: LICENSE\n")),
        (84, "Metadata-Version 99", said("", "99")),
        (84, "Metadata-Version 2.10", said("", "2.10")),
        (84, "Metadata-Version 3.0", said("", "3.0")),
        (78, "version of 5,000 digits", said("").replace(b"1.0", b"9" * 5000)),
        (84, "no Metadata-Version", b"Name: evil\nVersion: 1.0\n"),
        (79, "name of homoglyphs", said("").replace(b"evil", "evi\u04cf".encode())),
        (79, "two names", METADATA + b"Name: good\n"),
        (81, "summary of two lines", said("Summary: a\n  b\n")),
        (81, "summary of 513", said(f"Summary: {'x' * 513}\n")),
        (81, "description that is not UTF-8", said("Description: x\n").replace(b"x", b"\xff\xfe")),
        (81, "description type of a script", said("Description-Content-Type: text/html\n")),
        (37, "unparsable Provides-Extra", said("Provides-Extra: ../x\n")),
        (37, "two summaries", said("Summary: a\nSummary: b\n")),
    )
]


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
@pytest.mark.parametrize(("document", "code"), BAD_METADATA)
def test_hostile_metadata(house: UploadHouse, kind: str, document: bytes, code: str, record_property) -> None:
    content = wheel(metadata=document) if kind == "wheel" else packed(pkg_info=document)
    status, codes = house.refusal(content, NAME if kind == "wheel" else SDIST)
    record_property("got", f"{status} {', '.join(sorted(codes))}")
    assert status == 422
    assert codes <= {code, "E-WHEEL-METADATA"}


def _named(name: str, *extra: Raw, metadata: str = "", version: str = "1.0") -> bytes:
    """A wheel of that name with more in it, so that each is a project of its own."""
    made = members(
        *extra, metadata=f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}".encode()
    )
    return zip_bytes(_renamed(made, name, version))


def _renamed(made: list[Raw], name: str, version: str) -> list[Raw]:
    old, new = b"evil-1.0.", f"{name}-{version}.".encode()
    return [
        replace(one, name=one.name.replace(old, new), content=one.content.replace(old, new)) for one in made
    ]


SCRIPTS = (b"<script>alert(1)</script><svg onload=x><a href='javascript:x'>" * 170_000)[: 10 << 20]
TAKEN: Mapping[str, tuple[int, tuple[Raw, ...], str, str]] = {
    "data below the root": (5, (member("evil-1.0.data/data/lib/x", b"x"),), "root of the environment", ""),
    "data/etc/passwd": (5, (member("evil-1.0.data/data/etc/passwd", b"x"),), "", ""),
    "pth": (7, (member("evil.pth", b"import os\n"),), "every start", ""),
    "module of the standard library": (9, (member("json.py", b"x = 1\n"),), "standard library", ""),
    "20,000 empty files": (48, tuple(member(f"pkg/{number}.py") for number in range(20_000)), "", ""),
    "sitecustomize": (49, (member("sitecustomize.py", b"x = 1\n"),), "every start", ""),
    "RECORD.jws": (58, (), "PEP 815", ""),
    "metadata 2.6": (84, (), "", "2.6"),
    "description of 10 MB that scripts": (81, (), "", "description"),
}


@pytest.mark.parametrize(
    ("what", "warns"),
    [
        pytest.param(
            what,
            warns,
            id=what,
            marks=pytest.mark.hostile(
                case=number, surface="upload", what=what, expected="200, warned" if warns else "200"
            ),
        )
        for what, (number, _, warns, _) in TAKEN.items()
    ],
)
def test_what_is_taken_and_told(house: UploadHouse, what: str, warns: str) -> None:
    _, extra, _, variant = TAKEN[what]
    name = "odd_" + "".join(letter for letter in what if letter.isalnum()).lower()
    content = _named(name, *extra)
    if what == "RECORD.jws":
        listed = members(metadata=f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n".encode())
        content = zip_bytes(_renamed([*listed, member(f"{INFO}/RECORD.jws", b"{}")], name, "1.0"))
    elif variant == "2.6":
        content = wheel_bytes(
            name, extra_info={"METADATA": f"Metadata-Version: 2.6\nName: {name}\nVersion: 1.0\n".encode()}
        )
    elif variant == "description":
        head = (
            f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nDescription-Content-Type: text/markdown\n\n"
        )
        content = wheel_bytes(name, extra_info={"METADATA": head.encode() + SCRIPTS})
    filename = f"{name}-1.0-py3-none-any.whl"
    status, _, text = house.send(content, filename, name=name)
    assert (status, text.splitlines()[0]) == (200, f"{filename} published")
    assert [line for line in text.splitlines()[1:] if not line.startswith("warning: ")] == []
    assert (warns in text) if warns else len(text.splitlines()) == 1
    assert house.listed(name.replace("_", "-")) == {filename}


@pytest.mark.hostile(
    case=77, surface="upload", what="versions 1.0 and 1.0.0 of one file", expected="400 E-FILE-EXISTS"
)
def test_equal_versions_are_one_file_name(house: UploadHouse, record_property) -> None:
    assert house.send(wheel_bytes("twice"), "twice-1.0-py3-none-any.whl", name="twice")[0] == 200
    assert house.send(sdist_bytes("twice"), "twice-1.0.tar.gz", name="twice")[0] == 200
    for content, filename in (
        (wheel_bytes("twice", "1.0.0"), "twice-1.0.0-py3-none-any.whl"),
        (sdist_bytes("twice", "1.0.0"), "twice-1.0.0.tar.gz"),
    ):
        status, codes = house.refusal(content, filename, name="twice", version="1.0.0")
        record_property("got", f"{status} {', '.join(sorted(codes))}")
        assert (status, codes) == (400, {"E-FILE-EXISTS"})


@pytest.mark.hostile(
    case=79, surface="upload", what="names that are equal when normalized", expected="one project"
)
def test_names_in_other_spelling_are_one_project(house: UploadHouse) -> None:
    for version, name in (("1", "Same.Name"), ("2", "same_name"), ("3", "SAME---name")):
        content = wheel_bytes(
            "same-name",
            version,
            extra_info={"METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n".encode()},
        )
        filename = f"same_name-{version}-py3-none-any.whl"
        assert house.send(content, filename, name=name, version=version)[0] == 200
    assert len(house.listed("same-name")) == 3
