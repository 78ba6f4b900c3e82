import pytest

from bodega.formats.platforms import parse_platform, target_on
from bodega.installer.locking.errors import (
    LockInvalidError,
    LockPartError,
    LockUnfitError,
    PartsConflictError,
)
from bodega.installer.locking.lock import lock_text
from bodega.installer.locking.lock_choice import EVERY_PART, PartsChoice, chosen_parts
from bodega.installer.locking.select import select_from_lock
from support.memory_index import MemoryCache, index
from support.universal import lock

TABLE = {"app": {"1": []}, "lib": {"1": [], "2": []}, "fmt": {"1": []}, "doc": {"1": []}, "pty": {"1": []}}
PARTS = {
    "extra:cpu": ["lib<2"],
    "extra:gpu": ["lib==2"],
    "extra:pty": ["pty; sys_platform != 'win32'"],
    "group:dev": ["fmt"],
    "group:docs": ["doc"],
}


@pytest.fixture
def document():
    conflicts = [("extra:cpu", "extra:gpu")]
    return lock(index(TABLE), "app", parts=PARTS, conflicts=conflicts, default_groups=("dev",))


@pytest.fixture
def names(document, tmp_path):
    """Selects from the lock as a file: name and version, on Linux unless told otherwise."""
    path, cache = tmp_path / "pylock.toml", MemoryCache()
    path.write_text(lock_text(document))

    def select(platform: str = "linux-x86_64", python: str = "3.12.1", **choice: object) -> set[str]:
        target = target_on(parse_platform(platform), python)
        chosen = [select_from_lock(str(path), target, cache, PartsChoice(**choice)) for _ in range(2)]
        assert chosen[0] == chosen[1]
        return {f"{one.name} {one.version}" for one in chosen[0]}

    return select


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, {"app 1", "fmt 1"}),
        ({"default_groups": False}, {"app 1"}),
        ({"groups": {"docs"}}, {"app 1", "fmt 1", "doc 1"}),
        ({"groups": {"dev"}, "default_groups": False}, {"app 1", "fmt 1"}),
        ({"extras": {"cpu"}}, {"app 1", "fmt 1", "lib 1"}),
        ({"extras": {"gpu", "pty"}}, {"app 1", "fmt 1", "lib 2", "pty 1"}),
        ({"all_groups": True}, {"app 1", "fmt 1", "doc 1"}),
        ({"all_extras": True, "lenient": True}, {"app 1", "fmt 1", "pty 1"}),
    ],
)
def test_a_choice_takes_what_it_names(names, choice, expected):
    assert names(**choice) == expected


def test_the_environment_decides_beside_the_choice(names):
    assert names("windows-x86_64", extras={"pty"}) == {"app 1", "fmt 1"}
    with pytest.raises(LockUnfitError, match="other environments"):
        names("linux-aarch64")
    with pytest.raises(LockUnfitError, match="for Python"):
        names(python="3.9.1")


def test_parts_that_conflict_are_named(names):
    with pytest.raises(PartsConflictError, match="the extra 'cpu' and the extra 'gpu' cannot"):
        names(extras={"cpu", "gpu"})
    with pytest.raises(PartsConflictError):
        names(all_extras=True)


def test_a_part_that_is_not_there_is_refused_with_those_that_are(names):
    with pytest.raises(LockPartError, match="no extra 'tpu'") as refused:
        names(extras={"tpu"})
    assert refused.value.why == "it has cpu, gpu, pty"
    with pytest.raises(LockPartError, match="no dependency group 'cpu'"):
        names(groups={"cpu"})


def test_what_others_write_under_our_name_changes_nothing():
    for odd in (None, 3, [3], [["extra:a"]], {"a": 1}):
        document = {"extras": ["a", "b"], "tool": {"bodega": {"conflicts": odd}}}
        assert chosen_parts(document, EVERY_PART) == ({"a", "b"}, frozenset())


def test_two_entries_of_one_name_are_an_error(document, tmp_path):
    path = tmp_path / "pylock.toml"
    del document["tool"]["bodega"]["conflicts"]
    target = target_on(parse_platform("linux-x86_64"), "3.12.1")
    for entry in document["packages"]:
        entry.pop("marker", None)
    path.write_text(lock_text(document))
    cpu = PartsChoice(extras=frozenset({"cpu"}))
    with pytest.raises(LockInvalidError) as refused:
        select_from_lock(str(path), target, MemoryCache(), cpu)
    assert "lib is there twice for this environment with the extra 'cpu', the group 'dev'" in str(
        refused.value.why
    )
