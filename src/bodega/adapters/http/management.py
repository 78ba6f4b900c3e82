"""Orders to a server's management API over HTTP: one request, one answer, never sent twice (RFC 9110)."""

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from bodega import __version__
from bodega.adapters.http.addresses import address_of, proxy_of, shown
from bodega.adapters.http.answers import HttpAnswer
from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.connections import ConnectionPool, proxy_authorization
from bodega.adapters.http.transport import failure_reason
from bodega.formats.errors import BodegaError
from bodega.protocol.operation import Operation
from bodega.protocol.operations import BY_NAME
from bodega.simple_api.transport import IndexUnreachableError

_LARGEST_ANSWER = 64 << 20
_SUCCESS = range(200, 300)


class ServerRefusedError(BodegaError):
    """The server did not do it; ``server_code`` is the stable code of its reason."""

    code = "E-SERVER-REFUSED"

    def __init__(self, url: str, status: int, problem: Mapping[str, Any]) -> None:
        why = problem.get("why")
        super().__init__(
            str(problem.get("detail") or f"{url} answered {status}"),
            why=str(why) if why else f"{url} answered {status}",
        )
        self.url = url
        self.status = status
        found = problem.get("code")
        self.server_code = found if isinstance(found, str) and found.startswith("E-") else None


class ServerAnswerError(BodegaError):
    """What answered is no management API that this bodega knows."""

    code = "E-SERVER-ANSWER"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} did not answer as a bodega server", why=reason)
        self.url = url
        self.reason = reason


class HttpManagement:
    """Implements ``bootstrap.management.Management`` at a server, by its root URL and a token."""

    def __init__(self, server: str, token: str, configuration: HttpConfiguration) -> None:
        self._root = server.rstrip("/")
        self._token = token
        self._configuration = configuration
        self._pool = ConnectionPool(configuration)

    def run(self, operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Do the operation; raises ServerRefusedError, ServerAnswerError, IndexUnreachableError."""
        order = BY_NAME[operation]
        url = f"{self._root}{order.target(values)}"
        content = order.content(values)
        body = json.dumps(content).encode() if content is not None else None
        address = address_of(url)
        target = address.target
        if self._pool.is_plain_proxied(address.origin):
            target = f"http://{address.origin.netloc}{target}"
        connection, _ = self._pool.take(address.origin)
        with closing(connection):
            try:
                connection.request(order.method, target, body=body, headers=self._headers(url, body))
                answer = HttpAnswer(connection.getresponse(), shown(url), configuration=self._configuration)
            except (OSError, UnicodeError, http.client.HTTPException) as error:
                raise IndexUnreachableError(shown(self._root), failure_reason(error)) from error
            with answer:
                return _document(order, answer)

    def close(self) -> None:
        """Nothing is kept open."""
        self._pool.close()

    def _headers(self, url: str, body: bytes | None) -> dict[str, str]:
        origin = address_of(url).origin
        headers = {
            "Host": origin.netloc,
            "User-Agent": f"bodega/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self._token}",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._pool.is_plain_proxied(origin):
            proxy = proxy_authorization(proxy_of(origin, self._configuration))
            if proxy:
                headers["Proxy-Authorization"] = proxy
        return headers


def _document(order: Operation, answer: HttpAnswer) -> dict[str, Any]:
    text = answer.read(_LARGEST_ANSWER)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if answer.status in _SUCCESS and isinstance(document, dict):
        return document
    if answer.status in _SUCCESS:
        raise ServerAnswerError(answer.url, f"{order.method} was answered without a JSON object")
    if not isinstance(document, dict) or "code" not in document:
        # Another program, a proxy before it, or a redirect, which an order must not follow.
        raise ServerAnswerError(answer.url, f"it answered {answer.status} and no reason")
    raise ServerRefusedError(answer.url, answer.status, document)
