"""The form of an upload, by itself and beside the file name."""

import hashlib

import pytest
from packaging.version import Version

from bodega.index.catalog.upload_filename import NamedFile
from bodega.index.catalog.upload_form import Upload, digest_faults, form_faults, name_faults
from support.distributions import form_fields

CONTENT = b"some bytes"
WHEEL = NamedFile("sample", Version("1.0"), "bdist_wheel")  # type: ignore[arg-type]


def form(**changes: str | tuple[str, ...]) -> Upload:
    fields = {**form_fields("sample", "1.0", "bdist_wheel", CONTENT), **changes}
    return Upload(
        filename="sample-1.0-py3-none-any.whl",
        fields={key: (value,) if isinstance(value, str) else value for key, value in fields.items()},
        path="",
        size=len(CONTENT),
        digests={
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "md5": hashlib.md5(CONTENT, usedforsecurity=False).hexdigest(),
            "blake2_256": hashlib.blake2b(CONTENT, digest_size=32).hexdigest(),
        },
    )


def test_a_right_form_has_no_fault() -> None:
    right = form(classifiers=("a", "b"), requires_dist=("x", "y"), unknown=("1", "2"))
    assert [*form_faults(right), *digest_faults(right), *name_faults(right, WHEEL)] == []


@pytest.mark.parametrize("field", ["name", "version", "filetype", "sha256_digest", "summary", ":action"])
def test_what_has_one_meaning_is_given_once(field: str) -> None:
    twice = form(**{field: (form().field(field), form().field(field))})
    assert any(field in fault.what and "more than once" in fault.what for fault in form_faults(twice))


def test_digests_may_be_in_base_64() -> None:
    from base64 import urlsafe_b64encode

    text = urlsafe_b64encode(hashlib.md5(CONTENT, usedforsecurity=False).digest()).decode()
    for given in (text, text.rstrip("=")):
        assert list(digest_faults(form(md5_digest=given))) == []
    assert len(list(digest_faults(form(md5_digest="\u00e9")))) == 1


def test_one_digest_must_be_given() -> None:
    none = form(md5_digest="", sha256_digest="", blake2_256_digest="")
    (fault,) = digest_faults(none)
    assert fault.code == "E-UPLOAD-FORM"


def test_the_form_and_the_name_speak_of_one_file() -> None:
    other = NamedFile("other", Version("2"), "sdist")  # type: ignore[arg-type]
    assert [fault.code for fault in name_faults(form(), other)] == [
        "E-UPLOAD-FILENAME",
        "E-UPLOAD-FILENAME",
        "E-UPLOAD-FILENAME",
        "E-UPLOAD-CONTRADICTION",
    ]
