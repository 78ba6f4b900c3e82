"""What is wrong with what is installed."""

from bodega.installer.commands.checked import Conflicting, Missing, Unreadable, Unsupported, problems
from bodega.installer.environments.inventory import inventory_of
from support.memory_index import TARGET


def put(site, name, *needs, tag=None):
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    needed = "".join(f"Requires-Dist: {need}\n" for need in needs)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n{needed}")
    if tag:
        (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")


def test_every_kind_of_problem_is_told(tmp_path):
    put(tmp_path, "a", "b>=2", "gone", 'never; sys_platform == "none"', 'extra; extra == "x"')
    put(tmp_path, "b", tag="py3-none-any")
    put(tmp_path, "c", tag="cp27-cp27m-win32")
    put(tmp_path, "d", "((")
    found = problems(inventory_of([str(tmp_path)]), TARGET)
    assert found[:3] == [
        Missing("a", "1.0", "gone"),
        Conflicting("a", "1.0", "b>=2", "b", "1.0"),
        Unsupported("c", "1.0"),
    ]
    assert isinstance(found[3], Unreadable)
    assert len(found) == 4


def test_nothing_is_wrong_with_what_fits(tmp_path):
    put(tmp_path, "a", "b")
    put(tmp_path, "b")
    assert problems(inventory_of([str(tmp_path)]), TARGET) == []
