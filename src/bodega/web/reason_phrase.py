"""Reason phrases in status lines (RFC 9112, 4): ASGI cannot set one, and twine prints little else.

The protocol offers an ASGI extension: ``scope["extensions"]["bodega.reason"]`` is a function that takes the
phrase of the answer about to begin. Servers without it send the plain phrase of the status.
"""

from collections.abc import Awaitable, Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bodega.web.request import JOIN

EXTENSION = "bodega.reason"
_STATUS_LENGTH = len(b"HTTP/1.1 400 ")
#: A status line is one line; clients bound its length.
_LONGEST = 400


def say_reason(scope: Mapping[str, Any], text: str) -> None:
    """Give the answer that begins next the text as its phrase, where the server can do that."""
    say = (scope.get("extensions") or {}).get(EXTENSION)
    if say is not None:
        say(reason_phrase(text))


def reason_phrase(text: str) -> bytes:
    """Text as a phrase: printable ASCII alone, so that nothing of it can become a header."""
    return "".join(character if " " <= character <= "~" else "?" for character in text)[:_LONGEST].encode()


class ReasonPhraseProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with the extension."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        application = self.app

        def with_extension(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
            scope["extensions"] = {
                **scope.get("extensions", {}),
                EXTENSION: self._reasons.say,
                JOIN: self._reasons.join,
            }
            answering: Awaitable[None] = application(scope, receive, send)
            return answering

        self.app = with_extension

    def connection_made(self, transport: Any) -> None:
        """A connection begins."""
        self._reasons = _Reasons(transport)
        super().connection_made(self._reasons)  # type: ignore[arg-type]


class _Reasons:
    """A transport that can put a phrase into a head, and join it with its body; all else is its own."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._phrase = b""
        self._is_joining = False
        self._head = b""

    def say(self, phrase: bytes) -> None:
        """The phrase of the head that is written next."""
        self._phrase = phrase

    def join(self) -> None:
        """Write what comes next together with what comes after it: one packet, one call of the system."""
        self._is_joining = True

    def write(self, data: bytes) -> None:
        """Write."""
        if self._phrase:
            data = data[:_STATUS_LENGTH] + self._phrase + data[data.index(b"\r\n") :]
            self._phrase = b""
        if self._is_joining:
            self._is_joining, self._head = False, data
            return
        if self._head:
            data, self._head = self._head + data, b""
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
