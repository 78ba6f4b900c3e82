"""Which extras and dependency groups of a lock are installed (PEP 751)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bodega.formats.names import normalize
from bodega.installer.locking.errors import LockPartError, PartsConflictError
from bodega.installer.locking.foreign.values import LockChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsChoice:
    """What is asked for, by normalized names; without a word that is the default groups and no extra.

    ``lenient`` takes of all extras and groups those that conflict with none; ``wheels_only`` refuses what
    would have to be built.
    """

    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    all_extras: bool = False
    all_groups: bool = False
    default_groups: bool = True
    lenient: bool = False
    wheels_only: bool = False

    @property
    def key(self) -> str:
        """A short text that differs where what is asked for does; empty where nothing is said."""
        if self == NOTHING_SAID:
            return ""
        flags = (self.all_extras, self.all_groups, self.default_groups, self.lenient, self.wheels_only)
        return f"{sorted(self.extras)}{sorted(self.groups)}{flags}"

    def foreign(self) -> LockChoice:
        """The same for the lock of another tool, which says itself what it takes by default."""
        extras, groups = map(normalize, self.extras), map(normalize, self.groups)
        is_default = self.default_groups and not self.groups
        return LockChoice(extras=frozenset(extras), groups=None if is_default else frozenset(groups))


NOTHING_SAID = PartsChoice()
#: All that a lock holds, as far as it can be together.
EVERY_PART = PartsChoice(all_extras=True, all_groups=True, lenient=True)


def chosen_parts(document: Mapping[str, Any], choice: PartsChoice) -> tuple[frozenset[str], frozenset[str]]:
    """The extras and groups of a lock that are installed; raises LockPartError, PartsConflictError."""
    known_extras = frozenset(document.get("extras", ()))
    default = frozenset(document.get("default-groups", ()))
    known_groups = frozenset(document.get("dependency-groups", ())) | default
    extras = _named("extra", choice.extras, known_extras)
    groups = _named("dependency group", choice.groups, known_groups)
    if choice.all_extras:
        extras |= known_extras
    if choice.all_groups:
        groups |= known_groups
    if choice.default_groups:
        groups |= default
    for members in _conflicts(document):
        both = sorted(members & {*(f"extra:{e}" for e in extras), *(f"group:{g}" for g in groups)})
        if len(both) > 1 and choice.lenient:
            extras -= {name.removeprefix("extra:") for name in both}
            groups -= {name.removeprefix("group:") for name in both}
        elif len(both) > 1:
            raise PartsConflictError(both)
    return extras, groups


def _named(kind: str, asked: Iterable[str], known: frozenset[str]) -> frozenset[str]:
    asked = frozenset(asked)
    for name in sorted(asked - known):
        raise LockPartError(kind, name, sorted(known))
    return asked


def _conflicts(document: Mapping[str, Any]) -> list[frozenset[str]]:
    """Where the lock is ours; what others write there is not for us."""
    tool = document.get("tool", {})
    ours = tool.get("bodega", {}) if isinstance(tool, dict) else {}
    said = ours.get("conflicts", ()) if isinstance(ours, dict) else ()
    if not isinstance(said, list):
        return []
    return [frozenset(str(name) for name in one) for one in said if isinstance(one, list)]
