import os

import pytest

from bodega.bootstrap.pip_configuration import (
    PipConfigurationError,
    configuration_files,
    read_pip_configuration,
)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


@pytest.fixture
def surroundings(tmp_path):
    """An environment whose every file would lie below a folder of the test."""
    return {"HOME": str(tmp_path / "home"), "XDG_CONFIG_DIRS": str(tmp_path / "xdg"), "XDG_CONFIG_HOME": ""}


def read(surroundings, tmp_path, command="install", **variables):
    return read_pip_configuration(
        {**surroundings, **variables}, command, prefix=str(tmp_path / "venv"), machine=str(tmp_path / "etc")
    )


def test_without_files_there_is_nothing(surroundings, tmp_path):
    configuration = read(surroundings, tmp_path)
    assert (dict(configuration.values), configuration.index_url, configuration.timeout) == ({}, None, None)


def test_later_files_win_over_earlier_ones_and_variables_over_all(surroundings, tmp_path):
    write(
        tmp_path / "xdg/pip/pip.conf",
        "[global]\nindex-url = https://global.example.org/\nproxy = one\ncert = global\n",
    )
    write(tmp_path / "home/.pip/pip.conf", "[global]\nproxy = old\nretries = 1\n")
    write(
        tmp_path / "home/.config/pip/pip.conf",
        "[global]\nindex_url = https://user.example.org/\nproxy = two\n",
    )
    write(tmp_path / "venv/pip.conf", "[global]\nproxy = three\n")
    configuration = read(surroundings, tmp_path)
    assert configuration.index_url == "https://user.example.org/"
    assert (configuration.text("proxy"), configuration.certificates, configuration.text("retries")) == (
        "three",
        "global",
        "1",
    )
    assert read(surroundings, tmp_path, PIP_PROXY="four").text("proxy") == "four"
    named = write(tmp_path / "named.conf", "[global]\nproxy = five\n")
    again = read(surroundings, tmp_path, PIP_CONFIG_FILE=named)
    assert again.text("proxy") == "five"
    # A file that is named takes the place of the user's own.
    assert again.index_url == "https://global.example.org/"


def test_a_commands_section_wins_over_global_wherever_it_stands(surroundings, tmp_path):
    write(tmp_path / "xdg/pip/pip.conf", "[install]\nindex-url = https://install.example.org/\n")
    write(tmp_path / "venv/pip.conf", "[global]\nindex-url = https://venv.example.org/\n")
    assert read(surroundings, tmp_path).index_url == "https://install.example.org/"
    assert read(surroundings, tmp_path, "download").index_url == "https://venv.example.org/"


def test_the_file_for_all_users_is_weaker_than_theirs(surroundings, tmp_path):
    write(tmp_path / "etc", "[global]\nproxy = machine\n")
    assert read(surroundings, tmp_path).text("proxy") == "machine"
    write(tmp_path / "home/.config/pip/pip.conf", "[global]\nproxy = user\n")
    assert read(surroundings, tmp_path).text("proxy") == "user"


def test_the_null_device_switches_files_off(surroundings, tmp_path):
    write(tmp_path / "venv/pip.conf", "[global]\nproxy = three\n")
    assert (
        list(configuration_files({**surroundings, "PIP_CONFIG_FILE": os.devnull}, str(tmp_path / "venv")))
        == []
    )


def test_several_values_and_numbers(surroundings, tmp_path):
    write(
        tmp_path / "venv/pip.conf",
        "[global]\nextra-index-url =\n    https://a.example.org/\n    https://b.example.org/\ntimeout = 60\n",
    )
    configuration = read(surroundings, tmp_path)
    assert configuration.several("extra-index-url") == ("https://a.example.org/", "https://b.example.org/")
    assert configuration.timeout == 60
    assert read(surroundings, tmp_path, PIP_TIMEOUT="soon").timeout is None
    assert (
        read({**surroundings, "PIP_CONFIG_FILE": os.devnull}, tmp_path, PIP_DEFAULT_TIMEOUT="7").timeout == 7
    )


def test_empty_and_foreign_variables_count_nothing(surroundings, tmp_path):
    configuration = read(
        {**surroundings, "PIP_CONFIG_FILE": os.devnull},
        tmp_path,
        PIP_INDEX_URL="",
        PIP_VERSION="1",
        PIPX_HOME="x",
    )
    assert (configuration.index_url, configuration.text("version")) == (None, None)


@pytest.mark.parametrize("text", ["no section\n", "[global\n", "[global]\nx\n"])
def test_a_damaged_file_is_named(surroundings, tmp_path, text):
    path = write(tmp_path / "venv/pip.conf", text)
    with pytest.raises(PipConfigurationError) as failure:
        read(surroundings, tmp_path)
    assert failure.value.path == path
    assert "\n" not in failure.value.reason


def test_percent_signs_are_plain(surroundings, tmp_path):
    write(tmp_path / "venv/pip.conf", "[global]\nindex-url = https://u:a%40b@example.org/\n")
    assert read(surroundings, tmp_path).index_url == "https://u:a%40b@example.org/"
