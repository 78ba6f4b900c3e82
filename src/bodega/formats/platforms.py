"""Platforms by name: what a machine of each says of itself in markers (PEP 508), and which wheels it takes.

A name is ours (``linux-x86_64``, ``macos-arm64``, ``windows-x86_64``), or a platform tag (PEP 425:
``manylinux_2_28_x86_64``, ``macosx_13_0_arm64``, ``win_amd64``) where the oldest system that is to be served
matters.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.formats.targets import Target

#: Asked for where nothing is said.
USUAL_PLATFORMS = ("linux-x86_64", "macos-arm64", "windows-x86_64")
#: The minor versions of CPython that are released and may be asked for by a range.
KNOWN_PYTHONS = tuple(f"3.{minor}" for minor in range(8, 15))

#: The oldest systems served where only ``linux``, ``musllinux`` or ``macos`` is said: those of RHEL 8, of
#: Alpine 3.13, and macOS 13.
_GLIBC, _MUSL, _MACOS = (2, 28), (1, 2), (13, 0)
#: Before glibc 2.17 wheels were made for these machines alone (PEP 513, 571).
_OLDEST_GLIBC = {"x86_64": 5, "i686": 5}
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_LINUX_MACHINES = ("x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64")
_ALIASES = {
    "linux": "linux-x86_64",
    "musllinux": "musllinux-x86_64",
    "macos": "macos-arm64",
    "windows": "windows-x86_64",
}
_WINDOWS = {
    "x86_64": ("win_amd64", "AMD64"),
    "arm64": ("win_arm64", "ARM64"),
    "x86": ("win32", "x86"),
}
_TAG = re.compile(r"(manylinux|musllinux|macosx)_([0-9]+)_([0-9]+)_([a-z0-9_]+)", re.ASCII)
_LEGACY_TAG = re.compile(r"(manylinux1|manylinux2010|manylinux2014)_([a-z0-9_]+)", re.ASCII)


class UnknownPlatformError(BodegaError):
    """No platform is known by that name."""

    code = "E-PLATFORM-UNKNOWN"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is no platform that is known",
            why=f"known are {', '.join(NAMES)}, and tags such as manylinux_2_28_x86_64",
        )
        self.text = text


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform: ``markers`` are the variables that it fixes, ``tags`` its platform tags, best first."""

    name: str
    markers: Mapping[str, str]
    tags: tuple[str, ...]


#: Ours, as they are shown to people.
NAMES = (
    *(f"linux-{machine}" for machine in _LINUX_MACHINES),
    *(f"musllinux-{machine}" for machine in _LINUX_MACHINES),
    "macos-arm64",
    "macos-x86_64",
    *(f"windows-{machine}" for machine in _WINDOWS),
)


def is_name(text: str) -> bool:
    """Whether a text is a name of ours, which says what markers say, and no tag, which does not."""
    return text in NAMES or text in _ALIASES


def parse_platform(text: str) -> Platform:
    """The platform of a name or tag; raises UnknownPlatformError."""
    name = _ALIASES.get(text, text)
    if name in NAMES:
        family, _, machine = name.partition("-")
        if family == "windows":
            tag, says = _WINDOWS[machine]
            return Platform(name, _markers("windows", says), (tag,))
        versions = {"linux": _GLIBC, "musllinux": _MUSL, "macos": _MACOS}
        return _versioned(name, family, versions[family], machine)
    for tag, says in _WINDOWS.values():
        if name == tag:
            return Platform(name, _markers("windows", says), (tag,))
    found = _TAG.fullmatch(name)
    if found is not None:
        family = {"manylinux": "linux", "macosx": "macos"}.get(found[1], found[1])
        return _versioned(name, family, (int(found[2]), int(found[3])), found[4])
    legacy = _LEGACY_TAG.fullmatch(name)
    if legacy is not None:
        minor = next(minor for minor, tag in _LEGACY.items() if tag == legacy[1])
        return _versioned(name, "linux", (2, minor), legacy[2])
    if name.startswith("linux_") and name.removeprefix("linux_") in _LINUX_MACHINES:
        return _versioned(name, "linux", _GLIBC, name.removeprefix("linux_"))
    raise UnknownPlatformError(text)


def _versioned(name: str, family: str, version: tuple[int, int], machine: str) -> Platform:
    if family == "macos":
        from packaging.tags import mac_platforms  # noqa: PLC0415 - dear to import

        if machine not in ("arm64", "x86_64"):
            raise UnknownPlatformError(name)
        return Platform(name, _markers(family, machine), tuple(mac_platforms(version, machine)))
    if machine not in _LINUX_MACHINES:
        raise UnknownPlatformError(name)
    tags = _glibc_tags(version, machine) if family == "linux" else _musl_tags(version, machine)
    return Platform(name, _markers("linux", machine), (*tags, f"linux_{machine}"))


def _glibc_tags(version: tuple[int, int], machine: str) -> Iterator[str]:
    """As PEP 600 has them, newest first, each with its older name behind it."""
    for minor in range(version[1], _OLDEST_GLIBC.get(machine, 17) - 1, -1):
        yield f"manylinux_{version[0]}_{minor}_{machine}"
        if minor in _LEGACY:
            yield f"{_LEGACY[minor]}_{machine}"


def _musl_tags(version: tuple[int, int], machine: str) -> Iterator[str]:
    """As PEP 656 has them, newest first."""
    return (f"musllinux_{version[0]}_{minor}_{machine}" for minor in range(version[1], -1, -1))


def _markers(family: str, machine: str) -> dict[str, str]:
    os_name, sys_platform, system = {
        "linux": ("posix", "linux", "Linux"),
        "macos": ("posix", "darwin", "Darwin"),
        "windows": ("nt", "win32", "Windows"),
    }[family]
    return {
        "os_name": os_name,
        "platform_machine": machine,
        "platform_system": system,
        "sys_platform": sys_platform,
    }


def target_on(platform: Platform, python: str, *, release: str = "", version: str = "") -> Target:
    """CPython of a full version on a platform; ``release`` and ``version`` are those of its system."""
    markers = variables_on(platform, python, release=release, version=version)
    return Target(python=python, markers=markers, tags=wheel_tags(platform.tags, python))


def variables_on(
    platform: Platform, python: str, *, release: str = "", version: str = ""
) -> Mapping[str, str]:
    """The marker variables of CPython of a full version on a platform."""
    return {
        **platform.markers,
        "implementation_name": "cpython",
        "implementation_version": python,
        "platform_python_implementation": "CPython",
        "platform_release": release,
        "platform_version": version,
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
    }


def wheel_tags(platforms: Sequence[str], python: str) -> tuple[str, ...]:
    """The wheel tags that CPython of a version takes, best first."""
    from packaging.tags import compatible_tags, cpython_tags  # noqa: PLC0415 - dear to import

    major, minor = (int(part) for part in python.split(".")[:2])
    interpreter = f"cp{major}{minor}"
    own = cpython_tags((major, minor), [interpreter], list(platforms))
    common = compatible_tags((major, minor), interpreter, list(platforms))
    return tuple(dict.fromkeys(str(tag) for tag in (*own, *common)))
