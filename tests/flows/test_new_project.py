"""A package's life: made, built, published, installed; as a new user would."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.server import Bodega, environment

pytestmark = pytest.mark.upstream


class Life:
    """A home of its own; the index is the one that is configured for whoever runs the tests."""

    def __init__(self, home: Path) -> None:
        self.home = home
        given = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_"))}
        self.environment = {**environment(home), **given}
        self.environment.pop("PIP_CONFIG_FILE", None)

    def __call__(self, *words: str, folder: str = ".", **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bodega", *words],
            env={**self.environment, **variables},
            cwd=self.home / folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def life(tmp_path):
    (tmp_path / "home").mkdir()
    return Life(tmp_path / "home")


def test_a_program_from_nothing_to_an_index_and_back(life, tmp_path):
    life("new", "my-adder", "--app")
    life("venv", folder="my-adder")
    life("install", "-e", ".", folder="my-adder")
    assert life("run", "my-adder", "2", "3", folder="my-adder") == "5\n"
    (life.home / "my-adder/src/my_adder/__init__.py").write_text("def add(one, other):\n    return 99\n")
    assert life("run", "my-adder", "2", "3", folder="my-adder") == "99\n"
    life("build", folder="my-adder")
    assert sorted(os.listdir(life.home / "my-adder/dist")) == [
        "my_adder-0.1.0-py2.py3-none-any.whl"
        if (life.home / "my-adder/dist/my_adder-0.1.0-py2.py3-none-any.whl").exists()
        else "my_adder-0.1.0-py3-none-any.whl",
        "my_adder-0.1.0.tar.gz",
    ]
    (tmp_path / "index").mkdir()
    with Bodega(tmp_path / "index", "--upstream", "none") as index:
        made = subprocess.run(
            [
                *(sys.executable, "-m", "bodega", "token", "create", "--name", "t", "--scope", "upload"),
                *("--json", "--data", str(tmp_path / "index/data")),
            ],
            env=environment(tmp_path / "index"),
            check=True,
            capture_output=True,
            text=True,
        )
        token = json.loads(made.stdout)["token"]
        url = f"http://{index.host}:{index.port}/simple/"
        life("publish", "-i", url, folder="my-adder", BODEGA_TOKEN=token)
        assert life("tool", "run", "-i", url, "my-adder", "4", "5") == "99\n"


def test_a_module_in_c(life):
    life("new", "fast-adder", "--compiled")
    life("venv", folder="fast-adder")
    life("install", ".", folder="fast-adder")
    code = "import fast_adder._native as n; print(n.add(2, 3), n.__file__.endswith('.so'))"
    assert life("run", "python", "-c", code, folder="fast-adder") == "5 True\n"


def test_what_is_there_is_not_written_over(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/x").write_text("x")
    for words, code, error in ((["mine"], 1, "E-NEW-EXISTS"), (["-no-name-"], 2, "E-NAME")):
        done = subprocess.run(
            [sys.executable, "-m", "bodega", "new", "--", *words],
            env=environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, error in done.stderr) == (code, True), done.stderr
    assert os.listdir(tmp_path) == ["mine"]


@pytest.mark.parametrize("client", ["pip", "uv", "poetry", "pdm", "twine", "hatch", "docker", "bodega"])
def test_what_a_client_is_to_be_told(tmp_path, client):
    done = subprocess.run(
        [sys.executable, "-m", "bodega", "use", "--print", client, "-i", "https://index.example.org/simple"],
        env=environment(tmp_path),
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "https://index.example.org/" in done.stdout
    assert "{" not in done.stdout
