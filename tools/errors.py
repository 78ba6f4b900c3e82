"""The list of errors: every code once, with a first line that says what it is; written to ``docs/errors.md``.

Exit codes are read from the tables of ``cli/failures.py``, whose every row must speak of some code.
``--check`` changes nothing and fails where the page is out of date.
"""

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from house import GENERATED_MARK, SOURCE, Source, bindings, descendants, resolve, sources

ROOT_ERROR = "bodega.formats.errors.BodegaError"
CODE = re.compile(r"E(-[A-Z0-9]+)+")
PAGE = "docs/errors.md"
EDGE = f"{SOURCE}/cli/failures.py"
BY_PREFIX = ("EXIT_CODES", "HINTS")
EXIT_OTHERWISE = 1
HEAD = f"""<!-- {GENERATED_MARK}errors.py; change the classes, then run it. -->

# Errors

Every failure that bodega raises on purpose has one of these codes. A code is never used for something else.
The exit code is that of the command line.

| code | exit | what it is | class | raised in |
|---|---|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Failure:
    """One class of error; ``code`` is None for a root that only groups others."""

    dotted: str
    path: str
    line: int
    code: str | None
    summary: str


def failures(found: list[Source]) -> list[Failure]:
    """Every class below the root error."""
    return [
        Failure(dotted, source.path, node.lineno, _code(node), (ast.get_docstring(node) or "").split("\n")[0])
        for dotted, (source, node) in descendants(found, ROOT_ERROR).items()
    ]


def faults(found: list[Failure], used: dict[str, set[str]]) -> Iterator[str]:
    """Codes used twice, malformed or missing, and classes that do not say what they are."""
    by_code: dict[str, list[Failure]] = defaultdict(list)
    for failure in found:
        where = f"{failure.path}:{failure.line} {failure.dotted.rsplit('.', 1)[-1]}"
        by_code[failure.code or ""].append(failure)
        if failure.code is None and used[failure.dotted]:
            yield f"{where}: raised, but has no code of its own"
        if failure.code is not None and not CODE.fullmatch(failure.code):
            yield f"{where}: {failure.code!r} is no code (E- and upper-case words)"
        if not failure.summary:
            yield f"{where}: has no docstring to say what it is"
    for code, owners in sorted(by_code.items()):
        if code and len(owners) > 1:
            yield f"{code}: used by {', '.join(owner.dotted for owner in owners)}"


def uses(found: list[Source], classes: set[str]) -> dict[str, set[str]]:
    """Class -> the modules that make one."""
    used: dict[str, set[str]] = defaultdict(set)
    for source in found:
        bound = bindings(source)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and (dotted := resolve(source, node.func, bound)) in classes:
                used[dotted].add(source.module)
    return used


def edge_tables(root: Path) -> dict[str, dict[str, object]]:
    """The tables of the command line by name: beginning of a code -> what holds for it."""
    path = root / EDGE
    tree = ast.parse(path.read_text("utf-8") if path.is_file() else "")
    known: dict[str, object] = {}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            names = (name.id for name in target.elts if isinstance(name, ast.Name))
            known |= dict(zip(names, map(ast.literal_eval, value.elts), strict=True))
        elif isinstance(target, ast.Name) and isinstance(value, ast.Dict):
            known[target.id] = {
                ast.literal_eval(key): known.get(getattr(got, "id", "")) for key, got in _rows(value)
            }
    tables = ((name, known.get(name)) for name in BY_PREFIX)
    return {name: table for name, table in tables if isinstance(table, dict)}


def table_faults(tables: dict[str, dict[str, object]], codes: set[str]) -> Iterator[str]:
    """Rows of the command line's tables that speak of no code."""
    for name, table in tables.items():
        for prefix in sorted(table):
            if not any(_begins(code, prefix) for code in codes):
                yield f"{EDGE}: {name} has {prefix}, but no code begins so"


def page(found: list[Failure], used: dict[str, set[str]], exits: dict[str, object]) -> str:
    """The whole text of the page."""
    coded = sorted((failure.code, failure) for failure in found if failure.code)
    return HEAD + "".join(
        _row(failure, sorted(used[failure.dotted]), _exit(code, exits)) for code, failure in coded
    )


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail where the page is out of date"
    )
    options = parser.parse_args()
    source = sources(options.root, SOURCE)
    found = failures(source)
    used = uses(source, {failure.dotted for failure in found})
    tables = edge_tables(options.root)
    offences = [
        *faults(found, used),
        *table_faults(tables, {failure.code for failure in found if failure.code}),
    ]
    text, target = page(found, used, tables.get("EXIT_CODES", {})), options.root / PAGE
    if options.check and (not target.is_file() or target.read_text("utf-8") != text):
        offences.append(f"{PAGE} is out of date: run python tools/errors.py")
    elif not options.check:
        target.write_text(text, "utf-8")
    print(f"{sum(failure.code is not None for failure in found)} error codes")
    for offence in offences:
        sys.stderr.write(offence + "\n")
    return 1 if offences else 0


def _code(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        value = getattr(statement, "value", None)
        if any(isinstance(name, ast.Name) and name.id == "code" for name in targets) and isinstance(
            value, ast.Constant
        ):
            return str(value.value)
    return None


def _rows(table: ast.Dict) -> Iterator[tuple[ast.expr, ast.expr]]:
    return ((key, value) for key, value in zip(table.keys, table.values, strict=True) if key is not None)


def _begins(code: str, prefix: str) -> bool:
    return code == prefix or code.startswith(f"{prefix}-")


def _exit(code: str, exits: dict[str, object]) -> object:
    fitting = [prefix for prefix in exits if _begins(code, prefix)]
    return exits[max(fitting, key=len)] if fitting else EXIT_OTHERWISE


def _row(failure: Failure, modules: list[str], ends_with: object) -> str:
    summary = failure.summary.replace("|", "\\|")
    places = ", ".join(f"`{_short(module)}`" for module in modules) or "nowhere yet"
    return f"| `{failure.code}` | {ends_with} | {summary} | `{_short(failure.dotted)}` | {places} |\n"


def _short(dotted: str) -> str:
    return dotted.removeprefix("bodega.")


if __name__ == "__main__":
    sys.exit(main())
