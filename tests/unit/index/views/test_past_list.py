import threading

import pytest

from bodega.index.views.past_list import PastList, PastListBusyError, Turn
from support.views import SetView


def test_a_list_is_made_in_its_turn_and_then_given_at_once():
    turn = Turn(patience=0.05)
    mine, others = PastList(SetView("a"), turn), PastList(SetView("b"), turn)
    body = b"".join(mine.get("json", "identity").chunks())
    assert b'"a"' in body
    with turn.taken():
        # What is made already needs no turn.
        assert b"".join(mine.get("json", "identity").chunks()) == body
        with pytest.raises(PastListBusyError):
            others.get("json", "identity")
    assert b'"b"' in b"".join(others.get("json", "identity").chunks())


def test_a_reader_waits_a_while_for_the_turn():
    turn = Turn(patience=10)
    begun, go = threading.Event(), threading.Event()

    def hold():
        with turn.taken():
            begun.set()
            go.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    threading.Timer(0.05, go.set).start()
    assert PastList(SetView("a"), turn).get("json", "identity").length > 0
    holder.join()
