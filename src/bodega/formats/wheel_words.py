"""Wheel tags (PEP 425, 600, 656) in plain words: ``Linux x86_64 (glibc 2.28)``, ``CPython 3.8 to 3.10``."""

import re
from collections.abc import Iterable

_LINUX = re.compile(r"(many|musl)linux_(\d+)_(\d+)_(.+)", re.ASCII)
_OLD = {"manylinux1": "2.5", "manylinux2010": "2.12", "manylinux2014": "2.17"}
_MAC = re.compile(r"macosx_\d+_\d+_(.+)", re.ASCII)
_WINDOWS = {"win32": "Windows x86", "win_amd64": "Windows x86_64", "win_arm64": "Windows arm64"}
_INTERPRETER = re.compile(r"([a-z]+?)(\d)(\d*)", re.ASCII)
_IMPLEMENTATIONS = {"cp": "CPython", "pp": "PyPy", "py": "Python"}
_FAT = {"universal2": ("arm64", "x86_64"), "intel": ("x86_64",), "universal": ("x86_64",)}


def systems_of(tags: Iterable[str], *, exact: bool = False) -> list[str]:
    """The platforms of compressed wheel tags, each once, sorted; ``exact`` tells of the C library too."""
    platforms = {platform for one in tags for platform in one.rpartition("-")[2].split(".")}
    found = {words for platform in platforms for words in _systems(platform)}
    return sorted(found if exact else {words.partition(" (")[0] for words in found})


def pythons_of(tags: Iterable[str]) -> str:
    """The interpreters of compressed wheel tags; minor versions of one kind as spans."""
    kinds: dict[str, set[tuple[int, int]]] = {}
    stable: dict[str, set[tuple[int, int]]] = {}
    for one in tags:
        interpreters, abis, _ = one.split("-", 2)
        for interpreter in interpreters.split("."):
            found = _INTERPRETER.fullmatch(interpreter)
            if found is None:
                kinds.setdefault(interpreter, set())
                continue
            kind, major, minor = found.groups()
            name = _IMPLEMENTATIONS.get(kind, kind)
            into = stable if "abi3" in abis.split(".") else kinds
            free = " without GIL" if abis.endswith("t") and kind == "cp" else ""
            into.setdefault(f"{name}{free}", set()).add((int(major), int(minor or -1)))
    words = [_spans(name, versions) for name, versions in sorted(kinds.items())]
    words += [f"{name} {_dotted(min(versions))} and newer" for name, versions in sorted(stable.items())]
    return ", ".join(words)


def _systems(platform: str) -> tuple[str, ...]:
    if platform == "any":
        return ("any",)
    if platform in _WINDOWS:
        return (_WINDOWS[platform],)
    mac = _MAC.fullmatch(platform)
    if mac:
        return tuple(f"macOS {machine}" for machine in _FAT.get(mac[1], (mac[1],)))
    linux = _LINUX.fullmatch(platform)
    if linux:
        library = "glibc" if linux[1] == "many" else "musl"
        return (f"Linux {linux[4]} ({library} {linux[2]}.{linux[3]})",)
    for old, version in _OLD.items():
        if platform.startswith(f"{old}_"):
            return (f"Linux {platform.removeprefix(old)[1:]} (glibc {version})",)
    return (f"Linux {platform.removeprefix('linux_')}",) if platform.startswith("linux_") else (platform,)


def _spans(name: str, versions: set[tuple[int, int]]) -> str:
    runs: list[list[tuple[int, int]]] = []
    for version in sorted(versions):
        if runs and version == (runs[-1][-1][0], runs[-1][-1][1] + 1):
            runs[-1].append(version)
        else:
            runs.append([version])
    spans = [_dotted(run[0]) if len(run) == 1 else f"{_dotted(run[0])} to {_dotted(run[-1])}" for run in runs]
    return f"{name} {', '.join(spans)}".strip()


def _dotted(version: tuple[int, int]) -> str:
    major, minor = version
    return str(major) if minor < 0 else f"{major}.{minor}"
