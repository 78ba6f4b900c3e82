import random

import pytest

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.installer.locking.errors import TooManyEnvironmentsError
from bodega.installer.locking.everywhere import choices_of
from bodega.resolution.errors import NoSolutionError
from support.memory_index import index, metadata, page, wheel
from support.universal import PLATFORMS, PYTHONS, environments, faults, lock, markers_of, selected


def of_files(files, requires=None) -> MemoryIndexReader:
    """An index of these files, by project; ``requires`` by file name."""
    pages = {name: page(name, *found) for name, found in files.items()}
    documents = {
        one.filename: metadata(name, one.filename.split("-")[1], (requires or {}).get(one.filename, ()))
        for name, found in files.items()
        for one in found
    }
    return MemoryIndexReader(pages, documents)


def test_what_a_marker_asks_for_is_locked_where_it_holds():
    table = {"app": {"1": ["colorama; sys_platform == 'win32'", "tomli>=1; python_version < '3.11'"]}}
    reader = index({**table, "colorama": {"1": []}, "tomli": {"2": []}})
    document = lock(reader, "app")
    assert markers_of(document, "app") == {"1": None}
    assert markers_of(document, "colorama") == {"1": "sys_platform == 'win32'"}
    assert markers_of(document, "tomli") == {"2": "python_version < '3.11'"}


def test_versions_differ_only_where_they_must():
    newer = wheel("lib", "2", requires_python=">=3.11")
    document = lock(of_files({"lib": [newer, wheel("lib", "1")]}), "lib")
    assert markers_of(document, "lib") == {"1": "python_version < '3.11'", "2": "python_version >= '3.11'"}


def test_a_version_without_a_wheel_for_a_platform_is_not_forced_on_it_nor_the_old_one_on_others():
    files = [wheel("lib", "2", f"cp3{n}-cp3{n}-manylinux_2_28_x86_64") for n in range(10, 14)]
    document = lock(of_files({"lib": [*files, wheel("lib", "1")]}), "lib")
    assert markers_of(document, "lib") == {"1": "sys_platform != 'linux'", "2": "sys_platform == 'linux'"}


def test_fewest_takes_what_the_oldest_python_can_have_for_all():
    newer = wheel("lib", "2", requires_python=">=3.11")
    reader = of_files({"lib": [newer, wheel("lib", "1")]})
    assert markers_of(lock(reader, "lib", fewest=True), "lib") == {"1": None}


def test_two_libcs_that_no_marker_tells_apart_get_one_version_that_has_wheels_of_both():
    both = ("linux-x86_64", "musllinux-x86_64")
    newer = wheel("lib", "2", "py3-none-manylinux_2_17_x86_64")
    older = [
        wheel("lib", "1", f"py3-none-{tag}") for tag in ("manylinux_2_17_x86_64", "musllinux_1_1_x86_64")
    ]
    reader = of_files({"lib": [newer, *older]})
    assert list(markers_of(lock(reader, "lib", platforms=both), "lib")) == ["1"]
    assert list(markers_of(lock(reader, "lib", platforms=both[:1]), "lib")) == ["2"]


def test_patches_and_releases_are_told_apart_where_it_matters():
    reader = index(
        {
            "app": {
                "1": [
                    "old; python_full_version < '3.11.4'",
                    "mac; platform_release >= '20' and sys_platform == 'darwin'",
                ]
            },
            "old": {"1": []},
            "mac": {"1": []},
        }
    )
    document = lock(reader, "app", pythons=("3.11", "3.12"))
    assert markers_of(document, "old") == {"1": "python_full_version < '3.11.4'"}
    assert markers_of(document, "mac") == {"1": "platform_release >= '20'"} or (
        markers_of(document, "mac") == {"1": "sys_platform == 'darwin' and platform_release >= '20'"}
    )


def test_wheels_of_one_version_may_require_different_things():
    linux, windows = (wheel("gpu", "1", f"py3-none-{tag}") for tag in ("manylinux_2_17_x86_64", "win_amd64"))
    reader = of_files(
        {"gpu": [linux, windows], "driver": [wheel("driver", "1")]}, {linux.filename: ["driver"]}
    )
    document = lock(reader, "gpu", platforms=("linux-x86_64", "windows-x86_64"))
    assert markers_of(document, "driver") == {"1": "sys_platform == 'linux'"}


def test_a_requirement_that_holds_nowhere_drops_out():
    reader = index({"app": {"1": ["iron; implementation_name == 'iron'"]}})
    assert [one["name"] for one in lock(reader, "app")["packages"]] == ["app"]


def test_environments_are_those_asked_for():
    document = lock(
        index({"app": {"1": []}}), "app", pythons=("3.9.2", "3.10", "3.12"), platforms=("windows",)
    )
    machine = "sys_platform == 'win32' and platform_machine == 'AMD64' and platform_python_implementation == 'CPython'"
    assert document["environments"] == [
        f"python_full_version >= '3.9.2' and python_version <= '3.10' and {machine}",
        f"python_version == '3.12' and {machine}",
    ]
    assert document["requires-python"] == ">=3.9.2,!=3.11.*,<3.13"


