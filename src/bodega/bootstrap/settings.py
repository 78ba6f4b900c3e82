"""Settings of both halves: ``BODEGA_*`` variables, then ``bodega.toml``, then defaults.

An unknown key in a file is an error that names the nearest known one; an unknown variable is only
reported, since schedulers inject some of their own.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bodega.formats.durations import duration
from bodega.formats.errors import BodegaError
from bodega.formats.urls import masked

PREFIX = "BODEGA_"
FILE_NAME = "bodega.toml"
Origin = Literal["option", "environment", "file", "default"]

#: Every setting by its key in a file; the variable is the same in upper case after the prefix.
DEFAULTS: Mapping[str, str] = {
    "data": "",
    "database_url": "",
    "blobs_url": "",
    "broker_url": "inprocess://",
    "upstream": "",
    "revalidate": "60",
    "metadata_ahead": "1",
    "cooldown": "",
    "cache_size": "",
    "upload_limit": str(2 << 30),
    "upload_patience": "60",
    "upload_classifiers": "any",
    "public_url": "",
    "trusted_proxies": "",
    "cross_origin": "none",
    "token": "",
    "log_format": "text",
    "host": "127.0.0.1",
    "port": "8417",
    "workers": "1",
    "request_timeout": "30",
    "accel_redirect": "",
    "folder": "",
    "store": "",
    "store_size": "",
    "index_url": "",
    "link_mode": "auto",
    "lock_policy": "refuse",
    "project_indexes": "ask",
    "build": "allow",
    "build_access": "none",
    "osv": "",
}
#: Variables with our prefix that are not settings.
NOT_SETTINGS = frozenset({"BODEGA_TRACEBACK"})
_SECRETS = frozenset({"token"})
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "log_format": ("text", "json"),
    "cross_origin": ("*", "none"),
    "upload_classifiers": ("any", "known"),
    "link_mode": ("auto", "clone", "hardlink", "copy", "linked"),
    "lock_policy": ("strict", "refuse", "warn", "ignore"),
    "project_indexes": ("allow", "ask", "refuse"),
    "build": ("allow", "sandbox", "never"),
    "build_access": ("none", "network", "all"),
}
_MOST_PORT = 65535
#: Powers of two that a size may be written in.
_UNITS: Mapping[str, int] = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_MOST_DIGITS = 15


class UnknownSettingError(BodegaError):
    """A settings file has a key that is not a setting."""

    code = "E-SETTING-UNKNOWN"

    def __init__(self, path: str, key: str, nearest: str | None) -> None:
        why = f"the nearest known setting is {nearest!r}" if nearest else "no known setting is near it"
        super().__init__(f"{path} sets {key!r}, which is not a setting", why=why)
        self.path = path
        self.key = key
        self.nearest = nearest


class InvalidSettingError(BodegaError):
    """A setting has a value that is not possible."""

    code = "E-SETTING-INVALID"

    def __init__(self, key: str, value: str, possible: str) -> None:
        super().__init__(f"{key} cannot be {value[:200]!r}", why=f"possible: {possible}")
        self.key = key
        self.value = value


class SettingsFileError(BodegaError):
    """The settings file cannot be read."""

    code = "E-SETTING-FILE"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the settings file {path} cannot be read", why=reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective settings as text, and where each came from. An empty text is "not set"."""

    values: Mapping[str, str]
    origins: Mapping[str, Origin]
    unknown_variables: tuple[str, ...] = ()
    file: str | None = None

    def text(self, key: str) -> str:
        """The value."""
        return self.values[key]

    def number(self, key: str, *, least: int = 0, most: int | None = None) -> int:
        """The value as a whole number within bounds; raises InvalidSettingError."""
        value = self.values[key]
        is_number = value.isascii() and value.isdecimal()
        if not is_number or int(value) < least or (most is not None and int(value) > most):
            possible = f"a whole number, at least {least}" if most is None else f"{least} to {most}"
            raise InvalidSettingError(key, value, possible)
        return int(value)

    def size(self, key: str) -> int | None:
        """The value as a number of bytes, ``None`` where it is not set; raises InvalidSettingError."""
        value = self.values[key]
        number, unit = (value[:-1], value[-1:].lower()) if not value[-1:].isdecimal() else (value, "")
        if not value:
            return None
        if not (number.isascii() and number.isdecimal()) or unit not in _UNITS or len(number) > _MOST_DIGITS:
            raise InvalidSettingError(key, value, "a number of bytes, or of k, M, G or T: 50G")
        return int(number) << _UNITS[unit]

    def duration(self, key: str) -> timedelta | None:
        """The value as a duration, ``None`` where it is not set; raises InvalidSettingError."""
        value = self.values[key]
        found = duration(value) if value else None
        if value and found is None:
            raise InvalidSettingError(key, value, "days, hours or minutes such as 7d, 12h, 30m, or 0")
        return found

    @property
    def port(self) -> int:
        """The port to serve on; 0 for a free one."""
        return self.number("port", most=_MOST_PORT)

    @property
    def data(self) -> str:
        """The folder of the embedded index."""
        return self.values["data"] or os.path.join(user_data_folder(os.environ), "index")

    @property
    def store(self) -> str:
        """The folder of the installer's store."""
        return self.values["store"] or os.path.join(user_data_folder(os.environ), "store")


