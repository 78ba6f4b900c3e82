"""What to relax so that a conflict is none: the small changes of what was asked for that really solve.

Candidates come from the conflict alone: each requirement and constraint of the user's that takes part is
widened to the nearest bound, taken without bounds, or left out. Whoever knows how to resolve proves each
before it is told; nothing here opens anything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bodega.formats.bounds import bounds_of, lowered, raised
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.formats.version_order import version_key
from bodega.resolution.clashes import Clashes
from bodega.resolution.clauses import Asked, Constrained
from bodega.resolution.conflicts import Conflict
from bodega.resolution.naming import ordered
from bodega.resolution.ports import base_of

#: Relaxations told, and versions named with each.
_TOLD, _NAMED = 3, 4
#: How many requirements are changed together at most.
_TOGETHER = 3
_COMMAND_LINE = "the command line"
#: Where a requirement stands that somebody asks about: it is not what is to be changed.
QUESTION = "the question"

Root: TypeAlias = Asked | Constrained


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement of the user's, and what is to stand in its place.

    ``kind`` is ``widen``, ``unbound`` (any version), ``extra`` (without its extras), ``yanked`` (a yanked
    release, pinned), ``rename`` (another project of nearly that name), ``python`` (another interpreter) or
    ``leave`` (nothing: ``replacement`` is empty).
    ``crossed`` counts series of versions, mostly majors, that a widening adds.
    """

    kind: str
    requirement: str
    replacement: str
    origin: str
    is_constraint: bool = False
    crossed: int = 0
    is_down: bool = False

    def words(self) -> str:
        """What to do."""
        at = "" if self.origin in ("", _COMMAND_LINE) else f" ({self.origin})"
        if self.kind == "leave":
            return f"leave {self.requirement} out{at}"
        if self.kind == "python":
            use = f"--python {self.requirement}"
            return (
                f"use Python {self.requirement}: bodega lock {use}, or make an environment: bodega venv {use}"
            )
        if self.kind == "rename":
            return f"write {self.replacement} for {self.requirement}{at}"
        verb = {"unbound": "drop the bounds of", "yanked": "pin"}.get(self.kind, "relax")
        return f"{verb} {self.requirement}{at} to {self.replacement}".replace(
            f"drop the bounds of {self.requirement}{at} to", f"drop the bounds of {self.requirement}{at}:"
        )

    @property
    def weight(self) -> tuple[int, int, bool]:
        """How much it changes: less is better."""
        kinds = ("rename", "widen", "yanked", "extra", "unbound", "python", "leave")
        first = 2 * kinds.index(self.kind) + (not self.is_constraint)
        return first, self.crossed, self.is_down


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Changes that together solve, and the versions of what took part in the conflict then."""

    changes: tuple[Change, ...]
    solved: Mapping[str, str]

    def words(self) -> str:
        """What to do, and what comes of it, in one line."""
        named = [f"{name} {version}" for name, version in list(self.solved.items())[:_NAMED]]
        then = f" (then {', '.join(named)})" if named else ""
        return f"{', and '.join(change.words() for change in self.changes)}{then}"

    def as_json(self) -> dict[str, object]:
        """For machines."""
        return {
            "change": self.words(),
            "requirement": self.changes[0].requirement,
            "replacement": self.changes[0].replacement,
            "changes": [
                {
                    "kind": one.kind,
                    "requirement": one.requirement,
                    "replacement": one.replacement,
                    "origin": one.origin,
                }
                for one in self.changes
            ],
            "solved": dict(self.solved),
        }

    @property
    def weight(self) -> tuple[object, ...]:
        """How much it changes: less is better."""
        return len(self.changes), sorted((one.weight for one in self.changes), reverse=True)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a try: the chosen versions by project, or the conflict, or, with neither, nobody knows."""

    solved: Mapping[str, str] | None = None
    conflict: Conflict | None = None


#: Resolves with changes; raises EnoughTriedError where there is no time left.
Prove = Callable[[Sequence[Change]], Proof]


class EnoughTriedError(Exception):
    """The time or the network that may be used for tries is used up."""


