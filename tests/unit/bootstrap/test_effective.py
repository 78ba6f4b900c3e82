import os

import pytest

from bodega.bootstrap.effective import effective
from bodega.bootstrap.settings import DEFAULTS, UnknownSettingError


@pytest.fixture
def surroundings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}


def rows(found):
    return {one.key: (one.value, one.origin) for one in found.settings}


def test_each_setting_says_where_it_comes_from(surroundings, tmp_path):
    (tmp_path / "bodega.toml").write_text('link-mode = "copy"\nhost = "one"\n')
    surroundings["BODEGA_HOST"] = "two"
    surroundings["BODEGA_DATA"] = "/data"
    found = effective(surroundings)
    shown = rows(found)
    assert found.file == "bodega.toml"
    assert set(shown) == set(DEFAULTS)
    assert shown["link_mode"] == ("copy", "file")
    assert shown["host"] == ("two", "environment")
    assert shown["build"] == ("allow", "default")
    assert shown["database_url"] == ("sqlite:////data/bodega.db", "default")


def test_secrets_are_masked(surroundings):
    surroundings["BODEGA_TOKEN"] = "bodega-verysecret"
    surroundings["BODEGA_INDEX_URL"] = "https://me:verysecret@example.org/simple/"
    surroundings["BODEGA_DATABASE_URL"] = "postgresql://me:verysecret@db/bodega"
    found = effective(surroundings)
    assert "verysecret" not in str(found)
    assert rows(found)["token"] == ("****", "environment")


def test_pips_index_is_named_as_such_unless_ours_is_set(surroundings):
    surroundings["PIP_INDEX_URL"] = "https://me:verysecret@example.org/simple/"
    value, origin = rows(effective(surroundings))["index_url"]
    assert (origin, "verysecret" in value, "example.org/simple/" in value) == ("pip", False, True)
    surroundings["BODEGA_INDEX_URL"] = "https://other.example/simple/"
    assert rows(effective(surroundings))["index_url"] == ("https://other.example/simple/", "environment")


def test_variables_that_are_no_settings_are_named_and_keys_of_a_file_refused(surroundings, tmp_path):
    surroundings["BODEGA_SERVICE_PORT"] = "1"
    assert effective(surroundings).unknown_variables == ("BODEGA_SERVICE_PORT",)
    (tmp_path / "bodega.toml").write_text('link-mod = "copy"\n')
    with pytest.raises(UnknownSettingError, match="link-mod") as caught:
        effective(surroundings)
    assert caught.value.nearest == "link_mode"
