"""The transport of both halves: GET with redirects, retries and kept connections (RFC 9110, 9112)."""

import http.client
import random
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urljoin

from bodega.adapters.http.addresses import Address, Origin, address_of, proxy_of, shown
from bodega.adapters.http.answers import HttpAnswer
from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.connections import ConnectionPool, proxy_authorization
from bodega.simple_api.reach import out_of_reach
from bodega.simple_api.retry_after import retry_after
from bodega.simple_api.transport import (
    NO_HEADERS,
    BadRedirectError,
    IndexUnreachableError,
    OutOfReachError,
)

MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UNAUTHORIZED = 401
_TRY_AGAIN = frozenset({429, 502, 503, 504})


class HttpTransport:
    """Implements ``simple_api.transport.Transport``."""

    def __init__(self, configuration: HttpConfiguration) -> None:
        self._configuration = configuration
        self._pool = ConnectionPool(configuration)
        self._home = address_of(configuration.home) if configuration.home else None
        self._given: dict[Origin, str] = {}

    def know(self, url: str) -> None:
        """Remember the credentials in the root URL of an index, for whatever of its origin is asked for."""
        address = address_of(url)
        if address.authorization:
            self._given[address.origin] = address.authorization

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Iterator[HttpAnswer]:
        """GET a URL; see the port for what is promised."""
        origin, connection, answer = self._answer(url, headers)
        try:
            with answer:
                yield answer
                finished = answer.is_finished()
        except BaseException:
            connection.close()
            raise
        if finished:
            self._pool.give_back(origin, connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close kept connections."""
        self._pool.close()

    def _answer(
        self, url: str, headers: Mapping[str, str]
    ) -> tuple[Origin, http.client.HTTPConnection, HttpAnswer]:
        first = address_of(url)
        authorization = self._authorization(first)
        for _ in range(MOST_REDIRECTS + 1):
            address = address_of(url)
            self._refuse_out_of_reach(url)
            # Credentials are bound to the origin they were given for: a redirect elsewhere never gets them.
            allowed = authorization if address.origin == first.origin else address.authorization
            connection, answer = self._with_retries(url, headers, authorization=allowed)
            if answer.status == _UNAUTHORIZED and not allowed and address.origin == first.origin:
                found = self._configuration.asked_credentials(address.origin.host)
                if found:
                    connection.close()
                    authorization = self._given[address.origin] = found
                    connection, answer = self._with_retries(url, headers, authorization=found)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return address.origin, connection, answer
            connection.close()
            url = _redirected(url, location)
        raise BadRedirectError(shown(url), f"it takes more than {MOST_REDIRECTS} redirects")

    def _authorization(self, address: Address) -> str | None:
        """The credentials in the URL, those given for its origin before, else those known for its host."""
        origin, home = address.origin, self._home
        if address.authorization:
            # As pip does: who reads a page with credentials has them for the files beside it, too.
            self._given[origin] = address.authorization
            return address.authorization
        if home is not None and origin == home.origin and home.authorization:
            return home.authorization
        if origin in self._given:
            return self._given[origin]
        if home is not None and origin != home.origin and origin.scheme != "https":
            return None
        return self._configuration.credentials(origin.host)

    def _refuse_out_of_reach(self, url: str) -> None:
        if self._configuration.home and out_of_reach(url, self._configuration.home):
            raise OutOfReachError(shown(url))

    def _with_retries(
        self, url: str, headers: Mapping[str, str], *, authorization: str | None
    ) -> tuple[http.client.HTTPConnection, HttpAnswer]:
        address = address_of(url)
        sent = self._headers(address, headers, authorization=authorization)
        for attempt in range(self._configuration.retries + 1):
            last = attempt == self._configuration.retries
            try:
                connection, answer = self._once(url, address, sent)
            except IndexUnreachableError as error:
                if last or _is_final(error):
                    raise
                time.sleep(self._pause(attempt))
                continue
            if answer.status not in _TRY_AGAIN or last:
                return connection, answer
            asked_for = retry_after(answer.headers, datetime.now(UTC))
            if asked_for is not None and asked_for > self._configuration.longest_wait:
                return connection, answer
            connection.close()
            time.sleep(self._pause(attempt) if asked_for is None else asked_for)
        raise AssertionError

    def _once(
        self, url: str, address: Address, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPConnection, HttpAnswer]:
        target = address.target
        if self._pool.is_plain_proxied(address.origin):
            target = f"http://{address.origin.netloc}{target}"
        while True:
            connection, reused = self._pool.take(address.origin)
            try:
                connection.request("GET", target, headers=dict(headers))
                return connection, HttpAnswer(
                    connection.getresponse(), shown(url), configuration=self._configuration
                )
            except (OSError, UnicodeError, http.client.HTTPException) as error:
                connection.close()
                # The other side may close a kept connection at any time: that is no failure yet.
                if not reused:
                    raise IndexUnreachableError(shown(url), failure_reason(error)) from error

    def _headers(
        self, address: Address, headers: Mapping[str, str], *, authorization: str | None
    ) -> dict[str, str]:
        sent = {"Host": address.origin.netloc, "User-Agent": self._configuration.user_agent}
        if authorization:
            sent["Authorization"] = authorization
        if self._pool.is_plain_proxied(address.origin):
            proxy = proxy_authorization(proxy_of(address.origin, self._configuration))
            if proxy:
                sent["Proxy-Authorization"] = proxy
        names = {name.lower() for name in headers}
        if "accept-encoding" not in names:
            sent["Accept-Encoding"] = "identity"
        return {**sent, **headers}

    def _pause(self, attempt: int) -> float:
        # Full jitter: many clients that failed together must not come back together.
        return random.uniform(0, self._configuration.backoff * 2**attempt)  # noqa: S311 - not a secret


def _redirected(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
    except ValueError:
        raise BadRedirectError(shown(url), "what it leads to is no URL") from None
    if not target.startswith(("https:", "http:")):
        raise BadRedirectError(shown(url), "only http and https URLs can be asked")
    if url.startswith("https:") and target.startswith("http:"):
        raise BadRedirectError(shown(url), f"it leads from https to http ({shown(target)})")
    return target


def _is_final(error: IndexUnreachableError) -> bool:
    """A certificate that does not hold, or a name that is malformed, will not get better by waiting."""
    return isinstance(error.__cause__, ssl.SSLCertVerificationError | UnicodeError)


def failure_reason(error: Exception) -> str:
    """Why a request got no answer, in a few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error) or type(error).__name__
