import pytest

from bodega.formats.bounds import bounds_of, lowered, raised

VERSIONS = ("0.4", "0.5", "1.4", "1.5", "1.9", "2.0", "2.3", "3.1", "4.0", "5", "6")


@pytest.mark.parametrize(
    ("specifier", "nearest", "last"),
    [
        ("<2", ("<3", 1), ("<6", 4)),
        (">=1,<2", (">=1,<3", 1), (">=1,<6", 4)),
        ("==1.4", (">=1.4,<2", 0), (">=1.4,<6", 4)),
        ("==1.4.*", (">=1.4,<2", 0), (">=1.4,<6", 4)),
        ("~=1.4", (">=1.4,<3", 1), (">=1.4,<6", 4)),
        ("~=1.4.2", (">=1.4.2,<2", 0), (">=1.4.2,<6", 4)),
        (">=0.3,<0.4", (">=0.3,<0.5", 1), (">=0.3,<6", 7)),
        (">1,!=1.5,<3", (">1,<4,!=1.5", 1), (">1,<6,!=1.5", 3)),
    ],
)
def test_upper_bounds_are_raised_series_by_series(
    specifier: str, nearest: tuple[str, int], last: tuple[str, int]
) -> None:
    bounds = bounds_of(specifier)
    assert bounds is not None
    found = list(raised(bounds, VERSIONS, "5"))
    assert (found[0], found[-1]) == (nearest, last)
    assert len(found) <= 4


@pytest.mark.parametrize(
    ("specifier", "reached", "found"),
    [
        (">=3", "2.2.3", [(">=2", 1), (">=2.2.3", 1)]),
        (">=2.32", "2.28.1", [(">=2.28", 0), (">=2.28.1", 0)]),
        ("==1.4,!=1.5", "0.2.3", [(">=0.2,<=1.4,!=1.5", 1), (">=0.2.3,<=1.4,!=1.5", 1)]),
        (">=3,<4", "2.0rc1", [(">=2.0rc1,<4", 1)]),
    ],
)
def test_lower_bounds_are_lowered_to_what_was_reached(
    specifier: str, reached: str, found: list[tuple[str, int]]
) -> None:
    bounds = bounds_of(specifier)
    assert bounds is not None
    assert list(lowered(bounds, reached)) == found


@pytest.mark.parametrize("specifier", ["===1.0", "==1!2.0", "nonsense", "~=1"])
def test_forms_without_bounds(specifier: str) -> None:
    assert bounds_of(specifier) is None


def test_nothing_to_move() -> None:
    bounds = bounds_of("!=1.5")
    assert bounds is not None
    assert (bounds.text(), list(raised(bounds, VERSIONS, "5")), list(lowered(bounds, "1"))) == (
        "!=1.5",
        [],
        [],
    )


def test_a_local_part_stands_in_no_bound() -> None:
    bounds = bounds_of("==2.0+cpu")
    assert bounds is not None
    assert bounds.text() == ">=2.0,<=2.0"
    assert [text for text, _ in lowered(bounds, "1.5+cpu")] == [">=1.5,<=2.0"]
