"""pip's configuration files as files: which there are, what stands in each, and changes to one of them."""

import os
from collections.abc import Mapping
from configparser import Error, RawConfigParser
from dataclasses import dataclass, field

from bodega.bootstrap.pip_configuration import (
    PipConfigurationError,
    file_name,
    global_files,
    user_files,
)
from bodega.formats.errors import BodegaError

#: The kinds of files, weakest first, as pip calls them.
GLOBAL, USER, SITE, ENV, VARIABLES = "global", "user", "site", "env", "env_var"
KINDS = (GLOBAL, USER, SITE, ENV)
#: The section under which ``PIP_*`` variables are listed.
_VARIABLE_SECTION = ":env:"
_NOT_OPTIONS = ("PIP_VERSION", "PIP_HELP")


class NoSuchKeyError(BodegaError):
    """A key is not set, or is no key."""

    code = "E-PIP-CONFIGURATION-KEY"

    def __init__(self, key: str) -> None:
        whole = "." in key
        why = "it is not set there" if whole else f"a key is SECTION.OPTION, such as global.{key}"
        super().__init__(f"there is no {key!r} in pip's configuration", why=why)
        self.key = key


class NoPlaceError(BodegaError):
    """There is no file to write to."""

    code = "E-PIP-CONFIGURATION-PLACE"

    def __init__(self, why: str) -> None:
        super().__init__("there is no file of pip's configuration to change", why=why)


@dataclass(slots=True)
class ConfigurationFile:
    """One file: its kind, where it is, and its values by ``section.option``; it may not be there yet."""

    kind: str
    path: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Whether it is there."""
        return os.path.exists(self.path)


def files_of(
    environment: Mapping[str, str], prefix: str | None, *, only: str | None = None, isolated: bool = False
) -> list[ConfigurationFile]:
    """The files that count, weakest first, with their values; ``prefix`` is the environment's folder.

    ``only`` is a kind; with the user's, what PIP_CONFIG_FILE names is there in its place. Raises
    PipConfigurationError.
    """
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    paths = _paths(environment, prefix)
    redirected = bool(named and os.path.exists(named))
    if isolated or redirected:
        paths[USER] = []
    if named:
        paths[ENV] = [named]
    kinds = (USER, ENV) if only == USER and redirected else (only,) if only else KINDS
    return [_read(kind, path) for kind in KINDS if kind in kinds for path in paths.get(kind, ())]


def variables_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What the ``PIP_*`` variables say, by ``:env:.option``."""
    return {
        f"{_VARIABLE_SECTION}.{_normal(name.removeprefix('PIP_'))}": value
        for name, value in sorted(environment.items())
        if name.startswith("PIP_") and name not in _NOT_OPTIONS
    }


def kind_to_change(prefix: str | None) -> str:
    """The file that is changed where none is named: the environment's where it has one, else the user's."""
    return SITE if prefix and os.path.exists(os.path.join(prefix, file_name())) else USER


def file_to_change(environment: Mapping[str, str], prefix: str | None, kind: str) -> ConfigurationFile:
    """The strongest file of a kind; raises NoPlaceError, PipConfigurationError."""
    if environment.get("PIP_CONFIG_FILE") == os.devnull:
        raise NoPlaceError(f"PIP_CONFIG_FILE is {os.devnull}, which turns all files off")
    found = files_of(environment, prefix, only=kind)
    if not found:
        raise NoPlaceError("no environment is named whose file it would be")
    return found[-1]


def written(file: ConfigurationFile, key: str, value: str | None) -> None:
    """Set a key of a file, or unset it with ``None``; other lines keep their values, comments go as with pip.

    Raises NoSuchKeyError, PipConfigurationError.
    """
    section, dot, option = _normal(key).partition(".")
    if not dot or not section or not option or (value is None and _normal(key) not in file.values):
        raise NoSuchKeyError(key)
    parser = _parser(file.path)
    if value is None:
        parser.remove_option(section, option)
        if not parser.items(section):
            parser.remove_section(section)
    else:
        if not parser.has_section(section):
            parser.add_section(section)
        parser.set(section, option, value)
    _save(file.path, parser)


def value_of(key: str, files: list[ConfigurationFile], variables: Mapping[str, str]) -> str:
    """The value that counts; raises NoSuchKeyError."""
    found = {name: value for file in files for name, value in file.values.items()}
    try:
        return {**found, **variables}[_normal(key)]
    except KeyError:
        raise NoSuchKeyError(key) from None


def _paths(environment: Mapping[str, str], prefix: str | None) -> dict[str, list[str]]:
    home = environment.get("HOME") or os.path.expanduser("~")
    return {
        GLOBAL: global_files(environment),
        USER: user_files(environment, home),
        SITE: [os.path.join(prefix, file_name())] if prefix else [],
    }


def _read(kind: str, path: str) -> ConfigurationFile:
    parser = _parser(path)
    values = {
        f"{section}.{name}": value for section in parser.sections() for name, value in parser.items(section)
    }
    return ConfigurationFile(kind, path, values)


def _parser(path: str) -> RawConfigParser:
    parser = RawConfigParser()
    parser.optionxform = _normal  # type: ignore[assignment,method-assign]
    try:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                parser.read_file(file)
    except (OSError, UnicodeDecodeError, Error) as error:
        raise PipConfigurationError(path, str(error).replace("\n", " ")) from error
    return parser


def _save(path: str, parser: RawConfigParser) -> None:
    """Whole, or not at all: a reader beside never sees half of it."""
    path = os.path.realpath(path)
    beside = f"{path}.{os.getpid()}.part"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # A file with passwords stays closed to others.
        mode = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o666 & ~_umask()
        with open(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8"
        ) as file:
            parser.write(file)
        os.replace(beside, path)
    except OSError as error:
        raise PipConfigurationError(path, error.strerror or str(error)) from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")
