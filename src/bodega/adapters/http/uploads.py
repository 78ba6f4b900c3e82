"""Uploads over HTTP: the form that twine sends, streamed; one request, never followed elsewhere."""

import http.client
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from bodega.adapters.http.addresses import address_of, proxy_of, shown
from bodega.adapters.http.answers import HttpAnswer
from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.connections import ConnectionPool, proxy_authorization
from bodega.adapters.http.transport import failure_reason
from bodega.installer.publishing.errors import PublishCredentialsError, PublishRefusedError, Reason
from bodega.installer.publishing.outgoing import Outgoing
from bodega.simple_api.transport import IndexUnreachableError

_PIECE = 1 << 18
_LARGEST_ANSWER = 1 << 20
_MOST_SHOWN = 500
_SUCCESS = range(200, 300)
_NO = frozenset({401, 403})
#: Taking in a large file may take an index a while.
_PATIENCE = 900.0

#: Told the bytes that were sent.
Sent = Callable[[int], None]


class HttpPublisher:
    """Implements ``installer.publishing.ports.Publisher``."""

    def __init__(
        self, url: str, authorization: str | None, configuration: HttpConfiguration, sent: Sent
    ) -> None:
        self._url = url
        self._authorization = authorization
        self._configuration = configuration
        self._pool = ConnectionPool(configuration)
        self._sent = sent

    def send(self, file: Outgoing) -> None:
        """Send a file; see the port."""
        address = address_of(self._url)
        target = address.target
        if self._pool.is_plain_proxied(address.origin):
            target = f"http://{address.origin.netloc}{target}"
        connection, _ = self._pool.take(address.origin)
        with closing(connection):
            try:
                self._request(connection, target, file)
                response = connection.getresponse()
            except (OSError, UnicodeError, http.client.HTTPException) as error:
                raise IndexUnreachableError(shown(self._url), failure_reason(error)) from error
            with HttpAnswer(response, shown(self._url), configuration=self._configuration) as answer:
                if answer.status not in _SUCCESS:
                    raise _refusal(file, answer, response.reason)

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()

    def _request(self, connection: http.client.HTTPConnection, target: str, file: Outgoing) -> None:
        boundary = secrets.token_hex(16)
        head, tail = _form(file, boundary)
        headers = {
            **self._headers(),
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + file.size + len(tail)),
        }
        try:
            connection.request("POST", target, body=self._body(head, file, tail), headers=headers)
        except (BrokenPipeError, ConnectionResetError):
            # An index that has seen enough answers before the end and closes: its answer says why.
            if connection.sock is None:
                raise
        if connection.sock is not None:
            connection.sock.settimeout(max(self._configuration.timeout, _PATIENCE))

    def _body(self, head: bytes, file: Outgoing, tail: bytes) -> Iterator[bytes]:
        yield head
        with open(file.path, "rb", buffering=0) as content:
            while piece := content.read(_PIECE):
                yield piece
                self._sent(len(piece))
        yield tail

    def _headers(self) -> dict[str, str]:
        origin = address_of(self._url).origin
        headers = {
            "Host": origin.netloc,
            "User-Agent": self._configuration.user_agent,
            "Accept": "application/problem+json, text/plain;q=0.5, */*;q=0.1",
            "Accept-Encoding": "identity",
        }
        if self._authorization:
            headers["Authorization"] = self._authorization
        if self._pool.is_plain_proxied(origin):
            proxy = proxy_authorization(proxy_of(origin, self._configuration))
            if proxy:
                headers["Proxy-Authorization"] = proxy
        return headers


def _form(file: Outgoing, boundary: str) -> tuple[bytes, bytes]:
    """What stands before and behind the file's bytes."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in file.fields
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="content"; filename="{file.filename}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return "".join(parts).encode("utf-8", "surrogateescape"), f"\r\n--{boundary}--\r\n".encode()


def _refusal(file: Outgoing, answer: HttpAnswer, phrase: str) -> PublishRefusedError:
    kind = PublishCredentialsError if answer.status in _NO else PublishRefusedError
    return kind(file.filename, answer.url, answer.status, _reasons(answer.read(_LARGEST_ANSWER), phrase))


def _reasons(body: bytes, phrase: str) -> list[Reason]:
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and isinstance(document.get("detail"), str):
        faults = document.get("faults")
        told = faults if isinstance(faults, list) and faults else [document]
        return [_reason(one) for one in told if isinstance(one, dict)]
    text = body.decode("utf-8", "replace").strip()
    # A web page says less than the line above it.
    return [Reason(_printable(phrase if not text or text.startswith("<") else text) or "no reason given")]


def _reason(fault: dict[str, Any]) -> Reason:
    why = f" ({fault['why']})" if isinstance(fault.get("why"), str) and fault["why"] else ""
    code = fault.get("code")
    return Reason(_printable(f"{fault.get('detail', '')}{why}"), code if isinstance(code, str) else None)


def _printable(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())[:_MOST_SHOWN]
