"""Bounds on metadata, held before anything is parsed."""

import time

import pytest

from bodega.index.catalog.metadata_limits import limit_faults

HEAD = "Metadata-Version: 2.4\nName: a\nVersion: 1\n"


def faults(rest: str) -> list[str]:
    return [fault.what for fault in limit_faults((HEAD + rest).encode())]


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "Requires-Dist: a\n" * 10_000,
        f"\n{'x' * (8 << 20)}",
        f"License: {'l' * 40_000}\n",
        "R: 1\r\n\r\n(((",
    ],
)
def test_what_real_files_come_near_is_fine(rest: str) -> None:
    assert faults(rest) == []


@pytest.mark.parametrize(
    ("rest", "word"),
    [
        ("Requires-Dist: a\n" * 200_000, "200000 times"),
        ("X: a\n" * 30_000, "20000 fields"),
        (f"License: {'l' * (5 << 20)}\n", "bytes before"),
        (f"Requires-Dist: a; {'(' * 3000}python_version>'3'{')' * 3000}\n", "too deep"),
        (f"Requires-Dist: a; {' and '.join(['os_name == 1'] * 999)}\n", "too long"),
        (f"Requires-Python: {','.join(['!=3'] * 9999)}\n", "too long"),
        (f"License-Expression: {'(' * 100}MIT{')' * 100}\n", "too deep"),
    ],
)
def test_what_is_too_much_is_said_soon(rest: str, word: str) -> None:
    begun = time.monotonic()
    (fault,) = faults(rest)
    assert word in fault
    assert time.monotonic() - begun < 5
