"""Following a download that another process of this index carries out."""

import time

from bodega.formats.digests import sha256
from bodega.index.upstream.errors import retold
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.parts import Parts, PartState

#: Seconds between two looks: short beside what a reader notices, long beside what a look costs.
LOOK_AGAIN = 0.015


def relay(flight: Flight, parts: Parts, key: str) -> bool:
    """Let the flight follow the part of that key until it ends.

    ``False``: nobody makes it grow (any more), and it is for us to do. When the part ended, the flight has
    its digest or its error.
    """
    with parts.watch(key) as watch:
        if watch is None:
            return False
        while True:
            # Looked at before the state is read: an end that comes between is seen in the next turn.
            is_held = watch.is_held()
            state = watch.state()
            if state is not None and (is_held or state.has_ended):
                if flight.path is not None and flight.path != state.path and not state.digest:
                    # Begun anew: what our readers have is of another file.
                    flight.error = retold("E-UPSTREAM-UNAVAILABLE", "the download was begun anew", "")
                    return True
                _follow(flight, state)
                if state.has_ended:
                    return True
            if not is_held:
                return False
            time.sleep(LOOK_AGAIN)


def _follow(flight: Flight, state: PartState) -> None:
    has_moved = flight.published != state.published or flight.size != state.size
    flight.path = state.path
    flight.size = state.size if state.size is not None else flight.size
    if state.digest is not None:
        flight.digest = sha256(state.digest)
    elif state.failure is not None:
        flight.error = retold(*state.failure)
    elif has_moved:
        flight.published = max(flight.published, state.published)
        flight.move()
