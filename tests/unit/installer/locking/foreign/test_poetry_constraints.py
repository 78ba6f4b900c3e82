import pytest

from bodega.installer.locking.foreign.poetry_constraints import satisfies


@pytest.mark.parametrize(
    ("constraint", "inside", "outside"),
    [
        ("*", ["1", "0.1a1"], []),
        ("^1.2.3", ["1.2.3", "1.9"], ["1.2.2", "2.0", "2.0a1"]),
        ("^0.2.3", ["0.2.9"], ["0.3"]),
        ("^0.0", ["0.0.7"], ["0.1"]),
        ("~1.2.3", ["1.2.9"], ["1.3"]),
        ("~1", ["1.9"], ["2"]),
        ("~=1.2", ["1.9"], ["2"]),
        ("1.2.*", ["1.2.9"], ["1.3"]),
        (">=1,<2 || ^3", ["1.5", "3.1"], ["2.5", "4"]),
        (">=2.7, !=3.0.*", ["2.7", "3.1"], ["3.0.1", "2.6"]),
        ("1.5", ["1.5"], ["1.5.1"]),
        ("nonsense", [], ["1"]),
    ],
)
def test_constraints_mean_what_poetry_means(constraint, inside, outside):
    assert [one for one in inside if not satisfies(one, constraint)] == []
    assert [one for one in outside if satisfies(one, constraint)] == []
