"""``Pipfile.lock`` as a requirements file: it pins versions and hashes, and leaves the files to the index."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bodega.installer.inputs.errors import UnreadableInputError

_KNOWN = "6"
#: What would end a line, begin a comment, or hide in either.
_ODD = frozenset("\r\n\\")


def pipfile_requirements(data: bytes, path: str, sections: Iterable[str] = ("default",)) -> str:
    """The requirements of a lock, one a line; ``develop`` is the section of what only development needs.

    Raises UnreadableInputError.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableInputError(path, reason=f"it is not JSON: {str(error)[:200]}") from None
    spec = _table(_table(document, path).get("_meta"), path).get("pipfile-spec")
    if str(spec) != _KNOWN:
        raise UnreadableInputError(path, reason=f"its pipfile-spec is {str(spec)[:40]}; known is 6")
    lines: dict[str, str] = {}
    for section in sections:
        for name, entry in _table(document.get(section, {}), path).items():
            lines.setdefault(name, _line(name, _table(entry, path), path))
    return "".join(f"{line}\n" for line in lines.values())


def _table(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableInputError(path, reason="it is no Pipfile.lock: a table is missing")
    return value


def _line(name: str, entry: Mapping[str, Any], path: str) -> str:
    extras = entry.get("extras", [])
    named = f"{name}[{','.join(map(str, extras))}]" if extras else name
    marker = f" ; {entry['markers']}" if entry.get("markers") else ""
    text = f"{_requirement(named, entry)}{marker}"
    hashes = entry.get("hashes", [])
    if isinstance(hashes, list):
        text += "".join(f" --hash={one}" for one in hashes)
    if _ODD & set(text):
        raise UnreadableInputError(path, reason=f"the entry of {name[:80]!r} does not fit on a line")
    return text


def _requirement(named: str, entry: Mapping[str, Any]) -> str:
    """``name==1.0``, or where it comes from instead of an index."""
    inside = f"#subdirectory={entry['subdirectory']}" if entry.get("subdirectory") else ""
    if "git" in entry:
        return f"{named} @ git+{entry['git']}@{entry.get('ref', '')}{inside}"
    if "file" in entry:
        return f"{named} @ {entry['file']}{inside}"
    if "path" in entry:
        return f"{'-e ' if entry.get('editable') else ''}{entry['path']}"
    return f"{named}{entry.get('version', '')}"
