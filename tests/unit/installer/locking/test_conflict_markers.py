import pytest

from bodega.installer.locking.conflict_markers import Conflicted, conflicted

PLAIN = "a\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> other\nz\n"
DIFF3 = "a\n<<<<<<< HEAD\nours\n||||||| base\nwas\n=======\ntheirs\n>>>>>>> other\nz\n"


def test_both_forms_are_taken_apart():
    assert conflicted(PLAIN) == Conflicted("a\nours\nz\n", "a\ntheirs\nz\n", None)
    assert conflicted(DIFF3) == Conflicted("a\nours\nz\n", "a\ntheirs\nz\n", "a\nwas\nz\n")
    assert conflicted(DIFF3 + DIFF3.replace("a\n", "")) is not None
    # A base that only some conflicts have is none.
    assert conflicted(DIFF3 + PLAIN) == Conflicted(
        "a\nours\nz\na\nours\nz\n", "a\ntheirs\nz\na\ntheirs\nz\n", None
    )


@pytest.mark.parametrize(
    "text",
    [
        "a\nb\n",
        "<<<<<<< HEAD\nours\n",
        "=======\n",
        ">>>>>>> other\n",
        "<<<<<<< HEAD\n<<<<<<< HEAD\n=======\n>>>>>>> x\n",
        "<<<<<<< HEAD\n=======\n||||||| base\n>>>>>>> x\n",
    ],
)
def test_what_has_no_markers_in_their_order_is_none(text):
    assert conflicted(text) is None


def test_what_only_looks_like_a_marker_is_a_line():
    assert conflicted("a = '''\n<<<<<<<<<<\n========\n'''\n") is None
