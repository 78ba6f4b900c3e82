import threading
from concurrent.futures import wait

import pytest

from bodega.bootstrap.daemon_threads import DaemonThreads


def test_work_is_done_and_failures_are_handed_over():
    threads = DaemonThreads(2, "test")
    assert threads.submit(lambda a, b: a + b, 1, b=2).result(5) == 3
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 / 0).result(5)
    threads.shutdown()


def test_work_waits_for_no_idle_thread_and_threads_are_bounded():
    threads, gate, running = DaemonThreads(3, "test"), threading.Event(), []

    def work():
        running.append(threading.current_thread())
        gate.wait(5)

    first = threads.submit(lambda: None)
    wait([first], 5)
    futures = [threads.submit(work) for _ in range(5)]
    while len(running) < 3:
        pass
    assert len(running) == 3
    gate.set()
    wait(futures, 5)
    assert len(set(running)) == 3
    assert all(thread.daemon for thread in running)
    threads.shutdown()


def test_cancelled_work_is_not_done():
    threads, gate, done = DaemonThreads(1, "test"), threading.Event(), []
    busy = threads.submit(gate.wait, 5)
    waiting = threads.submit(done.append, 1)
    assert waiting.cancel()
    gate.set()
    busy.result(5)
    threads.submit(lambda: None).result(5)
    assert done == []
    threads.shutdown()
