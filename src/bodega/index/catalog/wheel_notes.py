"""What whoever uploads a wheel may want to know, though it is taken as it is."""

import sys
from collections.abc import Iterator

from bodega.content.wheel_archive import WheelArchive
from bodega.formats.record import SIGNATURES

_CUSTOMIZE = ("sitecustomize.py", "usercustomize.py")
_MODULES = (".py", ".so", ".pyd")
#: Below the prefix, where data belongs that programs look for.
_USUAL_DATA = ("share", "etc")
MOST = 20


def wheel_notes(archive: WheelArchive) -> Iterator[str]:
    """Warnings, a line each."""
    for member in archive.members:
        yield from _file_notes(archive, member.name)
    for name in SIGNATURES:
        if archive.member(f"{archive.dist_info}/{name}") is not None:
            yield f"{name} is ignored by every installer (PEP 815)"
    for tag in sorted(archive.wheel.tags):
        if tag.rpartition("-")[2].startswith("linux_"):
            yield f"the tag {tag} does not say which Linux it is for (PEP 600)"


def _file_notes(archive: WheelArchive, name: str) -> Iterator[str]:
    top, _, rest = name.partition("/")
    if top == archive.data:
        key, _, path = rest.partition("/")
        if key == "data" and path.partition("/")[0] not in _USUAL_DATA:
            yield f"{path[:120]!r} goes to the root of the environment"
        if key not in ("purelib", "platlib"):
            return
        top, _, rest = path.partition("/")
    if not rest and top.endswith(".pth"):
        yield f"{top[:120]!r} runs, or changes the import path, at every start of the interpreter"
    elif top in _CUSTOMIZE:
        yield f"{top!r} runs at every start of the interpreter"
    elif top.partition(".")[0] in sys.stdlib_module_names and (
        rest == "__init__.py" or (not rest and top.endswith(_MODULES))
    ):
        yield f"{top!r} has the name of a module of the standard library"