def relaxations(clashes: Clashes, prove: Prove, others: Sequence[Change] = ()) -> tuple[Relaxation, ...]:
    """The least changes that solve, at most three, least first; ``others`` are tried besides."""
    found: dict[tuple[Change, ...], Relaxation] = {}
    try:
        for changes, solved in _Tries(clashes, prove, others).solving():
            shown = _shown(clashes, changes, solved)
            found.setdefault(changes, Relaxation(changes, shown))
    except EnoughTriedError:
        pass
    return tuple(sorted(found.values(), key=lambda one: one.weight)[:_TOLD])


def _shown(clashes: Clashes, changes: Sequence[Change], solved: Mapping[str, str]) -> dict[str, str]:
    """Of a solution the projects that were changed, then the others that took part."""
    texts = (text for one in changes for text in (one.requirement, one.replacement))
    changed = [name for text in texts if (name := _name(text))]
    part = (base_of(group.target) for group in clashes.groups)
    return {name: solved[name] for name in dict.fromkeys((*changed, *part)) if name in solved}


def _name(text: str) -> str | None:
    try:
        return parse_requirement(text).name
    except InvalidRequirementError:
        return None


class _Tries:
    """What is tried for one conflict."""

    def __init__(self, clashes: Clashes, prove: Prove, others: Sequence[Change]) -> None:
        self._clashes = clashes
        self._prove = prove
        self._others = others
        self._roots: dict[tuple[str, str], Root] = {}
        self._versions: dict[str, Sequence[str]] = {}

    def solving(self) -> Iterator[tuple[tuple[Change, ...], Mapping[str, str]]]:
        """Changes that solve: single ones, the likely first; where there are none, several together."""
        roots = self._met(self._clashes.conflict)
        found: set[str] = set()
        stuck: dict[str, tuple[Change, Conflict]] = {}
        for root, change in self._singles(roots):
            # Whoever can be loosened need not be left out, and who has enough to choose from, nothing.
            is_other = change.kind not in ("unbound", "extra", "leave")
            has_enough = change.kind == "leave" and len(found) >= _TOLD
            if has_enough or (change.requirement in found and not is_other):
                continue
            proof = self._prove([change])
            if proof.solved is not None:
                found.add(change.requirement)
                nearest = None
                if root is not None and change.kind == "unbound":
                    nearest = self._nearest(root, change, [], proof.solved)
                change, proof = nearest or (change, proof)  # noqa: PLW2901 - the better one of the two
                yield (change,), proof.solved or {}
            elif proof.conflict is not None:
                stuck.setdefault(change.requirement, (change, proof.conflict))
        if not found:
            yield from self._several(list(stuck.values()))

    def _singles(self, roots: Sequence[Root]) -> Iterator[tuple[Root | None, Change]]:
        """What to try by itself: kind by kind, as what changes little is likely to be known soon, too."""
        loosened = [(root, change) for root in roots for change in _loosened(root)]
        yield from ((None, change) for change in self._others)
        yield from ((root, change) for root, change in loosened if change.kind == "unbound")
        yield from ((None, change) for change in self._yanked(roots))
        for kind in ("extra", "leave"):
            yield from ((root, change) for root, change in loosened if change.kind == kind)

    def _met(self, conflict: Conflict) -> list[Root]:
        """What may be changed of a conflict, which is noted."""
        roots = _roots(conflict)
        for root in roots:
            self._roots.setdefault((root.text, root.origin), root)
            base = base_of(root.package)
            self._versions.setdefault(base, conflict.offers[base].versions)
        return roots

    def _several(
        self, stuck: Sequence[tuple[Change, Conflict]]
    ) -> Iterator[tuple[tuple[Change, ...], Mapping[str, str]]]:
        """Where one change leads to another conflict, that is relaxed too."""
        for first, conflict in stuck:
            changes, proof = [first], Proof(None, conflict)
            while proof.conflict is not None and len(changes) < _TOGETHER:
                changed = {
                    (text, one.origin) for one in changes for text in (one.requirement, one.replacement)
                }
                others = [one for one in self._met(proof.conflict) if (one.text, one.origin) not in changed]
                more = next((one for root in others for one in _loosened(root)), None)
                if more is None:
                    break
                changes.append(more)
                proof = self._prove(changes)
            if proof.solved is not None:
                yield self._narrowed(changes, proof.solved)

    def _narrowed(
        self, changes: Sequence[Change], solved: Mapping[str, str]
    ) -> tuple[tuple[Change, ...], Mapping[str, str]]:
        """The same changes, each as small as it can be beside the others; those not needed left out."""
        left = list(changes)
        for change in changes:
            rest = [one for one in left if one is not change]
            proof = self._prove(rest) if rest else Proof()
            if proof.solved is not None:
                left, solved = rest, proof.solved
                continue
            root = self._roots.get((change.requirement, change.origin))
            if root is not None and change.kind == "unbound":
                nearest = self._nearest(root, change, rest, solved)
                if nearest is not None and nearest[1].solved is not None:
                    left = [nearest[0] if one is change else one for one in left]
                    solved = nearest[1].solved
        return tuple(left), solved

    def _nearest(
        self, root: Root, change: Change, others: Sequence[Change], solved: Mapping[str, str]
    ) -> tuple[Change, Proof] | None:
        """The nearest bound that solves, towards the version that was chosen without any."""
        written = parse_requirement(root.text)
        reached = solved.get(written.name)
        bounds = bounds_of(written.specifier)
        if reached is None or bounds is None:
            return None
        is_down = _is_below(reached, bounds.lower.version if bounds.lower else None)
        versions = self._versions.get(written.name, ())
        steps = lowered(bounds, reached) if is_down else raised(bounds, versions, reached)
        for specifier, crossed in steps:
            wider = Change(
                "widen",
                change.requirement,
                _with(written, specifier),
                change.origin,
                change.is_constraint,
                crossed,
                is_down,
            )
            proof = self._prove([*others, wider])
            if proof.solved is not None:
                return wider, proof
        return None

    def _yanked(self, roots: Sequence[Root]) -> Iterator[Change]:
        """A yanked release that would do, where it is the user who asks for its project."""
        by_name = {base_of(root.package): root for root in roots if isinstance(root, Asked)}
        for project, one in self._clashes.withheld:
            root = by_name.get(project)
            if one.reason == "yanked" and root is not None and one.versions:
                pin = _with(parse_requirement(root.text), f"=={one.versions[0]}")
                yield Change("yanked", root.text, pin, root.origin)


