"""A new project: few files, each one that will be kept, and all that a first release needs."""

import os
from collections.abc import Mapping
from typing import Literal

from bodega.formats.errors import BodegaError
from bodega.formats.names import project_name

Kind = Literal["lib", "app", "compiled"]

_IGNORED = """\
.venv/
dist/
build/
__pycache__/
*.egg-info/
*.so
"""
_README = """\
# {name}

To work on it:

    bodega venv
    bodega install -e '.[test]'
    bodega run pytest

To release it:

    bodega build
    bodega publish
"""
_PURE = """\
[build-system]
requires = ["flit-core>=3.11,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "{name}"
version = "0.1.0"
description = "{description}"
readme = "README.md"
requires-python = ">={python}"
dependencies = []

[project.optional-dependencies]
test = ["pytest"]
{scripts}
[tool.flit.module]
name = "{module}"
"""
_SCRIPTS = """
[project.scripts]
{name} = "{module}.__main__:main"
"""
_COMPILED = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "{name}"
version = "0.1.0"
description = "{description}"
readme = "README.md"
requires-python = ">={python}"
dependencies = []

[project.optional-dependencies]
test = ["pytest"]

[tool.setuptools.packages.find]
where = ["src"]

[tool.setuptools.package-data]
{module} = ["py.typed", "*.pyi"]
"""
_SETUP = """\
from setuptools import Extension, setup

setup(ext_modules=[Extension("{module}._native", ["src/{module}/_native.c"])])
"""
_NATIVE = """\
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
add(PyObject *self, PyObject *args)
{{
    long one, other;

    (void)self;
    if (!PyArg_ParseTuple(args, "ll", &one, &other))
        return NULL;
    return PyLong_FromLong(one + other);
}}

static PyMethodDef methods[] = {{
    {{"add", add, METH_VARARGS, "The sum of two whole numbers."}},
    {{NULL, NULL, 0, NULL}}
}};

static struct PyModuleDef definition = {{
    PyModuleDef_HEAD_INIT, "_native", "What {module} does in C.", 0, methods, NULL, NULL, NULL, NULL
}};

PyMODINIT_FUNC
PyInit__native(void)
{{
    return PyModuleDef_Init(&definition);
}}
"""
_STUB = "def add(one: int, other: int, /) -> int: ...\n"
_INIT = '''\
"""{description}."""


def add(one: int, other: int) -> int:
    """Add two numbers."""
    return one + other
'''
_INIT_COMPILED = '"""{description}."""\n\nfrom {module}._native import add\n\n__all__ = ["add"]\n'
_MAIN = '''\
"""The program ``{name}``."""

import sys

from {module} import add


def main() -> int:
    """Add the numbers on the command line, and print the sum."""
    total = 0
    for word in sys.argv[1:]:
        total = add(total, int(word))
    print(total)
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''
_TEST = "from {module} import add\n\n\ndef test_two_numbers_are_added():\n    assert add(2, 3) == 5\n"


class ProjectExistsError(BodegaError):
    """There is something already where a project is to be made."""

    code = "E-NEW-EXISTS"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is there already, and not empty")
        self.path = path


def write_project(path: str, kind: Kind, python: str) -> list[str]:
    """Make a project in a folder that is empty or not there; the paths of its files, relative to it.

    Its name is the folder's. ``python`` is the oldest version, such as ``3.11``. Raises
    InvalidProjectNameError, ProjectExistsError; then nothing is left.
    """
    path = os.path.abspath(path)
    typed = project_name(os.path.basename(path)).typed
    if os.path.lexists(path) and (not os.path.isdir(path) or os.listdir(path)):
        raise ProjectExistsError(path)
    module = typed.replace("-", "_").replace(".", "_").lower()
    words = {"name": typed, "module": module, "python": python, "description": f"What {typed} is for"}
    files = _files(kind, words)
    for name, content in files.items():
        os.makedirs(os.path.dirname(f"{path}/{name}"), exist_ok=True)
        with open(f"{path}/{name}", "w", encoding="utf-8") as file:
            file.write(content)
    return list(files)


def _files(kind: Kind, words: Mapping[str, str]) -> dict[str, str]:
    module = words["module"]
    common = {
        ".gitignore": _IGNORED,
        "README.md": _README.format(**words),
        f"src/{module}/py.typed": "",
        "tests/test_add.py": _TEST.format(**words),
    }
    if kind == "compiled":
        return {
            "pyproject.toml": _COMPILED.format(**words),
            "setup.py": _SETUP.format(**words),
            f"src/{module}/__init__.py": _INIT_COMPILED.format(**words),
            f"src/{module}/_native.c": _NATIVE.format(**words),
            f"src/{module}/_native.pyi": _STUB,
            **common,
        }
    scripts = _SCRIPTS.format(**words) if kind == "app" else ""
    files = {
        "pyproject.toml": _PURE.format(scripts=scripts, **words),
        f"src/{module}/__init__.py": _INIT.format(**words),
        **common,
    }
    if kind == "app":
        files[f"src/{module}/__main__.py"] = _MAIN.format(**words)
    return files
