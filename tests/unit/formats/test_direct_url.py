"""direct_url.json."""

import json

import pytest

from bodega.formats.direct_url import (
    InvalidDirectUrlError,
    direct_url_text,
    parse_direct_url,
    without_credentials,
)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a.whl", "https://example.org/a.whl"),
        ("https://user:secret@example.org/a.whl", "https://example.org/a.whl"),
        ("https://user@example.org:8080/a.whl?x=1#y", "https://example.org:8080/a.whl?x=1#y"),
        ("https://${USER}:${PASS_1}@example.org/a.whl", "https://${USER}:${PASS_1}@example.org/a.whl"),
        ("https://${USER}:secret@example.org/a.whl", "https://example.org/a.whl"),
        ("ssh://git@example.org/a.git", "ssh://git@example.org/a.git"),
        ("file:///tmp/a.whl", "file:///tmp/a.whl"),
    ],
)
def test_credentials_do_not_stay(url: str, kept: str) -> None:
    assert without_credentials(url) == kept
    assert json.loads(direct_url_text({"url": url, "archive_info": {}}))["url"] == kept


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"url": "https://example.org"},
        {"archive_info": {}},
        {"url": "x", "archive_info": {}, "vcs_info": {}},
    ],
)
def test_exactly_one_kind_is_asked_for(document: dict[str, object]) -> None:
    with pytest.raises(InvalidDirectUrlError):
        direct_url_text(document)


def test_what_is_written_is_read() -> None:
    document = {"url": "https://example.org/a.whl", "archive_info": {"hashes": {"sha256": "0" * 64}}}
    assert parse_direct_url(direct_url_text(document)) == document
    for text in ("", "[]", "{}", '{"url": 1}'):
        assert parse_direct_url(text) is None
