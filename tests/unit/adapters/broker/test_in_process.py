"""Delivery in a thread: woken, polling, one at a time, and not ended by trouble."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bodega.adapters.broker.in_process import InProcessDelivery


class Post:
    """Counts the rounds; ``letters`` is what there is to deliver."""

    def __init__(self) -> None:
        self.letters = 0
        self.delivered = 0
        self.tidied = 0
        self.trouble = 0
        self.moved = threading.Condition()

    def deliver(self) -> int:
        with self.moved:
            if self.trouble:
                self.trouble -= 1
                self.moved.notify_all()
                raise OSError
            taken, self.letters = min(self.letters, 2), max(0, self.letters - 2)
            self.delivered += taken
            self.moved.notify_all()
            return taken

    def tidy(self) -> None:
        self.tidied += 1

    def wait_for(self, right: Callable[[], bool]) -> None:
        with self.moved:
            assert self.moved.wait_for(right, 10)


def started(post: Post, folder: Path, poll: float) -> InProcessDelivery:
    delivery = InProcessDelivery(post.deliver, post.tidy, str(folder / "lock"), poll=poll)
    delivery.start()
    return delivery


def test_a_wake_up_delivers_all_there_is(tmp_path: Path) -> None:
    post = Post()
    delivery = started(post, tmp_path, poll=60)
    post.letters = 5
    begin = time.monotonic()
    delivery.wake()
    post.wait_for(lambda: post.delivered == 5)
    assert time.monotonic() - begin < 10
    delivery.stop()


def test_what_others_add_is_found_by_looking(tmp_path: Path) -> None:
    post = Post()
    delivery = started(post, tmp_path, poll=0.01)
    post.letters = 1
    post.wait_for(lambda: post.delivered == 1)
    delivery.stop()
    assert post.tidied == 1, "hourly, not at each round"


def test_one_delivers_and_another_takes_over(tmp_path: Path) -> None:
    first, second = Post(), Post()
    leading = started(first, tmp_path, poll=0.01)
    first.letters = 1
    first.wait_for(lambda: first.delivered == 1)
    following = started(second, tmp_path, poll=0.01)
    second.letters = 1
    time.sleep(0.2)
    assert second.delivered == 0
    leading.stop()
    second.wait_for(lambda: second.delivered == 1)
    following.stop()


def test_trouble_is_logged_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    post = Post()
    post.letters, post.trouble = 1, 2
    with caplog.at_level(logging.ERROR):
        delivery = started(post, tmp_path, poll=0.01)
        post.wait_for(lambda: post.delivered == 1)
        delivery.stop()
    assert [record.getMessage() for record in caplog.records] == ["events could not be delivered"] * 2