def renamed(clashes: Clashes, nearest: Callable[[str], Sequence[str]]) -> list[Change]:
    """Requirements on projects that nobody knows, under the nearest names that somebody does."""
    unknown = {name for name, one in clashes.withheld if one.reason == "unknown-project"}
    found = []
    for root in _roots(clashes.conflict):
        name = base_of(root.package)
        if name in unknown and isinstance(root, Asked):
            written = parse_requirement(root.text)
            for near in nearest(name):
                text = _with(replace(written, name=NormalizedName(near)), written.specifier)
                found.append(Change("rename", root.text, text, root.origin))
    return found


def _roots(conflict: Conflict) -> list[Root]:
    """What the user may change: requirements and constraints that take part, each once, constraints first."""
    roots = {
        (one.text, one.origin, type(one)): one
        for one in conflict.facts()
        if isinstance(one, Asked | Constrained) and _is_plain(one)
    }
    return sorted(roots.values(), key=lambda one: isinstance(one, Asked))


def _is_plain(root: Root) -> bool:
    name = _name(root.text)
    if root.origin == QUESTION:
        return False
    return name == base_of(root.package) and parse_requirement(root.text).url is None


def _loosened(root: Root) -> Iterator[Change]:
    """A requirement without its bounds, without its extras, and left out."""
    written, is_constraint = parse_requirement(root.text), isinstance(root, Constrained)
    if written.specifier:
        yield Change("unbound", root.text, _with(written, ""), root.origin, is_constraint)
    if isinstance(root, Asked):
        if written.extras:
            bare = root.text.replace(root.text[root.text.index("[") : root.text.index("]") + 1], "")
            yield Change("extra", root.text, bare, root.origin)
        yield Change("leave", root.text, "", root.origin)


def _with(written: Requirement, specifier: str) -> str:
    """The requirement with another specifier set."""
    extras = f"[{','.join(written.extras)}]" if written.extras else ""
    marker = f" ; {written.marker}" if written.marker else ""
    return f"{written.name}{extras}{ordered(specifier)}{marker}"


def _is_below(version: str, lower: str | None) -> bool:
    one, other = version_key(version), version_key(lower) if lower else None
    return one is not None and other is not None and one <= other
