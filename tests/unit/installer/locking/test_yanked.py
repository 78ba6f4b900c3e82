"""What is said of yanked files that were chosen."""

import pytest

from bodega.installer.locking.yanked import yank_remarks
from support.memory_index import MemoryIndexReader, metadata, page, resolve, wheel


def resolution(reason: str | None):
    files = (wheel("a", "1.0", yanked=reason), wheel("b", "1.0"))
    reader = MemoryIndexReader(
        {"a": page("a", files[0]), "b": page("b", files[1])},
        {files[0].filename: metadata("a", "1.0", ["b"]), files[1].filename: metadata("b", "1.0")},
    )
    return resolve(reader, "a==1.0")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (None, ()),
        ("", ("a 1.0 is yanked",)),
        ("it eats data", ("a 1.0 is yanked: it eats data",)),
        (" two\nlines\x1b[31m ", ("a 1.0 is yanked: two lines [31m",)),
        ("x" * 400, (f"a 1.0 is yanked: {'x' * 300}",)),
    ],
)
def test_a_yanked_file_is_told_with_its_reason(reason: str | None, said: tuple[str, ...]) -> None:
    assert yank_remarks(resolution(reason)) == said


def test_only_what_is_asked_about_is_told() -> None:
    assert yank_remarks(resolution("broken"), {"b"}) == ()
    assert yank_remarks(resolution("broken"), {"a", "b"}) == ("a 1.0 is yanked: broken",)
