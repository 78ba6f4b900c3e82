"""Management at a server, reached as pip would reach it: trust, proxies and patience."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bodega import __version__

if TYPE_CHECKING:
    from bodega.adapters.http.management import HttpManagement

_DEFAULT_TIMEOUT = 15.0


@contextmanager
def remote_management(server: str, token: str, environment: Mapping[str, str]) -> Iterator["HttpManagement"]:
    """The management of the server at that root URL, in the name of a token."""
    from bodega.adapters.http.configuration import HttpConfiguration
    from bodega.adapters.http.environment import proxies
    from bodega.adapters.http.management import HttpManagement
    from bodega.bootstrap.pip_configuration import read_pip_configuration

    pip = read_pip_configuration(environment)
    found, no_proxy = proxies(environment)
    proxy = pip.text("proxy")
    management = HttpManagement(
        server,
        token,
        HttpConfiguration(
            user_agent=f"bodega/{__version__}",
            timeout=pip.timeout or _DEFAULT_TIMEOUT,
            ca_file=pip.certificates or environment.get("SSL_CERT_FILE"),
            client_cert=pip.text("client-cert"),
            trusted_hosts=frozenset(pip.several("trusted-host")),
            proxies={"http": proxy, "https": proxy} if proxy else found,
            no_proxy=no_proxy,
        ),
    )
    try:
        yield management
    finally:
        management.close()
