"""The port of kept rendered pages: a cache that may forget."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bodega.formats.names import NormalizedName
from bodega.simple_api.negotiate import Coding, Form


class Variant(NamedTuple):
    """Which bytes of which page; ``view`` is the index's name."""

    view: str
    name: NormalizedName
    form: Form
    coding: Coding


@dataclass(frozen=True, slots=True)
class PageBytes:
    """A rendered page in one coding. ``etag`` is strong and of this coding, with its quotes.

    ``valid_until`` is when it is another page whatever the fingerprint: seconds since the epoch, ``None``
    for never.
    """

    fingerprint: str
    etag: str
    body: bytes
    serial: int | None = None
    valid_until: float | None = None


class NoPages:
    """Implements ``PageStore`` and keeps nothing: for pages that are seldom read."""

    def get(self, variant: Variant) -> PageBytes | None:  # noqa: ARG002 - as the port has it
        """Nothing."""
        return None

    def put(self, variant: Variant, page: PageBytes) -> None:
        """Forget them."""

    def put_all(self, pages: Mapping[Variant, PageBytes]) -> None:
        """Forget them."""


class PageStore(Protocol):
    """Rendered pages; may be called from any thread."""

    def get(self, variant: Variant) -> PageBytes | None:
        """The bytes kept last for the variant; one indexed look-up."""

    def put(self, variant: Variant, page: PageBytes) -> None:
        """Keep these instead."""

    def put_all(self, pages: Mapping[Variant, PageBytes]) -> None:
        """Keep all of these instead, in one go."""
