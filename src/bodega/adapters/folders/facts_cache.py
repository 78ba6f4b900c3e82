"""What was read of a folder's files, kept from one start to the next by their identity."""

import contextlib
import json
import os
from collections.abc import Mapping
from typing import Any

from bodega.adapters.filesystem.distribution_files import DistributionFile
from bodega.content.distribution_facts import DistributionFacts

_FORMAT = 1

#: What was read, or why the file is not served.
Verdict = DistributionFacts | str


class FactsCache:
    """A file of facts; a cache: what cannot be read is forgotten, what cannot be written not kept."""

    def __init__(self, path: str | None) -> None:
        """``path`` is ``None`` where nothing can be kept."""
        self._path = path
        self._known: dict[str, Any] = _read(path) if path else {}
        self._is_changed = False

    def get(self, file: DistributionFile) -> Verdict | None:
        """What was read of the file, if it is still the same."""
        entry = self._known.get(file.path)
        if not isinstance(entry, list) or len(entry) != 2 or entry[0] != _identity(file):  # noqa: PLR2004 - a pair
            return None
        return _verdict(entry[1])

    def put(self, file: DistributionFile, verdict: Verdict) -> None:
        """Remember."""
        told = verdict if isinstance(verdict, str) else _told(verdict)
        self._known[file.path] = [_identity(file), told]
        self._is_changed = True

    def keep(self, paths: Mapping[str, object]) -> None:
        """Write down what is known of these paths, and forget the others."""
        if self._path is None or not (self._is_changed or self._known.keys() - paths.keys()):
            return
        self._known = {path: entry for path, entry in self._known.items() if path in paths}
        self._is_changed = False
        beside = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            with open(beside, "w", encoding="utf-8") as file:
                os.chmod(beside, 0o600)
                # Not dump, which writes piece by piece, ten times slower.
                file.write(json.dumps({"format": _FORMAT, "files": self._known}))
            os.replace(beside, self._path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(beside)


def _read(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        return {}
    files = document.get("files")
    return files if isinstance(files, dict) else {}


def _identity(file: DistributionFile) -> list[int]:
    return [file.size, file.modified_ns, *file.inode]


def _told(facts: DistributionFacts) -> list[str | None]:
    return [facts.name, facts.version, facts.sha256, facts.requires_python, facts.metadata_sha256]


def _verdict(told: object) -> Verdict | None:
    match told:
        case str():
            return told
        case [str(name), str(version), str(sha256), str() | None as python, str() | None as metadata]:
            return DistributionFacts(
                name=name,
                version=version,
                sha256=sha256,
                requires_python=python,
                metadata_sha256=metadata,
            )
        case _:
            return None
