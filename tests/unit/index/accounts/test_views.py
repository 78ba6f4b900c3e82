from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bodega.index.accounts.errors import PermissionDeniedError, UnauthenticatedError
from bodega.index.accounts.model import Token, new_token_text, store_secret
from bodega.index.accounts.views import authenticate, require, require_all

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = new_token_text()
TOKEN = Token(
    id=TEXT.id,
    name="ci",
    scopes=("upload",),
    index="main",
    project="sample",
    created_at=NOW,
    expires_at=NOW + timedelta(hours=1),
)


class Known:
    """Implements TokenViews over tokens with their secrets."""

    def __init__(self, *tokens):
        self._tokens = {token.id: (token, store_secret(TEXT.secret)) for token in tokens}

    def find(self, token_id):
        return self._tokens.get(token_id)

    def all(self):
        return tuple(token for token, _ in self._tokens.values())


def test_the_text_of_a_valid_token_says_who():
    assert authenticate(str(TEXT), Known(TOKEN), lambda: NOW) is TOKEN


@pytest.mark.parametrize(
    ("text", "tokens", "now"),
    [
        ("", (TOKEN,), NOW),
        ("password", (TOKEN,), NOW),
        (str(TEXT), (), NOW),
        (str(replace(new_token_text(), id=TEXT.id)), (TOKEN,), NOW),
        (str(TEXT), (replace(TOKEN, revoked_at=NOW),), NOW),
        (str(TEXT), (TOKEN,), NOW + timedelta(hours=1)),
    ],
    ids=["empty", "no token", "unknown", "wrong secret", "revoked", "expired"],
)
def test_whatever_is_wrong_the_answer_is_the_same(text, tokens, now):
    with pytest.raises(UnauthenticatedError) as caught:
        authenticate(text, Known(*tokens), lambda: now)
    assert str(caught.value) == str(UnauthenticatedError(given=True))
    assert caught.value.why == UnauthenticatedError(given=True).why


def test_nothing_given_is_told_apart():
    with pytest.raises(UnauthenticatedError) as caught:
        authenticate(None, Known(TOKEN), lambda: NOW)
    assert not caught.value.given


def test_a_token_is_enough_for_its_scope_index_and_project():
    require(TOKEN, "upload", index="main", project="sample")
    require(TOKEN, "upload", index="main")


@pytest.mark.parametrize(
    ("scope", "index", "project", "word"),
    [
        ("read", "main", "sample", "scopes are upload"),
        ("admin", "main", None, "scopes are upload"),
        ("upload", "other", "sample", "index main only"),
        ("upload", "main", "another", "project sample only"),
    ],
)
def test_a_token_is_not_enough_for_another(scope, index, project, word):
    with pytest.raises(PermissionDeniedError) as caught:
        require(TOKEN, scope, index=index, project=project)
    assert word in (caught.value.why or "")


@pytest.mark.parametrize(
    ("index", "project", "wanted", "is_enough"),
    [
        (None, None, (None, None), True),
        (None, None, ("main", "sample"), True),
        ("main", None, ("main", "sample"), True),
        ("main", None, ("dev", "sample"), False),
        ("main", None, (None, None), False),
        ("main", "sample", ("main", "sample"), True),
        ("main", "sample", ("main", "other"), False),
        ("main", "sample", ("main", None), False),
    ],
)
def test_all_of_something_needs_a_token_for_all_of_it(index, project, wanted, is_enough):
    token = replace(TOKEN, scopes=("manage",), index=index, project=project)
    with pytest.raises(PermissionDeniedError):
        require_all(token, "admin", index=wanted[0], project=wanted[1])
    if is_enough:
        require_all(token, "manage", index=wanted[0], project=wanted[1])
        return
    with pytest.raises(PermissionDeniedError):
        require_all(token, "manage", index=wanted[0], project=wanted[1])
