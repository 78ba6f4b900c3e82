"""Core metadata of uploads: strict, each fault named, every known version taken."""

import pytest

from bodega.formats.errors import BodegaError
from bodega.index.catalog.upload_metadata import UploadMetadata, read_upload_metadata


def read(text: str) -> tuple[UploadMetadata | None, list[BodegaError]]:
    faults: list[BodegaError] = []
    return read_upload_metadata(text.encode(), faults), faults


def document(version: str = "2.4", rest: str = "") -> str:
    return f"Metadata-Version: {version}\nName: sample\nVersion: 1.0\n{rest}"


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"])
def test_every_version_of_the_format_is_taken(version: str) -> None:
    found, faults = read(document(version))
    assert (found, faults) == (UploadMetadata("sample", "1.0", None), [])


@pytest.mark.parametrize("version", ["3.0", "2.9", "1", "", "nonsense"])
def test_unknown_versions_are_refused(version: str) -> None:
    found, faults = read(document(version))
    assert found is None
    assert {fault.code for fault in faults} == {"E-UPLOAD-METADATA"}
    assert "metadata" in faults[0].what


def test_requires_python_is_kept_as_a_specifier() -> None:
    found, _ = read(document(rest="Requires-Python: >=3.8,<4\n"))
    assert found is not None
    assert found.requires_python in (">=3.8,<4", "<4,>=3.8")


def test_each_fault_is_told(  # one look, all there is to mend
) -> None:
    found, faults = read(document(rest="Requires-Python: x\nRequires-Dist: ???\nSummary: a\n  b\n"))
    assert found is None
    words = " | ".join(fault.what for fault in faults)
    assert all(field in words for field in ("requires-python", "requires-dist", "summary"))


@pytest.mark.parametrize(
    "text",
    ["", "Name: a\nName: b\nVersion: 1\n", "Name: a\n", "Version: 1\n", "Name: a\nVersion: 1\nVersion: 2\n"],
)
def test_one_name_and_one_version_must_be_given(text: str) -> None:
    found, faults = read(f"Metadata-Version: 2.1\n{text}")
    assert found is None
    assert faults[0].code == "E-UPLOAD-METADATA"


def test_a_need_that_is_a_file_of_some_machine_is_refused() -> None:
    _, faults = read(
        document(rest="Requires-Dist: x @ file:///etc/passwd\nRequires-Dist: y @ https://example.org/y.whl\n")
    )
    (fault,) = faults
    assert "x@ file:///etc/passwd" in fault.what.replace(" @", "@")
