"""The lane beside the application: the same answers, in the same order, and nothing that it cannot do."""

import asyncio
import functools
import math
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bodega.web.fast_lane import FastLane, FastLaneProtocol
from bodega.web.ledger import Ledger
from bodega.web.metrics import Metrics
from bodega.web.repeats import Repeats
from bodega.web.request import REPEATS, FileBody
from bodega.web.request_ids import request_ids
from bodega.web.request_log import RequestLog
from support.connection import Connection

GET = b"GET /page HTTP/1.1\r\nHost: h\r\n\r\n"


class Site:
    """An application whose answers say how often it was asked, and a lane before it."""

    def __init__(self) -> None:
        self.version = 1
        self.asked: list[str] = []
        self.seconds = math.inf
        self.file: Path | None = None
        self.wait: asyncio.Event | None = None
        self.lines: list[str] = []
        self.log = RequestLog("text", self.lines.append)
        self.metrics = Metrics()
        lane = FastLane(Repeats(lambda: self.version), Ledger(self.log, self.metrics), request_ids())
        self.protocol = functools.partial(FastLaneProtocol, lane, 30.0)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        self.asked.append(f"{scope['method']} {scope['path']}")
        body = b"%d of %s" % (len(self.asked), scope["path"].encode())
        if self.wait is not None and scope["path"] == "/slow":
            await self.wait.wait()
        headers = [(b"etag", b'"e"')]
        recorder = scope["extensions"].get(REPEATS)
        if recorder is not None:
            kept: Any = body
            if self.file is not None:
                self.file.write_bytes(body)
                kept = FileBody(str(self.file), len(body))
            recorder.keep("project", scope["path"], headers, body=kept, seconds=self.seconds)
        length = [(b"content-length", b"%d" % len(body)), (b"x-request-id", b"made")]
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, *length]})
        await send({"type": "http.response.body", "body": body})


def story(tell: Callable[[Site, Connection], Awaitable[None]]) -> Site:
    async def told() -> Site:
        site = Site()
        await tell(site, Connection(site, site.protocol))
        site.log.flush()
        return site

    return asyncio.run(told())


