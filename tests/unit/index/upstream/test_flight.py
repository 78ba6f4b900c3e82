import threading

import pytest

from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamFileGoneError
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.model import SeenFile


@pytest.fixture
def flight() -> Flight:
    return Flight(
        SeenFile(
            project=NormalizedName("a"),
            filename="a-1.tar.gz",
            url="https://files.example.org/a-1.tar.gz",
            size=3,
            first_seen=None,  # type: ignore[arg-type]
        )
    )


def test_listeners_are_told_and_may_leave(flight: Flight) -> None:
    told = []

    def listener() -> None:
        told.append(1)

    flight.listen(listener)
    flight.move()
    flight.leave(listener)
    flight.move()
    assert len(told) == 2


def test_waiting_gives_the_digest_or_raises_what_went_wrong(flight: Flight) -> None:
    assert flight.size == 3
    threading.Timer(0.02, flight.ended.set).start()
    flight.digest = sha256_of(b"one")
    assert flight.wait() == sha256_of(b"one")
    flight.error = UpstreamFileGoneError("a-1.tar.gz", 404)
    with pytest.raises(UpstreamFileGoneError):
        flight.wait()
