"""Wiring of builds: settings and options to a builder, made when the first source has to be built."""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bodega.bootstrap.pip_configuration import PipConfiguration
from bodega.bootstrap.settings import Settings
from bodega.formats.errors import BodegaError
from bodega.installer.building.ports import ProjectBuilder
from bodega.installer.locking.ports import BuiltWheel, Source

if TYPE_CHECKING:
    from bodega.installer.building.build_environments import Tools
    from bodega.installer.building.builder import ConfigSettings, SourceBuilder
    from bodega.installer.locking.ports import Asked

_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})


class ConfigSettingInvalidError(BodegaError):
    """A config setting for a build backend is not written KEY=VALUE."""

    code = "E-USAGE-CONFIG-SETTING"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:200]!r} is no config setting", why="it is written KEY=VALUE")
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildWishes:
    """What a command line may say about builds; the names are pip's options. ``constraints`` are paths.

    ``verbose`` shows what builds say while they say it.
    """

    isolation: bool | None = None
    check_dependencies: bool = False
    constraints: tuple[str, ...] = ()
    config_settings: tuple[str, ...] = ()
    verbose: bool = False


class LazyBuilder:
    """Implements ``building.ports.ProjectBuilder``; the real one is made at the first build."""

    def __init__(self, make: Callable[[], ProjectBuilder]) -> None:
        self._make = make
        self._made: ProjectBuilder | None = None
        self._lock = threading.Lock()

    def metadata(self, source: Source) -> bytes:
        """The core metadata of a source."""
        return self._builder().metadata(source)

    def wheel(self, source: Source) -> BuiltWheel:
        """The wheel of a source."""
        return self._builder().wheel(source)

    def sdist(self, source: Source, folder: str) -> str:
        """The source distribution of a folder."""
        return self._builder().sdist(source, folder)

    def _builder(self) -> ProjectBuilder:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def lazy_builder(
    wishes: BuildWishes, settings: Settings, pip: PipConfiguration, tools: "Callable[[], Tools]"
) -> ProjectBuilder:
    """The builder that settings and options ask for."""
    # What is wrong with an option is said even where nothing is built.
    parse_config_settings(wishes.config_settings)
    if settings.text("build") == "never":
        from bodega.installer.building.never import NeverBuilds

        return NeverBuilds()

    def make() -> ProjectBuilder:
        return source_builder(wishes, settings, pip, tools())

    return LazyBuilder(make)


def source_builder(
    wishes: BuildWishes, settings: Settings, pip: PipConfiguration, tools: "Tools"
) -> "SourceBuilder":
    """A builder of sources; raises ConfigSettingInvalidError."""
    from bodega.installer.building.builder import BuildSettings, SourceBuilder

    paths = wishes.constraints or pip.several("build-constraint")
    isolated = wishes.isolation if wishes.isolation is not None else _isolation(pip)
    chosen = BuildSettings(
        mode=settings.text("build"),
        access=settings.text("build_access"),
        isolated=isolated,
        check=wishes.check_dependencies or _is_true(pip.text("check-build-dependencies")),
        config_settings=parse_config_settings([*_pip_config_settings(pip), *wishes.config_settings]),
        constraints=_once(lambda: _constraints(paths)),
        environ=os.environ,
        listen=_aloud if wishes.verbose else None,
    )
    return SourceBuilder(tools, chosen)


def parse_config_settings(texts: Sequence[str]) -> "ConfigSettings":
    """``KEY=VALUE`` texts for a build backend; a repeated key has several values (PEP 517)."""
    found: dict[str, list[str]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise ConfigSettingInvalidError(text)
        found.setdefault(key, []).append(value)
    return tuple((key, values[0] if len(values) == 1 else tuple(values)) for key, values in found.items())


def _pip_config_settings(pip: PipConfiguration) -> list[str]:
    """What pip's ``config-settings`` says: several are written on lines of their own."""
    text = pip.text("config-settings") or ""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _isolation(pip: PipConfiguration) -> bool:
    """As pip takes it: the value is what isolation is set to, so ``PIP_NO_BUILD_ISOLATION=no`` ends it."""
    said = pip.text("no-build-isolation")
    return said is None or _is_true(said)


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in _TRUE


def _constraints(paths: Sequence[str]) -> "Sequence[Asked]":
    from bodega.installer.commands.request import Files, read_request

    if not paths:
        return ()
    nothing = Files((os.devnull,), paths)
    return read_request("build", (), files=nothing, environment=os.environ).constraints


def _once(read: "Callable[[], Sequence[Asked]]") -> "Callable[[], Sequence[Asked]]":
    found: list[Sequence[Asked]] = []

    def ask() -> "Sequence[Asked]":
        if not found:
            found.append(read())
        return found[0]

    return ask


def _aloud(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
