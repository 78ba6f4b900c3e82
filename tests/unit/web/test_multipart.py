"""Upload forms, however their bytes are cut into pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.errors import BodegaError
from bodega.web.multipart import (
    MOST_FIELD_BYTES,
    FormReader,
    FormTooLargeError,
    MalformedFormError,
    boundary_of,
)

BOUNDARY = b"b0undary"


def part(disposition: str, value: bytes) -> bytes:
    head = f"--b0undary\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()
    return head + value + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--b0undary--\r\n"


def read(body: bytes, cuts: list[int] | None = None) -> tuple[FormReader, bytes]:
    content = bytearray()
    reader = FormReader(BOUNDARY, content.extend)
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts or []), len(body)]
    for start, end in itertools.pairwise(edges):
        reader.write(body[start:end])
    reader.finish()
    return reader, bytes(content)


@given(
    value=st.text(st.characters(codec="utf-8", exclude_characters="\r\n-"), max_size=40),
    content=st.binary(max_size=300).filter(lambda data: b"--b0undary" not in data),
    cuts=st.lists(st.integers(0, 10_000), max_size=12),
)
def test_a_form_means_the_same_however_it_is_cut(value: str, content: bytes, cuts: list[int]) -> None:
    body = form(
        part('name="name"', value.encode()),
        part('name="classifiers"', b"A"),
        part('name="classifiers"', b"B"),
        part('name="content"; filename="a-1.tar.gz"', content),
    )
    reader, taken = read(body, cuts)
    assert reader.fields == {"name": [value], "classifiers": ["A", "B"]}
    assert (reader.filename, taken) == ("a-1.tar.gz", content)


@given(garbage=st.binary(max_size=200))
def test_garbage_is_refused_with_a_code_and_never_otherwise(garbage: bytes) -> None:
    with pytest.raises(BodegaError):
        read(garbage)


@pytest.mark.parametrize(
    "body",
    [
        part('name="a"', b"1"),
        form(part('name="content"', b"no file name")),
        form(part('name="content"; filename="a"', b""), part('name="content"; filename="b"', b"")),
        form(part("no name", b"")),
    ],
)
def test_forms_that_are_not_ours_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedFormError):
        read(body)


def test_fields_are_bounded_in_number_and_length() -> None:
    with pytest.raises(FormTooLargeError):
        read(form(part('name="description"', b"x" * (MOST_FIELD_BYTES + 1))))
    with pytest.raises(FormTooLargeError):
        read(form(*(part('name="f"', b"") for _ in range(10_001))))
    with pytest.raises(BodegaError):
        read(form(part(f'name="{"n" * 20_000}"', b"")))


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=ü"]
)
def test_a_body_that_is_no_form_is_refused(content_type: str) -> None:
    with pytest.raises(MalformedFormError):
        boundary_of(content_type)


def test_the_boundary_may_be_quoted() -> None:
    assert boundary_of('multipart/form-data; boundary="a b"') == b"a b"
