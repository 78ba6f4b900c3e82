"""Which metadata to ask for together while a search goes down the versions of a project one by one."""

from collections.abc import Iterable

_PATIENCE = 3
#: As many as are asked for at once: a search that goes on comes to them soon.
MOST_AHEAD = 24


class Ahead:
    """Counts what had to be waited for, by project."""

    def __init__(self) -> None:
        self._waits: dict[str, int] = {}

    def after(self, name: str, number: int) -> Iterable[int]:
        """The candidates of the project to ask for together with this one, which is waited for.

        None for the first few: most projects are decided by one or two.
        """
        waits = self._waits[name] = self._waits.get(name, 0) + 1
        if waits < _PATIENCE:
            return ()
        return range(number + 1, number + 1 + min(1 << waits - 1, MOST_AHEAD))
