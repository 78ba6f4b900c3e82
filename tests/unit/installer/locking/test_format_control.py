"""pip's ``--no-binary`` and ``--only-binary``."""

import pytest

from bodega.installer.locking.format_control import Kinds, format_control

WHEELS, SOURCES, BOTH = Kinds(sources=False), Kinds(wheels=False), Kinds()


@pytest.mark.parametrize(
    ("given", "project", "kinds"),
    [
        ([], "a", BOTH),
        ([("no-binary", ":all:")], "a", SOURCES),
        ([("only-binary", ":all:")], "a", WHEELS),
        ([("only-binary", "A_b,c")], "a-b", WHEELS),
        ([("only-binary", "c")], "a", BOTH),
        ([("only-binary", ":all:"), ("no-binary", "a")], "a", SOURCES),
        ([("no-binary", "a"), ("only-binary", ":all:")], "a", WHEELS),
        ([("no-binary", "a"), ("only-binary", "a")], "a", WHEELS),
        ([("no-binary", ":all:"), ("only-binary", "a")], "a", WHEELS),
        ([("no-binary", ":all:"), ("only-binary", "a")], "b", SOURCES),
        ([("only-binary", ":all:"), ("only-binary", ":none:")], "a", BOTH),
        ([("no-binary", ":all:,:none:,b")], "b", SOURCES),
    ],
)
def test_what_may_be_chosen(given, project, kinds):
    assert format_control(given).kinds(project) == kinds
