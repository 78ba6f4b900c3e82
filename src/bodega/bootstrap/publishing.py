"""Where to publish to, and as whom: options, settings, ``.pypirc``, netrc; and the publisher for it."""

import base64
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bodega import __version__
from bodega.bootstrap.pip_configuration import read_pip_configuration
from bodega.bootstrap.settings import Settings
from bodega.installer.publishing.errors import NoPublishUrlError

if TYPE_CHECKING:
    from bodega.installer.publishing.ports import Publisher

_DEFAULT_TIMEOUT = 60.0
_SIMPLE, _LEGACY = "/simple", "/legacy/"


@dataclass(frozen=True, slots=True)
class Destination:
    """An upload endpoint, and the ``Authorization`` to show it; ``source`` says where that is from."""

    url: str
    authorization: str | None
    source: str


def destination(
    settings: Settings, environment: Mapping[str, str], *, url: str | None, repository: str | None
) -> Destination:
    """Where to publish to: a URL, a section of ``.pypirc``, or the index that is installed from.

    The token is ``BODEGA_TOKEN``, else what the URL, ``.pypirc`` or netrc says. Raises NoPublishUrlError.
    """
    user = password = ""
    if url is None and repository is not None:
        url, user, password = _pypirc(environment, repository)
    if url is None:
        url = _beside_index(settings.text("index_url") or read_pip_configuration(environment).index_url)
    from bodega.adapters.http.addresses import address_of
    from bodega.adapters.http.environment import netrc_credentials

    address = address_of(url)
    token = settings.text("token")
    if token:
        return Destination(url, _basic("__token__", token), "BODEGA_TOKEN")
    if address.authorization:
        return Destination(url, address.authorization, "the URL")
    if user:
        return Destination(url, _basic(user, password), ".pypirc")
    found = netrc_credentials(environment)(address.origin.host)
    return Destination(url, found, "netrc" if found else "nowhere: no token was found")


@contextmanager
def publisher_to(
    place: Destination, environment: Mapping[str, str], sent: Callable[[int], None]
) -> Iterator["Publisher"]:
    """The publisher to a destination, reached as pip would reach it."""
    from bodega.adapters.http.configuration import HttpConfiguration
    from bodega.adapters.http.environment import proxies
    from bodega.adapters.http.uploads import HttpPublisher

    pip = read_pip_configuration(environment)
    found, no_proxy = proxies(environment)
    proxy = pip.text("proxy")
    publisher = HttpPublisher(
        place.url,
        place.authorization,
        HttpConfiguration(
            user_agent=f"bodega/{__version__}",
            timeout=pip.timeout or _DEFAULT_TIMEOUT,
            ca_file=pip.certificates or environment.get("SSL_CERT_FILE"),
            client_cert=pip.text("client-cert"),
            trusted_hosts=frozenset(pip.several("trusted-host")),
            proxies={"http": proxy, "https": proxy} if proxy else found,
            no_proxy=no_proxy,
        ),
        sent,
    )
    try:
        yield publisher
    finally:
        publisher.close()


def _beside_index(index: str | None) -> str:
    """The upload endpoint of an index of ours stands beside its pages."""
    if index is None:
        raise NoPublishUrlError("no index is set; name the upload endpoint with --publish-url")
    root, found, _ = index.rstrip("/").rpartition(_SIMPLE)
    if not found:
        raise NoPublishUrlError(f"{index} does not end in {_SIMPLE}/; use --publish-url")
    return f"{root}{_LEGACY}"


def _pypirc(environment: Mapping[str, str], section: str) -> tuple[str, str, str]:
    from configparser import Error, RawConfigParser

    path = environment.get("PYPIRC") or os.path.expanduser("~/.pypirc")
    parser = RawConfigParser()
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except (OSError, UnicodeDecodeError, Error) as error:
        raise NoPublishUrlError(f"{path} cannot be read: {error}") from None
    if not parser.has_option(section, "repository"):
        raise NoPublishUrlError(f"{path} has no repository in a section [{section}]")
    return (
        parser.get(section, "repository"),
        parser.get(section, "username", fallback=""),
        parser.get(section, "password", fallback=""),
    )


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
