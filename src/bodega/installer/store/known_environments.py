"""Which environments were made from a store: a note for each, found out when the environment is gone."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from bodega.installer.store.layout import Layout

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class KnownEnvironment:
    """An environment: its folder, bodega's state of it, and when it was last changed (seconds).

    ``is_there`` says whether it is still where it was: one that moved is known again by its next change.
    """

    root: str
    state: str
    changed: float
    note: str
    is_there: bool


def note_environment(layout: Layout, root: str, state: str) -> None:
    """Write the note of an environment that is about to be changed, or say that it is changed again."""
    root, state = os.path.abspath(root), os.path.abspath(state)
    path = f"{layout.roots}/{hashlib.sha256(state.encode(errors='surrogateescape')).hexdigest()[:32]}.json"
    with suppress(OSError):
        try:
            os.utime(path)
        except FileNotFoundError:
            os.makedirs(layout.roots, exist_ok=True)
            part = f"{path}.{os.getpid()}-{os.urandom(4).hex()}.part"
            with open(part, "w", encoding="utf-8", errors="surrogateescape") as file:
                json.dump({"format": _FORMAT, "root": root, "state": state}, file)
            os.replace(part, path)


def known_environments(layout: Layout) -> Iterator[KnownEnvironment]:
    """Every environment of which there is a note; notes that cannot be read are passed over."""
    try:
        names = sorted(os.listdir(layout.roots))
    except OSError:
        return
    for name in names:
        path = f"{layout.roots}/{name}"
        if not name.endswith(".json"):
            continue
        with suppress(OSError, ValueError, KeyError, TypeError):
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                document = json.load(file)
            root, state = str(document["root"]), str(document["state"])
            yield KnownEnvironment(root, state, os.stat(path).st_mtime, path, os.path.isdir(state))
