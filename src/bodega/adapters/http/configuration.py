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
    otherwise). ``proxies`` maps a scheme to a proxy URL; ``no_proxy`` is in the usual comma form.
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
    credentials: CredentialSource = no_credentials
