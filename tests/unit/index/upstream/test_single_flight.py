import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bodega.index.upstream.single_flight import SingleFlight


def test_those_who_come_meanwhile_share_the_result():
    flights, gate, begun, calls = SingleFlight(), threading.Event(), threading.Event(), []

    def work():
        calls.append(1)
        begun.set()
        gate.wait(5)
        return "result"

    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(flights.do, "key", work)
        begun.wait(5)
        assert flights.is_under_way("key")
        others = [pool.submit(flights.do, "key", work) for _ in range(4)]
        other_key = flights.do("other", lambda: "other")
        gate.set()
        assert [one.result() for one in (first, *others)] == ["result"] * 5
    assert (other_key, len(calls)) == ("other", 1)
    assert not flights.is_under_way("key")


def test_a_failure_is_shared_and_not_kept():
    flights = SingleFlight()

    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        flights.do("key", fail)
    assert flights.do("key", lambda: 1) == 1
