"""What builds came to, found again by what went into them.

The key holds all that the user or the source decides: the archive's digest or the commit, the interpreter and
platform, config settings, compilers' variables, build constraints. It does not hold the versions of the build
requirements that happened to be newest: a release of setuptools would make every kept wheel worthless, and
looking for one would need the index.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bodega.formats.digests import best_digest
from bodega.installer.locking.ports import BuiltWheel, Source
from bodega.installer.store.locks import locked
from bodega.installer.store.store import Store

_FORMAT = 1
_MOST_LOGS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What decides a build besides its source, as texts: interpreter, settings, variables, constraints."""

    interpreter: Sequence[str]
    settings: Sequence[tuple[str, str | Sequence[str]]]
    variables: Sequence[tuple[str, str]]
    constraints: Sequence[str]
    installed: Sequence[str] = ()


def key_of(source: Source, surroundings: Surroundings) -> str | None:
    """The key of a build; ``None`` where the source may change under its name: folders, editables."""
    digest = best_digest(source.hashes)
    if source.editable or (digest is None and not source.revision):
        return None
    facts = [
        _FORMAT,
        str(digest) if digest else [source.url, source.revision],
        source.subdirectory,
        list(surroundings.interpreter),
        [list(one) for one in surroundings.settings],
        [list(one) for one in surroundings.variables],
        list(surroundings.constraints),
        list(surroundings.installed),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


class Results:
    """The results in a store. A cache never fails a command: what cannot be read is not there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._root = store.layout.built

    def wheel(self, key: str | None) -> BuiltWheel | None:
        """The wheel of an earlier build, if the store has it still."""
        document = self._document(f"{key}.json") if key else None
        if document is None:
            return None
        sha256, filename = document.get("sha256"), document.get("filename")
        if not isinstance(sha256, str) or not isinstance(filename, str):
            return None
        path = self._store.wheel(sha256)
        return BuiltWheel(path, filename, sha256) if path else None

    def keep_wheel(self, key: str | None, built: BuiltWheel) -> None:
        """Keep which wheel a build came to."""
        if key:
            text = json.dumps({"sha256": built.sha256, "filename": built.filename})
            self._write(f"{key}.json", text.encode())

    def metadata(self, key: str | None) -> bytes | None:
        """The core metadata that a build said it would have."""
        if not key:
            return None
        try:
            with open(f"{self._root}/{key}.metadata", "rb") as file:
                return file.read()
        except OSError:
            return None

    def keep_metadata(self, key: str | None, document: bytes) -> None:
        """Keep it."""
        if key:
            self._write(f"{key}.metadata", document)

    def alone(self, key: str) -> AbstractContextManager[object]:
        """Hold the key: of all threads and processes one builds."""
        os.makedirs(f"{self._root}/locks", exist_ok=True)
        return locked(f"{self._root}/locks/{key}")

    def keep_log(self, log: str, name: str) -> str | None:
        """Keep what a failed build said; returns the path. The oldest go."""
        folder = f"{self._root}/logs"
        path = f"{folder}/{name}-{os.urandom(4).hex()}.log"
        try:
            os.makedirs(folder, exist_ok=True)
            os.replace(log, path)
            kept = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime)
            for entry in kept[:-_MOST_LOGS]:
                os.unlink(entry.path)
        except OSError:
            return path if os.path.exists(path) else None
        return path

    def _document(self, name: str) -> Mapping[str, object] | None:
        try:
            with open(f"{self._root}/{name}", encoding="utf-8") as file:
                document = json.load(file)
        except (OSError, ValueError):
            return None
        return document if isinstance(document, dict) else None

    def _write(self, name: str, data: bytes) -> None:
        path = f"{self._root}/{name}"
        part = f"{path}.{os.getpid()}-{os.urandom(4).hex()}.part"
        try:
            os.makedirs(self._root, exist_ok=True)
            with open(part, "wb") as file:
                file.write(data)
            os.replace(part, path)
        except OSError:
            return
