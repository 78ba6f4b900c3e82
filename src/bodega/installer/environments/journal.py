"""The redo journal of a commit: the renames, written down before the first of them."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass

from bodega.installer.environments.errors import JournalDamagedError

#: The folders of a staging folder: what comes, and what has gone.
NEW, OLD = "new", "old"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Move:
    """A rename, both paths relative to the environment's root; ``arrives`` from the staging folder."""

    source: str
    target: str
    arrives: bool


def write_journal(path: str, planned: Iterable[Move]) -> None:
    """Write the journal as a whole, and durably."""
    document = {"format": _FORMAT, "moves": [[move.source, move.target, move.arrives] for move in planned]}
    with open(f"{path}.part", "w", encoding="utf-8", errors="surrogateescape") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(f"{path}.part", path)


def read_journal(path: str) -> list[Move]:
    """The renames of a journal; raises JournalDamagedError, FileNotFoundError."""
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        text = file.read()
    try:
        document = json.loads(text)
        if document["format"] != _FORMAT:
            raise JournalDamagedError(path)
        return [Move(source, target, arrives) for source, target, arrives in document["moves"]]
    except (ValueError, KeyError, TypeError) as error:
        raise JournalDamagedError(path) from error