def test_extras_and_groups_are_chosen_when_the_lock_is_installed():
    reader = index({"app": {"1": ["both"]}, "both": {"1": []}, "web": {"1": ["both"]}, "fmt": {"1": []}})
    parts = {
        "extra:web": ["web"],
        "group:dev": ["fmt"],
        "group:lint": ["fmt", "web; sys_platform == 'win32'"],
    }
    document = lock(reader, "app", parts=parts, default_groups=("dev",))
    assert (document["extras"], document["dependency-groups"], document["default-groups"]) == (
        ["web"],
        ["lint"],
        ["dev"],
    )
    assert markers_of(document, "both") == {"1": None}
    assert markers_of(document, "fmt") == {"1": "'dev' in dependency_groups or 'lint' in dependency_groups"}
    assert markers_of(document, "web") == {
        "1": "'web' in extras or (sys_platform == 'win32' and 'lint' in dependency_groups)"
    }
    (environment, tags), *_ = environments()
    assert selected(document, environment, tags) == {"app": "1", "both": "1", "fmt": "1"}
    assert selected(document, environment, tags, extras=["web"], groups=[]) == {
        "app": "1",
        "both": "1",
        "web": "1",
    }


def test_parts_that_conflict_are_solved_apart():
    reader = index({"app": {"1": ["lib"]}, "lib": {"1": [], "2": [], "3": []}, "tool": {"1": []}})
    parts = {"extra:cpu": ["lib<2"], "extra:gpu": ["lib==2"], "group:dev": ["tool"]}
    document = lock(reader, "app", parts=parts, conflicts=[("extra:cpu", "extra:gpu")])
    (environment, tags), *_ = environments()
    for extras, version in (((), "3"), (("cpu",), "1"), (("gpu",), "2")):
        chosen = selected(document, environment, tags, extras=extras, groups=["dev"])
        assert chosen == {"app": "1", "lib": version, "tool": "1"}
    assert document["tool"]["bodega"]["conflicts"] == [["extra:cpu", "extra:gpu"]]


def test_a_conflict_that_nobody_declared_is_told_with_the_setting_that_does():
    reader = index({"app": {"1": ["lib"]}, "lib": {"1": [], "2": []}, "other": {"1": []}})
    parts = {"extra:cpu": ["lib<2"], "group:gpu": ["lib==2"], "extra:x": ["other"]}
    with pytest.raises(NoSolutionError) as refused:
        lock(reader, "app", parts=parts)
    assert refused.value.what.startswith("for Python 3.13 on linux-x86_64: ")
    (step,) = refused.value.steps()
    assert step.endswith('conflicts = [["extra:cpu", "group:gpu"]] in [tool.bodega]')
    # What cannot be by itself either is no matter of conflicts.
    with pytest.raises(NoSolutionError) as refused:
        lock(reader, "app", "lib>1", parts={"extra:cpu": ["lib<2"], "group:gpu": ["lib==3"]})
    assert refused.value.advice == ()


def test_conflicts_of_many_are_every_choice_once():
    assert len(choices_of([frozenset("abc")])) == 4
    assert len(choices_of([frozenset("ab"), frozenset("cd")])) == 9
    assert len(choices_of([frozenset("ab"), frozenset("bc")])) == 5
    with pytest.raises(TooManyEnvironmentsError):
        choices_of([frozenset(f"{n}{side}" for side in "abc") for n in range(5)])


MARKERS = (
    "",
    "; sys_platform == 'win32'",
    "; sys_platform != 'linux'",
    "; python_version < '3.12'",
    "; python_version >= '3.11' and os_name == 'posix'",
    "; python_full_version < '3.11.4'",
    "; platform_machine == 'arm64' or python_version == '3.10'",
    "; implementation_name == 'pypy'",
)


def problem(rolls: random.Random) -> dict[str, dict[str, list[str]]]:
    """A small index with markers all over: projects require others, in ranges, with extras, in circles too."""
    names = [f"p{number}" for number in range(rolls.randint(2, 6))]

    def needs() -> list[str]:
        found = []
        for _ in range(rolls.choice((0, 0, 1, 1, 2, 3))):
            bound = rolls.choice(("", "", ">=2", "<2", "<3", "!=2"))
            extra = rolls.choice(("", "", "[x]"))
            found.append(f"{rolls.choice(names)}{extra}{bound}{rolls.choice(MARKERS)}")
        if rolls.random() < 0.4:
            marker = rolls.choice(("", " and sys_platform == 'darwin'", " and python_version >= '3.12'"))
            found.append(f"{rolls.choice(names)}{rolls.choice(('', '<3'))}; extra == 'x'{marker}")
        return found

    return {name: {str(number): needs() for number in range(1, rolls.randint(2, 4))} for name in names}


def test_a_lock_is_a_solution_in_each_environment_and_has_nothing_superfluous():
    rolls = random.Random(751)
    solved = 0
    for _ in range(60):
        table = problem(rolls)
        roots = [f"p0{rolls.choice(MARKERS[:4])}", f"p1[x]{rolls.choice(MARKERS)}"]
        platforms = rolls.sample(PLATFORMS, rolls.randint(1, 3))
        pythons = sorted(rolls.sample(PYTHONS, rolls.randint(1, 3)))
        try:
            document = lock(index(table), *roots, platforms=platforms, pythons=pythons)
        except NoSolutionError:
            continue
        solved += 1
        for environment, tags in environments(platforms, pythons, (0, 3, 4, 12)):
            chosen = selected(document, environment, tags)
            assert faults(table, roots, chosen, environment) == [], (table, roots, environment)
    assert solved > 30, solved


def test_the_same_request_gives_the_same_lock():
    rolls = random.Random(9)
    table = problem(rolls)
    assert lock(index(table), "p0", "p1[x]") == lock(index(dict(reversed(table.items()))), "p0", "p1[x]")
