"""What the store keeps beside its trees: found by name, removed without touching what is installed."""

import pytest

from bodega.installer.commands.cached import kept_answers, kept_wheels, remove
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import add, contents


@pytest.fixture
def store(tmp_path):
    with Store(str(tmp_path / "store")) as store:
        for name, version in (("My.Project", "1.0"), ("my-project", "2.0"), ("other", "1.0")):
            add(store, write_wheel(tmp_path, name, version))
        (tmp_path / "store" / "pages" / "x").mkdir(parents=True)
        (tmp_path / "store" / "pages" / "x" / "other").write_text("page")
        yield store


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("*", 3), ("my_project", 2), ("MY-PROJECT", 0), ("my_project-2.0", 1), ("m*", 2), ("other-*", 1), ("x", 0)],
)  # fmt: skip
def test_wheels_are_found_by_project_or_glob(store, pattern, count):
    assert len(kept_wheels(store, pattern)) == count


def test_removing_one_leaves_trees_and_the_rest(store):
    trees = contents(store.layout.trees)
    removed = remove(store, "other")
    assert (removed.files, removed.size > 0) == (1, True)
    assert [one.filename for one in kept_wheels(store)] == ["My.Project-1.0-py3-none-any.whl", "my_project-2.0-py3-none-any.whl"]  # fmt: skip
    assert len(kept_answers(store)) == 1
    assert contents(store.layout.trees) == trees


def test_removing_all_takes_answers_too(store):
    assert remove(store, "*").files == 4
    assert (kept_wheels(store), kept_answers(store)) == ([], [])
    assert remove(store, "*").files == 0
