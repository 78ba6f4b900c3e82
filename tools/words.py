"""Words that the house does not use, index hosts written down as fixed values, paths of one machine.

The words are checked where code gives a name; hosts and paths in every text file that belongs here.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from house import Source, files, run, sources

# In a name, as one of its words (``dist_obj`` as two). The glossary says what to write instead.
NO_WORDS = {"pkg", "pkgs", "artifact", "artifacts", "dist_obj"}
# What a standard calls a thing is what we call it.
STANDARD = "pkg_info"
# As the whole name of a class, a function or a module: "package" alone is an import package. (A variable may
# be called so where a format or an algorithm has that word.)
NO_NAMES = {"package", "Package", "packages", "service", "Service", "manager", "Manager"}
NAMED_FOLDERS = ("src", "tests", "tools", "benchmarks")
# The upstream is a setting. Written so that this file does not hold what it looks for.
# Under docs. are the names of predicate types (PEP 740), which nobody asks for anything.
HOSTS = re.compile(r"\b(?:(?<!docs[.])pypi[.]org|pythonhosted[.]org|pypi[.]python[.]org)\b", re.IGNORECASE)
MACHINE_PATHS = re.compile(r"(?<![\w./~$}])/(?:root|work|home/\w+|Users/\w+|opt/\w+)/[\w.]")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".sh",
    ".cfg",
    ".yml",
    ".yaml",
    ".json",
    ".html",
    ".sql",
    ".css",
    ".js",
    "",
}


def check(root: Path) -> list[str]:
    """Return each word, host and path that should not be there."""
    named = [offence for source in sources(root, *NAMED_FOLDERS) for offence in _name_offences(source)]
    return named + [offence for path in _belonging(root) for offence in _text_offences(root, path)]


def _belonging(root: Path) -> Iterator[Path]:
    """The text files of the repository: what git would commit, else all that stands there."""
    listing = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists():
        answer = subprocess.run(listing, check=True, capture_output=True, text=True)
        paths: list[Path] = [root / name for name in answer.stdout.split("\0") if name]
    else:
        paths = list(files(root, ".", suffix=""))
    return (path for path in paths if path.suffix in TEXT and path.is_file())


def _definitions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every class and function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def _variables(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of everything else that a file gives a name to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def _name_offences(source: Source) -> Iterator[str]:
    stem = source.path.rsplit("/", 1)[-1].removesuffix(".py").removeprefix("test_")
    defined = [(1, stem), *_definitions(source.tree)]
    offending = [(line, name) for line, name in defined if name in NO_NAMES]
    for line, name in [*defined, *_variables(source.tree)]:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace(STANDARD, "")
        if any(f"_{word}_" in f"_{words}_" for word in NO_WORDS):
            offending.append((line, name))
    for line, name in offending:
        yield f"{source.path}:{line}: {name!r} is not a word of the house (docs/glossary.md)"


def _text_offences(root: Path, path: Path) -> Iterator[str]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return
    where = path.relative_to(root).as_posix()
    for number, line in enumerate(text.splitlines(), 1):
        if HOSTS.search(line):
            yield f"{where}:{number}: an index host as a fixed value (the upstream is a setting)"
        if MACHINE_PATHS.search(line):
            yield f"{where}:{number}: a path of one machine"


if __name__ == "__main__":
    sys.exit(run(check, __doc__))
