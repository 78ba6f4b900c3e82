"""The list of errors: every code once, with what it is and what to try; written to ``docs/errors.md``.

``bodega explain`` reads the same from ``cli/codes.json``. Exit codes and what to try come from the tables of
``cli/failures.py`` and ``cli/hints.py``, whose every row must speak of some code, and every code has a hint.
``--check`` changes nothing and fails where the page is out of date.
"""

import argparse
import ast
import inspect
import json
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
CODES = f"{SOURCE}/cli/codes.json"
EDGES = (f"{SOURCE}/cli/failures.py", f"{SOURCE}/cli/hints.py")
BY_PREFIX = ("EXIT_CODES", "HINTS")
EXIT_OTHERWISE = 1
HEAD = f"""<!-- {GENERATED_MARK}errors.py; change the classes, then run it. -->

# Errors

Every failure that bodega raises on purpose has one of these codes. A code is never used for something else.
The exit code is that of the command line.

| code | exit | what it is | what to try | class | raised in |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Failure:
    """One class of error; ``code`` is None for a root that only groups others."""

    dotted: str
    path: str
    line: int
    code: str | None
    summary: str
    more: str


def failures(found: list[Source]) -> list[Failure]:
    """Every class below the root error."""
    return [
        Failure(dotted, source.path, node.lineno, _code(node), *_said(node))
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
    paths = [root / edge for edge in EDGES]
    trees = [ast.parse(path.read_text("utf-8")) for path in paths if path.is_file()]
    known: dict[str, object] = {}
    for node in (node for tree in trees for node in tree.body):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            names = (name.id for name in target.elts if isinstance(name, ast.Name))
            known |= dict(zip(names, map(ast.literal_eval, value.elts), strict=True))
        elif isinstance(target, ast.Name) and isinstance(value, ast.Dict):
            known[target.id] = {
                ast.literal_eval(key): got.value
                if isinstance(got, ast.Constant)
                else known.get(getattr(got, "id", ""))
                for key, got in _rows(value)
            }
    tables = ((name, known.get(name)) for name in BY_PREFIX)
    return {name: table for name, table in tables if isinstance(table, dict)}


def table_faults(tables: dict[str, dict[str, object]], codes: set[str]) -> Iterator[str]:
    """Rows of the command line's tables that speak of no code."""
    for name, table in tables.items():
        for prefix in sorted(table):
            if not any(_begins(code, prefix) for code in codes):
                yield f"{SOURCE}/cli: {name} has {prefix}, but no code begins so"
    if "HINTS" in tables:
        for code in sorted(codes):
            if _longest(tables["HINTS"], code) is None:
                yield f"{code}: no row of HINTS says what to try"


def page(found: list[Failure], used: dict[str, set[str]], tables: dict[str, dict[str, object]]) -> str:
    """The whole text of the page."""
    return HEAD + "".join(_row(failure, sorted(used[failure.dotted]), tables) for failure in _coded(found))


def codes_text(found: list[Failure]) -> str:
    """What ``bodega explain`` says of each code: what it is, and more where its class says more."""
    document = {str(one.code): [_plain(one.summary), _plain(one.more)] for one in _coded(found)}
    return json.dumps(document, indent=1) + "\n"


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
    for name, text in ((PAGE, page(found, used, tables)), (CODES, codes_text(found))):
        target = options.root / name
        if options.check and (not target.is_file() or target.read_text("utf-8") != text):
            offences.append(f"{name} is out of date: run python tools/errors.py")
        elif not options.check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    print(f"{sum(failure.code is not None for failure in found)} error codes")
    for offence in offences:
        sys.stderr.write(offence + "\n")
    return 1 if offences else 0


def _said(node: ast.ClassDef) -> tuple[str, str]:
    """The first line of a class's docstring, and the paragraphs after it."""
    head, _, rest = inspect.cleandoc(ast.get_docstring(node) or "").partition("\n")
    return head, rest.strip()


def _coded(found: list[Failure]) -> list[Failure]:
    return sorted((one for one in found if one.code), key=lambda one: str(one.code))


def _plain(text: str) -> str:
    return text.replace("``", "`")


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


def _longest(table: dict[str, object], code: str) -> object:
    fitting = [prefix for prefix in table if _begins(code, prefix)]
    return table[max(fitting, key=len)] if fitting else None


def _row(failure: Failure, modules: list[str], tables: dict[str, dict[str, object]]) -> str:
    code = str(failure.code)
    ends_with = _longest(tables.get("EXIT_CODES", {}), code) or EXIT_OTHERWISE
    hint = _longest(tables.get("HINTS", {}), code) or ""
    places = ", ".join(f"`{_short(module)}`" for module in modules) or "nowhere yet"
    cells = [
        f"`{code}`",
        ends_with,
        failure.summary,
        hint,
        f"`{_short(failure.dotted)}`",
        places,
    ]
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |\n"


def _short(dotted: str) -> str:
    return dotted.removeprefix("bodega.")


if __name__ == "__main__":
    sys.exit(main())