@dataclass(frozen=True, slots=True)
class Given:
    """What a command line gave: options by key (``None``: not given), and the file named."""

    options: Mapping[str, str | None] = field(default_factory=dict)
    config: str | None = None


def read_settings(environment: Mapping[str, str], given: Given | None = None) -> Settings:
    """The effective settings. Raises UnknownSettingError, InvalidSettingError, SettingsFileError."""
    given = given or Given()
    path = given.config or _found_file(environment)
    values = dict(DEFAULTS)
    origins: dict[str, Origin] = dict.fromkeys(DEFAULTS, "default")
    layers: tuple[tuple[Origin, Mapping[str, str]], ...] = (
        ("file", _from_file(path) if path else {}),
        ("environment", _from_environment(environment)),
        ("option", {key: value for key, value in given.options.items() if value is not None}),
    )
    for origin, layer in layers:
        values.update(layer)
        origins.update(dict.fromkeys(layer, origin))
    for key, choices in _CHOICES.items():
        if values[key] not in choices:
            raise InvalidSettingError(key, values[key], ", ".join(choices))
    return Settings(values, origins, _unknown(environment), path)


def shown(key: str, value: str) -> str:
    """The value as it may be printed: secrets and credentials in URLs masked."""
    return ("****" if value else "") if key in _SECRETS else masked(value)


def user_data_folder(environment: Mapping[str, str]) -> str:
    """Where this user's data of bodega lies (XDG base directories, and their counterparts elsewhere)."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.path.join(
            environment.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local"), "bodega"
        )
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support", "bodega")
    return os.path.join(environment.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share"), "bodega")


def user_cache_folder(environment: Mapping[str, str]) -> str:
    """Where this user's data of bodega lies that can be made again."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.path.join(user_data_folder(environment), "cache")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "bodega")
    return os.path.join(environment.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "bodega")


def _found_file(environment: Mapping[str, str]) -> str | None:
    configured = environment.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    candidates = (FILE_NAME, os.path.join(configured, "bodega", FILE_NAME))
    return next((path for path in candidates if os.path.isfile(path)), None)


def _from_file(path: str) -> dict[str, str]:
    import tomllib

    try:
        with open(path, "rb") as file:
            document = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = error.strerror or "" if isinstance(error, OSError) else str(error)
        raise SettingsFileError(path, reason) from error
    values = {}
    for key, value in document.items():
        name = key.replace("-", "_")
        if name not in DEFAULTS:
            raise UnknownSettingError(path, key, _nearest(name))
        values[name] = _file_text(key, value)
    return values


def _file_text(key: str, value: object) -> str:
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return ",".join(value)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise InvalidSettingError(key, str(value), "a text, a whole number or a list of texts")


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        key: environment[PREFIX + key.upper()]
        for key in DEFAULTS
        if environment.get(PREFIX + key.upper(), "") != ""
    }


def _unknown(environment: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        sorted(
            name
            for name in environment
            if name.startswith(PREFIX)
            and name not in NOT_SETTINGS
            and name[len(PREFIX) :].lower() not in DEFAULTS
        )
    )


def _nearest(key: str) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(key, DEFAULTS, n=1, cutoff=0.5)), None)
