"""What can go wrong on the way of a file to an index."""

from collections.abc import Sequence
from dataclasses import dataclass

from bodega.formats.errors import BodegaError


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of an index, in its words; ``code`` where it is a bodega."""

    text: str
    code: str | None = None


class NothingToPublishError(BodegaError):
    """No file was named, or there is none where files are looked for."""

    code = "E-PUBLISH-NOTHING"

    def __init__(self, place: str) -> None:
        super().__init__("nothing to publish", why=f"there is no wheel and no sdist at {place}")
        self.place = place


class NoPublishUrlError(BodegaError):
    """It is not known where to publish to."""

    code = "E-PUBLISH-WHERE"

    def __init__(self, why: str) -> None:
        super().__init__("it is not known where to publish to", why=why)


class NotADistributionError(BodegaError):
    """The file is neither a wheel nor a source distribution by its name."""

    code = "E-PUBLISH-FILE"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be published", why=why)
        self.path = path


class PublishRefusedError(BodegaError):
    """The index does not take a file; ``reasons`` are all that it gives."""

    code = "E-PUBLISH-REFUSED"

    def __init__(self, filename: str, url: str, status: int, reasons: Sequence[Reason]) -> None:
        told = "; ".join(f"{one.text} [{one.code}]" if one.code else one.text for one in reasons)
        super().__init__(f"{url} does not take {filename}", why=f"{status}: {told}"[:4000])
        self.filename = filename
        self.url = url
        self.status = status
        self.reasons = tuple(reasons)


class PublishCredentialsError(PublishRefusedError):
    """The index does not know who publishes, or does not let them (401, 403)."""

    code = "E-PUBLISH-CREDENTIALS"
