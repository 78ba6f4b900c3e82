"""Targets other than the interpreter at hand: ``--platform``, ``--python-version`` and what goes with them.

With tags markers stay those of the interpreter at hand, as with pip. A platform by a name of ours
(``windows-x86_64``) is a whole machine: what it says of itself in markers is known, too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bodega.formats.platforms import is_name, parse_platform, target_on
from bodega.formats.targets import Target
from bodega.installer.environments.errors import InvalidPythonVersionError

_APPLE = re.compile(r"(macosx|ios)_([0-9]+)_([0-9]+)_(.+)", re.ASCII)
_ANDROID = re.compile(r"android_([0-9]+)_(.+)", re.ASCII)
_VERSION = re.compile(r"[0-9]+(\.[0-9]+){0,2}", re.ASCII)
#: Older names for machines that run what is built for them (PEP 571, 599).
_OLDER = {"manylinux2014": ("manylinux2010", "manylinux1"), "manylinux2010": ("manylinux1",)}
_WITH_OLDER = ("x86_64", "i686")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """What files are chosen for; what is empty is as at hand. ``whole``: markers follow tags, too."""

    platforms: Sequence[str] = ()
    python_version: str = ""
    implementation: str = ""
    abis: Sequence[str] = ()
    whole: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether anything is other than at hand."""
        return bool(self.platforms or self.python_version or self.implementation or self.abis)


def foreign_target(here: Target, foreign: Foreign) -> Target:
    """The target, from the one at hand; raises InvalidPythonVersionError."""
    if foreign.whole or any(is_name(name) for name in foreign.platforms):
        return _whole(here, foreign)
    from packaging.tags import compatible_tags, cpython_tags, generic_tags  # noqa: PLC0415 - rarely needed

    version = _version(foreign.python_version) if foreign.python_version else None
    python = foreign.python_version and _full(foreign.python_version)
    numbers = version or tuple(int(part) for part in here.python.split(".")[:2])
    short = "".join(str(number) for number in numbers[:2])
    platforms = [one for name in foreign.platforms for one in _platforms(name)] or None
    abis = list(foreign.abis) or None
    implementation = foreign.implementation or "cp"
    interpreter = f"{implementation}{short}"
    tags: list[str]
    if implementation == "cp":
        own = cpython_tags(python_version=numbers[:2], abis=abis, platforms=platforms)
    else:
        own = generic_tags(interpreter=interpreter, abis=abis, platforms=platforms)
    common = compatible_tags(python_version=numbers[:2], interpreter=interpreter, platforms=platforms)
    tags = [str(tag) for tag in (*own, *common)]
    return replace(here, python=python or here.python, tags=tuple(dict.fromkeys(tags)))


def _whole(here: Target, foreign: Foreign) -> Target:
    """A machine as it would describe itself; raises UnknownPlatformError."""
    python = _full(foreign.python_version) if foreign.python_version else here.python
    if foreign.platforms:
        platforms = [parse_platform(name) for name in foreign.platforms]
        tags = tuple(tag for platform in platforms for tag in platform.tags)
        return target_on(replace(platforms[0], tags=tags), python)
    own = foreign_target(here, replace(foreign, whole=False))
    short = ".".join(python.split(".")[:2])
    told = {"python_version": short, "python_full_version": python, "implementation_version": python}
    return replace(own, markers={**here.markers, **told})


def _version(text: str) -> tuple[int, ...]:
    """``3.12``, ``3.12.1``, ``3``, or ``312``, as pip reads them."""
    if not _VERSION.fullmatch(text):
        raise InvalidPythonVersionError(text)
    if "." not in text and len(text) > 1:
        return int(text[0]), int(text[1:])
    return tuple(int(part) for part in text.split("."))


def _full(text: str) -> str:
    parts = [str(number) for number in _version(text)]
    return ".".join([*parts, "0", "0"][:3])


def _platforms(name: str) -> Iterator[str]:
    from packaging.tags import android_platforms, ios_platforms, mac_platforms  # noqa: PLC0415

    apple, android = _APPLE.fullmatch(name), _ANDROID.fullmatch(name)
    if apple:
        version = (int(apple[2]), int(apple[3]))
        yield from (mac_platforms if apple[1] == "macosx" else ios_platforms)(version, apple[4])
    elif android:
        yield from android_platforms(int(android[1]), android[2])
    else:
        yield name
        family, _, machine = name.partition("_")
        if machine in _WITH_OLDER:
            yield from (f"{older}_{machine}" for older in _OLDER.get(family, ()))
