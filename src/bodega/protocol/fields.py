"""Fields of JSON objects: what they may hold, as values to check input against and to describe answers by.

Small on purpose: flat objects of text, numbers, truth values and lists of text; an answer may hold objects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bodega.formats.errors import BodegaError

Kind = Literal["text", "texts", "number", "flag", "time", "objects", "any"]
_LONGEST_TEXT = 2000
_MOST_TEXTS = 100
_WORDS: Mapping[Kind, str] = {
    "text": "a text",
    "texts": "a list of texts",
    "number": "a whole number",
    "flag": "true or false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``least`` and ``most`` bound a number, ``longest`` a text or each text of a list.

    ``optional``: may be left out. ``nullable``: may be null. ``of`` names the shape of objects.
    """

    name: str
    kind: Kind
    words: str
    optional: bool = False
    nullable: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 1_000_000
    longest: int = _LONGEST_TEXT
    of: str = ""


class InputFault(BodegaError):  # noqa: N818 - one of several, gathered in InvalidInputError
    """One field that is missing, unknown, or holds what it cannot."""

    code = "E-INPUT-FIELD"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name[:80]}: {reason}")
        self.name = name


class InvalidInputError(BodegaError):
    """What was sent has fields that cannot be; all of them are told."""

    code = "E-INPUT-INVALID"

    def __init__(self, faults: Sequence[InputFault]) -> None:
        super().__init__("; ".join(fault.what for fault in faults))
        self.faults = tuple(faults)


def checked(fields: Sequence[Field], given: Mapping[str, object]) -> dict[str, Any]:
    """The values of the fields that were given; raises InvalidInputError with every fault."""
    faults = [InputFault(name, "there is no such field") for name in given if name not in _names(fields)]
    values: dict[str, Any] = {}
    for field in fields:
        if field.name not in given:
            if not field.optional:
                faults.append(InputFault(field.name, "it is missing"))
            continue
        reason = _fault(field, given[field.name])
        if reason is None:
            values[field.name] = given[field.name]
        else:
            faults.append(InputFault(field.name, reason))
    if faults:
        raise InvalidInputError(faults)
    return values


def from_query(fields: Sequence[Field], given: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of the fields as a query string gives them, each once; raises InvalidInputError."""
    values: dict[str, object] = {}
    kinds = {field.name: field.kind for field in fields}
    for name, text in given:
        if name in values:
            raise InvalidInputError([InputFault(name, "it is given more than once")])
        is_number = kinds.get(name) == "number" and text.isascii() and text.isdecimal()
        # Longer than any bound: a text that is no number is told as one fault with the others.
        values[name] = int(text) if is_number and len(text) <= len(str(10**18)) else text
    return checked(fields, values)


def _names(fields: Sequence[Field]) -> frozenset[str]:
    return frozenset(field.name for field in fields)


def _fault(field: Field, value: object) -> str | None:
    """Why a field cannot hold the value; ``None`` where it can."""
    if value is None:
        return None if field.nullable else f"it is null instead of {_WORDS[field.kind]}"
    if not _is_of(field.kind, value):
        return f"it is not {_WORDS[field.kind]}"
    if isinstance(value, int) and not isinstance(value, bool):
        return None if field.least <= value <= field.most else f"possible: {field.least} to {field.most}"
    texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return _fault_of_texts(field, texts)


def _fault_of_texts(field: Field, texts: Sequence[str]) -> str | None:
    if len(texts) > _MOST_TEXTS:
        return f"it has more than {_MOST_TEXTS} entries"
    if any(len(text) > field.longest for text in texts):
        return f"it is longer than {field.longest} characters"
    # Lone surrogates can be written in JSON, and in nothing that text is stored or sent in.
    if any("\ud800" <= character <= "\udfff" or character == "\0" for text in texts for character in text):
        return "it has characters that no text has"
    if field.choices and any(text not in field.choices for text in texts):
        return f"possible: {', '.join(field.choices)}"
    return None


def _is_of(kind: Kind, value: object) -> bool:
    if kind == "texts":
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool) if kind == "flag" else isinstance(value, str)
