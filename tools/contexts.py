"""Bounded contexts meet only in their published language.

A context of the index, and everything that stands above it, may import another context's commands, events,
views and errors. Adapters implement its ports, so they see ports and model too; bootstrap wires all of it.
Every context says what it is for in a README.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from house import SOURCE, Source, imports, run, sources

CONTEXTS = f"{SOURCE}/index"
PUBLISHED = {"commands", "events", "views", "errors"}
FOR_ADAPTERS = PUBLISHED | {"ports", "model"}


def contexts(root: Path) -> list[str]:
    """The names of the contexts that exist."""
    return sorted(path.parent.name for path in (root / CONTEXTS).glob("*/__init__.py"))


def check(root: Path) -> list[str]:
    """Return each import of another context's inside, and each context without a README."""
    found = sources(root, SOURCE)
    names = contexts(root)
    unsaid = [
        f"{CONTEXTS}/{name}: has no README.md (purpose, words, invariants, events out)"
        for name in names
        if not (root / CONTEXTS / name / "README.md").is_file()
    ]
    offences = [offence for source in found for offence in _import_offences(source, set(names))]
    print(f"{len(names)} contexts: {', '.join(names)}")
    return unsaid + offences


def _allowed(path: str, context: str) -> set[str] | None:
    """Which modules of a context a file may import; None for all."""
    if path.startswith((f"{CONTEXTS}/{context}/", f"{SOURCE}/bootstrap/")):
        return None
    return FOR_ADAPTERS if path.startswith(f"{SOURCE}/adapters/") else PUBLISHED


def _import_offences(source: Source, names: set[str]) -> Iterator[str]:
    for line, dotted in imports(source):
        parts = dotted.split(".")
        if parts[:2] != ["bodega", "index"] or len(parts) < 3 or parts[2] not in names:  # noqa: PLR2004
            continue
        context, module = parts[2], (parts[3] if parts[3:] else "")
        allowed = _allowed(source.path, context)
        if allowed is not None and module not in allowed:
            seen = ", ".join(sorted(allowed))
            yield f"{source.path}:{line}: imports {dotted}; from here {context} shows only {seen}"


if __name__ == "__main__":
    sys.exit(run(check, __doc__))
