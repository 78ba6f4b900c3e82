"""The form against the metadata in the file."""

import pytest

from bodega.index.catalog.form_contradictions import contradictions
from bodega.index.catalog.upload_form import Upload
from bodega.index.catalog.upload_metadata import UploadMetadata

FILE = UploadMetadata(
    name="My.Sample",
    version="1.0",
    requires_python=">=3.8,<4",
    summary="One line of words",
    license_expression="MIT",
    needs=frozenset({"zope-interface", "other"}),
)


def said(**fields: str | tuple[str, ...]) -> list[str]:
    given = {"name": "my-sample", "version": "1.0", **fields}
    upload = Upload(
        filename="",
        fields={key: (value,) if isinstance(value, str) else value for key, value in given.items()},
        path="",
        size=0,
        digests={},
    )
    return [fault.what for fault in contradictions(upload, FILE)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"requires_python": "<4, >=3.8"},
        {"requires_python": "", "summary": ""},
        {"summary": "One  line\tof words"},
        {"summary": "UNKNOWN", "license_expression": "mit"},
        {"requires_dist": ("Other>=1", "zope.interface[x]; python_version > '3'")},
    ],
)
def test_the_same_in_other_spelling_or_not_at_all(fields: dict[str, str | tuple[str, ...]]) -> None:
    assert said(**fields) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requires_python", ">=3.7"),
        ("requires_python", "nonsense"),
        ("summary", "Another line"),
        ("license_expression", "GPL-3.0-only"),
        ("requires_dist", ("other",)),
        ("requires_dist", ("other", "zope.interface", "third")),
        ("requires_dist", ("other", "zope.interface", "???")),
    ],
)
def test_what_contradicts(field: str, value: str | tuple[str, ...]) -> None:
    (fault,) = said(**{field: value})
    assert field in fault


def test_a_requirement_on_python_that_the_file_has_not() -> None:
    bare = UploadMetadata(name="a", version="1")
    upload = Upload(
        filename="", fields={"name": ("a",), "requires_python": (">=3",)}, path="", size=0, digests={}
    )
    assert len(list(contradictions(upload, bare))) == 1
