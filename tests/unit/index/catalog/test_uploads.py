"""Uploads examined: every fault found, all told together, each with its code."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from bodega.index.catalog.errors import ActionGoneError, UploadRefusedError
from bodega.index.catalog.upload_form import Upload
from bodega.index.catalog.uploads import Publishable, examine
from support.distributions import form_fields, sdist_bytes, wheel_bytes, wheel_filename


def upload(folder: Path, content: bytes, filename: str, **changes: str) -> Upload:
    path = folder / "upload"
    path.write_bytes(content)
    filetype = "bdist_wheel" if filename.endswith(".whl") else "sdist"
    fields = {**form_fields("sample", "1.0", filetype, content), **changes}
    return Upload(
        filename=filename,
        fields={name: (value,) for name, value in fields.items()},
        path=str(path),
        size=len(content),
        digests={
            "sha256": hashlib.sha256(content).hexdigest(),
            "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "blake2_256": hashlib.blake2b(content, digest_size=32).hexdigest(),
        },
    )


def codes(folder: Path, content: bytes, filename: str, **changes: str) -> list[str]:
    with pytest.raises(UploadRefusedError) as raised:
        examine(upload(folder, content, filename, **changes))
    return [fault.code for fault in raised.value.faults]


def test_a_right_wheel_is_publishable_with_its_metadata(tmp_path: Path) -> None:
    content = wheel_bytes(metadata="Requires-Python: >=3.9\nRequires-Dist: other>=1\n")
    found = examine(upload(tmp_path, content, wheel_filename()))
    assert isinstance(found, Publishable)
    assert (found.project.normalized, found.version, found.kind) == ("sample", "1.0", "wheel")
    assert found.requires_python == ">=3.9"
    assert found.metadata is not None
    assert b"Requires-Dist: other>=1" in found.metadata


def test_a_right_sdist_is_publishable_without_metadata(tmp_path: Path) -> None:
    found = examine(upload(tmp_path, sdist_bytes(), "sample-1.0.tar.gz"))
    assert (found.kind, found.metadata) == ("sdist", None)


def test_versions_that_are_equal_are_one_version(tmp_path: Path) -> None:
    content = wheel_bytes()
    assert examine(upload(tmp_path, content, wheel_filename(), version="1.0.0")).version == "1.0"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({":action": "upload"}, "E-UPLOAD-FORM"),
        ({"protocol_version": "2"}, "E-UPLOAD-FORM"),
        ({"filetype": "bdist_egg"}, "E-UPLOAD-FORM"),
        ({"name": "-bad-"}, "E-NAME-INVALID"),
        ({"version": "one"}, "E-UPLOAD-FORM"),
        ({"sha256_digest": "0" * 64}, "E-UPLOAD-DIGEST"),
        ({"md5_digest": "0" * 32}, "E-UPLOAD-DIGEST"),
        ({"blake2_256_digest": "0" * 64}, "E-UPLOAD-DIGEST"),
        ({"sha256_digest": "", "md5_digest": "", "blake2_256_digest": ""}, "E-UPLOAD-FORM"),
        ({"name": "other"}, "E-UPLOAD-FILENAME"),
        ({"version": "2.0"}, "E-UPLOAD-FILENAME"),
        ({"filetype": "sdist"}, "E-UPLOAD-FILENAME"),
    ],
)
def test_each_fault_of_the_form_has_its_code(tmp_path: Path, changes: dict[str, str], code: str) -> None:
    assert code in codes(tmp_path, wheel_bytes(), wheel_filename(), **changes)


@pytest.mark.parametrize(
    "filename",
    [
        "sample.whl",
        "sample-1.0.zip",
        "../sample-1.0.tar.gz",
        "sample-1.0-py3-none-any.whl\n",
        "a b-1.0.tar.gz",
        "",
    ],
)
def test_bad_file_names_are_refused(tmp_path: Path, filename: str) -> None:
    assert "E-UPLOAD-FILENAME" in codes(tmp_path, wheel_bytes(), filename)


def test_all_faults_come_together(tmp_path: Path) -> None:
    found = codes(
        tmp_path, b"not a zip", wheel_filename(version="3"), sha256_digest="0" * 64, protocol_version="7"
    )
    assert {"E-UPLOAD-FORM", "E-UPLOAD-DIGEST", "E-UPLOAD-FILENAME"} < set(found)
    assert any(code.startswith("E-WHEEL") for code in found)


@pytest.mark.parametrize(
    ("metadata", "word"),
    [
        ("Requires-Python: nonsense\n", "requires-python"),
        ("Requires-Dist: ???\n", "requires-dist"),
        ("Summary: a\n b\n", "summary"),
    ],
)
def test_invalid_metadata_names_the_field(tmp_path: Path, metadata: str, word: str) -> None:
    with pytest.raises(UploadRefusedError, match=word):
        examine(upload(tmp_path, wheel_bytes(metadata=metadata), wheel_filename()))


@pytest.mark.parametrize("alien", [b"Name: simple\nVersion: 1.0\n", b"Name: sample\nVersion: 2.0\n"])
def test_metadata_of_another_release_is_refused(tmp_path: Path, alien: bytes) -> None:
    document = b"Metadata-Version: 2.4\n" + alien
    assert codes(tmp_path, wheel_bytes(extra_info={"METADATA": document}), wheel_filename())
    assert codes(tmp_path, sdist_bytes(members={"PKG-INFO": document}), "sample-1.0.tar.gz")


def test_license_files_must_be_in_the_file(tmp_path: Path) -> None:
    said = "License-File: LICENSE\n"
    right = wheel_bytes(metadata=said, extra_info={"licenses/LICENSE": b"yes\n"})
    assert examine(upload(tmp_path, right, wheel_filename()))
    assert codes(tmp_path, wheel_bytes(metadata=said), wheel_filename()) == ["E-UPLOAD-METADATA"]
    info = f"Metadata-Version: 2.4\nName: sample\nVersion: 1.0\n{said}".encode()
    assert examine(
        upload(tmp_path, sdist_bytes(members={"PKG-INFO": info, "LICENSE": b""}), "sample-1.0.tar.gz")
    )
    assert codes(tmp_path, sdist_bytes(members={"PKG-INFO": info}), "sample-1.0.tar.gz") == [
        "E-UPLOAD-METADATA"
    ]


def test_a_local_version_is_taken_as_it_is(tmp_path: Path) -> None:
    content = wheel_bytes(version="1.0+cu128")
    fields = {"version": "1.0+cu128"}
    assert (
        examine(upload(tmp_path, content, wheel_filename(version="1.0+cu128"), **fields)).version
        == "1.0+cu128"
    )


def test_what_is_worth_knowing_comes_along(tmp_path: Path) -> None:
    content = wheel_bytes(files={"sample.pth": b"import os\n", "sample.py": b""})
    (note,) = examine(upload(tmp_path, content, wheel_filename())).notes
    assert "sample.pth" in note


@pytest.mark.parametrize("action", ["submit", "submit_pkg_info", "doc_upload"])
def test_what_no_index_does_any_more(tmp_path: Path, action: str) -> None:
    with pytest.raises(ActionGoneError) as raised:
        examine(upload(tmp_path, b"", "", **{":action": action}))
    assert raised.value.action == action


def test_faults_of_every_kind_come_together(tmp_path: Path) -> None:
    lying = wheel_bytes(metadata="Summary: one\nRequires-Dist: x @ file:///x\n", files={"a.py": b"1"})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(lying)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            body = source.read(member)
            target.writestr(member.filename, b"2" if member.filename == "a.py" else body)
        target.writestr("more.py", b"")
    found = codes(tmp_path, out.getvalue(), wheel_filename(), summary="two", md5_digest="0" * 32, version="x")
    assert set(found) == {
        "E-UPLOAD-FORM",
        "E-UPLOAD-DIGEST",
        "E-WHEEL-RECORD",
        "E-WHEEL-RECORD-HASH",
        "E-UPLOAD-METADATA",
        "E-UPLOAD-CONTRADICTION",
    }


def test_a_record_that_lies_is_refused(tmp_path: Path) -> None:
    lying = wheel_bytes(files={"a.py": b"1"})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(lying)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            body = source.read(member)
            target.writestr(member.filename, b"2" if member.filename == "a.py" else body)
    assert codes(tmp_path, out.getvalue(), wheel_filename()) == ["E-WHEEL-RECORD-HASH"]
