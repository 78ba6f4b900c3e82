"""What a resolution is asked, and what it is made from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bodega.formats.names import NormalizedName
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.inputs.project_settings import StaticMetadata
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.format_control import FormatControl
from bodega.installer.locking.ports import Asked, Builder, Prepared, Reference, References
from bodega.installer.locking.release_control import ReleaseControl
from bodega.resolution.search import MOST_STEPS

#: Told pages and metadata documents read so far.
ResolveProgress = Callable[[int, int], None]


def nothing_there(_name: str) -> None:
    """Nothing is installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveRequest:
    """What is to be resolved.

    ``kept`` names versions that are kept where they satisfy everything: those installed, or of an earlier
    lock. ``there`` gives what is installed of a project, which is a candidate, also where no index has it.
    ``strategy`` is ``highest``, ``lowest`` or ``lowest-direct``. ``references`` are URLs and paths that are
    asked for by themselves. ``hashes`` (``algorithm:value``) are those that a project's files may have: a
    version's file of such a hash goes before its others. ``only_dependencies`` leaves what is asked for out
    of the result. ``overrides`` stand in the place of every requirement on their projects, ``excluded`` are
    projects that count as required by nobody, ``static_metadata`` is believed in the place of the packages'.
    ``most_steps`` is how far the search goes without an answer.
    """

    requirements: Sequence[Asked]
    references: Sequence[Reference] = ()
    constraints: Sequence[Asked] = ()
    overrides: Sequence[Asked] = ()
    excluded: frozenset[NormalizedName] = frozenset()
    static_metadata: Sequence[StaticMetadata] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    there: Callable[[str], Prepared | None] = nothing_there
    strategy: str = "highest"
    releases: ReleaseControl = field(default_factory=ReleaseControl)
    any_python: bool = False
    dependencies: bool = True
    only_dependencies: bool = False
    formats: FormatControl = field(default_factory=FormatControl)
    hashes: Mapping[NormalizedName, frozenset[str]] = field(default_factory=dict)
    most_steps: int = MOST_STEPS


def no_progress(_pages: int, _documents: int) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What a resolution is made from: indexes, what was computed before, and who makes what they lack."""

    reader: IndexReader
    computed: ComputedCache
    builder: Builder
    references: References