def plain(answer: bytes) -> bytes:
    """An answer without its request's id."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return (
        b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(b"x-request-id"))
        + b"\n"
        + body
    )


def test_an_answer_is_given_again_as_it_was() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        first = await connection.send(GET)
        assert first.startswith(b"HTTP/1.1 200 OK\r\ndate: today\r\n")
        again = [await connection.send(GET) for _ in range(3)]
        assert {plain(answer) for answer in again} == {plain(first)}
        assert len(set(again)) == 3, "each has an id of its own"
        assert site.asked == ["GET /page"]
        assert connection.state.total_requests == 4

    site = story(tell)
    assert sum(" GET /page 200 10B " in line for line in "".join(site.lines).splitlines()) == 3
    assert 'total{method="GET",route="project",status="200"} 3.0' in site.metrics.text().decode()


def test_a_commit_ends_it() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET)
        site.version += 1
        assert (await connection.send(GET)).endswith(b"2 of /page")

    story(tell)


def test_unmodified() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET)
        asks = GET.replace(b"\r\n\r\n", b'\r\nIf-None-Match: "e"\r\n\r\n')
        for _ in range(2):
            answer = await connection.send(asks)
            assert answer.startswith(b"HTTP/1.1 304 Not Modified\r\n")
            assert answer.endswith(b"\r\n\r\n")
            assert b"content-length" not in answer
        assert site.asked == ["GET /page"]
        # Whatever is not plainly the same is compared by the application.
        for text in (b'"other"', b'W/"e"', b'"e", "f"', b"*"):
            await connection.send(asks.replace(b'"e"', text))
        assert len(site.asked) == 5

    story(tell)


@pytest.mark.parametrize(
    "request_bytes",
    [
        GET.replace(b"GET", b"HEAD"),
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b"/page", b"/other"),
        GET.replace(b"/page", b"/page?query"),
        GET.replace(b"\r\n\r\n", b"\r\nRange: bytes=0-1\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nAuthorization: Basic eDp5\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nAccept: text/html\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nAccept-Encoding: gzip\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nVia: 1.1 bodega\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        GET.replace(b"\r\n\r\n", b'\r\nIf-None-Match: "e"\r\nIf-None-Match: "f"\r\n\r\n'),
        GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 4\r\n\r\nbody"),
        GET.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ],
)
def test_what_the_lane_leaves_to_the_application(request_bytes: bytes) -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET)
        await connection.send(request_bytes)
        assert len(site.asked) == 2

    story(tell)


def test_headers_that_change_nothing_change_nothing() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET)
        for extra in (b"User-Agent: pip/26", b"X-HTTP-Method-Override: DELETE", b"Connection: keep-alive"):
            await connection.send(GET.replace(b"\r\n\r\n", b"\r\n" + extra + b"\r\n\r\n"))
        assert len(site.asked) == 1

    story(tell)


def test_requests_in_one_piece_and_in_many() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        first = plain(await connection.send(GET))
        for cut in range(1, len(GET)):
            assert await connection.send(GET[:cut]) == b""
            assert plain(await connection.send(GET[cut:])) == first
        several = await connection.send(GET * 3)
        assert several.count(b"HTTP/1.1 200 OK") == 3
        # One and a half.
        assert (await connection.send(GET + GET[:20])).count(b"HTTP/1.1 200 OK") == 1
        assert plain(await connection.send(GET[20:])) == first
        assert site.asked == ["GET /page"]

    story(tell)


def test_answers_keep_their_order() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET)
        site.wait = asyncio.Event()
        assert await connection.send(GET.replace(b"page", b"slow")) == b""
        assert await connection.send(GET) == b"", "it waits for the one before"
        site.wait.set()
        answers = await connection.send(b"", turns=20)
        assert answers.index(b"of /slow") < answers.index(b"of /page")

    story(tell)


def test_a_slow_reader_is_waited_for() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET)
        connection.protocol.pause_writing()
        assert await connection.send(GET) == b""
        connection.protocol.resume_writing()
        assert b"200 OK" in await connection.send(b"")

    story(tell)


@pytest.mark.parametrize("junk", [b"\x00\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET\r\n\r\n"])
def test_what_follows_a_request_is_never_learnt_with_it(junk: bytes) -> None:
    async def tell(site: Site, connection: Connection) -> None:
        for refusals in (0, 1, 1):
            one = Connection(site, site.protocol)
            answer = await one.send(GET + junk)
            assert answer.count(b"HTTP/1.1 200 OK") == 1
            # Where the answer is under way, the connection ends with it.
            assert answer.count(b"HTTP/1.1 400 Bad Request") == refusals
            assert one.transport.is_closed

    story(tell)


def test_a_body_in_a_file_is_read_each_time(tmp_path: Path) -> None:
    async def tell(site: Site, connection: Connection) -> None:
        site.file = tmp_path / "blob"
        first = await connection.send(GET)
        assert plain(await connection.send(GET)) == plain(first)
        # A file that is gone, or is not what it was, is for the application to tell of.
        site.file.write_bytes(b"longer than it was")
        assert (await connection.send(GET)).endswith(b"2 of /page")
        site.file.unlink()
        assert (await connection.send(GET)).endswith(b"3 of /page")

    story(tell)


def test_a_connection_that_is_used_is_not_idle() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        await connection.send(GET)
        protocol = connection.protocol
        protocol.timeout_keep_alive = 0.2
        for _ in range(4):
            await asyncio.sleep(0.1)
            assert b"200 OK" in await connection.send(GET)
            protocol.timeout_keep_alive_handler()
        assert not connection.transport.is_closed
        await asyncio.sleep(0.35)
        assert connection.transport.is_closed

    story(tell)


def test_answers_are_for_who_asked() -> None:
    async def tell(site: Site, connection: Connection) -> None:
        mine, yours = (
            GET.replace(b"\r\n\r\n", b"\r\nAuthorization: Basic %b\r\n\r\n" % who) for who in (b"a", b"b")
        )
        first = plain(await connection.send(mine))
        assert plain(await connection.send(mine)) == first
        assert len(site.asked) == 1
        for other in (yours, GET):
            assert plain(await connection.send(other)) != first

    story(tell)
