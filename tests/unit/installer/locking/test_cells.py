import pytest

from bodega.formats.platforms import parse_platform
from bodega.installer.locking.cells import Cell, Place, Question, divided

MACOS = Place((parse_platform("macos-arm64"),))


def parts(question: Question) -> list[tuple[int, int | None, bool]]:
    """Each part by its patches, the first the one that stands for it, and what is answered there."""
    one, others = divided(Cell(MACOS, "3.11"), question)
    return [(part.low, part.high, question.answer(part)[0]) for part in (one, *others)]


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("python_version < '3.11'", [(0, None, False)]),
        ("python_full_version <= '3.11.0a6'", [(0, None, False)]),
        ("python_full_version < '3.11.4'", [(4, None, False), (0, 3, True)]),
        ("python_full_version == '3.11.3'", [(4, None, False), (3, 3, True), (0, 2, False)]),
        ("implementation_version >= '3.11.2'", [(2, None, True), (0, 1, False)]),
        ("'3.11.2' > python_full_version", [(2, None, False), (0, 1, True)]),
        ("python_full_version < '3.12.4'", [(0, None, True)]),
        ("python_full_version in '3.11.1 3.11.2'", [(3, None, False), (1, 2, True), (0, 0, False)]),
        ("sys_platform == 'win32' and python_full_version < '3.11.4'", [(0, None, False)]),
    ],
)
def test_a_cell_is_cut_where_a_marker_tells_patches_apart(marker, expected):
    assert parts(Question(marker)) == expected


def test_requires_python_cuts_too():
    assert parts(Question(">=3.9,!=3.11.2", is_python=True)) == [
        (3, None, True),
        (2, 2, False),
        (0, 1, True),
    ]
    assert parts(Question(">=3.9", is_python=True)) == [(0, None, True)]


def test_the_systems_release_is_a_line_that_is_cut_once_for_each_bound():
    cell, waiting, whole = Cell(MACOS, "3.11"), [], []
    bounds = [Question(f"platform_release >= '{number}.0'") for number in range(18, 26)]
    waiting.append(cell)
    while waiting:
        one = waiting.pop()
        for question in bounds:
            one, others = divided(one, question)
            waiting += others
        whole.append(one)
    assert len(whole) == len(bounds) + 1
    answers = {tuple(question.answer(one)[0] for question in bounds) for one in whole}
    assert len(answers) == len(bounds) + 1


@pytest.mark.parametrize(
    ("marker", "count"),
    [
        ("platform_release ~= '20.1'", 3),
        ("platform_release >= '20' and platform_release < '22'", 3),
        ("'Ubuntu' in platform_version", 2),
        ("platform.version == 'x'", 2),
        ("sys_platform == 'linux' and platform_release >= '5'", 1),
        ("python_full_version < '3.11.4' and platform_release >= '20'", 3),
    ],
)
def test_every_part_answers_with_one_voice(marker, count):
    waiting, whole = [Cell(MACOS, "3.11")], []
    while waiting:
        one, others = divided(waiting.pop(), Question(marker))
        assert divided(one, Question(marker)) == (one, [])
        waiting += others
        whole.append(one)
    assert len(whole) == count


def test_an_extra_may_leave_open_what_is_settled_without_it():
    question = Question("extra == 'fast' and python_full_version < '3.11.4'", ("fast",))
    assert len(divided(Cell(MACOS, "3.11"), question)[1]) == 1
    assert divided(Cell(MACOS, "3.11"), Question(question.text))[1] == []


def test_platforms_that_no_marker_tells_apart_are_one_place():
    place = Place((parse_platform("linux-x86_64"), parse_platform("musllinux-x86_64")))
    target = Cell(place, "3.12", 4).target
    assert target.python == "3.12.99"
    assert "cp312-cp312-musllinux_1_2_x86_64" in target.also[0]
    assert "cp312-cp312-musllinux_1_2_x86_64" not in target.tags
