import random

import pytest
from packaging.markers import Marker

from bodega.installer.locking.asked_cells import asked_cells
from bodega.installer.locking.cells import Cell, Question, divided
from bodega.installer.locking.marker_cover import MarkerCover, Point, negated

PLATFORMS = ("linux-x86_64", "linux-aarch64", "macos-arm64", "macos-x86_64", "windows-x86_64")
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
PARTS = {"extra:cpu": "'cpu' in extras", "group:dev": "'dev' in dependency_groups"}


def cover_of(cells):
    return MarkerCover([Point(cell) for cell in cells])


def wanted_by(cells, marker: str) -> int:
    return sum(1 << at for at, cell in enumerate(cells) if Question(marker).answer(cell)[0])


def holds(marker: str | None, point: Point) -> bool:
    if marker is None:
        return True
    chosen = [part.partition(":") for part in point.parts]
    sets = {
        "extras": frozenset(name for kind, _, name in chosen if kind == "extra"),
        "dependency_groups": frozenset(name for kind, _, name in chosen if kind == "group"),
    }
    return Marker(marker).evaluate({**point.cell.variables, **sets}, context="lock_file")


@pytest.mark.parametrize(
    "marker",
    [
        "sys_platform == 'win32'",
        "sys_platform != 'win32'",
        "python_version < '3.11'",
        "python_version >= '3.11'",
        "python_version == '3.11'",
        "platform_machine == 'aarch64'",
        "sys_platform == 'darwin' and platform_machine == 'x86_64'",
        "sys_platform == 'win32' and python_version < '3.12'",
    ],
)
def test_a_short_marker_comes_out_as_it_went_in(marker):
    cells = asked_cells(PLATFORMS, PYTHONS)
    made = cover_of(cells).marker(wanted_by(cells, marker))
    assert made is not None
    assert wanted_by(cells, made) == wanted_by(cells, marker)
    assert len(made) <= len(marker), made


def test_what_is_everywhere_has_no_marker():
    cells = asked_cells(PLATFORMS, PYTHONS)
    assert cover_of(cells).marker((1 << len(cells)) - 1) is None


def test_what_nobody_asked_for_may_have_any_answer():
    cells = asked_cells(("linux-x86_64", "windows-x86_64"), ("3.12",))
    assert cover_of(cells).marker(wanted_by(cells, "os_name == 'nt'")) == "sys_platform == 'win32'"


def test_a_cut_between_patches_is_said_by_the_full_version():
    cells = asked_cells(("linux-x86_64",), ("3.10", "3.11"))
    one, others = divided(cells[1], Question("python_full_version >= '3.11.4'"))
    points = (cells[0], one, *others)
    made = cover_of(points).marker(wanted_by(points, "python_full_version >= '3.11.4'"))
    assert made == "python_full_version >= '3.11.4'"


def pieces(rolls: random.Random) -> list[Cell]:
    """Random environments, some of them cut by patches and releases."""
    cells = list(
        asked_cells(rolls.sample(PLATFORMS, rolls.randint(1, 5)), rolls.sample(PYTHONS, rolls.randint(1, 4)))
    )
    for marker in rolls.sample(
        [
            "python_full_version < '3.11.4'",
            "python_full_version == '3.12.3'",
            "sys_platform == 'darwin' and platform_release >= '20'",
            "platform_release < '22.1'",
            "'Ubuntu' in platform_version",
        ],
        rolls.randint(0, 3),
    ):
        if rolls.random() < 0.7:
            cut = [divided(cell, Question(marker)) for cell in cells]
            cells = [part for one, others in cut for part in (one, *others)]
    return cells


def test_a_marker_is_true_in_exactly_what_it_is_for():
    rolls = random.Random(5)
    for _ in range(250):
        points = [
            Point(cell, frozenset(parts))
            for cell in pieces(rolls)
            for parts in ((), ("extra:cpu",), ("group:dev",))[: rolls.choice((1, 3))]
        ]
        rolls.shuffle(points)
        points = points[:24]
        states = [rolls.choice("ywn" if rolls.random() < 0.5 else "yn") for _ in points]
        wanted, free = (sum(1 << at for at, one in enumerate(states) if one == kind) for kind in "yw")
        if not wanted:
            continue
        made = MarkerCover(points, PARTS).marker(wanted, free=free)
        for point, state in zip(points, states, strict=True):
            if state != "w":
                assert holds(made, point) is (state == "y"), (made, point.cell.words, point.parts)


@pytest.mark.parametrize(
    ("comparison", "contrary"),
    [
        ("platform_release >= '20'", "platform_release < '20'"),
        ("'a b' in platform_version", "'a b' not in platform_version"),
        ("'== x' == platform_version", "'== x' != platform_version"),
        ("platform_version not in 'x y'", "platform_version in 'x y'"),
        ("'cpu' in extras", "'cpu' not in extras"),
    ],
)
def test_the_contrary_of_a_comparison(comparison, contrary):
    assert negated(comparison) == contrary
