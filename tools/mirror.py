"""Tests mirror the house: ``src/bodega/a/b.py`` has ``tests/unit/a/test_b.py``, and no test stands alone.

A second file about one module adds its subject: ``test_b_subject.py``. Modules of the pure packages and of
the index's contexts need their test as soon as they decide anything; the rest may be tested through a port's
contract or a story.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from house import SOURCE, Source, run, sources

TESTS = "tests/unit"
MUST_MIRROR = ("formats", "messaging", "simple_api", "content", "resolution", "protocol", "trust", "index")
# Statements in functions up to which a module is values and names, with nothing to get wrong.
TRIVIAL = 5
# A part with no door of its own -> the test that goes through the door it stands behind. A line is refused
# once its module has a test of its own, or its test is gone.
THROUGH: dict[str, str] = {
    "index/accounts/handlers.py": "tests/flows/test_publishing.py",
    "resolution/clashes.py": "tests/unit/resolution/test_explain.py",
    "resolution/clause_index.py": "tests/unit/resolution/test_search.py",
    "resolution/conflict_core.py": "tests/unit/resolution/test_search.py",
    "resolution/conflict_resolution.py": "tests/unit/resolution/test_search.py",
    "resolution/errors.py": "tests/unit/resolution/test_explain.py",
    "resolution/foresight.py": "tests/unit/resolution/test_search.py",
    "resolution/naming.py": "tests/unit/resolution/test_explain.py",
    "resolution/not_offered.py": "tests/unit/installer/locking/test_unoffered.py",
    "resolution/partial_solution.py": "tests/unit/resolution/test_search.py",
    "resolution/precedence.py": "tests/unit/resolution/test_search.py",
    "resolution/relaxing.py": "tests/unit/installer/locking/test_advising.py",
    "resolution/version_spans.py": "tests/unit/resolution/test_search.py",
}


def weight(source: Source) -> int:
    """How many statements stand in functions; docstrings, ``...`` and plain constructors count nothing."""
    return sum(
        _statements(node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "__init__"
    )


def check(root: Path) -> list[str]:
    """Print how much is mirrored; return the modules without a test and the tests without a module."""
    modules = {source.path.removeprefix(f"{SOURCE}/"): source for source in sources(root, SOURCE)}
    tests = {path.path.removeprefix(f"{TESTS}/") for path in sources(root, TESTS) if "/test_" in path.path}
    through = {path: test for path, test in THROUGH.items() if path in modules}
    mirrored = {module for test in tests if (module := _mirrored(test, modules))}
    due = {
        path
        for path, source in modules.items()
        if path.startswith(MUST_MIRROR) and not path.endswith("__init__.py") and weight(source) > TRIVIAL
    }
    print(
        f"{len(due)} modules decide something: {len(due & mirrored)} have their unit test, "
        f"{len(through)} stand behind another's"
    )
    return [
        *(f"{TESTS}/{test}: mirrors no module" for test in sorted(tests) if not _mirrored(test, modules)),
        *(
            f"{SOURCE}/{path}: {weight(modules[path])} statements and no {TESTS}/{_test_of(path)}"
            for path in sorted(due - mirrored - through.keys())
        ),
        *_needless(root, due - mirrored, through),
    ]


def _needless(root: Path, due: set[str], through: dict[str, str]) -> Iterator[str]:
    for path, test in sorted(through.items()):
        if path not in due:
            yield f"tools/mirror.py: {path} stands behind no other test any more"
        elif not (root / test).is_file():
            yield f"tools/mirror.py: {path} is said to be tested through {test}, which is not there"


def _statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    inner = (node for child in function.body for node in ast.walk(child))
    return sum(isinstance(node, ast.stmt) and not _is_constant(node) for node in inner)


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _test_of(module: str) -> str:
    path = PurePosixPath(module)
    return (path.parent / f"test_{path.name}").as_posix()


def _mirrored(test: str, modules: dict[str, Source]) -> str | None:
    """The module that a test is about: its own name, else that name shortened word by word."""
    path = PurePosixPath(test)
    words = path.stem.removeprefix("test_").split("_")
    candidates = ((path.parent / "_".join(words[:count])).as_posix() for count in range(len(words), 0, -1))
    return next((f"{name}.py" for name in candidates if f"{name}.py" in modules), None)


if __name__ == "__main__":
    sys.exit(run(check, __doc__))
