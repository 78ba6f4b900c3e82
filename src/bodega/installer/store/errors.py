"""Failures of the store."""

from bodega.formats.errors import BodegaError


class StoreError(BodegaError):
    """The store cannot be used; the root of its failures."""

    code = "E-STORE"


class StoreUnwritableError(StoreError):
    """The store's folder cannot be made or written."""

    code = "E-STORE-UNWRITABLE"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"the store at {path} cannot be written", why=why)
        self.path = path


class StoreFullError(StoreError):
    """No room is left where the store lies; nothing of the tree was kept."""

    code = "E-STORE-FULL"

    def __init__(self, path: str) -> None:
        super().__init__(f"there is no room left in the store at {path}", why="the device or quota is full")
        self.path = path


class TreeDamagedError(StoreError):
    """A file of a tree is gone or was written to; nothing was installed from it."""

    code = "E-STORE-TREE-DAMAGED"

    def __init__(self, sha256: str, path: str) -> None:
        why = f"{path} is gone, or was written to"
        super().__init__("a wheel that the store has unpacked is damaged", why=why)
        self.sha256 = sha256
        self.path = path
