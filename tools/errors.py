"""The list of errors: every code once, with a first line that says what it is; written to ``docs/errors.md``.

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
HEAD = f"""<!-- {GENERATED_MARK}errors.py; change the classes, then run it. -->

# Errors

Every failure that bodega raises on purpose has one of these codes. A code is never used for something else.
`bodega explain CODE` prints the same words.

| code | what it is | class | raised in |
|---|---|---|---|
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


def page(found: list[Failure], used: dict[str, set[str]]) -> str:
    """The whole text of the page."""
    coded = sorted((failure.code, failure) for failure in found if failure.code)
    return HEAD + "".join(_row(code, failure, sorted(used[failure.dotted])) for code, failure in coded)


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
    offences = list(faults(found, used))
    text, target = page(found, used), options.root / PAGE
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


def _row(code: str, failure: Failure, modules: list[str]) -> str:
    summary = failure.summary.replace("|", "\\|")
    places = ", ".join(f"`{_short(module)}`" for module in modules) or "nowhere yet"
    return f"| `{code}` | {summary} | `{_short(failure.dotted)}` | {places} |\n"


def _short(dotted: str) -> str:
    return dotted.removeprefix("bodega.")


if __name__ == "__main__":
    sys.exit(main())
