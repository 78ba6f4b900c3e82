"""What indexes say of one release besides its files: ``pypi/NAME/VERSION/json``, beside the Simple API."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from bodega.formats.direct_url import without_credentials
from bodega.formats.names import NormalizedName
from bodega.installer.indexes.errors import IndexFailedError, OfflineError
from bodega.installer.indexes.refusals import REFUSALS, detail, refused
from bodega.simple_api.transport import Answer, Transport

_SIMPLE = "/simple/"
_MOST_BYTES = 64 << 20
_OK = 200
_NOT_FOUND = frozenset({404, 410})


class ReleaseDocuments:
    """Reads them over the indexes in their order; the first that has a release is believed."""

    def __init__(self, transport: Transport, indexes: Sequence[str], *, offline: bool) -> None:
        self._transport = transport
        self._offline = offline
        #: Where each index has its documents; one whose URL does not end in ``/simple/`` has none.
        self._roots = [
            index.removesuffix("simple/")
            for index in indexes
            if index.startswith(("https://", "http://")) and index.endswith(_SIMPLE)
        ]

    @property
    def places(self) -> Sequence[str]:
        """Where is looked, without credentials."""
        return [without_credentials(root) for root in self._roots]

    def vulnerabilities(self, name: NormalizedName, version: str) -> list[Any] | None:
        """What is known to be wrong with a release; ``None`` where no index says anything of that.

        Raises OfflineError, IndexFailedError, the errors of refusals and of the transport.
        """
        if self._offline:
            raise OfflineError("what the index knows of its releases")
        for root in self._roots:
            url = f"{root}pypi/{name}/{quote(version, safe='+!')}/json"
            with self._transport.get(
                url, {"Accept": "application/json", "Accept-Encoding": "gzip"}
            ) as answer:
                if answer.status in _NOT_FOUND:
                    continue
                return _read(answer)
        return None


def _read(answer: Answer) -> list[Any] | None:
    import json  # noqa: PLC0415 - few commands ask for this

    if answer.status in REFUSALS:
        raise refused(answer)
    if answer.status != _OK:
        raise IndexFailedError(answer.url, detail=f"it answered {answer.status}: {detail(answer)}")
    try:
        found = json.loads(answer.read(_MOST_BYTES))["vulnerabilities"]
    except KeyError:
        return None
    except (ValueError, TypeError, RecursionError):
        raise IndexFailedError(answer.url, detail="it is no JSON document on a release") from None
    if found is not None and not isinstance(found, list):
        raise IndexFailedError(answer.url, detail="its vulnerabilities are no array")
    return found
