"""pip's configuration files: read by kind, changed one at a time, and whole."""

import os
import stat

import pytest

from bodega.bootstrap.pip_configuration import PipConfigurationError, environment_prefix
from bodega.bootstrap.pip_files import (
    NoPlaceError,
    NoSuchKeyError,
    file_to_change,
    files_of,
    kind_to_change,
    value_of,
    variables_of,
    written,
)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home" / ".config" / "pip").mkdir(parents=True)
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    return {"HOME": str(tmp_path / "home"), "XDG_CONFIG_DIRS": str(tmp_path / "etc")}


def user_file(home):
    return f"{home['HOME']}/.config/pip/pip.conf"


def test_files_come_weakest_first_and_the_last_counts(home, tmp_path):
    (tmp_path / "etc" / "pip").mkdir(parents=True)
    (tmp_path / "etc" / "pip" / "pip.conf").write_text("[global]\ntimeout = 1\nretries = 1\n")
    with open(user_file(home), "w") as file:
        file.write("[global]\nTimeout = 2\n")
    files = files_of(home, None)
    kinds = [one.kind for one in files if one.exists and one.values]
    assert kinds[-1] == "user"
    assert value_of("global.timeout", files, {}) == "2"
    assert value_of("global.Retries", files, {}) == "1"
    assert files_of(home, None, isolated=True)[-1].kind == "global"


def test_variables_have_keys_of_their_own():
    assert variables_of({"PIP_NO_DEPS": "1", "PIP_VERSION": "x", "HOME": "y"}) == {":env:.no-deps": "1"}


def test_a_key_is_set_and_taken_away_again(home):
    written(file_to_change(home, None, "user"), "install.find_links", "/x")
    with open(user_file(home)) as file:
        assert file.read() == "[install]\nfind-links = /x\n\n"
    written(file_to_change(home, None, "user"), "install.find-links", None)
    with open(user_file(home)) as file:
        assert file.read() == ""
    with pytest.raises(NoSuchKeyError):
        written(file_to_change(home, None, "user"), "install.find-links", None)


@pytest.mark.parametrize("key", ["timeout", ".x", "global.", ""])
def test_what_is_no_key_is_refused(home, key):
    with pytest.raises(NoSuchKeyError):
        written(file_to_change(home, None, "user"), key, "1")
    assert not os.path.exists(user_file(home))


def test_a_closed_file_stays_closed(home):
    with open(user_file(home), "w") as file:
        file.write("[global]\nindex-url = https://u:p@example.org/\n")
    os.chmod(user_file(home), 0o600)
    written(file_to_change(home, None, "user"), "global.timeout", "3")
    assert stat.S_IMODE(os.stat(user_file(home)).st_mode) == 0o600
    assert os.listdir(os.path.dirname(user_file(home))) == ["pip.conf"]


def test_a_file_that_a_variable_names_stands_for_the_users(home, tmp_path):
    named = tmp_path / "named.conf"
    named.write_text("[global]\ntimeout = 7\n")
    assert file_to_change({**home, "PIP_CONFIG_FILE": str(named)}, None, "user").path == str(named)
    with pytest.raises(NoPlaceError):
        file_to_change({**home, "PIP_CONFIG_FILE": os.devnull}, None, "user")


def test_an_environment_has_a_file_of_its_own(home, tmp_path):
    env = str(tmp_path / "env")
    assert environment_prefix(env, {}) == env
    assert environment_prefix(f"{env}/bin/python", {}) == env
    assert environment_prefix(None, {"VIRTUAL_ENV": env}) == env
    assert environment_prefix(str(tmp_path), {}) is None
    assert kind_to_change(env) == "user"
    written(file_to_change(home, env, "site"), "global.timeout", "5")
    assert kind_to_change(env) == "site"
    with pytest.raises(NoPlaceError):
        file_to_change(home, None, "site")


@pytest.mark.parametrize("content", [b"timeout = 1\n", b"[global]\n\xff\n", b"[a]\n[a]\n"])
def test_a_file_that_cannot_be_read_is_named(home, content):
    with open(user_file(home), "wb") as file:
        file.write(content)
    with pytest.raises(PipConfigurationError) as caught:
        files_of(home, None)
    assert caught.value.path == user_file(home)
