"""Relaxations: the least change first, each proven, and all of it bounded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.formats.requirements import parse_requirement
from bodega.installer.building.never import NeverBuilds
from bodega.installer.locking.advising import Surroundings, advise
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.resolution.errors import NoSolutionError
from support.memory_index import (
    TARGET,
    MemoryCache,
    MemoryReferences,
    asked,
    file,
    index,
    metadata,
    page,
    wheel,
)

FLASK = {
    "flask": {
        "1.1.4": ["werkzeug<2", "click>=5"],
        "2.0.0": ["werkzeug>=2", "click>=7"],
        "2.3.3": ["werkzeug>=2.3.7", "click>=8"],
        "3.1.0": ["werkzeug>=3.1", "click>=8"],
    },
    "werkzeug": {"1.0.1": [], "2.0.0": [], "2.3.8": [], "3.0.0": [], "3.1.3": []},
    "click": {"7.1": [], "8.1": []},
}


def advised(reader: MemoryIndexReader, *texts: str, **options: object) -> NoSolutionError:
    materials = Materials(
        reader=reader, computed=MemoryCache(), builder=NeverBuilds(), references=MemoryReferences({})
    )
    resolver = Resolver(materials, TARGET)
    pythons, names = options.pop("pythons", {}), options.pop("names", ())
    around = Surroundings(lambda: names, lambda: pythons)  # type: ignore[arg-type, return-value]
    request = ResolveRequest(requirements=asked(*texts), **options)  # type: ignore[arg-type]
    with pytest.raises(NoSolutionError) as raised:
        resolver.resolve(request)
    advise(raised.value, request, resolver, around)
    return raised.value


def told(table: Mapping[str, Mapping[str, Sequence[str]]], *texts: str, **options: object) -> list[str]:
    return advised(index(table), *texts, **options).steps()


def test_the_nearest_bound_that_works_least_change_first() -> None:
    assert told(FLASK, "flask<2", "werkzeug>=3") == [
        "relax flask<2 to flask<3 (then flask 2.3.3, werkzeug 3.1.3)",
        "relax werkzeug>=3 to werkzeug>=1 (then werkzeug 1.0.1, flask 1.1.4)",
    ]


def test_pins_are_widened_and_markers_and_extras_stay() -> None:
    assert told(FLASK, "flask[x]==1.1.4; python_version>'3'", "werkzeug>=3")[0] == (
        "relax flask[x]==1.1.4; python_version>'3' to flask[x]>=1.1.4,<3 ; python_version>'3' "
        "(then flask 2.3.3, werkzeug 3.1.3)"
    )


def test_constraints_go_before_requirements_and_say_where_they_stand() -> None:
    limit = Asked(parse_requirement("click<8"), "limits.txt, line 2")
    assert told(FLASK, "flask>=2.3", constraints=[limit]) == [
        "relax click<8 (limits.txt, line 2) to click<9 (then click 8.1, flask 3.1.0)",
        "relax flask>=2.3 to flask>=2.0 (then flask 2.0.0, click 7.1)",
    ]


def test_what_has_no_bounds_can_only_be_left_out() -> None:
    table = {"a": {"1": ["c<2"]}, "b": {"1": ["c>=2"]}, "c": {"1": [], "2": []}}
    assert told(table, "a", "b") == ["leave a out (then c 2, b 1)", "leave b out (then c 1, a 1)"]


def test_an_extra_that_is_in_the_way_is_left_out() -> None:
    table = {
        "a": {"1": ["c<2; extra=='x'"]},
        "c": {"1": [], "2": []},
    }
    assert told(table, "a[x]", "c>=2") == [
        "relax c>=2 to c>=1 (then c 1, a 1)",
        "relax a[x] to a (then a 1, c 2)",
    ]


def test_two_that_must_change_together() -> None:
    table = {
        "a": {"1": ["x<2", "y<2"], "2": ["x>=2", "y>=2"]},
        "x": {"1": [], "2": []},
        "y": {"1": [], "2": []},
    }
    error = advised(index(table), "a==2", "x<2", "y<2", "a>1")
    (first, *_) = error.relaxations
    assert len(first.changes) == 2
    assert first.words().startswith("relax ")
    assert " and relax " in first.words()


def test_a_yanked_release_is_offered_as_a_pin() -> None:
    files = [wheel("lib", "1.0"), wheel("lib", "2.0", yanked="broken")]
    reader = MemoryIndexReader(
        {"lib": page("lib", *files)},
        {one.filename: metadata("lib", one.filename.split("-")[1]) for one in files},
    )
    assert advised(reader, "lib>1").steps() == [
        "relax lib>1 to lib>=1 (then lib 1.0)",
        "pin lib>1 to lib==2.0 (then lib 2.0)",
    ]


def test_another_interpreter_where_it_solves() -> None:
    files = [wheel("lib", "2.0", requires_python=">=3.12"), wheel("lib", "1.0", requires_python="<3")]
    reader = MemoryIndexReader(
        {"lib": page("lib", *files)},
        {one.filename: metadata("lib", one.filename.split("-")[1]) for one in files},
    )
    newer = replace(TARGET, python="3.12.1")
    (step,) = advised(reader, "lib", pythons={"3.12": newer}).steps()
    assert step.startswith("use Python 3.12: bodega lock --python 3.12, or ")
    assert step.endswith("bodega venv --python 3.12 (then lib 2.0)")


def test_a_name_that_is_nearly_one_that_is_known() -> None:
    error = advised(index(FLASK), "flaks>=2", names=["flask", "numpy"])
    assert error.steps() == ["write flask>=2 for flaks>=2 (then flask 3.1.0)"]
    assert error.why is not None
    assert "flaks: did you mean flask?" in error.why
    assert advised(index(FLASK), "flaks", names=["numpy"]).steps() == []


def test_what_a_later_index_has_is_told_with_the_option_that_takes_it() -> None:
    first = index({"lib": {"1.0": []}})
    later = "https://other.example.org/simple/"
    reader = MemoryIndexReader(
        first.pages,
        first.documents,
        later={later: {"lib": page("lib", wheel("lib", "2.0"), wheel("lib", "3.0"))}},
    )
    error = advised(reader, "lib>=2")
    told = error.details()["not_offered"]
    assert told == [
        {
            "project": "lib",
            "reason": "other-index",
            "versions": ["3.0", "2.0"],
            "detail": f"{later} has it, but https://index.example.org/simple/ is asked first "
            "and knows the project",
            "remedy": f"--index-pin lib={later}",
        }
    ]
    assert f"(--index-pin lib={later})" in str(error.why)


def test_a_relaxation_has_to_solve_for_every_target() -> None:
    files = [wheel("lib", "2.0", "cp311-cp311-linux_x86_64"), wheel("lib", "3.0")]
    table = index({"app": {"1": ["lib<2"]}})
    pages = {**table.pages, "lib": page("lib", wheel("lib", "1.0", "cp311-cp311-linux_x86_64"), *files)}
    documents = {
        **table.documents,
        **{one.filename: metadata("lib", one.filename.split("-")[1]) for one in pages["lib"].files},
    }
    materials = Materials(
        reader=MemoryIndexReader(pages, documents),
        computed=MemoryCache(),
        builder=NeverBuilds(),
        references=MemoryReferences({}),
    )
    resolver, request = Resolver(materials, TARGET), ResolveRequest(requirements=asked("app", "lib>=2"))
    with pytest.raises(NoSolutionError) as raised:
        resolver.resolve(request)
    advise(raised.value, request, resolver)
    assert [one.changes[0].kind for one in raised.value.relaxations] == ["widen", "leave"]
    plain = replace(TARGET, tags=("py3-none-any",))
    advise(raised.value, request, resolver, Surroundings(also=(TARGET, plain)))
    assert [one.changes[0].kind for one in raised.value.relaxations] == ["leave"]


def test_nothing_is_built_for_a_try_and_nothing_told_that_was_not_tried() -> None:
    reader = MemoryIndexReader({"lib": page("lib", file("lib-1.0.tar.gz"))}, {})
    assert advised(reader, "lib>1").steps() == []


def test_machines_get_the_same() -> None:
    error = advised(index(FLASK), "flask<2", "werkzeug>=3")
    assert error.details()["relaxations"][0] == {  # type: ignore[index]
        "change": "relax flask<2 to flask<3 (then flask 2.3.3, werkzeug 3.1.3)",
        "requirement": "flask<2",
        "replacement": "flask<3",
        "changes": [
            {
                "kind": "widen",
                "requirement": "flask<2",
                "replacement": "flask<3",
                "origin": "the command line",
            }
        ],
        "solved": {"flask": "2.3.3", "werkzeug": "3.1.3"},
    }


def test_tries_end_where_there_are_too_many() -> None:
    """Two hundred requirements that all exclude one: something is told, or nothing, but soon."""
    table = {f"p{n}": {"1": ["c<2"]} for n in range(200)} | {"c": {"1": [], "2": []}}
    reader = index(table)
    error = advised(reader, "c>=2", *(f"p{n}" for n in range(200)))
    assert error.steps()[0] == "relax c>=2 to c>=1 (then c 1, p0 1)"
