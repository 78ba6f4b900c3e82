"""Which upstream an index reads through: as said, else as fixed at the first start, else pip's."""

from collections.abc import Mapping
from dataclasses import dataclass

from bodega.bootstrap.pip_configuration import BuiltIn, PipConfiguration
from bodega.formats.errors import BodegaError
from bodega.formats.urls import masked

NONE = "none"


class NoUpstreamKnownError(BodegaError):
    """No upstream was set, and pip has none either."""

    code = "E-SETTING-NO-UPSTREAM"

    def __init__(self) -> None:
        super().__init__(
            "there is no upstream to read through",
            why="none was set, pip's configuration has no index-url, and no pip can be imported; "
            "set one with --upstream URL (the root of a Simple API), or --upstream none",
        )


class InvalidUpstreamError(BodegaError):
    """The upstream is not the URL of an index."""

    code = "E-SETTING-UPSTREAM"

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{masked(url)[:200]!r} cannot be an upstream",
            why="it must be an http or https URL, the root of a Simple API, or the word none",
        )


@dataclass(frozen=True, slots=True)
class UpstreamChoice:
    """The upstream's root ending in ``/`` (``None``: none), and what of pip's was not taken over, masked."""

    url: str | None
    ignored: tuple[str, ...] = ()

    @property
    def shown(self) -> str | None:
        """The root without credentials."""
        return masked(self.url) if self.url else None


def choose_upstream(
    said: str, facts: Mapping[str, str], pip: PipConfiguration, built_in: BuiltIn
) -> UpstreamChoice:
    """The choice; ``said`` is the setting, empty when there is none.

    What pip is told later does not count: a pip that points at this index would make it its own upstream.
    Raises NoUpstreamKnownError, InvalidUpstreamError.
    """
    if said:
        return UpstreamChoice(upstream_url(said))
    if "upstream" in facts:
        return UpstreamChoice(upstream_url(facts["upstream"]))
    url = pip.index_url or built_in()
    if url is None:
        raise NoUpstreamKnownError
    ignored = (*pip.several("extra-index-url"), *pip.several("find-links"))
    return UpstreamChoice(upstream_url(url), tuple(masked(one) for one in ignored))


def upstream_url(text: str) -> str | None:
    """The root of an upstream, ending in ``/``; ``None`` for the word none. Raises InvalidUpstreamError."""
    if text.strip().lower() == NONE:
        return None
    scheme, separator, rest = text.strip().partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    if scheme.lower() not in ("http", "https") or not separator or not host or not text.isprintable():
        raise InvalidUpstreamError(text)
    url = text.strip().partition("#")[0]
    return url if url.endswith("/") else f"{url}/"
