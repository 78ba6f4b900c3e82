"""Wheels of a plan into the store: downloaded, verified and unpacked in parallel, each once."""

import threading
from collections.abc import Sequence

from bodega.formats.digests import best_digest
from bodega.installer.commands.workshop import Workshop
from bodega.installer.indexes.errors import UnhashedFileError
from bodega.installer.locking.selection import Selected
from bodega.installer.store.tree import Tree

_WORKERS = 8


def fetch_trees(workshop: Workshop, selected: Sequence[Selected]) -> dict[str, Tree]:
    """The tree of each selected file, by project name.

    Raises what downloading and unpacking raise; the store then keeps only what is whole and right.
    """
    trees: dict[str, Tree] = {}
    missing: list[Selected] = []
    for one in selected:
        tree = workshop.store.tree(_sha256(one))
        if tree is None:
            missing.append(one)
        else:
            trees[one.name] = tree
    if missing:
        trees |= _Fetching(workshop, missing).all()
    return trees


def _sha256(one: Selected) -> str:
    digest = best_digest(one.hashes)
    if digest is None or digest.algorithm != "sha256":
        raise UnhashedFileError(one.filename, url=one.url)
    return digest.value


class _Fetching:
    """Downloads on their way, counted for the progress line."""

    def __init__(self, workshop: Workshop, missing: Sequence[Selected]) -> None:
        self._workshop = workshop
        self._missing = missing
        self._bytes = 0
        self._done = 0
        self._lock = threading.Lock()

    def all(self) -> dict[str, Tree]:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a warm install needs no threads

        # Large wheels first: the last one to arrive should be a small one.
        ordered = sorted(self._missing, key=lambda one: -(one.size or 0))
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="fetch") as pool:
            futures = {one.name: pool.submit(self._one, one) for one in ordered}
            try:
                return {name: future.result() for name, future in futures.items()}
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _one(self, one: Selected) -> Tree:
        kept = self._workshop.store.wheel(_sha256(one))
        path = kept or self._workshop.downloads.fetch(one, self._arrived)
        tree = self._workshop.store.add_wheel(path, _sha256(one), one.filename)
        with self._lock:
            self._done += 1
        self._tell()
        return tree

    def _arrived(self, count: int) -> None:
        with self._lock:
            self._bytes += count
        self._tell()

    def _tell(self) -> None:
        total = len(self._missing)
        self._workshop.progress.tell(f"fetching {self._done}/{total}, {self._bytes / 1e6:.1f} MB")
