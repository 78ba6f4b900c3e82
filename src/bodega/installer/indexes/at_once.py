"""Questions to an index, many at a time, that an interruption does not wait for."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def at_once(
    function: Callable[[Question], Answer], questions: Sequence[Question], workers: int
) -> list[Answer]:
    """The answers in the order of the questions; raises what the first that fails raises.

    Whatever ends it early, what is under way is not waited for: a slow index would hold whoever interrupts.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ask")
    try:
        return list(pool.map(function, questions))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
