"""Bounds that keep the newest out, widened just so far."""

import pytest

from bodega.installer.commands.project_edits import Edit, bounded
from bodega.installer.commands.wider_bounds import loosen, settle, widened
from bodega.installer.inputs.project_edit import Place, ProjectText


@pytest.mark.parametrize(
    ("specifier", "version", "after"),
    [
        ("<3", "3.1.3", "<4"),
        (">=2,<3", "3.1.3", ">=2,<4"),
        ("<3.0", "3.1", "<4.0"),
        ("<0.5", "0.7.2", "<0.8"),
        ("<=2.9", "3.1", "<=3.1"),
        ("==2.*", "3.1", "==3.*"),
        ("==2.3.*", "3.1.4", "==3.1.*"),
        ("==2.3.4", "3.1", "==3.1"),
        ("===2.3", "3.1", "===3.1"),
        ("~=2.1", "3.4.5", "~=3.4"),
        ("~=2.1.7", "3.4", "~=3.4.0"),
        (">=1,!=3.0,<3", "3.1", ">=1,!=3.0,<4"),
        ("<1!2", "1!3.1", "<1!4"),
        (">=2", "3", ">=2"),
        ("", "3", ""),
    ],
)
def test_a_bound_becomes_one_of_its_kind_that_admits_the_version(specifier, version, after):
    assert widened(specifier, version) == after


@pytest.mark.parametrize(
    ("version", "bounds", "after"),
    [
        ("2.3.4", "lower", ">=2.3.4"),
        ("2.3.4+cpu", "lower", ">=2.3.4"),
        ("2.3.4", "major", ">=2.3.4,<3"),
        ("0.4.2", "major", ">=0.4.2,<0.5"),
        ("0.0.3", "major", ">=0.0.3,<0.0.4"),
        ("0", "major", ">=0,<1"),
        ("1!2.0rc1", "major", ">=1!2.0rc1,<1!3"),
        ("2.3+cpu", "exact", "==2.3+cpu"),
        ("2.3", "none", ""),
        ("odd", "lower", ""),
    ],
)
def test_bounds_of_a_chosen_version(version, bounds, after):
    assert bounded(version, bounds) == after


def test_what_stood_stands_again_where_it_admits_the_newest():
    text = ProjectText(
        "[project]\nname = 'demo'\ndependencies = ['a<3 ; os_name == \"x\"', 'b<9', 'c @ https://x', 'd<1']\n",
        "pyproject.toml",
    )
    before = str(text)
    loosened = loosen(text, {"a", "b", "c"})
    assert "'b', 'c @ https://x', 'd<1'" in str(text)
    edits = settle(text, loosened, {"a": "3.1", "b": "8"})
    assert edits == [Edit(Place(), 'a<3 ; os_name == "x"', 'a<4; os_name == "x"')]
    assert str(text) == before.replace("a<3 ;", "a<4;")
