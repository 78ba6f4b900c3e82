"""The settings that hold, each with where it comes from, fit to be shown: what is secret is masked."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from bodega.bootstrap.pip_configuration import read_pip_configuration
from bodega.bootstrap.settings import Given, Settings, read_settings, shown


class Shown(NamedTuple):
    """One setting. ``origin`` is ``environment``, ``file``, ``default``, or ``pip`` for what pip is told."""

    key: str
    value: str
    origin: str


class Effective(NamedTuple):
    """All settings in the order of their keys, the file that was read, and variables that are no settings."""

    settings: tuple[Shown, ...]
    file: str | None
    unknown_variables: tuple[str, ...]


def effective(
    environment: Mapping[str, str], config: str | None = None, *, isolated: bool = False
) -> Effective:
    """What holds now. Raises UnknownSettingError, InvalidSettingError, SettingsFileError."""
    settings = read_settings(environment, Given({}, config))
    derived = _derived(settings)
    rows = [
        Shown(key, shown(key, value or derived.get(key, "")), settings.origins[key])
        for key, value in sorted(settings.values.items())
    ]
    index = read_pip_configuration(environment, isolated=isolated).index_url
    if index is not None and not settings.text("index_url"):
        said = Shown("index_url", shown("index_url", index), "pip")
        rows = [said if row.key == "index_url" else row for row in rows]
    return Effective(tuple(rows), settings.file, settings.unknown_variables)


def _derived(settings: Settings) -> Mapping[str, str]:
    """Defaults that follow from another setting."""
    return {
        "data": settings.data,
        "store": settings.store,
        "database_url": f"sqlite:///{os.path.join(settings.data, 'bodega.db')}",
        "blobs_url": f"file://{os.path.join(settings.data, 'blobs')}",
    }
