"""pip, uv and bodega install from a folder that is served."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.distributions import sdist_bytes, write_wheel
from support.peers import program, run_python
from support.server import Bodega, environment


@pytest.mark.parametrize("client", ["pip", "uv", "bodega"])
def test_installing_from_a_served_folder(tmp_path: Path, client: str) -> None:
    wheels = tmp_path / "wheels" / "deep"
    wheels.mkdir(parents=True)
    write_wheel(wheels, "top", "1.0", metadata="Requires-Dist: below>=2\n")
    write_wheel(wheels, "below", "1.0")
    write_wheel(wheels, "below", "2.0")
    (wheels / "below-3.0.tar.gz").write_bytes(sdist_bytes("below", "3.0")[:50])
    prefix = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True)
    python = str(prefix / "bin" / "python")
    with Bodega(tmp_path, str(wheels.parent), data=False) as bodega:
        url = f"http://{bodega.host}:{bodega.port}/simple/"
        commands = {
            "pip": [program("pip"), "--python", python, "install", "-i", url],
            "uv": [program("uv"), "pip", "install", "--python", python, "--default-index", url],
            "bodega": [sys.executable, "-m", "bodega", "install", "--python", str(prefix), "-i", url],
        }
        done = subprocess.run(
            [*commands[client], "top"],
            env={**environment(tmp_path), "UV_NO_CONFIG": "1", "UV_CACHE_DIR": str(tmp_path / "uv")},
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    assert done.returncode == 0, done.stderr + done.stdout
    code = "import importlib.metadata as m, top; print(m.version('below'), top.ANSWER)"
    assert run_python(python, code) == "2.0 42"
    assert not any(name.startswith(".") for name in os.listdir(wheels))
