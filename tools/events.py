"""The map of events: who tells each, who hears it, and that none leads back to itself; ``docs/events.md``.

Read from the event classes and from the table in ``bootstrap/subscriptions.py``. An event follows from
another where code that a listener reaches makes it. ``--check`` changes nothing and fails where the page is
out of date.
"""

import argparse
import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from house import GENERATED_MARK, SOURCE, Source, bindings, descendants, resolve, sources

ROOT_EVENT = "bodega.messaging.messages.Event"
TABLE = "bodega.bootstrap.subscriptions"
# What the table is made of, and no listener.
MACHINERY = "bodega.messaging."
PAGE = "docs/events.md"
HEAD = f"""<!-- {GENERATED_MARK}events.py; change the classes or bootstrap/subscriptions.py, then run it. -->

# Events

Facts that a context tells the others, stored in the transaction of the change and delivered at least once.

| event | what happened | told by | heard by |
|---|---|---|---|
"""


@dataclass(frozen=True)
class EventMap:
    """Event classes with type and first line; who makes each; who listens to each. All by dotted name."""

    events: dict[str, tuple[str, str]]
    makers: dict[str, set[str]]
    listeners: dict[str, set[str]]
    follows: dict[str, set[str]]


def read(found: list[Source]) -> EventMap:
    """The map of a source tree."""
    events = {
        dotted: (_constant(node, "type") or "", (ast.get_docstring(node) or "").split("\n")[0])
        for dotted, (_, node) in descendants(found, ROOT_EVENT).items()
    }
    references, made = _references(found, set(events))
    makers: dict[str, set[str]] = defaultdict(set)
    for place, names in made.items():
        for event in names:
            makers[event].add(place)
    listeners = dict(_subscriptions(found, set(events)))
    follows = {
        event: {made_event for place in _reached(names, references) for made_event in made.get(place, ())}
        for event, names in listeners.items()
    }
    return EventMap(events, makers, listeners, follows)


def faults(known: EventMap) -> Iterator[str]:
    """Loops, events without a type of their own or without a word, listeners that cannot be followed."""
    owners: dict[str, list[str]] = defaultdict(list)
    for dotted, (kind, summary) in known.events.items():
        owners[kind].append(dotted)
        if not kind or not summary:
            yield f"{dotted}: an event has a type and a docstring"
    yield from (
        f"{kind}: the type of {', '.join(names)}" for kind, names in owners.items() if kind and len(names) > 1
    )
    for event, names in known.listeners.items():
        if not names:
            yield f"{event}: its listeners cannot be followed; name functions in the table"
        if path := _way_back(event, known.follows):
            yield f"a loop of events: {' -> '.join(_short(name) for name in path)}"


def page(known: EventMap) -> str:
    """The whole text of the page."""
    rows = (_row(dotted, known) for dotted, _ in sorted(known.events.items(), key=lambda entry: entry[1]))
    return HEAD + "".join(rows)


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail where the page is out of date"
    )
    options = parser.parse_args()
    known = read(sources(options.root, SOURCE))
    offences, text, target = list(faults(known)), page(known), options.root / PAGE
    if options.check and (not target.is_file() or target.read_text("utf-8") != text):
        offences.append(f"{PAGE} is out of date: run python tools/events.py")
    elif not options.check:
        target.write_text(text, "utf-8")
    print(f"{len(known.events)} events, {sum(map(len, known.listeners.values()))} listeners")
    for offence in offences:
        sys.stderr.write(offence + "\n")
    return 1 if offences else 0


def _subscriptions(found: list[Source], events: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Event -> the functions and classes of bodega that stand beside it in the table."""
    for source in found:
        if source.module != TABLE:
            continue
        bound = bindings(source)
        for node in ast.walk(source.tree):
            for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
                event = resolve(source, key, bound) if key else None
                if event in events:
                    listeners = set(_names(source, value, bound)) - events
                    yield event, {name for name in listeners if not name.startswith(MACHINERY)}


def _references(found: list[Source], events: set[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Top-level definition -> the names it refers to; and -> the events it makes."""
    references: dict[str, set[str]] = {}
    made: dict[str, set[str]] = {}
    for source in found:
        bound = bindings(source)
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                place = f"{source.module}.{node.name}"
                references[place] = set(_names(source, node, bound))
                calls = (
                    resolve(source, call.func, bound) for call in ast.walk(node) if isinstance(call, ast.Call)
                )
                made[place] = {name for name in calls if name in events}
    return references, {place: names for place, names in made.items() if names}


def _names(source: Source, node: ast.AST, bound: dict[str, str]) -> Iterator[str]:
    named = (
        resolve(source, inner, bound)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name | ast.Attribute)
    )
    return (name for name in named if name and name.startswith("bodega."))


def _reached(names: set[str], references: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += references.get(name, ())
    return seen


def _way_back(event: str, follows: dict[str, set[str]]) -> list[str] | None:
    """The shortest way from an event to itself."""
    ways = [[event]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for following in sorted(follows.get(way[-1], ())):
            if following == event:
                return [*way, event]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None


def _constant(node: ast.ClassDef, name: str) -> str | None:
    for statement in node.body:
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name and isinstance(statement, ast.AnnAssign):
            return str(statement.value.value) if isinstance(statement.value, ast.Constant) else None
    return None


def _row(event: str, known: EventMap) -> str:
    kind, summary = known.events[event]
    told, heard = _listed(known.makers.get(event)), _listed(known.listeners.get(event))
    return f"| `{kind}` | {summary} | {told} | {heard} |\n"


def _listed(names: set[str] | None) -> str:
    return ", ".join(f"`{_short(name)}`" for name in sorted(names or ())) or "nobody yet"


def _short(dotted: str) -> str:
    return dotted.removeprefix("bodega.")


if __name__ == "__main__":
    sys.exit(main())
