"""Chosen files into trees of the store: fetched or built, verified and unpacked in parallel, each once."""

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bodega.formats.digests import best_digest
from bodega.formats.names import NormalizedName
from bodega.installer.building.ports import Progress
from bodega.installer.environments.plan import Plan
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.errors import UnhashedFileError
from bodega.installer.locking.ports import Builder
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree

_WORKERS = 8
#: From so many wheels on, and so many bytes, unpacking is worth processes of its own.
_MANY, _MUCH = 4, 8 << 20


@dataclass(frozen=True, slots=True)
class Makers:
    """Who trees come from: the store that keeps them, downloads, the builder; and who is told."""

    store: Store
    downloads: Downloads
    builder: Builder
    progress: Progress


def trees_of(makers: Makers, selected: Sequence[Selected]) -> dict[NormalizedName, Tree]:
    """The tree of each selected file, by project name; sources are built.

    Raises what downloading, building and unpacking raise; the store then keeps only what is whole and right.
    """
    trees: dict[NormalizedName, Tree] = {}
    missing: list[Selected] = []
    for one in selected:
        tree = makers.store.tree(_sha256(one)) if one.source is None else None
        if tree is None:
            missing.append(one)
        else:
            trees[one.name] = tree
    if missing:
        trees |= _Making(makers, missing).all()
    return trees


def settled(plan: Plan, trees: Mapping[NormalizedName, Tree]) -> Plan:
    """The plan with what was built in the place of what it was built from."""
    return replace(
        plan,
        install=tuple(
            one
            if one.source is None
            else replace(
                one,
                filename=trees[one.name].manifest.filename,
                hashes={"sha256": trees[one.name].sha256},
                source=None,
            )
            for one in plan.install
        ),
    )


def file_digest(path: str, algorithm: str) -> str | None:
    """The hexadecimal digest of a file; ``None`` where there is none."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest()
    except OSError:
        return None


def _sha256(one: Selected) -> str:
    digest = best_digest(one.hashes)
    if digest is None or digest.algorithm != "sha256":
        raise UnhashedFileError(one.filename, url=one.url)
    return digest.value


#: ``Store.add_wheel``, or what stands for it.
_Unpack = Callable[[str, str, str], Tree]


class _Making:
    """Downloads and builds on their way, counted for the progress line."""

    def __init__(self, makers: Makers, missing: Sequence[Selected]) -> None:
        self._makers = makers
        self._missing = missing
        self._bytes = 0
        self._done = 0
        self._lock = threading.Lock()

    def all(self) -> dict[NormalizedName, Tree]:
        wheels = [one for one in self._missing if one.source is None]
        if len(wheels) < _MANY or sum(one.size or 0 for one in wheels) < _MUCH:
            return self._made(self._makers.store.add_wheel)
        from bodega.installer.store.unpackers import Unpackers  # noqa: PLC0415 - only where much is new

        with Unpackers(self._makers.store) as unpackers:
            return self._made(unpackers.add_wheel)

    def _made(self, unpack: _Unpack) -> dict[NormalizedName, Tree]:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a warm install needs no threads

        # Large wheels first: the last one to arrive should be a small one.
        ordered = sorted(self._missing, key=lambda one: -(one.size or 0))
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="fetch") as pool:
            futures = {one.name: pool.submit(self._one, one, unpack) for one in ordered}
            try:
                return {name: future.result() for name, future in futures.items()}
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _one(self, one: Selected, unpack: _Unpack) -> Tree:
        store = self._makers.store
        if one.source is not None:
            built = self._makers.builder.wheel(one.source)
            tree = store.tree(built.sha256) or store.add_wheel(built.path, built.sha256, built.filename)
        else:
            path = store.wheel(_sha256(one)) or self._fetched(one)
            tree = unpack(path, _sha256(one), one.filename)
        with self._lock:
            self._done += 1
        self._tell()
        return tree

    def _fetched(self, one: Selected) -> str:
        old = self._makers.store.older_wheel(one.filename)
        return self._makers.downloads.fetch(one, self._arrived, old=old)

    def _arrived(self, count: int) -> None:
        with self._lock:
            self._bytes += count
        self._tell()

    def _tell(self) -> None:
        total = len(self._missing)
        self._makers.progress.tell(f"fetching {self._done}/{total}, {self._bytes / 1e6:.1f} MB")
