"""Core metadata of uploads: strict, each fault named, every known version taken."""

import pytest

from bodega.formats.errors import BodegaError
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.upload_metadata import METADATA_VERSIONS, UploadMetadata, read_upload_metadata
from bodega.index.catalog.upload_rules import UploadRules
from bodega.index.catalog.uploads import STRICT


def read(text: str, rules: UploadRules = STRICT) -> tuple[UploadMetadata | None, list[BodegaError]]:
    faults = Faults("sample")
    found = read_upload_metadata(text.encode(), faults, rules)
    return found, list(faults.refusal().faults)


def document(version: str = "2.4", rest: str = "") -> str:
    return f"Metadata-Version: {version}\nName: sample\nVersion: 1.0\n{rest}"


@pytest.mark.parametrize("version", METADATA_VERSIONS)
def test_every_version_of_the_format_is_taken(version: str) -> None:
    found, faults = read(document(version))
    assert (found, faults) == (UploadMetadata(name="sample", version="1.0"), [])


@pytest.mark.parametrize("version", ["3.0", "2.9", "1", "99", "2.10", "", "nonsense"])
def test_unknown_versions_are_refused(version: str) -> None:
    _, faults = read(document(version))
    assert {fault.code for fault in faults} == {"E-UPLOAD-METADATA"}
    assert "metadata" in faults[0].what


def test_requires_python_is_kept_as_a_specifier() -> None:
    found, _ = read(document(rest="Requires-Python: >=3.8,<4\n"))
    assert found is not None
    assert found.requires_python in (">=3.8,<4", "<4,>=3.8")


def test_each_fault_is_told(  # one look, all there is to mend
) -> None:
    _, faults = read(document(rest="Requires-Python: x\nRequires-Dist: ???\nSummary: a\n  b\n"))
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


@pytest.mark.parametrize(
    "twice",
    [
        "Summary: a\nSummary: b\n",
        "Project-URL: a, https://x/\nProject-URL: a, https://y/\n",
        "Description: a\n\nb",
    ],
)
def test_what_may_be_there_once_is_not_there_twice(twice: str) -> None:
    _, faults = read(document(rest=twice))
    assert "more than once" in faults[0].what


def test_what_no_standard_knows_is_left_alone() -> None:
    assert read(document(rest="X-Own: 1\nX-Own: 2\n"))[1] == []


def test_needs_are_kept_by_name() -> None:
    found, _ = read(
        document(rest="Requires-Dist: Zope.Interface >=5; python_version > '3'\nRequires-Dist: a[b]\n")
    )
    assert found is not None
    assert found.needs == {"zope-interface", "a"}


def test_a_summary_is_short() -> None:
    assert read(document(rest=f"Summary: {'x' * 512}\n"))[1] == []
    assert "512" in read(document(rest=f"Summary: {'x' * 513}\n"))[1][0].what


def test_license_files_are_paths_from_2_4_on_and_never_lead_out() -> None:
    found, faults = read(document("2.1", "License-File: LICENSE\n"))
    assert found is not None
    assert (found.license_files, faults) == ((), [])
    found, faults = read(document("2.4", "License-File: licenses/MIT.txt\n"))
    assert found is not None
    assert (found.license_files, faults) == (("licenses/MIT.txt",), [])
    for version in ("2.1", "2.4"):
        for path in ("../../etc/shadow", "/etc/shadow", "C:x", "a\\b"):
            _, faults = read(document(version, f"License-File: {path}\n"))
            assert "leads out" in faults[0].what


def test_classifiers_are_judged_where_the_index_says_so() -> None:
    text = document(rest="Classifier: Topic :: Nonsense\nClassifier: Private :: ours\nClassifier: Known\n")
    assert read(text)[1] == []
    (fault,) = read(text, UploadRules(classifiers=frozenset({"Known"})))[1]
    assert (fault.code, "Nonsense" in fault.what) == ("E-UPLOAD-CLASSIFIER", True)


OLD = "Description-Content-Type: UNKNOWN\nHome-page: example.org\nLicense-File: COPYING\n"


def test_old_files_may_be_as_old_tools_made_them() -> None:
    for version in ("1.0", "2.0", "2.1"):
        assert read(document(version, OLD))[1]
        found, faults = read(document(version, OLD), UploadRules(is_new=False))
        assert found is not None
        assert (found.license_files, faults) == ((), [])
    for bad in (
        document("99"),
        document("1.0", "Requires-Python: x\n"),
        document("1.2", "Requires-Dist: ???\n"),
    ):
        assert read(bad, UploadRules(is_new=False))[1]


def test_what_is_too_much_is_not_parsed() -> None:
    found, faults = read(document(rest="Requires-Dist: a\n" * 10_001))
    assert found is None
    assert "10001 times" in faults[0].what
