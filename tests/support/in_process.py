"""Commands run without a process of their own, where many are needed and start-up is not the subject."""

import contextlib
import io
import subprocess
from pathlib import Path

import pytest

from bodega.cli.main import run
from support.server import environment


def quick_command(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What ``support.publishing.command`` gives, from this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("os.environ", environment(folder, **variables))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(list(arguments))
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
