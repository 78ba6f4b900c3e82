"""Answers that are given again before anything is asked: a lane of the protocol beside the application.

What ``Repeats`` has is written to the connection as soon as the head of a request is read. A head whose bytes
after the request line were read before, as the whole of a request, means what it meant then: such a request
is not even parsed again. All else goes the ordinary way, and tells the lane what may be given again.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from bodega.web.guarded_protocol import GuardedProtocol
from bodega.web.ledger import Ledger
from bodega.web.repeats import Repeat, Repeats, Variant
from bodega.web.request import REPEATS
from bodega.web.request_log import Entry

_START = b"GET /"
_VERSION = b" HTTP/1.1"
#: From "GET " to the URL, and from the URL's end to the line's.
_BEFORE, _AFTER = 4, len(_VERSION)
_LONGEST_LINE = 2048
_MOST_HEADS = 4096
_LONGEST_HEAD = 2048
#: Headers with which an answer may be another one, or not one that can be repeated.
_TELLING = frozenset(
    {
        b"connection",
        b"content-length",
        b"cookie",
        b"expect",
        b"if-match",
        b"if-range",
        b"if-unmodified-since",
        b"range",
        b"transfer-encoding",
        b"upgrade",
        b"via",
    }
)
#: Given twice, nobody knows what is meant.
_ONCE = frozenset({b"authorization", b"if-none-match"})
_CONNECTION_KEPT = (b"connection", b"keep-alive")


class Head(NamedTuple):
    """What matters of a request's headers; ``if_none_match`` is empty where there is none."""

    variant: Variant
    if_none_match: bytes


class FastLane:
    """The lane of one process: what it may repeat, what it has read, and where it writes that down."""

    def __init__(self, repeats: Repeats, ledger: Ledger, new_id: Callable[[], str]) -> None:
        self._repeats = repeats
        self._ledger = ledger
        self._new_id = new_id
        self._heads: dict[bytes, Head] = {}
        self._dates: Any = None
        self._starts = (b"", b"")
        self.recorder = repeats.recorder

    def known(self, data: bytes) -> tuple[bytes, Head] | None:
        """The URL and the head of a request that is whole in ``data``, if its head was read before."""
        end = data.find(b"\r\n", 0, _LONGEST_LINE)
        head = self._heads.get(data[end:])
        if head is None or not data.startswith(_START) or data[end - _AFTER : end] != _VERSION:
            return None
        return data[_BEFORE : end - _AFTER], head

    def learn(self, data: bytes, head: Head) -> None:
        """``data`` was one whole request with that head."""
        end = data.find(b"\r\n", 0, _LONGEST_LINE)
        if end < 0 or len(data) - end > _LONGEST_HEAD:
            return
        if len(self._heads) >= _MOST_HEADS:
            self._heads.clear()
        self._heads[data[end:]] = head

    def answer(self, url: bytes, head: Head, client: str, *, dates: Any) -> bytes | None:
        """The whole answer, written down; ``None``: it has to be made. ``dates`` are uvicorn's headers."""
        started = time.perf_counter()
        repeat = self._repeats.find(url, head.variant)
        if repeat is None:
            return None
        is_unmodified = head.if_none_match == repeat.etag
        if head.if_none_match and not is_unmodified:
            # Lists and weak tags are compared where answers are made.
            return None
        body = b"" if is_unmodified else _body(repeat)
        if body is None:
            return None
        if dates is not self._dates:
            self._date(dates)
        request_id = self._new_id()
        answer = b"".join(
            (
                self._starts[is_unmodified],
                repeat.unmodified_head if is_unmodified else repeat.head,
                request_id.encode(),
                b"\r\n\r\n",
                body,
            )
        )
        status = 304 if is_unmodified else 200
        seconds = time.perf_counter() - started
        self._ledger.add(
            Entry(time.time(), client, "GET", repeat.path, status, len(body), seconds, request_id),
            repeat.route,
        )
        return answer

    def note_refusal(self, client: str, status: int, length: int) -> None:
        """Write down what was refused before it was a request."""
        self._ledger.add(Entry(time.time(), client, "-", "-", status, length, 0.0, self._new_id()), "refused")

    def _date(self, dates: Any) -> None:
        """Renew the beginnings of answers; the date among them changes once a second."""
        shared = b"".join(b"%b: %b\r\n" % pair for pair in dates)
        self._starts = (b"HTTP/1.1 200 OK\r\n" + shared, b"HTTP/1.1 304 Not Modified\r\n" + shared)
        self._dates = dates


