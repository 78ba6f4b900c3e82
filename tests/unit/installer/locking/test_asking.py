import threading

from bodega.installer.locking.asking import Asking


def test_answers_come_once_under_their_keys():
    asking = Asking()
    gate = threading.Event()
    asking.begin("slow", lambda wait: wait(10) and "slowly", gate.wait)
    asking.begin("quick", str.upper, "a")
    assert asking.wait_for({"quick", "other"})
    assert [(key, future.result()) for key, future in asking.answered()] == [("quick", "A")]
    assert ("quick" in asking, "slow" in asking, asking.wait_for({"quick"})) == (False, True, False)
    gate.set()
    assert asking.wait_for({"slow"})
    assert [(key, future.result()) for key, future in asking.answered()] == [("slow", "slowly")]
    assert list(asking.answered()) == []
    asking.close()


def test_nothing_that_was_not_begun_is_waited_for_when_all_ends():
    asking = Asking()
    asking.close()
    gate, done = threading.Event(), []
    for number in range(40):
        asking.begin(number, lambda one: gate.wait(10) and done.append(one), number)
    asking.close()
    gate.set()
    assert len(done) <= 24
