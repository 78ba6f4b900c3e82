import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bodega.adapters.memory.blobs import MemoryBlobStore
from bodega.adapters.memory.parts import MemoryParts
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamFileChangedError, UpstreamUnavailableError
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.relay import relay
from support.upstream import until


def a_flight() -> Flight:
    name = NormalizedName("a")
    return Flight(SeenFile(project=name, filename="a-1.zip", url="https://f/a-1.zip", first_seen=None))  # type: ignore[arg-type]


@pytest.fixture
def parts() -> MemoryParts:
    return MemoryParts(MemoryBlobStore())


@contextmanager
def following(flight: Flight, parts: MemoryParts) -> Iterator[list[bool]]:
    ended: list[bool] = []
    thread = threading.Thread(target=lambda: ended.append(relay(flight, parts, "a")))
    thread.start()
    yield ended
    thread.join()


def test_what_nobody_fetches_is_for_us(parts: MemoryParts) -> None:
    assert not relay(a_flight(), parts, "a")
    with parts.claim("a") as part:
        assert part is not None
        part.write(b"one")
    assert not relay(a_flight(), parts, "a")


def test_the_flight_follows_to_the_end(parts: MemoryParts) -> None:
    flight, moves = a_flight(), []
    flight.listen(lambda: moves.append((flight.size, flight.published)))
    with parts.claim("a") as part, following(flight, parts) as ended:
        assert part is not None
        part.write(b"one")
        part.tell(replace(part.state, size=6, published=2))
        until(lambda: flight.published == 2)
        assert flight.path == part.path()
        part.tell(replace(part.state, published=5))
        until(lambda: flight.published == 5)
        part.tell(replace(part.state, digest=sha256_of(b"onetwo").value))
    assert ended == [True]
    assert (flight.digest, flight.error) == (sha256_of(b"onetwo"), None)
    assert moves[-1] == (6, 5)


def test_what_went_wrong_there_went_wrong_here(parts: MemoryParts) -> None:
    flight = a_flight()
    with parts.claim("a") as part, following(flight, parts) as ended:
        assert part is not None
        part.tell(replace(part.state, failure=("E-UPSTREAM-FILE-CHANGED", "other bytes", "expected these")))
    assert ended == [True]
    assert isinstance(flight.error, UpstreamFileChangedError)
    assert (flight.error.what, flight.error.why) == ("other bytes", "expected these")


def test_when_the_other_process_is_killed_it_is_for_us(parts: MemoryParts) -> None:
    flight = a_flight()
    holding = parts.claim("a")
    part = holding.__enter__()
    assert part is not None
    with following(flight, parts) as ended:
        part.tell(replace(part.state, published=2))
        until(lambda: flight.published == 2)
        holding.__exit__(None, None, None)
        until(lambda: ended)
    assert ended == [False]
    assert (flight.digest, flight.error) == (None, None)


def test_what_is_begun_anew_ends_the_flights_that_had_begun(parts: MemoryParts) -> None:
    flight = a_flight()
    with parts.claim("a") as part, following(flight, parts) as ended:
        assert part is not None
        part.tell(replace(part.state, published=2))
        until(lambda: flight.published == 2)
        part.restart()
        until(lambda: ended)
    assert isinstance(flight.error, UpstreamUnavailableError)
