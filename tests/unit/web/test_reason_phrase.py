"""Heads as they are written: with a phrase of ours, and together with their bodies."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bodega.web.reason_phrase import ReasonPhraseProtocol, reason_phrase, say_reason
from bodega.web.request import Reply, Request
from support.connection import Connection

GET = b"GET /page HTTP/1.1\r\nHost: h\r\n\r\n"


def answers(sent: bytes, answer: Callable[[Request, Reply], Awaitable[None]]) -> tuple[bytes, int]:
    """What is written for what is sent, and in how many pieces."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive, "the-id")
        await answer(request, Reply(send, request))

    async def told() -> tuple[bytes, int]:
        connection = Connection(application, ReasonPhraseProtocol)
        pieces: list[bytes] = []
        connection.transport.write = pieces.append  # type: ignore[method-assign]
        await connection.send(sent)
        return b"".join(pieces), len([piece for piece in pieces if piece])

    return asyncio.run(told())


async def whole(_request: Request, reply: Reply) -> None:
    await reply.whole(200, [], b"the body")


async def in_parts(_request: Request, reply: Reply) -> None:
    await reply.begin(200, [(b"content-length", b"4")])
    await reply.write(b"ab")
    await reply.write(b"cd", more=False)


async def with_a_phrase(request: Request, reply: Reply) -> None:
    say_reason(request.scope, "File already exists")
    await reply.whole(400, [], b"the body")


def test_a_whole_answer_is_written_at_once() -> None:
    written, pieces = answers(GET, whole)
    assert pieces == 1
    assert written.endswith(b"content-length: 8\r\nx-request-id: the-id\r\n\r\nthe body")


def test_a_head_alone_is_never_held_back() -> None:
    written, _ = answers(GET.replace(b"GET", b"HEAD"), whole)
    assert written.endswith(b"content-length: 8\r\nx-request-id: the-id\r\n\r\n")


def test_an_empty_body() -> None:
    async def nothing(_request: Request, reply: Reply) -> None:
        await reply.whole(200, [], b"")

    assert answers(GET, nothing)[0].endswith(b"content-length: 0\r\nx-request-id: the-id\r\n\r\n")


def test_parts_are_written_as_they_come() -> None:
    written, pieces = answers(GET, in_parts)
    assert (written[-8:], pieces) == (b"\r\n\r\nabcd", 3)


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_a_phrase_stands_in_its_own_answer_only(method: bytes) -> None:
    written, _ = answers(GET.replace(b"GET", method), with_a_phrase)
    assert written.startswith(b"HTTP/1.1 400 File already exists\r\n")
    both, _ = answers(GET.replace(b"GET", method) * 2, with_a_phrase)
    assert both.count(b"HTTP/1.1 400 File already exists\r\n") == 2


def test_pipelined_answers_stay_whole() -> None:
    written, _ = answers(GET.replace(b"GET", b"HEAD") + GET + GET, whole)
    assert written.count(b"HTTP/1.1 200 OK") == 3
    assert written.count(b"the body") == 2


@pytest.mark.parametrize("text", ["a\r\nx-header: y", "käse", "\0", "x" * 1000])
def test_phrases_are_one_short_line(text: str) -> None:
    phrase = reason_phrase(text)
    assert len(phrase) <= 400
    assert not set(phrase) - set(range(32, 127))
