"""Edits of a pyproject.toml: requirements come and go, and every other byte of it stays.

What comes out is read again and compared with what was meant; where a file is too odd to be edited so, it is
left to its owner.
"""

import copy
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.installer.inputs.array_text import ArrayText

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_GROUPS, _EXTRAS = "dependency-groups", "optional-dependencies"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


class ProjectEditError(BodegaError):
    """A pyproject.toml cannot be edited without touching what was not meant."""

    code = "E-PYPROJECT-EDIT"

    def __init__(self, shown: str, why: str) -> None:
        super().__init__(f"{shown} cannot be edited", why=why)
        self.shown = shown


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where requirements stand: the project's own, those of an extra, or of a group; ``name`` as written."""

    kind: Literal["dependencies", "extra", "group"] = "dependencies"
    name: str = ""

    @property
    def key(self) -> str:
        """The path of keys, for people."""
        if self.kind == "dependencies":
            return "project.dependencies"
        return f"{_GROUPS if self.kind == 'group' else f'project.{_EXTRAS}'}.{self.name}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A requirement where it stands: the place, and its position there."""

    place: Place
    position: int
    requirement: Requirement


class ProjectText:
    """The text of a pyproject.toml on its way to another one; ``str`` gives it."""

    def __init__(self, text: str, shown: str) -> None:
        self._shown = shown
        self._newline = "\r\n" if "\r\n" in text and "\n" not in text.replace("\r\n", "") else "\n"
        self._load(text)

    def __str__(self) -> str:
        return self._text

    def standing(self) -> Iterator[Standing]:
        """Every requirement of the file."""
        for place in self._places():
            for position, text in enumerate(self._array(place)):
                if isinstance(text, str):
                    try:
                        yield Standing(place, position, parse_requirement(text))
                    except InvalidRequirementError:
                        continue

    def add(self, place: Place, requirement: str) -> Place:
        """Put a requirement into a place, in order where that is in order; the place as it is written there.

        What is not there yet is made: a list, an extra, a group. Raises ProjectEditError.
        """
        place = self._written(place)
        self._refuse_dynamic(place)
        if place not in self._places():
            self._make(place)
        values = self._array(place)
        position = _position(values, requirement)
        self._edit(place, lambda array: array.insert(position, _quoted(requirement, array)))
        return place

    def replace(self, standing: Standing, requirement: str) -> None:
        """Put another requirement in the place of one; raises ProjectEditError."""
        self._edit(
            standing.place,
            lambda array: array.replace(
                standing.position, _quoted(requirement, array, array.elements[standing.position].value[:1])
            ),
        )

    def remove(self, standing: Standing) -> None:
        """Remove one; a group that is empty then, and that nobody names, goes with it."""
        self._edit(standing.place, lambda array: array.remove(standing.position))
        if standing.place.kind == "group" and not self._array(standing.place):
            self._drop_group(standing.place.name)

    def set_source(self, name: NormalizedName, source: Mapping[str, object] | None) -> None:
        """Say in ``[tool.bodega.sources]`` where a project comes from, or (``None``) nothing of it."""
        tool: Mapping[str, Any] = self._data.get("tool", {}).get("bodega", {}).get("sources", {})
        written = next((key for key in tool if normalize(key) == name), None)
        if source is None:
            if written is not None:
                self._drop(("tool", "bodega", "sources"), written)
            return
        self._set_source(written or name, source, exists=bool(tool))

    # --- reading

    def _load(self, text: str) -> None:
        import tomllib  # noqa: PLC0415 - only where a file is edited

        import tomlkit  # noqa: PLC0415
        from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

        try:
            self._data: dict[str, Any] = tomllib.loads(text)
            self._document: TOMLDocument = tomlkit.parse(text)
        except (tomllib.TOMLDecodeError, TOMLKitError) as error:
            raise ProjectEditError(self._shown, f"it is not TOML: {error}") from None
        if self._document.as_string() != text:
            raise ProjectEditError(self._shown, "something in it would not stay as it is written")
        self._text = text

    def _places(self) -> list[Place]:
        project = self._data.get("project", {})
        own = [Place()] if "dependencies" in project else []
        extras = [Place("extra", name) for name in project.get(_EXTRAS, {})]
        return [*own, *extras, *(Place("group", name) for name in self._data.get(_GROUPS, {}))]

    def _written(self, place: Place) -> Place:
        """The place as it is written in the file, if it is there."""
        same = (
            one
            for one in self._places()
            if one.kind == place.kind and normalize(one.name) == normalize(place.name)
        )
        return next(same, place)

    def _array(self, place: Place) -> list[Any]:
        table, key = _table_of(place), place.name or "dependencies"
        found: list[Any] = _inside(self._data, table)[key]
        return found

    # --- writing

    def _edit(self, place: Place, change: Any) -> None:
        table, key = _table_of(place), place.name or "dependencies"
        array = ArrayText(_inside(self._document, table)[key].as_string())
        change(array)
        self._set(table, key, str(array))

    def _set(self, table: Sequence[str], key: str, value: str) -> None:
        """Set a key of a table that is there to a value written in TOML."""
        import tomllib  # noqa: PLC0415 - as above

        import tomlkit  # noqa: PLC0415

        meant = copy.deepcopy(self._data)
        _inside(meant, table)[key] = tomllib.loads(f"x = {value}")["x"]
        _inside(self._document, table)[key] = tomlkit.parse(f"x = {value}\n")["x"]
        self._take(self._document.as_string(), meant)

    def _take(self, text: str, meant: Mapping[str, Any]) -> None:
        """Take a text that is to say what is meant, and nothing else."""
        if self._newline == "\r\n":
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        self._load(text)
        if self._data != meant:
            raise ProjectEditError(self._shown, "an edit would change more than it is to")

    def _refuse_dynamic(self, place: Place) -> None:
        """A key is either written or said by the build backend, never both (PEP 621)."""
        key = {"dependencies": "dependencies", "extra": _EXTRAS}.get(place.kind)
        if key is not None and key in self._data.get("project", {}).get("dynamic", ()):
            raise ProjectEditError(self._shown, f"its {key} are dynamic: the build backend says them")

    def _make(self, place: Place) -> None:
        """Make an empty list where there is none."""
        if place.kind == "group":
            if _GROUPS in self._data:
                self._set((_GROUPS,), place.name, "[]")
            else:
                self._append_table(f"[{_GROUPS}]", f"{_key(place.name)} = []", {_GROUPS: {place.name: []}})
            return
        if "project" not in self._data:
            raise ProjectEditError(self._shown, "it has no [project]; a group needs none: --group NAME")
        if place.kind == "extra" and _EXTRAS not in self._data["project"]:
            self._make_extras(place.name)
        else:
            self._set(_table_of(place), place.name or "dependencies", "[]")

    def _make_extras(self, name: str) -> None:
        import tomlkit  # noqa: PLC0415 - as above

        meant = copy.deepcopy(self._data)
        meant["project"][_EXTRAS] = {name: []}
        table = tomlkit.table()
        table[name] = tomlkit.array()
        _inside(self._document, ("project",))[_EXTRAS] = table
        if not self._document.as_string().endswith(table.as_string()):
            table.add(tomlkit.nl())
        self._take(self._document.as_string(), meant)

    def _append_table(self, header: str, line: str, meant: Mapping[str, Any]) -> None:
        end = self._newline
        text = self._text if not self._text or self._text.endswith("\n") else f"{self._text}{end}"
        between = end if text else ""
        self._take(f"{text}{between}{header}{end}{line}{end}", _merged(self._data, meant))

    def _set_source(self, name: str, source: Mapping[str, object], *, exists: bool) -> None:
        pairs = ", ".join(f"{key} = {_value(value)}" for key, value in source.items())
        table = ("tool", "bodega", "sources")
        if exists:
            self._set(table, name, f"{{ {pairs} }}")
        else:
            meant = {"tool": {"bodega": {"sources": {name: dict(source)}}}}
            self._append_table("[tool.bodega.sources]", f"{_key(name)} = {{ {pairs} }}", meant)

    def _drop_group(self, name: str) -> None:
        groups = self._data[_GROUPS]
        included = {
            normalize(str(one.get("include-group")))
            for values in groups.values()
            for one in values
            if isinstance(one, dict)
        }
        said = self._data.get("tool", {}).get("bodega", {})
        named = {normalize(str(one)) for one in said.get("default-groups", ())}
        named |= {
            normalize(str(one).rpartition(":")[2]) for members in said.get("conflicts", ()) for one in members
        }
        if normalize(name) not in included | named:
            self._drop((_GROUPS,), name)

    def _drop(self, table: Sequence[str], key: str) -> None:
        """Remove a key, and tables that are empty then, with the empty line before one at the end."""
        before = self._text
        meant = copy.deepcopy(self._data)
        del _inside(meant, table)[key]
        del _inside(self._document, table)[key]
        for depth in range(len(table), 0, -1):
            above, last = table[: depth - 1], table[depth - 1]
            if not _inside(meant, table[:depth]):
                del _inside(meant, above)[last]
                del _inside(self._document, above)[last]
        text = self._document.as_string()
        if before.startswith(text) and text.endswith(2 * self._newline):
            text = text.removesuffix(self._newline)
        self._take(text, meant)


