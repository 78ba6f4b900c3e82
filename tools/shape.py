"""The shape budget: how long files and functions may be, how many parameters, which names are no names.

The limits are on the tail: the median is small everywhere, what grows without a limit is the longest.
"""

import ast
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from house import SOURCE, Source, files, run, sources

FILE_MAX, FILE_P90 = 500, 350
FUNCTION_MAX, FUNCTION_P90 = 50, 25
PARAMETERS_MAX = 5
# As a whole name, and as one word of a name.
NO_NAMES = {"base", "common", "service", "services"}
NO_WORDS = {"util", "utils", "helper", "helpers", "misc", "manager", "managers"}
NAMED_FOLDERS = (SOURCE, "tools", "benchmarks", "tests")
IMPORTS_BY_STRING = {"import_module", "__import__"}
MAY_IMPORT_BY_STRING = (f"{SOURCE}/cli/", f"{SOURCE}/bootstrap/")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def percentile(values: Iterable[int], share: float) -> int:
    """The value below or at which ``share`` of all values lie (nearest rank); 0 of none."""
    ranked = sorted(values)
    return ranked[math.ceil(len(ranked) * share) - 1] if ranked else 0


def functions(source: Source) -> Iterator[tuple[Function, bool]]:
    """Each function, and whether it is a method (its first parameter is then not counted)."""
    methods = {
        id(child)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
        for child in node.body
        if isinstance(child, Function) and not _is_static(child)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node, id(node) in methods


def length(function: Function) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def parameters(function: Function, *, is_method: bool) -> int:
    """How many parameters a caller sees."""
    given = function.args
    named = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
    return named + bool(given.vararg) + bool(given.kwarg) - is_method


def check(root: Path) -> list[str]:
    """Print the figures; return what is over the budget."""
    measured = [source for source in sources(root, SOURCE, "tools", "benchmarks") if not source.is_generated]
    found = [
        (source, function, is_method) for source in measured for function, is_method in functions(source)
    ]
    file_lines = [source.lines for source in measured]
    function_lines = [length(function) for _, function, _ in found]
    counts = [parameters(function, is_method=is_method) for _, function, is_method in found]
    print(f"{'':20}{'count':>7}{'median':>8}{'p90':>6}{'max':>6}   limits")
    _print_row("files, lines", file_lines, f"p90 {FILE_P90}, max {FILE_MAX}")
    _print_row("functions, lines", function_lines, f"p90 {FUNCTION_P90}, max {FUNCTION_MAX}")
    _print_row("parameters", counts, f"max {PARAMETERS_MAX}")
    offences = [
        *(
            _over(source.path, f"{source.lines} lines", FILE_MAX)
            for source in measured
            if source.lines > FILE_MAX
        ),
        *_function_offences(found),
        *_tail_offences("files", file_lines, FILE_P90),
        *_tail_offences("functions", function_lines, FUNCTION_P90),
    ]
    return offences + _name_offences(root) + _import_offences(measured)


def _is_static(function: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)


def _print_row(title: str, values: list[int], limits: str) -> None:
    middle, tail = percentile(values, 0.5), percentile(values, 0.9)
    print(f"{title:20}{len(values):7}{middle:8}{tail:6}{max(values, default=0):6}   {limits}")


def _over(where: str, what: str, limit: int) -> str:
    return f"{where}: {what}, more than {limit}"


def _function_offences(found: list[tuple[Source, Function, bool]]) -> Iterator[str]:
    for source, function, is_method in found:
        where = f"{source.path}:{function.lineno} {function.name}"
        if (lines := length(function)) > FUNCTION_MAX:
            yield _over(where, f"{lines} lines", FUNCTION_MAX)
        if (count := parameters(function, is_method=is_method)) > PARAMETERS_MAX:
            yield _over(where, f"{count} parameters", PARAMETERS_MAX)


def _tail_offences(what: str, values: list[int], limit: int) -> Iterator[str]:
    if (tail := percentile(values, 0.9)) > limit:
        yield _over(what, f"nine tenths need {tail} lines", limit)


def _name_offences(root: Path) -> list[str]:
    paths = {path.relative_to(root) for folder in NAMED_FOLDERS for path in files(root, folder)}
    parts = {
        (path.as_posix(), part.removesuffix(".py").removeprefix("test_"))
        for path in paths
        for part in path.parts
    }
    return [
        f"{path}: {part!r} says nothing about what is inside"
        for path, part in sorted(parts)
        if part in NO_NAMES or NO_WORDS & set(part.split("_"))
    ]


def _import_offences(measured: list[Source]) -> list[str]:
    return [
        f"{source.path}:{node.lineno}: an import by string hides an arrow (only cli and bootstrap may)"
        for source in measured
        if source.path.startswith(SOURCE) and not source.path.startswith(MAY_IMPORT_BY_STRING)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name | ast.Attribute | ast.alias)
        and (getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None))
        in IMPORTS_BY_STRING
    ]


if __name__ == "__main__":
    sys.exit(run(check, __doc__))
