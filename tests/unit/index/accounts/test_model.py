from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.index.accounts.model import (
    NOBODY,
    Token,
    is_secret,
    new_token_text,
    parse_token_text,
    store_secret,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = Token(
    id="a",
    name="ci",
    scopes=("upload",),
    index=None,
    project=None,
    created_at=NOW,
    expires_at=NOW + timedelta(days=1),
)


def test_the_text_of_a_new_token_is_read_back():
    text = new_token_text()
    assert parse_token_text(str(text)) == text
    assert str(text).startswith("bodega-")
    assert new_token_text() != text


def test_a_secret_is_not_shown_by_accident():
    text = new_token_text()
    assert text.secret not in repr(text)


@given(st.integers(0, 54), st.sampled_from("0Az-_é "))
def test_a_slip_of_the_keyboard_is_no_token(place, letter):
    text = str(new_token_text())
    changed = text[:place] + letter + text[place + 1 :]
    assert changed == text or parse_token_text(changed) is None


@pytest.mark.parametrize("text", ["", "bodega-", "bodega-" + "0" * 48, "0" * 55, "é" * 55])
def test_other_text_is_no_token(text):
    assert parse_token_text(text) is None


def test_what_is_stored_tells_only_whether_a_secret_is_right():
    text = new_token_text()
    stored, again = store_secret(text.secret), store_secret(text.secret)
    assert is_secret(text.secret, stored)
    assert not is_secret(new_token_text().secret, stored)
    assert stored != again
    assert text.secret not in stored.hash + stored.salt
    assert not is_secret("", NOBODY)


def test_a_token_is_valid_until_it_expires_or_is_revoked():
    assert TOKEN.is_valid(NOW)
    assert not TOKEN.is_valid(NOW + timedelta(days=1))
    assert replace(TOKEN, expires_at=None).is_valid(NOW + timedelta(days=10_000))
    assert not replace(TOKEN, revoked_at=NOW).is_valid(NOW)


def test_admin_has_every_scope():
    assert TOKEN.has_scope("upload")
    assert not TOKEN.has_scope("read")
    assert replace(TOKEN, scopes=("admin",)).has_scope("read")


@pytest.mark.parametrize(
    ("index", "project", "reached"),
    [
        (None, None, {("main", "p"), ("main", None), ("other", "p"), ("other", None)}),
        ("main", None, {("main", "p"), ("main", None)}),
        (None, "p", {("main", "p"), ("other", "p")}),
        ("main", "p", {("main", "p")}),
        ("main", "q", set()),
    ],
)
def test_where_a_token_reaches(index, project, reached):
    token = replace(TOKEN, index=index, project=project)
    asked = {(one, other) for one in ("main", "other") for other in ("p", None)}
    assert {where for where in asked if token.reaches(*where)} == reached
