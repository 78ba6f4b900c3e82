"""What commands on an environment work with; put together by ``bootstrap``."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bodega.installer.building.ports import Progress, ProjectBuilder
from bodega.installer.building.trees import Makers
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.candidates import ComputedCache
from bodega.installer.locking.format_control import ALL, FormatControl
from bodega.installer.locking.ports import References
from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.installer.store.store import Store
from bodega.resolution.errors import NoSolutionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The tools of one command.

    ``interpreter`` is asked for when it is needed: ``lock`` may do with another one than ``install``.
    ``link_mode`` is a setting of the contract, ``compile`` one of ``behind``, ``now``, ``never``.
    ``builds`` says whether anything is built from source at all.
    """

    interpreter: Callable[[], Interpreter]
    store: Store
    reader: IndexReader
    downloads: Downloads
    builder: ProjectBuilder
    references: References
    computed: ComputedCache
    progress: Progress
    link_mode: str = "auto"
    compile: str = "behind"
    builds: bool = True

    @property
    def makers(self) -> Makers:
        """Who trees come from."""
        return Makers(self.store, self.downloads, self.builder, self.progress)

    @property
    def materials(self) -> Materials:
        """What a resolution is made from."""
        return Materials(
            reader=self.reader, computed=self.computed, builder=self.builder, references=self.references
        )

    def resolve(self, resolver: Resolver, request: ResolveRequest) -> Resolution:
        """Resolve; where nothing is built, among wheels alone.

        If that cannot be, the refusal names the source that would have to be built. Raises what the resolver
        raises, and BuildNotAllowedError.
        """
        if self.builds:
            return resolver.resolve(request)
        try:
            return resolver.resolve(replace(request, formats=FormatControl(only_binary=frozenset({ALL}))))
        except NoSolutionError:
            return resolver.resolve(request)
