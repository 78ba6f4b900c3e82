"""Dependency groups of a pyproject.toml (PEP 735): ``--group [PATH:]GROUP``."""

import os
from collections.abc import Mapping
from typing import Any

from bodega.formats.errors import BodegaError
from bodega.installer.inputs.errors import UnreadableInputError

DEFAULT_FILE = "pyproject.toml"


class DependencyGroupError(BodegaError):
    """A dependency group is not there, or cannot be used; ``problems`` are all that is wrong."""

    code = "E-GROUP"

    def __init__(self, group: str, path: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"the group {group!r} of {path} cannot be used", why="; ".join(problems))
        self.group = group
        self.path = path
        self.problems = problems


def read_group(text: str) -> tuple[str, ...]:
    """The requirements of ``[PATH:]GROUP``, included groups with them, as they are written.

    Raises DependencyGroupError, UnreadableInputError.
    """
    path, colon, group = text.rpartition(":")
    path = path if colon else DEFAULT_FILE
    if os.path.basename(path) != DEFAULT_FILE:
        raise DependencyGroupError(group, path, (f"groups are read from a {DEFAULT_FILE} alone",))
    table = _table(path).get("dependency-groups", {})
    if not isinstance(table, dict):
        raise DependencyGroupError(group, path, ("dependency-groups is no table",))
    return resolved_group(table, group, path)


def _table(path: str) -> Mapping[str, Any]:
    import tomllib  # noqa: PLC0415 - only where a group is named

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise UnreadableInputError(path, reason=(error.strerror or str(error)).lower()) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableInputError(path, reason=f"it is not TOML: {error}") from None


def resolved_group(table: Mapping[str, Any], group: str, path: str) -> tuple[str, ...]:
    """The requirements of a group of a table; raises DependencyGroupError, which names the file."""
    from packaging.dependency_groups import resolve_dependency_groups  # noqa: PLC0415

    try:
        return resolve_dependency_groups(table, group)
    except ExceptionGroup as several:
        problems = tuple(_words(one) for one in several.exceptions)
    except (LookupError, ValueError, TypeError) as error:
        problems = (_words(error),)
    raise DependencyGroupError(group, path, problems) from None


def _words(error: Exception) -> str:
    text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    return text[:1].lower() + text[1:]
