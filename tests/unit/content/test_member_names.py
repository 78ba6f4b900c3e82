"""Which member paths may be written."""

import os
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.content.member_names import MAX_DEPTH, clash, fault_of


@pytest.mark.parametrize(
    "name",
    [
        "a.py",
        "pkg/",
        "pkg/sub/a b.py",
        "pkg/caf\u00e9.txt",
        "..a/b..",
        "a" * 255,
        "d/" * (MAX_DEPTH - 1) + "x",
    ],
)
def test_ordinary_paths_are_good(name: str) -> None:
    assert fault_of(name) is None


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "empty"),
        ("/", "absolute"),
        ("/a", "absolute"),
        ("c:/a", "absolute"),
        ("../a", ".."),
        ("a/..", ".."),
        ("a/../../b", ".."),
        ("./a", "."),
        ("a//b", "empty"),
        ("a\\b", "backslash"),
        ("a\0b", "control"),
        ("a\rb", "control"),
        ("a\u202eb", "direction"),
        ("a\ud800", "text"),
        ("\u00e9" * 128, "255"),
        ("a" * 256, "255"),
        ("a/" * MAX_DEPTH + "a", "deeper"),
        ("a" * 200 + "/" + "a" * 200 + "/" + "a" * 200 + "/" + "a" * 200 + "/" + "a" * 250, "1024"),
    ],
)
def test_other_paths_say_why_not(name: str, word: str) -> None:
    assert word in (fault_of(name) or "")


@given(st.lists(st.sampled_from(["a", "..", ".", "", "b:", "\\", "c\n"]), min_size=1, max_size=6))
def test_a_good_path_never_leaves_its_folder(parts: list[str]) -> None:
    name = "/".join(parts)
    if fault_of(name) is None:
        joined = os.path.normpath(f"/top/folder/{name}")
        assert joined.startswith("/top/folder/")
        assert PurePosixPath(name).parts == tuple(part for part in parts if part or part is not parts[-1])


@pytest.mark.parametrize(
    ("names", "twice"),
    [
        (["a", "b"], None),
        (["a/b", "a/c"], None),
        (["A", "a"], None),
        (["a", "a"], "a"),
        (["a/b", "a"], "a"),
        (["a", "a/b/c"], "a"),
        (["caf\u00e9", "cafe\u0301"], "cafe\u0301"),
    ],
)
def test_clashes(names: list[str], twice: str | None) -> None:
    assert clash(names) == twice
