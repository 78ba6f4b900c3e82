"""The transport of both halves, set up as pip would be: trust, proxies, patience and credentials."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from bodega import __version__
from bodega.simple_api.transport import NO_HEADERS, Answer, Transport

if TYPE_CHECKING:
    from bodega.adapters.http.transport import HttpTransport
    from bodega.bootstrap.pip_configuration import PipConfiguration

_DEFAULT_TIMEOUT = 15.0
_DEFAULT_RETRIES = 4
_YES = frozenset({"1", "true", "yes", "on", "y", "t"})


def transport_as_pip(
    pip: "PipConfiguration", environment: Mapping[str, str], *, retries: int | None = None
) -> "HttpTransport":
    """A transport by pip's configuration and the usual variables."""
    from bodega.adapters.http.configuration import HttpConfiguration
    from bodega.adapters.http.environment import netrc_credentials, proxies
    from bodega.adapters.http.keyring import keyring_credentials
    from bodega.adapters.http.transport import HttpTransport

    found, no_proxy = proxies(environment)
    if (pip.text("no-proxy-env") or "0").lower() in _YES:
        found = {}
    proxy = pip.text("proxy")
    if proxy:
        found = {"http": proxy, "https": proxy}
    configured = pip.seconds("retries")
    if retries is None:
        retries = _DEFAULT_RETRIES if configured is None else int(configured)
    return HttpTransport(
        HttpConfiguration(
            user_agent=f"bodega/{__version__}",
            timeout=pip.timeout or _DEFAULT_TIMEOUT,
            retries=retries,
            ca_file=pip.certificates or _bundle(environment),
            client_cert=pip.text("client-cert"),
            trusted_hosts=frozenset(pip.several("trusted-host")),
            proxies=found,
            no_proxy=no_proxy,
            credentials=netrc_credentials(environment),
            asked_credentials=keyring_credentials(pip.text("keyring-provider") or "auto"),
        )
    )


def _bundle(environment: Mapping[str, str]) -> str | None:
    """The certificates that pip's library heeds by these variables; OpenSSL's own are heeded anyway."""
    return environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE") or None


class LazyTransport:
    """Implements ``Transport``; the real one is made at the first request, as TLS is dear to import."""

    def __init__(self, pip: "PipConfiguration", known: Callable[[], Sequence[str]] = tuple) -> None:
        """``known``: root URLs of indexes, whose credentials serve for the files beside their pages."""
        self._pip = pip
        self._known = known
        self._made: Transport | None = None

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> AbstractContextManager[Answer]:
        """GET a URL."""
        return self._get(url, headers)

    def close(self) -> None:
        """Close kept connections."""
        if self._made is not None:
            self._made.close()

    @contextmanager
    def _get(self, url: str, headers: Mapping[str, str]) -> Iterator[Answer]:
        if self._made is None:
            made = transport_as_pip(self._pip, os.environ)
            for root in self._known():
                made.know(root)
            self._made = made
        with self._made.get(url, headers) as answer:
            yield answer
