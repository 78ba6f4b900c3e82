"""What commands on an environment work with; put together by ``bootstrap``."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.locking.format_control import ALL, FormatControl
from bodega.installer.store.store import Store

if TYPE_CHECKING:
    from bodega.formats.targets import Target
    from bodega.installer.building.ports import Progress, ProjectBuilder
    from bodega.installer.building.trees import Makers
    from bodega.installer.indexes.downloads import Downloads
    from bodega.installer.indexes.ports import IndexReader
    from bodega.installer.indexes.release_documents import ReleaseDocuments
    from bodega.installer.locking.computed_cache import ComputedCache
    from bodega.installer.locking.ports import References
    from bodega.installer.locking.resolution import Resolution
    from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """Where all that is not here yet comes from: indexes, their files, builds, direct references.

    ``documents`` are what indexes say of releases besides their files.
    """

    reader: "IndexReader"
    downloads: "Downloads"
    builder: "ProjectBuilder"
    references: "References"
    documents: Callable[[], "ReleaseDocuments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The tools of one command.

    ``interpreter`` is asked for when it is needed: ``lock`` may do with another one than ``install``. So are
    ``supplies``, which a command does without where all is there already. ``link_mode`` is a setting of the
    contract, ``compile`` one of ``behind``, ``now``, ``never``. ``builds`` says whether anything is built
    from source at all. ``lock_policy`` is a setting, too: how strictly a lock is held to what its index says
    today. ``asked`` are the words of the command line, for the history.
    """

    interpreter: Callable[[], Interpreter]
    store: Store
    supplies: Callable[[], Supplies]
    computed: "ComputedCache"
    progress: "Progress"
    link_mode: str = "auto"
    compile: str = "behind"
    builds: bool = True
    store_size: int | None = None
    offline: bool = False
    lock_policy: str = "refuse"
    asked: tuple[str, ...] = ()

    @property
    def reader(self) -> "IndexReader":
        """The indexes."""
        return self.supplies().reader

    @property
    def downloads(self) -> "Downloads":
        """The files of indexes."""
        return self.supplies().downloads

    @property
    def builder(self) -> "ProjectBuilder":
        """Who builds sources."""
        return self.supplies().builder

    @property
    def references(self) -> "References":
        """Who follows direct references."""
        return self.supplies().references

    @property
    def makers(self) -> "Makers":
        """Who trees come from."""
        from bodega.installer.building.trees import Makers  # noqa: PLC0415 - only to fetch

        return Makers(self.store, self.downloads, self.builder, self.progress)

    def progress_of(self, what: str) -> Callable[[int], None]:
        """Told the bytes of one download, for the progress line."""
        count = 0

        def arrived(more: int) -> None:
            nonlocal count
            count += more
            self.progress.tell(f"{what}: {count / 1e6:.1f} MB")

        return arrived

    @property
    def materials(self) -> "Materials":
        """What a resolution is made from."""
        from bodega.installer.locking.resolve import Materials  # noqa: PLC0415 - only to resolve

        return Materials(
            reader=self.reader, computed=self.computed, builder=self.builder, references=self.references
        )

    def resolve(
        self, resolver: "Resolver", request: "ResolveRequest", also: "Sequence[Target]" = ()
    ) -> "Resolution":
        """Resolve; where nothing is built, among wheels alone.

        If that cannot be, the refusal names the source that would have to be built. Raises what the resolver
        raises, and BuildNotAllowedError. A NoSolutionError comes with relaxations; these
        solve for the targets in ``also``, too.
        """
        from bodega.resolution.errors import NoSolutionError  # noqa: PLC0415 - only to resolve

        try:
            return self.try_to_resolve(resolver, request)
        except NoSolutionError as failure:
            from bodega.installer.commands.surroundings import other_pythons  # noqa: PLC0415 - after a conflict
            from bodega.installer.locking.advising import Surroundings, advise  # noqa: PLC0415 - the same

            pythons = partial(other_pythons, resolver.target, self.store)
            advise(failure, request, resolver, Surroundings(self._kept_names, pythons, also))
            raise

    def _kept_names(self) -> list[str]:
        """The projects whose pages are kept."""
        folder = f"{self.store.layout.root}/pages"
        with suppress(OSError):
            return [name for index in os.listdir(folder) for name in os.listdir(f"{folder}/{index}")]
        return []

    def try_to_resolve(self, resolver: "Resolver", request: "ResolveRequest") -> "Resolution":
        """Resolve, and look for no advice where that cannot be."""
        from bodega.resolution.errors import NoSolutionError  # noqa: PLC0415 - only to resolve

        if self.builds:
            return resolver.resolve(request)
        try:
            return resolver.resolve(replace(request, formats=FormatControl(only_binary=frozenset({ALL}))))
        except NoSolutionError:
            return resolver.resolve(request)
