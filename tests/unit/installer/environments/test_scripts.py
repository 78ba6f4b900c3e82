"""Scripts that start programs, whatever the interpreter's path."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bodega.formats.entry_points import Script
from bodega.installer.environments.scripts import rewritten, shebang, wrapper


@pytest.mark.parametrize("name", ["plain", "with space", "quo'te", "l" * 140])
def test_a_wrapper_runs_with_an_interpreter_anywhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    python = folder / "python"
    # A program that starts the real one: what the first line names must be started, and the script read.
    python.symlink_to(os.path.realpath(sys.executable))
    script = tmp_path / "script"
    script.write_bytes(wrapper(Script("run", "os.path", "join.__name__.upper"), str(python)))
    script.chmod(0o755)
    done = subprocess.run([str(script)], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "JOIN\n")


def test_a_wrapper_imports_nothing_it_does_not_need() -> None:
    text = wrapper(Script("run", "sample.cli", "App.main"), "/env/bin/python").decode()
    assert text.startswith("#!/env/bin/python\n")
    assert [line for line in text.splitlines() if "import" in line] == [
        "import sys",
        "from sample.cli import App",
    ]
    compile(text, "run", "exec")


def test_only_python_lines_are_rewritten() -> None:
    assert rewritten(b"#!python\nx\n", "/e/python") == b"#!/e/python\nx\n"
    assert rewritten(b"#!pythonw -u\r\nx\r\n", "/e/python") == b"#!/e/python\nx\r\n"
    for content in (b"#!/usr/bin/env python\nx\n", b"#!/bin/sh\n", b"", b"\x7fELF", b"#!python"):
        assert rewritten(content, "/e/python") is None


def test_a_short_path_is_named_directly() -> None:
    assert shebang("/env/bin/python") == b"#!/env/bin/python\n"
    assert shebang("/my env/bin/python").startswith(b"#!/bin/sh\n'''exec' '/my env/bin/python'")
