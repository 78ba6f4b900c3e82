"""From the definitions of indexes to what one of them is read from, in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bodega.index.views.model import MAIN, IndexDefinition


@dataclass(frozen=True, slots=True)
class Lineage:
    """The indexes whose own projects are seen, and the upstreams read through; each in order, once.

    All own projects come before all upstreams: a name that is ours is never taken from elsewhere.
    """

    own: tuple[str, ...]
    upstreams: tuple[str, ...]


def lineage(name: str, definitions: Mapping[str, IndexDefinition]) -> Lineage:
    """What an index is made of; bases that are not defined (any more) are passed over."""
    own = tuple(dict.fromkeys(_own(name, definitions)))
    return Lineage(own, tuple(dict.fromkeys(_upstreams(name, definitions))))


def _own(name: str, definitions: Mapping[str, IndexDefinition]) -> Iterator[str]:
    yield name
    for base in definitions[name].bases:
        if base in definitions:
            yield from _own(base, definitions)


def _upstreams(name: str, definitions: Mapping[str, IndexDefinition]) -> Iterator[str]:
    definition = definitions[name]
    if definition.upstreams == ():
        return
    yield from definition.upstreams or ()
    bases = definition.bases
    if not bases and definition.upstreams is None and name != MAIN:
        bases = (MAIN,)
    for base in bases:
        if base in definitions:
            yield from _upstreams(base, definitions)
