"""What a command did to an environment, as a value: the command line puts it into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bodega.installer.environments.plan import Plan


@dataclass(frozen=True, slots=True)
class Change:
    """One project: ``before`` and ``after`` are versions, ``None`` for not there."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The changes, how many projects stayed as they were, and remarks worth reading.

    ``downloaded`` are the bytes of files that came over the wire, ``saved`` those of wheels that did not
    have to, because an older version that is kept has them. ``description`` is pip's report, where it was
    asked for.
    """

    changes: tuple[Change, ...]
    kept: int
    remarks: tuple[str, ...] = ()
    is_dry_run: bool = False
    downloaded: int = 0
    saved: int = 0
    description: Mapping[str, object] | None = None


def report_of(plan: Plan, *, remarks: Sequence[str] = (), is_dry_run: bool = False) -> Report:
    """The report of a plan that was carried out, or would be."""
    return Report(tuple(_changes(plan)), len(plan.keep), tuple(remarks), is_dry_run)


def _changes(plan: Plan) -> Iterable[Change]:
    before = {one.name: one.version for one in plan.remove}
    after = {one.name: one.version for one in plan.install}
    for name in sorted({*before, *after}):
        yield Change(name, before.get(name), after.get(name))
