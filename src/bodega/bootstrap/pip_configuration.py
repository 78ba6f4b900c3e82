"""pip's configuration, read as pip reads it: files, environment, and what a command's section overrides.

Only for the settings that concern indexes, trust and the network. Pure parsing apart from reading the files.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bodega.formats.errors import BodegaError

#: Where Linux distributions put what counts for all users.
MACHINE_FILE = "/etc/pip.conf"
_DISABLED = os.devnull
_VARIABLE = "PIP_"
_NOT_OPTIONS = frozenset({"version", "help"})


class PipConfigurationError(BodegaError):
    """One of pip's configuration files cannot be read."""

    code = "E-PIP-CONFIGURATION"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"pip's configuration file {path} cannot be read", why=reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PipConfiguration:
    """Settings of pip by their long option name without dashes; values as written."""

    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """One value; an empty one counts as none."""
        return self.values.get(name, "").strip() or None

    def several(self, name: str) -> tuple[str, ...]:
        """A value of several words."""
        return tuple(self.values.get(name, "").split())

    def seconds(self, name: str) -> float | None:
        """A number; ``None`` when there is none or it is not one."""
        try:
            return float(self.values.get(name, ""))
        except ValueError:
            return None

    @property
    def index_url(self) -> str | None:
        """The configured index."""
        return self.text("index-url")

    @property
    def certificates(self) -> str | None:
        """The file of trusted certificates."""
        return self.text("cert")

    @property
    def timeout(self) -> float | None:
        """Seconds for each wait on a socket."""
        return self.seconds("timeout") or self.seconds("default-timeout")


def read_pip_configuration(
    environment: Mapping[str, str],
    command: str = "install",
    *,
    prefix: str = sys.prefix,
    machine: str = MACHINE_FILE,
    isolated: bool = False,
) -> PipConfiguration:
    """What pip would be told for a command: files in pip's order, then ``PIP_*`` variables.

    ``prefix`` is the environment whose own ``pip.conf`` counts, ``machine`` the file for all users;
    ``isolated`` leaves the user's file and the variables out. Raises PipConfigurationError.
    """
    general: dict[str, str] = {}
    special: dict[str, str] = {}
    for path in configuration_files(environment, prefix, machine, isolated=isolated):
        for section, name, value in _entries(path):
            if section == "global":
                general[name] = value
            elif section == command:
                special[name] = value
    variables = {} if isolated else _variables(environment)
    return PipConfiguration({**general, **special, **variables})


def environment_prefix(python: str | None, environment: Mapping[str, str]) -> str | None:
    """The folder of the environment that is meant, where it is one; its interpreter is not started."""
    named = python or environment.get("VIRTUAL_ENV") or ".venv"
    folder = named if os.path.isdir(named) else os.path.dirname(os.path.dirname(os.path.abspath(named)))
    return os.path.abspath(folder) if os.path.exists(os.path.join(folder, "pyvenv.cfg")) else None


def configuration_files(
    environment: Mapping[str, str],
    prefix: str = sys.prefix,
    machine: str = MACHINE_FILE,
    *,
    isolated: bool = False,
) -> Iterator[str]:
    """The files that exist, weakest first: global, user, the environment's own, ``PIP_CONFIG_FILE``."""
    named = environment.get("PIP_CONFIG_FILE")
    if named == _DISABLED:
        return
    home = environment.get("HOME") or os.path.expanduser("~")
    paths = global_files(environment, machine)
    if not (isolated or (named and os.path.exists(named))):
        paths += user_files(environment, home)
    paths.append(os.path.join(prefix, file_name()))
    if named:
        paths.append(named)
    yield from (path for path in paths if os.path.isfile(path))


def global_files(environment: Mapping[str, str], machine: str = MACHINE_FILE) -> list[str]:
    """The files that count for all users, weakest first, there or not."""
    if sys.platform == "win32":
        folders = [environment.get("PROGRAMDATA", "C:\\ProgramData")]
    elif sys.platform == "darwin":
        folders = ["/Library/Application Support"]
    else:
        folders = (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    files = [os.path.join(folder, "pip", file_name()) for folder in folders if folder]
    return files if sys.platform in ("win32", "darwin") else [*files, machine]


def user_files(environment: Mapping[str, str], home: str) -> list[str]:
    """The user's files, weakest first, there or not."""
    if sys.platform == "win32":
        roaming = environment.get("APPDATA", os.path.join(home, "AppData", "Roaming"))
        return [os.path.join(home, "pip", "pip.ini"), os.path.join(roaming, "pip", "pip.ini")]
    configured = environment.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    modern = os.path.join(configured, "pip", "pip.conf")
    if sys.platform == "darwin":
        native = os.path.join(home, "Library", "Application Support", "pip")
        modern = os.path.join(native, "pip.conf") if os.path.isdir(native) else modern
    return [os.path.join(home, ".pip", "pip.conf"), modern]


def file_name() -> str:
    """The name of the file on this system."""
    return "pip.ini" if sys.platform == "win32" else "pip.conf"


def _entries(path: str) -> Iterator[tuple[str, str, str]]:
    # 10 ms of imports that a start without such files does not pay.
    from configparser import Error, RawConfigParser

    parser = RawConfigParser()
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except (OSError, UnicodeDecodeError, Error) as error:
        raise PipConfigurationError(path, str(error).replace("\n", " ")) from error
    for section in parser.sections():
        for name, value in parser.items(section):
            yield section, _option(name), value


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        _option(name[len(_VARIABLE) :]): value
        for name, value in environment.items()
        if name.startswith(_VARIABLE) and _option(name[len(_VARIABLE) :]) not in _NOT_OPTIONS and value
    }


def _option(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


#: Gives the simple URL that an importable pip has built in.
BuiltIn = Callable[[], str | None]


def built_in_index_url() -> str | None:
    """The index that an importable pip would ask when nothing is configured."""
    from importlib import import_module

    try:
        url = import_module("pip._internal.models.index").PyPI.simple_url
    except (ImportError, AttributeError):
        return None
    return url if isinstance(url, str) else None
