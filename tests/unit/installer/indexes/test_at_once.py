import threading
import time

import pytest

from bodega.installer.indexes.at_once import at_once


def test_answers_come_in_the_order_of_the_questions():
    assert at_once(lambda one: one * 2, [3, 1, 2], 2) == [6, 2, 4]
    assert at_once(lambda one: one, [], 2) == []


def test_who_ends_early_waits_for_nobody():
    go_on = threading.Event()

    def ask(one):
        if one == "slow":
            go_on.wait(20)
            return one
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        at_once(ask, ["fails", "slow"], 2)
    seconds = time.monotonic() - started
    go_on.set()
    assert seconds < 5
