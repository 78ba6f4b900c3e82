"""A lock's document as TOML, written as ``tomli_w`` writes it, to the byte, in a third of the time.

A lock of a hundred projects has some thousand files. Strings without anything to escape, as nearly all of
these are, are taken as they are; the others, and whatever is not plain, are left to
``tomli_w``.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

#: What makes a table that would be inline one of its own.
_LONGEST_LINE = 100
_INDENT = "    "


class _NotPlainError(Exception):
    """There is a value of which only ``tomli_w`` knows the text."""


def toml_text(document: Mapping[str, Any]) -> str:
    """The document as TOML; raises what ``tomli_w`` raises."""
    try:
        return "".join(_table(document, "", in_array=False))
    except _NotPlainError:
        import tomli_w  # noqa: PLC0415 - hardly ever needed

        return tomli_w.dumps(document)


def _table(table: Mapping[str, Any], name: str, *, in_array: bool) -> Iterator[str]:
    lines: list[str] = []
    tables: list[tuple[str, Mapping[str, Any], bool]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            tables.append((key, value, False))
        elif isinstance(value, list | tuple) and _are_tables(value):
            tables.extend((key, one, True) for one in value)
        else:
            lines.append(f"{_key(key)} = {_literal(value, 0)}\n")
    has_text = bool(in_array or lines or (name and not tables))
    if in_array:
        yield f"[[{name}]]\n"
    elif name and has_text:
        yield f"[{name}]\n"
    yield from lines
    for key, value, is_item in tables:
        if has_text:
            yield "\n"
        has_text = True
        yield from _table(value, f"{name}.{_key(key)}" if name else _key(key), in_array=is_item)


def _are_tables(values: "list[Any] | tuple[Any, ...]") -> bool:
    """Whether these are tables of which one is too long for a line."""
    if not values or not all(isinstance(one, dict) for one in values):
        return False
    return any("\n" in text or len(text) + len(_INDENT) >= _LONGEST_LINE for text in map(_inline, values))


def _literal(value: Any, depth: int) -> str:
    kind = type(value)
    if kind is str:
        return _string(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is datetime:
        return str(value)
    if kind is list or kind is tuple:
        if not value:
            return "[]"
        inner = _INDENT * (depth + 1)
        items = ",\n".join([inner + _literal(one, depth + 1) for one in value])
        return f"[\n{items},\n{_INDENT * depth}]"
    if kind is dict:
        return _inline(value)
    raise _NotPlainError


def _inline(table: Mapping[str, Any]) -> str:
    if not table:
        return "{}"
    return "{ " + ", ".join([f"{_key(key)} = {_literal(value, 0)}" for key, value in table.items()]) + " }"


@lru_cache(maxsize=1024)
def _key(key: str) -> str:
    if type(key) is not str:
        raise _NotPlainError
    letters = key.replace("-", "").replace("_", "")
    is_bare = key and key.isascii() and (letters.isalnum() or not letters)
    return key if is_bare else _string(key)


def _string(text: str) -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    import tomli_w  # noqa: PLC0415 - for the few strings that need escapes

    return tomli_w.dumps({"a": text})[len("a = ") : -1]
