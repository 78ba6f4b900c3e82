"""What a connection may do, byte by byte and second by second."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bodega.web.guarded_protocol import GuardedProtocol
from support.connection import Connection

GET = b"GET /page HTTP/1.1\r\nHost: h\r\n\r\n"
POST = b"POST /page HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"


class Site:
    """An application that reads each body, and notes how it ended."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        while message["type"] == "http.request" and message.get("more_body"):
            message = await receive()
        self.ends.append(message["type"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


def story(tell: Callable[[Site, Connection], Awaitable[None]], patience: float = 30.0) -> None:
    async def told() -> None:
        site = Site()
        await tell(site, Connection(site, functools.partial(GuardedProtocol, patience)))

    asyncio.run(told())


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GARBAGE\r\n\r\n", 400, "E-REQUEST-MALFORMED"),
        (GET.replace(b"Host: h", b"Nothing: h"), 400, "E-REQUEST-MALFORMED"),
        (GET.replace(b"Host: h", b"Host: h\r\nHost: i"), 400, "E-REQUEST-MALFORMED"),
        (GET.replace(b"Host: h", b"Host: h\r\nX: " + b"x" * 65536), 431, "E-REQUEST-HEAD-TOO-LARGE"),
        (GET.replace(b"Host: h", b"Host: h" + b"\r\nX: x" * 128), 431, "E-REQUEST-HEAD-TOO-LARGE"),
        (GET.replace(b"/page", b"/" + b"p" * 8192), 414, "E-REQUEST-URL-TOO-LONG"),
    ],
)
def test_refusals_end_the_connection(sent: bytes, status: int, code: str) -> None:
    async def tell(site: Site, connection: Connection) -> None:
        answer = await connection.send(sent)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b"connection: close" in head
        assert b"content-length: %d" % len(body) in head
        assert code in body.decode()
        assert connection.transport.is_closed
        assert await connection.send(GET) == b"", "nothing more is heard"
        assert site.ends == []

    story(tell)


def test_what_is_just_not_too_much() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        for sent in (
            GET.replace(b"Host: h", b"Host: h" + b"\r\nX: x" * 127),
            GET.replace(b"/page", b"/" + b"p" * 8000),
            GET.replace(b"1.1", b"1.0").replace(b"Host: h", b"Accept: a"),
        ):
            assert (await connection.send(sent)).startswith(b"HTTP/1.1 200 OK")

    story(tell)


def test_a_head_without_end() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET[:-2])
        answer = b""
        for number in range(100):
            answer = await connection.send(b"X-%d: " % number + b"x" * 1000 + b"\r\n")
            if answer:
                break
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert connection.transport.is_closed

    story(tell)


def test_a_head_that_does_not_come() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET[:20])
        await asyncio.sleep(0.25)
        assert connection.transport.taken().startswith(b"HTTP/1.1 408 ")
        assert connection.transport.is_closed

    story(tell, patience=0.1)


def test_a_connection_on_which_nothing_comes() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await asyncio.sleep(0.25)
        assert connection.transport.is_closed
        assert connection.transport.taken() == b""

    story(tell, patience=0.1)


def test_later_heads_are_awaited_as_long() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        assert b"200 OK" in await connection.send(GET)
        await asyncio.sleep(0.25)
        assert not connection.transport.is_closed, "idle between requests is another bound"
        await connection.send(GET[:5])
        await asyncio.sleep(0.25)
        assert connection.transport.taken().startswith(b"HTTP/1.1 408 ")

    story(tell, patience=0.1)


def test_a_body_that_drips() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(POST)
        for _ in range(30):
            if connection.transport.is_closed:
                break
            await connection.send(b"x")
            await asyncio.sleep(0.02)
        assert connection.transport.is_closed

    story(tell, patience=0.1)


def test_a_body_that_comes_steadily() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(POST)
        for _ in range(20):
            await connection.send(b"x" * 5000)
            await asyncio.sleep(0.05)
        assert site.ends == ["http.request"]
        assert not connection.transport.is_closed

    story(tell, patience=0.1)


def test_a_body_that_we_do_not_read_is_not_slow() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(POST)
        connection.protocol.flow.pause_reading()
        await asyncio.sleep(0.6)
        assert not connection.transport.is_closed

    story(tell, patience=0.1)


def test_a_reader_that_reads_nothing() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        connection.protocol.pause_writing()
        connection.protocol.resume_writing()
        await connection.send(GET)
        await asyncio.sleep(0.3)
        assert not connection.transport.is_closed
        connection.protocol.pause_writing()
        await asyncio.sleep(0.3)
        assert connection.transport.is_closed

    story(tell, patience=0.05)
