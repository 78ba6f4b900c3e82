"""A TOML table read key by key, each with its type; what is wrong names the file and the key's whole path."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from bodega.formats.errors import BodegaError
from bodega.formats.names import InvalidProjectNameError, NormalizedName, project_name
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement

_Value = TypeVar("_Value")


class ProjectFileError(BodegaError):
    """A key of a pyproject.toml cannot be used; ``key`` is its path from the top, dots between."""

    code = "E-PYPROJECT"

    def __init__(self, path: str, key: str, reason: str) -> None:
        super().__init__(f"{key} of {path} cannot be used", why=reason)
        self.path = path
        self.key = key
        self.reason = reason


class TypedTable:
    """One table; ``where`` is its own path of keys, empty for the top of the file."""

    def __init__(self, values: Mapping[str, Any], path: str, where: str = "") -> None:
        self._values = values
        self._path = path
        self._where = where

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def wrong(self, key: str, reason: str) -> ProjectFileError:
        """The error for a key of this table."""
        return ProjectFileError(self._path, self._at(key), reason)

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that nobody knows, with the nearest that somebody does."""
        known = sorted(known)
        for key in self._values:
            if key not in known:
                near = nearest(key, known)
                reason = f"the nearest is {near!r}" if near else f"known are {', '.join(known)}"
                raise self.wrong(key, f"there is no such key; {reason}")

    def table(self, key: str) -> "TypedTable":
        """A table below this one; an empty one where it is not there."""
        return TypedTable(self._typed(key, dict, "a table") or {}, self._path, self._at(key))

    def tables(self, key: str) -> "tuple[TypedTable, ...]":
        """An array of tables."""
        found = self._typed(key, list, "an array of tables") or []
        for number, one in enumerate(found):
            if not isinstance(one, dict):
                raise self.wrong(f"{key}[{number}]", "it is no table")
        return tuple(
            TypedTable(one, self._path, self._at(f"{key}[{number}]")) for number, one in enumerate(found)
        )

    def text(self, key: str) -> str | None:
        """A text, if there is one."""
        found: str | None = self._typed(key, str, "a text")
        return found

    def required_text(self, key: str) -> str:
        """A text that has to be there, and not empty."""
        found = self.text(key)
        if not found:
            raise self.wrong(key, "it has to be there" if found is None else "it is empty")
        return found

    def flag(self, key: str) -> bool:
        """True or false; false where it is not there."""
        return bool(self._typed(key, bool, "true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of texts; an empty one where it is not there."""
        found = self._typed(key, list, "an array of texts") or []
        for number, one in enumerate(found):
            if not isinstance(one, str):
                raise self.wrong(f"{key}[{number}]", "it is no text")
        return tuple(found)

    def names(self, key: str) -> tuple[NormalizedName, ...]:
        """An array of names of projects, extras or groups."""
        return self._each(key, lambda text: project_name(text).normalized)

    def requirements(self, key: str) -> tuple[Requirement, ...]:
        """An array of requirements (PEP 508)."""
        return self._each(key, parse_requirement)

    def value(self, key: str) -> Any:
        """Whatever is there; ``None`` where nothing is."""
        return self._values.get(key)

    def _each(self, key: str, parse: Callable[[str], _Value]) -> tuple[_Value, ...]:
        parsed = []
        for number, text in enumerate(self.texts(key)):
            try:
                parsed.append(parse(text))
            except (InvalidRequirementError, InvalidProjectNameError) as error:
                raise self.wrong(f"{key}[{number}]", f"{error.what}: {error.why}") from None
        return tuple(parsed)

    def _typed(self, key: str, kind: type, words: str) -> Any:
        found = self._values.get(key)
        if found is not None and not isinstance(found, kind):
            raise self.wrong(key, f"it is to be {words}")
        return found

    def _at(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key


def nearest(word: str, known: Iterable[str]) -> str | None:
    """What was probably meant."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)
