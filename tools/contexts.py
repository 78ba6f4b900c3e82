"""Bounded contexts meet only in their published language.

A context of the index may import another context's commands, events, views and errors. Adapters implement its
ports, so they see every module that defines one, and its model. The edges (web, cli) speak with a context in
its values, but its handlers are given to them: only bootstrap, which wires all of it, imports those.
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
HANDLERS = "handlers"


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
    for line, dotted in imports(source):
        parts = dotted.split(".")
        if parts[:2] != ["bodega", "index"] or len(parts) <= CONTEXT or parts[CONTEXT] not in names:
            continue
        context, module = parts[CONTEXT], ".".join(parts[CONTEXT + 1 : CONTEXT + 2])
        if unseen := _unseen(source.path, context, module, f"bodega.index.{context}.{module}" in ports):
            yield f"{source.path}:{line}: imports {dotted}; {unseen}"


def _unseen(path: str, context: str, module: str, is_port: bool) -> str | None:  # noqa: FBT001
    """Why a module of a context is not to be seen from a file; None where it may be."""
    if path.startswith((f"{CONTEXTS}/{context}/", f"{SOURCE}/bootstrap/")) or module in PUBLISHED:
        return None
    if path.startswith(f"{SOURCE}/adapters/"):
        return (
            None if is_port or module in FOR_ADAPTERS else "adapters see ports, model and what is published"
        )
    if path.startswith(f"{CONTEXTS}/"):
        return f"contexts meet in {', '.join(sorted(PUBLISHED))} only"
    return "bootstrap gives handlers to the edges" if module == HANDLERS else None


if __name__ == "__main__":
    sys.exit(run(check, __doc__))
