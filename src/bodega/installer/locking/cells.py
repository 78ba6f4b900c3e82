"""The environments that a lock is made for, cut as finely as markers tell them apart (PEP 508).

What was asked for are platforms and minor versions of Python. Each pair of them is a cell; it fixes all
marker variables but four: the patch of Python (``python_full_version``, ``implementation_version``) and the
system's own release and version. A cell is cut only where a marker that matters speaks of one of those.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from bodega.formats.markers import Markers, is_open_marker
from bodega.formats.platforms import Platform, target_on, variables_on, wheel_tags
from bodega.formats.targets import Target
from bodega.formats.versions import python_allows

#: The patch, and the system's release, that stand for all later ones.
_LATEST = 99
_LATEST_RELEASE = "999"
_NUMBER = re.compile(r"(?<![\w.])(\d+)\.(\d+)(?:\.(\d+))?", re.ASCII)
_PATCHED = ("python_full_version", "implementation_version")
_OPERATOR = r"===|==|!=|<=|>=|~=|<|>|not\s+in\b|in\b"
_COMPARISON = re.compile(
    rf"""(?P<name>platform[._](?:release|version))\s*(?P<operator>{_OPERATOR})\s*(?P<text>'[^']*'|"[^"]*")"""
    rf"""|(?P<text2>'[^']*'|"[^"]*")\s*(?P<operator2>{_OPERATOR})\s*(?P<name2>platform[._](?:release|version))""",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A comparison with the system's release or version, as a marker, and whether it holds."""

    name: str
    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Platforms whose markers are the same, as those of glibc and of musl are: no marker tells them apart."""

    platforms: tuple[Platform, ...]

    @property
    def name(self) -> str:
        """As people are told of it."""
        return " and ".join(one.name for one in self.platforms)

    @property
    def markers(self) -> Mapping[str, str]:
        """What all of them say of themselves."""
        return self.platforms[0].markers


@dataclass(frozen=True, slots=True)
class Cell:
    """Environments that are solved as one.

    ``python`` is a minor version (``3.12``), ``low`` to ``high`` are its patches, both inclusive, ``None``
    for all later ones. ``facts`` hold of the system's release and version; ``release`` and ``version`` are
    an example of which they are true. ``fixed`` is the one environment that there is, where a lock is for
    that alone.
    """

    place: Place
    python: str
    low: int = 0
    high: int | None = None
    facts: tuple[Fact, ...] = ()
    release: str = _LATEST_RELEASE
    version: str = ""
    fixed: Target | None = None

    @property
    def target(self) -> Target:
        """An environment of the cell; the files chosen for it must be there for all its platforms."""
        if self.fixed is not None:
            return self.fixed
        first, *others = self.place.platforms
        target = target_on(first, self.example, release=self.release, version=self.version)
        also = tuple(wheel_tags(one.tags, self.python) for one in others)
        return replace(target, also=also)

    @property
    def variables(self) -> Mapping[str, str]:
        """The marker variables of the environment that stands for it."""
        if self.fixed is not None:
            return self.fixed.markers
        return variables_on(self.place.platforms[0], self.example, release=self.release, version=self.version)

    @property
    def example(self) -> str:
        """A full version of Python in it: the latest."""
        return f"{self.python}.{self.patch}"

    @property
    def patch(self) -> int:
        """The patch of that."""
        return self.high if self.high is not None else max(self.low, _LATEST)

    @property
    def words(self) -> str:
        """As people are told of it."""
        if self.fixed is not None:
            return f"Python {self.fixed.python} here"
        narrowed = self.example if self.high is not None else self.python
        return f"Python {narrowed} on {self.place.name}"


@dataclass(frozen=True, slots=True)
class Question:
    """A marker, asked without an extra and with each of ``extras``; or a Requires-Python."""

    text: str
    extras: tuple[str, ...] = ()
    is_python: bool = False

    def answer(self, cell: Cell) -> tuple[bool, ...]:
        """What holds in the environment that stands for a cell."""
        if self.is_python:
            return (python_allows(self.text, cell.example),)
        markers = Markers(cell.variables)
        return tuple(markers.holds(self.text, extra) for extra in ("", *self.extras))

    @property
    def is_open(self) -> bool:
        """Whether a pair of platform and minor version may leave the answer open."""
        if self.is_python:
            return any(found[3] is not None for found in _NUMBER.finditer(self.text))
        return is_open_marker(self.text)


def divided(cell: Cell, question: Question) -> tuple[Cell, list[Cell]]:
    """The part of a cell in which a question is answered as for its example, and all its other parts."""
    others: list[Cell] = []
    while cell.fixed is None and question.is_open:
        cut = _cut(cell, question)
        if cut is None:
            break
        cell = cut[0]
        others += cut[1:]
    return cell, others


def _cut(cell: Cell, question: Question) -> list[Cell] | None:
    """The cell in parts, the one with its example first; ``None`` where all is answered alike."""
    patches = list(_patches(cell, question))
    systems = list(_systems(cell, question))
    answers = [
        tuple(question.answer(replace(part, release=r, version=v)) for r, v in systems) for part in patches
    ]
    if len({one for row in answers for one in row}) == 1:
        return None
    if len(set(answers)) > 1:
        return _by_patch(patches, answers)
    return _by_fact(cell, question, systems)


def _patches(cell: Cell, question: Question) -> Iterator[Cell]:
    """The cell by ranges of patches inside which no comparison of the question turns."""
    cuts: set[int] = set()
    if question.is_python or any(name in question.text for name in _PATCHED):
        for found in _NUMBER.finditer(question.text):
            if f"{found[1]}.{found[2]}" == cell.python:
                cuts |= {int(found[3] or 0), int(found[3] or 0) + 1}
    low = cell.low
    for cut in sorted(cuts):
        if low < cut and (cell.high is None or cut <= cell.high):
            yield replace(cell, low=low, high=cut - 1)
            low = cut
    yield replace(cell, low=low)


def _by_patch(patches: Sequence[Cell], answers: Sequence[object]) -> list[Cell]:
    """Neighbours that answer alike are one; the last of them holds the example."""
    runs: list[Cell] = []
    for number, part in enumerate(patches):
        if number and answers[number] == answers[number - 1]:
            runs[-1] = replace(runs[-1], high=part.high)
        else:
            runs.append(part)
    return list(reversed(runs))


def _by_fact(cell: Cell, question: Question, systems: Sequence[tuple[str, str]]) -> list[Cell]:
    for name, text in _comparisons(question.text):
        here = _holds(name, text, cell.release, cell.version)
        other = next((one for one in systems if _holds(name, text, *one) != here), None)
        if other is not None:
            one = replace(cell, facts=(*cell.facts, Fact(name, text, here)))
            facts = (*cell.facts, Fact(name, text, not here))
            return [one, replace(cell, facts=facts, release=other[0], version=other[1])]
    raise AssertionError(question.text)


def _systems(cell: Cell, question: Question) -> Iterator[tuple[str, str]]:
    """Releases and versions of systems of the cell, one or more for each way in which the question turns."""
    comparisons = list(_comparisons(question.text))
    named = {name for name, _ in comparisons}
    known = [(fact.name, fact.text) for fact in cell.facts]
    of_name = {
        name: [own, *_examples(text for n, text in (*known, *comparisons) if n == name)]
        if name in named
        else [own]
        for name, own in (("platform_release", cell.release), ("platform_version", cell.version))
    }
    seen: set[tuple[bool, ...]] = set()
    for release, version in product(of_name["platform_release"], of_name["platform_version"]):
        if all(_holds(fact.name, fact.text, release, version) == fact.holds for fact in cell.facts):
            turns = tuple(_holds(name, text, release, version) for name, text in comparisons)
            if turns not in seen:
                seen.add(turns)
                yield release, version


def _examples(comparisons: Iterator[str]) -> list[str]:
    """Values at, just below and just above each that is compared with; where it is no version, others too."""
    values: list[str] = []
    for text in comparisons:
        literal = text.replace('"', "'").split("'")[1].removesuffix(".*")
        numbers = literal.split(".")
        values.append(literal)
        if not all(number.isdecimal() for number in numbers):
            values += ["", f"{literal}x"]
            continue
        values.append(f"{literal}.0.1")
        last = max((at for at, number in enumerate(numbers) if int(number)), default=None)
        if last is not None:
            values.append(".".join([*numbers[:last], str(int(numbers[last]) - 1), "999"]))
    return list(dict.fromkeys(values))


def _comparisons(text: str) -> Iterator[tuple[str, str]]:
    """Each comparison with the system's release or version: which of them, and the comparison as a marker."""
    for found in _COMPARISON.finditer(text):
        name = (found["name"] or found["name2"]).replace(".", "_")
        operator = " ".join((found["operator"] or found["operator2"]).split())
        if not found["name"]:
            yield name, f"{found['text2']} {operator} {name}"
        elif operator == "~=":
            # What can be said of it and of its contrary alike.
            quote, value = found["text"][0], found["text"][1:-1]
            yield name, f"{name} >= {found['text']}"
            yield name, f"{name} == {quote}{value.rpartition('.')[0]}.*{quote}"
        else:
            yield name, f"{name} {operator.replace('===', '==')} {found['text']}"


def _holds(name: str, text: str, release: str, version: str) -> bool:
    value = release if name == "platform_release" else version
    return Markers({name: value}).holds(text)