class FastLaneProtocol(GuardedProtocol):
    """The guarded protocol, with the lane."""

    def __init__(self, lane: FastLane, patience: float, *arguments: Any, **named: Any) -> None:
        super().__init__(patience, *arguments, **named)
        self._lane = lane
        self._read = 0
        self._head: Head | None = None
        self._is_answered = False
        self._answered_at = 0.0
        self._client = "-"

    def connection_made(self, transport: Any) -> None:
        """A connection begins."""
        super().connection_made(transport)
        self._transport = transport
        self._client = str(self.client[0]) if self.client else "-"

    def data_received(self, data: bytes) -> None:
        """Bytes came in: mostly one whole request."""
        if not self._is_complete or self._refusal is not None:
            super().data_received(data)
            return
        if self._is_idle() and (known := self._lane.known(data)) is not None and self._repeat(*known):
            return
        self._read, self._head = 0, None
        super().data_received(data)
        if self._read == 1 and self._head is not None and data.find(b"\r\n\r\n") == len(data) - 4:
            self._lane.learn(data, self._head)

    def on_head(self) -> None:
        """The head of a request is read, and can be answered."""
        self._head = head = self._telling_head()
        if head is not None:
            if self._is_idle() and self._repeat(self.url, head):
                self._is_answered = True
                return
            extensions: dict[str, Any] = {REPEATS: self._lane.recorder(self.url, head.variant)}
            self.scope["extensions"] = extensions
        super().on_head()

    def on_body(self, body: bytes) -> None:
        """A piece of a body is read."""
        self._head = None
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is read to its end."""
        self._read += 1
        if self._is_answered:
            self._is_answered, self._is_complete = False, True
            return
        super().on_message_complete()

    def refused(self, status: int, length: int) -> None:
        """Write a refusal down."""
        self._lane.note_refusal(self._client, status, length)

    def timeout_keep_alive_handler(self) -> None:
        """The connection seems idle; the lane does not reset the timer at each answer."""
        left = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
            return
        super().timeout_keep_alive_handler()

    def _is_idle(self) -> bool:
        """Whether an answer written now is the next one that the reader waits for, and fits."""
        cycle: RequestResponseCycle | None = self.cycle
        return (
            (cycle is None or cycle.response_complete)
            and not self.pipeline
            and not self.flow.write_paused
            and not self._transport.is_closing()
        )

    def _telling_head(self) -> Head | None:
        """What matters of the head just read; ``None`` where it asks for more than the lane can do."""
        parser = self.parser
        if parser.get_method() != b"GET" or parser.get_http_version() != "1.1":
            return None
        accept = coding = token = none_match = b""
        for name, value in self.headers:
            if name == b"accept":
                accept = b"%b, %b" % (accept, value) if accept else value
            elif name == b"accept-encoding":
                coding = b"%b, %b" % (coding, value) if coding else value
            elif name == b"authorization" and not token:
                token = value
            elif name == b"if-none-match" and not none_match:
                none_match = value
            elif name in _ONCE or (name in _TELLING and (name, value.lower()) != _CONNECTION_KEPT):
                return None
        return Head((accept, coding, token), none_match)

    def _repeat(self, url: bytes, head: Head) -> bool:
        answer = self._lane.answer(url, head, self._client, dates=self.server_state.default_headers)
        if answer is None:
            return False
        self._transport.write(answer)
        self.server_state.total_requests += 1
        self._answered_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        return True


def _body(repeat: Repeat) -> bytes | None:
    """The body; ``None`` when its file is not there any more."""
    body = repeat.body
    if isinstance(body, bytes):
        return body
    try:
        with open(body.path, "rb", buffering=0) as file:
            data = file.read(body.size + 1)
    except OSError:
        return None
    return data if len(data) == body.size else None
