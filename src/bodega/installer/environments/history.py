"""The history of an environment: one entry for each change, what was there after it, and who made it.

Entries are ``history/NNNN.json`` in bodega's state of the environment, one document each::

    {"format": 1, "number": 7, "time": "2026-11-24T12:30:00Z", "kind": "change", "bodega": "0.5.0",
     "command": ["install", "requests"], "trees": [SHA256, ...], "distributions": [{...}, ...]}

They are written by the commit that they tell of, by the same renames.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bodega.formats.names import NormalizedName

#: The folder of entries, in the state folder.
HISTORY = "history"
#: How many entries are kept.
KEPT = 100
_FORMAT = 1
_FILE = re.compile(r"([0-9]{4,9})\.json")

#: ``change``: bodega's; ``found``: what was there before bodega's first; ``foreign``: another installer's.
Kind = Literal["change", "found", "foreign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A distribution that was there.

    ``record`` is the sha256 of its RECORD in the environment (empty where it has none), by which it is
    known again. ``sha256`` is that of its wheel, and so of its tree in the store; ``None`` where another
    installer put it there. ``url`` is where the wheel was, without credentials.
    """

    name: NormalizedName
    version: str
    record: str
    sha256: str | None = None
    filename: str | None = None
    url: str | None = None
    requested: bool = False
    direct_url: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change: ``time`` in UTC (RFC 3339), ``command`` the words that asked for it, without secrets."""

    number: int
    time: str
    kind: Kind
    bodega: str
    command: tuple[str, ...]
    distributions: tuple[Present, ...]

    @property
    def trees(self) -> frozenset[str]:
        """The trees (sha256) of what was there."""
        return frozenset(one.sha256 for one in self.distributions if one.sha256)


def file_name(number: int) -> str:
    """The file of an entry, in the folder of entries."""
    return f"{number:04d}.json"


def entry_text(entry: Entry) -> str:
    """An entry as its file's text."""
    document = {
        "format": _FORMAT,
        "number": entry.number,
        "time": entry.time,
        "kind": entry.kind,
        "bodega": entry.bodega,
        "command": list(entry.command),
        "trees": sorted(entry.trees),
        "distributions": [
            {key: value for key, value in asdict(one).items() if value not in (None, False)}
            for one in entry.distributions
        ],
    }
    return json.dumps(document) + "\n"


def numbers(state: str) -> list[int]:
    """The numbers of the entries that are there, in order."""
    try:
        names = os.listdir(f"{state}/{HISTORY}")
    except OSError:
        return []
    return sorted(int(found[1]) for found in map(_FILE.fullmatch, names) if found)


def read_history(state: str) -> list[Entry]:
    """Every entry, the oldest first; one that cannot be read is left out."""
    entries = (read_entry(state, number) for number in numbers(state))
    return [entry for entry in entries if entry is not None]


def latest_entry(state: str) -> Entry | None:
    """The newest entry."""
    return next((found for number in reversed(numbers(state)) if (found := read_entry(state, number))), None)


def read_entry(state: str, number: int) -> Entry | None:
    """One entry; ``None`` where there is none, or none that can be read."""
    document = _document(state, number)
    try:
        return None if document is None else _entry(document)
    except (KeyError, TypeError, ValueError):
        return None


def trees_in_history(state: str) -> set[str]:
    """The trees (sha256) that entries of an environment name: what a rollback needs, and so not garbage."""
    trees: set[str] = set()
    for number in numbers(state):
        document = _document(state, number)
        if document is not None and isinstance(document.get("trees"), list):
            trees.update(one for one in document["trees"] if isinstance(one, str))
    return trees


def _document(state: str, number: int) -> dict[str, Any] | None:
    try:
        with open(f"{state}/{HISTORY}/{file_name(number)}", encoding="utf-8") as file:
            document = json.load(file)
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and document.get("format") == _FORMAT else None


def _entry(document: Mapping[str, Any]) -> Entry:
    return Entry(
        number=int(document["number"]),
        time=str(document["time"]),
        kind=document["kind"],
        bodega=str(document["bodega"]),
        command=tuple(map(str, document["command"])),
        distributions=tuple(Present(**one) for one in document["distributions"]),
    )
