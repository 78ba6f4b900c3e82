"""``[build-system]`` of pyproject.toml: who builds a project, and what that needs (PEP 517, 518)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.installer.building.errors import BuildSystemError, NoProjectError

#: Who builds where nobody is named: setuptools, as ``python setup.py`` would.
LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
LEGACY_REQUIRES = ("setuptools>=40.8.0",)
_MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class BuildSystem:
    """``requires`` are requirements as written, ``backend`` is ``module:object``, ``backend_path`` relative.

    ``implied`` is required although nobody wrote it: the backend was not named, and this brings it.
    """

    requires: tuple[str, ...]
    backend: str
    backend_path: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()


def read_build_system(folder: str, what: str) -> BuildSystem:
    """Who builds the project in a folder; ``what`` names it in errors.

    Raises NoProjectError, BuildSystemError.
    """
    table = _table(folder, what)
    if table is None:
        return BuildSystem(LEGACY_REQUIRES, LEGACY_BACKEND)
    if "requires" not in table:
        raise BuildSystemError(what, "[build-system] has no `requires`, which PEP 518 asks for")
    requires = _texts(table, "requires", what)
    for text in requires:
        try:
            parse_requirement(text)
        except InvalidRequirementError as error:
            why = f"[build-system] requires {text[:200]!r}, which is no requirement: {error.why}"
            raise BuildSystemError(what, why) from None
    backend = table.get("build-backend")
    if backend is None:
        return BuildSystem(requires, LEGACY_BACKEND, implied=LEGACY_REQUIRES)
    if not isinstance(backend, str) or not _is_object_path(backend):
        raise BuildSystemError(what, f"`build-backend` is {backend!r}, which names no Python object")
    return BuildSystem(requires, backend, _backend_path(folder, table, what))


def _table(folder: str, what: str) -> Mapping[str, Any] | None:
    """The table, ``None`` where there is none and setuptools builds."""
    import tomllib  # noqa: PLC0415 - only where something is built

    try:
        with open(f"{folder}/pyproject.toml", "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        if not os.path.isfile(f"{folder}/setup.py"):
            raise NoProjectError(what) from None
        return None
    except OSError as error:
        raise BuildSystemError(what, error.strerror or str(error)) from None
    if len(data) > _MOST_BYTES:
        raise BuildSystemError(what, f"it is larger than {_MOST_BYTES >> 20} MiB")
    try:
        document = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BuildSystemError(what, f"it is not TOML: {error}") from None
    table = document.get("build-system")
    if table is not None and not isinstance(table, dict):
        raise BuildSystemError(what, "`build-system` is no table")
    return table


def _texts(table: Mapping[str, Any], key: str, what: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BuildSystemError(what, f"`{key}` in [build-system] is not a list of texts")
    return tuple(value)


def _is_object_path(text: str) -> bool:
    module, _, inner = text.partition(":")
    names = [*module.split("."), *(inner.split(".") if inner else ())]
    return all(name.isidentifier() for name in names)


def _backend_path(folder: str, table: Mapping[str, Any], what: str) -> tuple[str, ...]:
    """Folders inside the project, links followed: a backend is never taken from elsewhere."""
    paths = _texts(table, "backend-path", what)
    root = os.path.realpath(folder)
    for path in paths:
        real = os.path.realpath(os.path.join(root, path))
        if os.path.isabs(path) or (real != root and not real.startswith(f"{root}{os.sep}")):
            raise BuildSystemError(what, f"`backend-path` leads out of the project: {path[:200]!r}")
    return paths
