"""Counters of several processes: own parts, summed."""

import os

from bodega.web.shared_counters import SharedCounters


def add(counters: SharedCounters, worker: int, key: str, amount: float = 1.0) -> None:
    part = counters.part(worker)
    part.values[part.cell(key)] += amount


def test_each_adds_to_its_own_part_and_all_read_the_sum() -> None:
    counters = SharedCounters(2)
    add(counters, 0, "a")
    add(counters, 1, "a", 2.5)
    add(counters, 1, "b")
    assert counters.sums() == {"a": 3.5, "b": 1.0}


def test_what_another_process_adds_is_seen() -> None:
    counters = SharedCounters(2)
    if (child := os.fork()) == 0:
        add(counters, 1, "a", 7.0)
        os._exit(0)
    os.waitpid(child, 0)
    assert counters.sums() == {"a": 7.0}


def test_a_later_process_goes_on_with_the_part() -> None:
    counters = SharedCounters()
    add(counters, 0, "a")
    add(counters, 0, "b")
    add(counters, 0, "a")
    assert counters.sums() == {"a": 2.0, "b": 1.0}


def test_a_full_table_loses_names_and_breaks_nothing() -> None:
    counters = SharedCounters()
    part = counters.part(0)
    for number in range(1100):
        part.values[part.cell(f"key {number}")] += 1.0
    sums = counters.sums()
    assert len(sums) == 1024
    assert sums["overflow"] == 77.0
    assert part.cell("key 0") != part.cell("key 1099")


def test_long_keys_are_cut() -> None:
    counters = SharedCounters()
    add(counters, 0, "x" * 100)
    assert counters.sums() == {"x" * 56: 1.0}
