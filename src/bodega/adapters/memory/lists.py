"""Project lists in frames, in memory."""

from bodega.index.views.list_store import KeptList, ListKey


class MemoryListStore:
    """Implements ``index.views.list_store.ListStore``."""

    def __init__(self) -> None:
        self._lists: dict[ListKey, KeptList] = {}

    def load(self, key: ListKey) -> KeptList | None:
        """The list that was kept last."""
        return self._lists.get(key)

    def keep(self, key: ListKey, kept: KeptList) -> None:
        """Keep this one instead."""
        self._lists[key] = kept
