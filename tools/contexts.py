"""Bounded contexts meet only in their published language.

A context of the index, and everything that stands above it, may import another context's commands, events,
views and errors. Adapters implement its ports, so they see every module that defines one, and its model;
bootstrap wires all of it.
Every context says what it is for in a README.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from house import SOURCE, Source, imports, run, sources

CONTEXTS = f"{SOURCE}/index"
# Which part of bodega.index.CONTEXT.MODULE names the context.
CONTEXT = 2
PUBLISHED = {"commands", "events", "views", "errors"}
FOR_ADAPTERS = PUBLISHED | {"model"}


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
    ports = {source.module for source in found if _defines_port(source)}
    offences = [offence for source in found for offence in _import_offences(source, set(names), ports)]
    print(f"{len(names)} contexts: {', '.join(names)}")
    return unsaid + offences


def _defines_port(source: Source) -> bool:
    return any(
        isinstance(base, ast.Name) and base.id == "Protocol"
        for node in source.tree.body
        if isinstance(node, ast.ClassDef)
        for base in (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
    )


def _import_offences(source: Source, names: set[str], ports: set[str]) -> Iterator[str]:
    is_adapter = source.path.startswith(f"{SOURCE}/adapters/")
    shown = FOR_ADAPTERS if is_adapter else PUBLISHED
    for line, dotted in imports(source):
        parts = dotted.split(".")
        if parts[:2] != ["bodega", "index"] or len(parts) <= CONTEXT or parts[CONTEXT] not in names:
            continue
        context, module = parts[CONTEXT], ".".join(parts[CONTEXT + 1 : CONTEXT + 2])
        if source.path.startswith((f"{CONTEXTS}/{context}/", f"{SOURCE}/bootstrap/")) or module in shown:
            continue
        if not (is_adapter and f"bodega.index.{context}.{module}" in ports):
            seen = ", ".join(sorted(shown)) + (" and ports" if is_adapter else "")
            yield f"{source.path}:{line}: imports {dotted}; from here {context} shows only {seen}"


if __name__ == "__main__":
    sys.exit(run(check, __doc__))
