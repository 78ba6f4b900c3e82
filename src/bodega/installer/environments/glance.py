"""A glance at trees beside the linking of their files: nothing is committed before it is over."""

from collections.abc import Iterable
from threading import Thread

from bodega.installer.store.errors import TreeDamagedError
from bodega.installer.store.glancing import altered
from bodega.installer.store.tree import Tree


class Glance:
    """Looks at trees in a thread of its own, from the start."""

    def __init__(self, trees: Iterable[Tree]) -> None:
        self._trees = list(trees)
        self._damage: tuple[str, str] | None = None
        self._error: OSError | None = None
        self._thread = Thread(target=self._look, name="glance", daemon=True)
        self._thread.start()

    def result(self) -> None:
        """Wait for it; raises TreeDamagedError, OSError."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        if self._damage is not None:
            raise TreeDamagedError(*self._damage)

    def _look(self) -> None:
        try:
            for tree in self._trees:
                path = altered(tree)
                if path is not None:
                    self._damage = tree.sha256, path
                    return
        except OSError as error:
            self._error = error
