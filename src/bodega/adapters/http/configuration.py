"""How indexes are reached: trust, proxies, patience and credentials. Values only, no I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

#: Answers the ``Authorization`` value for a host, or ``None``. Asked once per request to that host.
CredentialSource = Callable[[str], str | None]


def no_credentials(_host: str) -> str | None:
    """The source that knows none."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConfiguration:
    """Settings of one transport, named after pip's options where pip has them.

    ``timeout`` bounds each wait on a socket, in seconds. ``minimum_rate`` is in bytes a second over
    ``rate_window`` seconds: a slower body is given up (a drip of a byte a second would never end
    otherwise). ``head_patience`` bounds the wait for the head of an answer as a whole, ``read_patience`` a
    body that is read whole, such as a page. A server that asks (``Retry-After``) for a longer wait than
    ``longest_wait`` is not waited for: its answer is handed on. ``proxies`` maps a scheme to a proxy URL;
    ``no_proxy`` is in the usual comma form.

    ``credentials`` are sent at once, ``asked_credentials`` looked up once a host has answered 401 without.

    ``home`` is the root of the index on whose behalf all is asked, where there is one: what it says leads
    nowhere near us but where it is itself (``simple_api.reach``), and credentials in its URL go to its
    own origin alone.
    """

    user_agent: str
    timeout: float = 15.0
    retries: int = 4
    backoff: float = 0.25
    ca_file: str | None = None
    client_cert: str | None = None
    trusted_hosts: frozenset[str] = frozenset()
    proxies: Mapping[str, str] = field(default_factory=dict)
    no_proxy: str = ""
    minimum_rate: int = 1024
    rate_window: float = 30.0
    head_patience: float = 60.0
    read_patience: float = 300.0
    longest_wait: float = 20.0
    home: str | None = None
    credentials: CredentialSource = no_credentials
    asked_credentials: CredentialSource = no_credentials
