"""The past of an environment: its entries, what changed between any two, and the way back to one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.installer.commands.change import change
from bodega.installer.commands.report import Change, Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.commit import recover
from bodega.installer.environments.history import Entry, Present, read_history
from bodega.installer.environments.installed import SHIM, scan_all
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.plan import Plan
from bodega.installer.environments.recording import recognized, unrecorded
from bodega.installer.locking.selection import Selected


class NoEntryError(BodegaError):
    """The history of an environment has no such entry."""

    code = "E-HISTORY-ENTRY"

    def __init__(self, which: str, entries: Iterable[Entry]) -> None:
        numbers = [entry.number for entry in entries]
        why = f"it has {numbers[0]} to {numbers[-1]}" if numbers else "bodega has not changed it yet"
        super().__init__(f"the history has no {which}", why=why)


class LostError(BodegaError):
    """An earlier state cannot be had again: something that was there then can be found nowhere."""

    code = "E-HISTORY-LOST"

    def __init__(self, number: int, names: Iterable[str], why: str) -> None:
        self.number = number
        self.names = tuple(names)
        super().__init__(f"{', '.join(self.names)} of entry {number} cannot be put back", why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """How far back: to the entry ``number``, else ``steps`` entries before what is there now."""

    steps: int = 1
    number: int | None = None
    offline: bool = False
    dry_run: bool = False


def past_of(interpreter: Interpreter) -> list[Entry]:
    """The entries, the oldest first; what others changed since the last one is the last here.

    A change that was cut short is finished first.
    """
    recover(interpreter)
    entries = read_history(interpreter.state)
    pending = unrecorded(scan_all(interpreter), entries[-1] if entries else None)
    return entries if pending is None else [*entries, pending]


def entry_of(entries: list[Entry], number: int) -> Entry:
    """An entry by its number; raises NoEntryError."""
    for entry in entries:
        if entry.number == number:
            return entry
    raise NoEntryError(f"entry {number}", entries)


def differences(before: Iterable[Present], after: Iterable[Present]) -> list[Change]:
    """What is not the same, by project; the same version from another wheel, or asked for now, too."""
    old, new = ({one.name: one for one in some} for some in (before, after))
    return [
        Change(name, old[name].version if name in old else None, new[name].version if name in new else None)
        for name in sorted({*old, *new})
        if name not in old or name not in new or not _is_same(old[name], new[name])
    ]


def rollback(back: Back, workshop: Workshop, tell: Callable[[str], None]) -> Report:
    """Make the environment what it was, in one commit, from what the store has.

    ``tell`` hears what has to be fetched again, before anything changes. Raises NoEntryError, LostError.
    """
    interpreter = workshop.interpreter()
    entries = past_of(interpreter)
    target = _target(back, entries)
    wanted, remarks = _plan(interpreter, entries, target)
    _check(target, wanted, workshop, offline=back.offline)
    if back.dry_run:
        return report_of(wanted, remarks=remarks, is_dry_run=True)
    missing = [one.filename for one in wanted.install if _is_missing(one, workshop)]
    if missing:
        tell(f"the store has no more, and so fetched again: {', '.join(missing)}")
    return change(wanted, interpreter, workshop, remarks=remarks)


def _target(back: Back, entries: list[Entry]) -> Entry:
    if back.number is not None:
        return entry_of(entries, back.number)
    if len(entries) <= back.steps:
        raise NoEntryError(f"entry {back.steps} back", entries)
    return entries[-1 - back.steps]


def _plan(interpreter: Interpreter, entries: list[Entry], target: Entry) -> tuple[Plan, list[str]]:
    found = scan_all(interpreter)
    last = entries[-1]
    here = dict(zip(((one.name, one.path) for one in found), recognized(found, last), strict=True))
    wanted = {one.name: one for one in target.distributions}
    kept = [one for one in found if _stays(here[one.name, one.path], wanted.get(one.name))]
    kept_names = {one.name for one in kept}
    remarks: list[str] = []
    if SHIM in wanted and SHIM not in kept_names:
        # It is made with an environment, from no wheel.
        del wanted[SHIM]
        remarks.append("the pip that is bodega is not put back: `bodega install pip` puts the real one here")
    install = tuple(_selected(one) for name, one in wanted.items() if name not in kept_names)
    gone = tuple(one for one in found if one not in kept)
    return Plan(install, gone, tuple(kept)), remarks


def _check(target: Entry, wanted: Plan, workshop: Workshop, *, offline: bool) -> None:
    """Raise LostError, with all that is lost, before anything is fetched or changed."""
    unknown = [f"{one.name} {one.version}" for one in wanted.install if not one.hashes]
    if unknown:
        raise LostError(target.number, unknown, "another installer had put it there, from a wheel unknown")
    missing = [one.filename for one in wanted.install if _is_missing(one, workshop)]
    if missing and offline:
        raise LostError(target.number, missing, "the store has it no more, and the network is not to be used")


def _is_missing(one: Selected, workshop: Workshop) -> bool:
    sha256 = one.hashes["sha256"]
    return workshop.store.tree(sha256) is None and workshop.store.wheel(sha256) is None


def _selected(one: Present) -> Selected:
    return Selected(
        name=one.name,
        version=one.version,
        filename=one.filename or one.name,
        url=one.url or "",
        hashes={"sha256": one.sha256} if one.sha256 else {},
        requested=one.requested,
        direct_url=one.direct_url,
    )


def _stays(present: Present, wanted: Present | None) -> bool:
    return wanted is not None and _is_same(present, wanted)


def _is_same(one: Present, other: Present) -> bool:
    if (one.version, one.record) == (other.version, other.record):
        return True
    if one.sha256 is None or one.sha256 != other.sha256:
        return False
    return _facts(one) == _facts(other)


def _facts(one: Present) -> tuple[str, bool, Mapping[str, object] | None]:
    return one.version, one.requested, one.direct_url


def from_selected(selected: Iterable[Selected]) -> list[Present]:
    """What a lock would install, as an entry would tell it."""
    return [
        Present(
            name=NormalizedName(one.name),
            version=one.version,
            record="",
            sha256=one.hashes.get("sha256"),
            filename=one.filename,
            requested=one.requested,
            direct_url=one.direct_url,
        )
        for one in selected
    ]


def differences_by_version(before: Iterable[Present], after: Iterable[Present]) -> list[Change]:
    """As ``differences``, where one side is a lock: it may name another wheel of the same version."""
    plain = [
        [replace(one, record="", sha256=one.version, requested=False) for one in some]
        for some in (before, after)
    ]
    return differences(
        *([replace(one, direct_url=None) for one in some if one.name != SHIM] for some in plain)
    )
