"""What a change adds to an environment's history: its own entry, and one for what others did before it."""

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bodega import __version__
from bodega.formats.names import NormalizedName
from bodega.installer.environments.history import (
    HISTORY,
    KEPT,
    Entry,
    Kind,
    Present,
    entry_text,
    file_name,
    latest_entry,
    numbers,
)
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.journal import OLD, Move
from bodega.installer.environments.places import Places
from bodega.installer.environments.plan import Plan
from bodega.installer.locking.selection import Selected

_USER = re.compile(r"(://)(?!git@)[^/@\s]+@")
_QUERY = re.compile(r"(://[^?\s]*)\?[^#\s]*")


def entries_of(
    plan: Plan, present: Sequence[Installed], state: str, records: Mapping[NormalizedName, str]
) -> list[Entry]:
    """The entries that carrying a plan out adds; the last is its own.

    ``present`` is what is there before, ``records`` the sha256 of each RECORD that the plan brings.
    """
    last = latest_entry(state)
    before = recognized(present, last)
    entries: list[Entry] = []
    number = last.number if last else 0
    if last is None or not is_same(before, last.distributions):
        number += 1
        entries.append(_entry(number, "foreign" if last else "found", (), before))
    gone = {one.name for one in plan.install} | {one.name for one in plan.remove}
    # What stays may be put there anew all the same, where links become files.
    after = [replace(one, record=records.get(one.name, one.record)) for one in before if one.name not in gone]
    after += [_arrived(one, records[one.name]) for one in plan.install]
    entries.append(_entry(number + 1, "change", without_secrets(plan.asked), after))
    return entries


def stage_entries(entries: Iterable[Entry], state: str, places: Places, staging: str) -> list[Move]:
    """Write entries into a staging folder, durably, and give the renames that add them to the history.

    What is more than the history keeps goes by renames too, the oldest first.
    """
    os.makedirs(f"{state}/{HISTORY}", exist_ok=True)
    os.mkdir(f"{staging}/{HISTORY}")
    inside, there = os.path.relpath(staging, places.root), f"{places.state}/{HISTORY}"
    renames: list[Move] = []
    coming = [(file_name(entry.number), entry_text(entry)) for entry in entries]
    for name, text in coming:
        with open(f"{staging}/{HISTORY}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        renames.append(Move(f"{inside}/{HISTORY}/{name}", f"{there}/{name}", arrives=True))
    present = [file_name(number) for number in numbers(state)]
    renames += [
        Move(f"{there}/{name}", f"{inside}/{OLD}/{HISTORY}-{name}", arrives=False)
        for name in present[: max(0, len(present) + len(coming) - KEPT)]
    ]
    return renames


def unrecorded(present: Iterable[Installed], last: Entry | None) -> Entry | None:
    """What is there now as an entry, where that is not what the last one says: others changed it."""
    now = recognized(present, last)
    if last is not None and is_same(now, last.distributions):
        return None
    return _entry(last.number + 1 if last else 1, "foreign" if last else "found", (), now)


def recognized(present: Iterable[Installed], last: Entry | None) -> list[Present]:
    """What is there, with what the last entry knows of it where it is the same still."""
    known = {(one.name, one.version, one.record): one for one in last.distributions} if last else {}
    found: list[Present] = []
    for one in present:
        record = record_digest(one)
        found.append(
            known.get((one.name, one.version, record))
            or Present(
                name=one.name,
                version=one.version,
                record=record,
                requested=one.requested,
                direct_url=one.direct_url,
            )
        )
    return found


def is_same(some: Iterable[Present], others: Iterable[Present]) -> bool:
    """Whether the same distributions are there, installed by the same act."""
    return _keys(some) == _keys(others)


def record_digest(one: Installed) -> str:
    """The sha256 of the list of a distribution's files; empty where it has none."""
    if one.kind != "dist-info":
        return ""
    data = one.read("RECORD")
    # A linked distribution has the list of its files under another name.
    data = one.read("SOURCES.txt") if data is None else data
    return "" if data is None else hashlib.sha256(data).hexdigest()


def without_secrets(words: Iterable[str]) -> tuple[str, ...]:
    """Words of a command line, with the users, passwords and queries of their URLs left out."""
    return tuple(_QUERY.sub(r"\1", _USER.sub(r"\1", word)) for word in words)


def _arrived(one: Selected, record: str) -> Present:
    return Present(
        name=one.name,
        version=one.version,
        record=record,
        sha256=one.hashes.get("sha256"),
        filename=one.filename,
        url=without_secrets([one.url])[0],
        requested=one.requested,
        direct_url=None if one.direct_url is None else dict(_without_secrets_in(one.direct_url)),
    )


def _without_secrets_in(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        yield key, without_secrets([value])[0] if key == "url" and isinstance(value, str) else value


def _entry(number: int, kind: Kind, command: Sequence[str], there: Iterable[Present]) -> Entry:
    return Entry(
        number=number,
        time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        kind=kind,
        bodega=__version__,
        command=tuple(command),
        distributions=tuple(sorted(there, key=lambda one: (one.name, one.version))),
    )


def _keys(distributions: Iterable[Present]) -> list[tuple[str, str, str]]:
    return sorted((one.name, one.version, one.record) for one in distributions)
