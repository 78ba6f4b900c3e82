"""The faults of one upload, gathered so that all can be told together."""

from collections.abc import Iterable

from bodega.formats.errors import BodegaError
from bodega.index.catalog.errors import UploadRefusedError

#: Nobody mends more at once; an archive made to have a million is not worth the memory.
MOST = 50


class Faults:
    """Faults in the order in which they were found, each once."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._found: dict[tuple[str, str, str | None], BodegaError] = {}

    def add(self, fault: BodegaError) -> None:
        """One more; raises UploadRefusedError when there are very many."""
        self._found.setdefault((fault.code, fault.what, fault.why), fault)
        if len(self._found) >= MOST:
            raise self.refusal()

    def take(self, faults: Iterable[BodegaError]) -> None:
        """Add all of them."""
        for fault in faults:
            self.add(fault)

    def has(self, kind: type[BodegaError]) -> bool:
        """Whether one of that kind was found."""
        return any(isinstance(fault, kind) for fault in self._found.values())

    def refuse_if_any(self) -> None:
        """Raise UploadRefusedError with all that were found."""
        if self._found:
            raise self.refusal()

    def refusal(self) -> UploadRefusedError:
        """The refusal with all that were found."""
        return UploadRefusedError(self._filename, tuple(self._found.values()))
