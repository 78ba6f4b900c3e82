"""What a connection may do: heads of a bounded size, one host, and never slower than a bound.

Refusals here come before any application is asked; the connection ends with each of them.
"""

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from bodega.formats.errors import BodegaError
from bodega.web.problems import status_of, words
from bodega.web.reason_phrase import ReasonPhraseProtocol

#: Bytes of a request's line and headers, bytes of its URL, and number of its headers.
_LARGEST_HEAD = 64 << 10
_LONGEST_URL = 8 << 10
_MOST_HEADERS = 128
#: Bytes a second with which a body comes at least. Who reads it may ask for more, and says so in an answer.
_SLOWEST = 256
#: For bodies and for readers, patience is this many times longer.
_LONGER = 4


class MalformedRequestError(BodegaError):
    """What came over the connection is not a request (RFC 9112)."""

    code = "E-REQUEST-MALFORMED"

    def __init__(self, why: str | None = None) -> None:
        super().__init__("this is not an HTTP request", why=why)


class RequestHeadTooLargeError(BodegaError):
    """The line and headers of a request are larger than is taken."""

    code = "E-REQUEST-HEAD-TOO-LARGE"

    def __init__(self) -> None:
        why = f"{_MOST_HEADERS} headers and {_LARGEST_HEAD} bytes are taken"
        super().__init__("the headers of the request are too large", why=why)


class UrlTooLongError(BodegaError):
    """The URL of a request is longer than is taken."""

    code = "E-REQUEST-URL-TOO-LONG"

    def __init__(self) -> None:
        super().__init__("the URL of the request is too long", why=f"{_LONGEST_URL} bytes are taken")


class RequestTooSlowError(BodegaError):
    """A request did not come in time."""

    code = "E-REQUEST-TOO-SLOW"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "the request came too slowly", why=f"its head must be here within {seconds:g} seconds"
        )


class GuardedProtocol(ReasonPhraseProtocol):
    """uvicorn's protocol, guarded. ``patience``: seconds for a head; longer for the rest."""

    def __init__(self, patience: float, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._patience = patience
        self._is_in_head = True
        self._is_complete = True
        self._head_size = 0
        self._body_size = 0
        self._refusal: BodegaError | None = None
        self._head_timer: TimerHandle | None = None
        self._body_timer: TimerHandle | None = None
        self._reader_timer: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A connection begins; its first head is awaited."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        for timer in (self._head_timer, self._body_timer, self._reader_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        if self._refusal is not None:
            return
        super().data_received(data)
        if self._is_complete or self._refusal is not None:
            return
        if self._is_in_head:
            self._head_size += len(data)
            if self._head_size > _LARGEST_HEAD:
                self._refuse(RequestHeadTooLargeError())
            elif self._head_timer is None:
                self._await_head()
        else:
            self._body_size += len(data)
            if self._body_timer is None:
                self._await_body()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._is_in_head, self._is_complete = True, False
        self._head_size = self._body_size = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head is read."""
        self._is_in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        self._refusal = self._fault()
        if self._refusal is not None:
            # The parser stops, and send_400_response is called.
            raise self._refusal
        self.on_head()

    def on_head(self) -> None:
        """A head is read, and nothing is wrong with it."""
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is read to its end."""
        self._is_complete = True
        super().on_message_complete()

    def send_400_response(self, _msg: str) -> None:
        """Refuse what the parser does not take."""
        self._refuse(self._refusal or MalformedRequestError())

    def pause_writing(self) -> None:
        """The reader does not keep up."""
        super().pause_writing()
        if self._reader_timer is None:
            # A whole buffer has to leave in this time.
            self._reader_timer = self.loop.call_later(self._patience * _LONGER, self._end)

    def resume_writing(self) -> None:
        """The reader has caught up."""
        super().resume_writing()
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None

    def refused(self, status: int, length: int) -> None:
        """Told of each refusal, to be written down."""

    def _fault(self) -> BodegaError | None:
        if len(self.url) > _LONGEST_URL:
            return UrlTooLongError()
        headers = self.headers
        if (
            len(headers) > _MOST_HEADERS
            or sum(len(name) + len(value) + 4 for name, value in headers) > _LARGEST_HEAD
        ):
            return RequestHeadTooLargeError()
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            return MalformedRequestError("HTTP/1.1 and HTTP/1.0 are spoken here")
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and version == "1.1"):
            return MalformedRequestError("it must name one host (RFC 9112, 3.2)")
        # The parser lets unknown codings pass, and waits for the end of the connection.
        codings = [value.lower() for name, value in headers if name == b"transfer-encoding"]
        if codings and (codings != [b"chunked"] or version == "1.0"):
            return MalformedRequestError("the only transfer coding is chunked (RFC 9112, 6.1)")
        return None

    def _refuse(self, error: BodegaError) -> None:
        """Answer, where an answer is the next thing on the connection, and end it."""
        self._refusal = error
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            # An answer is under way: the refusal must not stand in it, nor cut it off.
            cycle.keep_alive = False
            return
        if not self.transport.is_closing():
            body, status = words(error).encode(), status_of(error)
            head = (
                STATUS_LINE[status],
                *(b"%b: %b\r\n" % pair for pair in self.server_state.default_headers),
                b"content-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n",
                b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body),
            )
            self.transport.write(b"".join((*head, body)))
            self.refused(status, len(body))
        self.transport.close()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self._patience, self._head_is_late)

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._is_complete:
            # Nothing of a request came: there is nobody to tell anything.
            self._end()
        elif self._refusal is None:
            self._refuse(RequestTooSlowError(self._patience))

    def _await_body(self) -> None:
        self._body_size = 0
        self._body_timer = self.loop.call_later(self._patience * _LONGER, self._weigh_body)

    def _weigh_body(self) -> None:
        """A body has to come; while we do not read it, that is our doing."""
        self._body_timer = None
        if self._is_complete or self.transport.is_closing():
            return
        if self._body_size < _SLOWEST * self._patience * _LONGER and not self.flow.read_paused:
            self._end()
        else:
            self._await_body()

    def _end(self) -> None:
        """Break the connection; what is being answered learns that its reader has gone."""
        abort = getattr(self.transport, "abort", self.transport.close)
        abort()
