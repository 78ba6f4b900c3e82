import pytest

from bodega.bootstrap.settings import (
    DEFAULTS,
    Given,
    InvalidSettingError,
    SettingsFileError,
    UnknownSettingError,
    read_settings,
    shown,
)


def file(tmp_path, text):
    path = tmp_path / "bodega.toml"
    path.write_text(text)
    return str(path)


def test_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = read_settings({"XDG_CONFIG_HOME": str(tmp_path)})
    assert settings.values == DEFAULTS
    assert (settings.port, settings.text("host"), settings.file) == (8417, "127.0.0.1", None)
    assert set(settings.origins.values()) == {"default"}
    assert settings.data.endswith("index")
    assert settings.store.endswith("store")


def test_options_win_over_variables_over_the_file(tmp_path):
    path = file(
        tmp_path, 'host = "one"\nport = 1\nlog-format = "json"\ntrusted_proxies = ["10.0.0.1", "10.0.0.2"]\n'
    )
    settings = read_settings(
        {"BODEGA_PORT": "2", "BODEGA_DATA": "/two"}, Given({"data": "/three", "host": None}, path)
    )
    assert [settings.text(key) for key in ("host", "port", "data", "log_format")] == [
        "one",
        "2",
        "/three",
        "json",
    ]
    assert settings.text("trusted_proxies") == "10.0.0.1,10.0.0.2"
    assert [settings.origins[key] for key in ("host", "port", "data", "store")] == [
        "file",
        "environment",
        "option",
        "default",
    ]
    assert settings.file == path


def test_a_file_is_found_here_or_in_the_users_folder(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "bodega").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "bodega" / "bodega.toml").write_text('host = "user"\n')
    surroundings = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert read_settings(surroundings).text("host") == "user"
    (tmp_path / "here" / "bodega.toml").write_text('host = "here"\n')
    assert read_settings(surroundings).text("host") == "here"


@pytest.mark.parametrize(
    ("key", "nearest"), [("upstraem", "upstream"), ("blob-url", "blobs_url"), ("zzz", None)]
)
def test_an_unknown_key_names_the_nearest(tmp_path, key, nearest):
    with pytest.raises(UnknownSettingError) as failure:
        read_settings({}, Given(config=file(tmp_path, f'{key} = "x"\n')))
    assert (failure.value.key, failure.value.nearest) == (key, nearest)


def test_unknown_variables_are_only_reported():
    assert read_settings({"BODEGA_PORT_80_TCP": "x", "BODEGA_TRACEBACK": "1"}).unknown_variables == (
        "BODEGA_PORT_80_TCP",
    )


def test_empty_variables_count_nothing():
    assert read_settings({"BODEGA_PORT": ""}).port == 8417


@pytest.mark.parametrize(
    "variables",
    [
        {"BODEGA_PORT": "65536"},
        {"BODEGA_PORT": "-1"},
        {"BODEGA_PORT": "http"},
        {"BODEGA_LOG_FORMAT": "xml"},
        {"BODEGA_BUILD": "maybe"},
    ],
)
def test_impossible_values(variables):
    with pytest.raises(InvalidSettingError):
        _ = read_settings(variables).port


@pytest.mark.parametrize("text", ["port = 1.5\n", "port = true\n", "host = {a = 1}\n"])
def test_impossible_values_in_a_file(tmp_path, text):
    with pytest.raises(InvalidSettingError):
        read_settings({}, Given(config=file(tmp_path, text)))


def test_files_that_cannot_be_read(tmp_path):
    for config in (str(tmp_path / "none.toml"), file(tmp_path, "= broken")):
        with pytest.raises(SettingsFileError):
            read_settings({}, Given(config=config))


def test_secrets_are_never_shown():
    assert (shown("token", "bodega-secret"), shown("token", "")) == ("****", "")
    assert shown("upstream", "https://a:b@example.org/") == "https://****@example.org/"


@pytest.mark.parametrize(
    ("text", "size"),
    [("", None), ("0", 0), ("1500", 1500), ("2k", 2048), ("3M", 3 << 20), ("50G", 50 << 30), ("1t", 1 << 40)],
)
def test_sizes(text, size):
    variables = {"BODEGA_CACHE_SIZE": text} if text else {}
    assert read_settings(variables).size("cache_size") == size


@pytest.mark.parametrize("text", ["-1", "G", "1.5G", "5x", "1GB", "9" * 16, "\u0665G"])
def test_what_is_no_size(text):
    with pytest.raises(InvalidSettingError):
        read_settings({"BODEGA_CACHE_SIZE": text}).size("cache_size")