def _table_of(place: Place) -> tuple[str, ...]:
    if place.kind == "group":
        return (_GROUPS,)
    return ("project", _EXTRAS) if place.kind == "extra" else ("project",)


def _inside(top: Any, path: Sequence[str]) -> MutableMapping[str, Any]:
    found: MutableMapping[str, Any] = top
    for key in path:
        found = found[key]
    return found


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(one)
    for key, value in other.items():
        both[key] = _merged(both.get(key, {}), value) if isinstance(value, dict) else value
    return both


def _position(values: Sequence[object], requirement: str) -> int:
    """Where a requirement goes: to its place in the order, where there is one, else to the end."""
    texts = [text for text in values if isinstance(text, str)]
    keys = [_order(text) for text in texts]
    others = len(values) - len(texts)
    # Included groups stand together, at one end; among them there is no order that we would know.
    behind = all(isinstance(one, str) for one in values[: len(texts)])
    before = all(isinstance(one, str) for one in values[others:])
    if keys != sorted(keys) or not (behind or before):
        return len(values)
    place = sum(key <= _order(requirement) for key in keys)
    return place if behind else others + place


def _order(text: str) -> tuple[str, str]:
    try:
        return parse_requirement(text).name, text
    except InvalidRequirementError:
        return text.lower(), text


def _quoted(text: str, array: ArrayText, quote: str | None = None) -> str:
    """A TOML string, in the quotes that the array has."""
    if quote is None:
        quotes = [one.value[:1] for one in array.elements if one.value[:1] in ("'", '"')]
        quote = "'" if quotes and all(one == "'" for one in quotes) else '"'
    if (quote == "'" or '"' in text) and "'" not in text and text.isprintable():
        return f"'{text}'"
    return f'"{text.translate(_ESCAPES)}"'


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else _value(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{str(value).translate(_ESCAPES)}"'
