"""Where files go by pip's options: schemes of other places, and the user's folder."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bodega.installer.environments.errors import PlaceContradictionError, UserSiteHiddenError
from bodega.installer.environments.placing import Place, falls_back, placed


def test_a_target_is_flat_and_keeps_nothing_of_ours(environment, tmp_path: Path) -> None:
    found = placed(environment, Place(target=str(tmp_path / "t")), {})
    assert found.scheme.purelib == found.scheme.platlib == found.scheme.data == str(tmp_path / "t")
    assert found.scheme.scripts == str(tmp_path / "t" / "bin")
    assert found.is_bare
    assert found.executable == environment.executable


def test_a_root_holds_the_whole_path(environment, tmp_path: Path) -> None:
    found = placed(environment, Place(root=str(tmp_path / "r")), {})
    assert found.scheme.purelib == f"{tmp_path}/r{environment.scheme.purelib}"


@pytest.mark.parametrize(
    "place",
    [
        Place(target="t", user=True),
        Place(target="t", prefix="p"),
        Place(target="t", root="r"),
        Place(user=True, prefix="p"),
    ],
)
def test_contradictions(environment, place: Place) -> None:
    with pytest.raises(PlaceContradictionError):
        placed(environment, place, {})


def test_the_users_folder_is_not_seen_by_a_closed_environment(environment) -> None:
    with pytest.raises(UserSiteHiddenError):
        placed(environment, Place(user=True), {})


@pytest.fixture
def unwritable(environment):
    """A bare interpreter whose site-packages cannot be written: on a file system that is read-only."""
    folder = "/proc/sys"
    if not os.path.isdir(folder) or os.access(folder, os.W_OK):
        pytest.skip("nothing is mounted read-only here")
    scheme = replace(environment.scheme, purelib=f"{folder}/x", platlib=f"{folder}/x")
    return replace(environment, is_venv=False, scheme=scheme)


def test_the_users_folder_is_taken_where_the_interpreters_own_cannot_be_written(
    unwritable, environment
) -> None:
    assert falls_back(unwritable, Place(), {})
    assert not falls_back(unwritable, Place(never_user=True), {})
    assert not falls_back(unwritable, Place(), {"PYTHONNOUSERSITE": "1"})
    assert not falls_back(unwritable, Place(root="/r"), {})
    assert not falls_back(environment, Place(), {})


def test_the_users_folder_is_where_python_looks(unwritable) -> None:
    found = placed(unwritable, Place(user=True), {"PYTHONUSERBASE": "/somewhere"})
    assert (found.scheme.scripts, found.scheme.data) == ("/somewhere/bin", "/somewhere")
