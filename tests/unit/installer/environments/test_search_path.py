"""Where an interpreter looks: read from files for an environment of its own, asked for any other."""

import sys

import pytest

from bodega.installer.environments.discovery import find
from bodega.installer.environments.search_path import named_folders, search_path
from bodega.installer.store.store import Store
from support.environments import new_environment


@pytest.fixture
def store(tmp_path):
    with Store(str(tmp_path / "store")) as store:
        yield store


def test_pth_files_name_folders_that_exist(tmp_path):
    (tmp_path / "beside").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "a.pth").write_text(f"# comment\n{tmp_path}/other\nbeside\ngone\nimport os\n\n")
    (tmp_path / ".hidden.pth").write_text(f"{tmp_path}\n")
    assert list(named_folders(str(tmp_path))) == [str(tmp_path / "other"), str(tmp_path / "beside")]


def test_an_environment_shows_itself_and_what_its_pth_files_name(tmp_path, store):
    interpreter = new_environment(tmp_path / "env", store)
    (tmp_path / "project").mkdir()
    site = interpreter.scheme.purelib
    with open(f"{site}/x.pth", "w") as file:
        file.write(f"{tmp_path}/project\n")
    assert search_path(interpreter, {}).folders == (site, str(tmp_path / "project"))


def test_where_others_show_through_the_interpreter_is_asked(tmp_path, store):
    interpreter = new_environment(tmp_path / "env", store)
    cfg = tmp_path / "env" / "pyvenv.cfg"
    cfg.write_text(cfg.read_text().replace("= false", "= true"))
    found = search_path(interpreter, {})
    assert interpreter.scheme.purelib in found.folders
    assert find(sys.base_prefix, {}, store).scheme.purelib in found.folders
