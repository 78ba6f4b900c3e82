"""What pages need of what is around them."""

from dataclasses import dataclass

from bodega.index.upstream.marks import Marks
from bodega.index.upstream.ports import Background, Enrich, Observer, Outcome
from bodega.index.upstream.turns import Turns
from bodega.messaging.clock import Clock
from bodega.simple_api.pages import ProjectPage


def _nobody(_outcome: Outcome) -> None:
    """Nobody counts."""


def no_more(page: ProjectPage) -> ProjectPage:
    """Nothing more is known."""
    return page


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What pages need of their process, and of the other processes of the index.

    ``enrich`` adds to a page, as we give it, what is known here of its files.
    """

    background: Background
    clock: Clock
    turns: Turns
    marks: Marks
    observe: Observer = _nobody
    enrich: Enrich = no_more
