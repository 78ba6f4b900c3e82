"""Bodies of the management API."""

import pytest

from bodega.web.api_body import MalformedBodyError, parse_object


def test_an_object_is_read() -> None:
    assert parse_object(b'{"a": 1, "b": [null, "\xc3\xa9"]}') == {"a": 1, "b": [None, "\u00e9"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"a"',
        b"null",
        b"{",
        b'{"a": 1} {"b": 2}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    ],
)
def test_what_is_not_one_plain_object_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        parse_object(body)
