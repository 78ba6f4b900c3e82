"""What an application says of an answer that may be given again."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bodega.index.accounts.model import Token
from bodega.web.request import REPEATS, Request


class Recorder:
    """Notes for how long answers may be given again."""

    def __init__(self) -> None:
        self.kept: list[float] = []

    def keep(self, _route: str, _path: str, _headers: object, *, body: bytes, seconds: float) -> None:
        self.kept.append(seconds)


def kept(seconds: float, **state: Any) -> list[float]:
    recorder = Recorder()
    scope = {"method": "GET", "path": "/", "headers": [], "extensions": {REPEATS: recorder}}
    request = Request(scope, None, "id")
    for name, value in state.items():
        setattr(request, name, value)
    request.may_be_repeated([], b"", seconds=seconds)
    return recorder.kept


def reader(left: timedelta | None) -> Token:
    now = datetime.now(UTC)
    return Token(
        id="t",
        name="t",
        scopes=("read",),
        index=None,
        project=None,
        created_at=now,
        expires_at=None if left is None else now + left,
    )


@pytest.mark.parametrize(
    ("seconds", "expected"), [(math.inf, [math.inf]), (1.0, [1.0]), (0.0, []), (-1.0, [])]
)
def test_for_as_long_as_is_said(seconds: float, expected: list[float]) -> None:
    assert kept(seconds) == expected


def test_of_a_private_index_no_longer_than_the_token() -> None:
    assert kept(math.inf, is_private=True, reader=reader(None)) == [math.inf]
    (seconds,) = kept(math.inf, is_private=True, reader=reader(timedelta(seconds=60)))
    assert 50 < seconds <= 60
    assert kept(1.0, is_private=True, reader=reader(timedelta(seconds=60))) == [1.0]
    assert kept(math.inf, is_private=True, reader=reader(timedelta(seconds=-1))) == []


def test_of_a_private_index_nothing_without_a_token() -> None:
    assert kept(math.inf, is_private=True) == []


def test_where_nothing_can_be_kept() -> None:
    request = Request({"method": "GET", "path": "/", "headers": []}, None, "id")
    # A server without the lane has no extension: the answer goes out all the same.
    request.may_be_repeated([], b"", seconds=math.inf)
    assert "extensions" not in request.scope
