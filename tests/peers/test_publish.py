"""The real twine and uv publish a private project, which the real pip and uv install at once, and after a kill."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.peers import program, run_python
from support.publishing import new_token
from support.server import Bodega, environment

pytestmark = pytest.mark.peers


class Index:
    """A served index without an upstream, a token, and a folder of distributions to publish."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", "none")
        self.token = new_token(folder)["token"]
        self.dist = folder / "dist"
        self.dist.mkdir()

    @property
    def url(self) -> str:
        return f"http://{self.bodega.host}:{self.bodega.port}"

    def restart(self) -> None:
        self.bodega.process.kill()
        self.bodega.end()
        self.bodega = Bodega(self.folder, "--upstream", "none")

    def make(self, name: str, version: str = "1.0", answer: int = 42) -> list[Path]:
        module = name.replace("-", "_")
        wheel = self.dist / wheel_filename(name, version)
        wheel.write_bytes(wheel_bytes(name, version, files={f"{module}.py": f"ANSWER = {answer}\n".encode()}))
        sdist = self.dist / f"{module}-{version}.tar.gz"
        sdist.write_bytes(sdist_bytes(name, version))
        return [wheel, sdist]

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            env={**environment(self.folder), "UV_NO_CONFIG": "1", **variables},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def twine(
        self, *files: Path, token: str | None = None, options: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        words = [program("twine"), "upload", "--non-interactive", "--disable-progress-bar", *options]
        words += ["--repository-url", f"{self.url}/legacy/", "-u", "__token__", "-p", token or self.token]
        return self.run(*words, *map(str, files), COLUMNS="1000")

    def uv_publish(
        self, *files: Path, token: str | None = None, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        words = [
            program("uv"),
            "publish",
            "--publish-url",
            f"{self.url}/legacy/",
            "--token",
            token or self.token,
        ]
        words += ["--check-url", f"{self.url}/simple/"] if check else []
        return self.run(*words, *map(str, files))

    def installs(self, client: str, requirement: str, name: str) -> str:
        target = self.folder / f"target-{client}-{os.urandom(4).hex()}"
        simple = f"{self.url}/simple/"
        if client == "pip":
            words = [program("pip"), "install", "--no-cache-dir", "--disable-pip-version-check", "-i", simple]
        else:
            words = [program("uv"), "pip", "install", "--no-cache", "--default-index", simple]
            words += ["--python", sys.executable]
        done = self.run(*words, "--target", str(target), requirement)
        assert done.returncode == 0, done.stdout + done.stderr
        return run_python(
            sys.executable,
            f"import sys; sys.path.insert(0, {str(target)!r}); import {name}; print({name}.ANSWER)",
        )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    made = Index(tmp_path_factory.mktemp("peers"))
    yield made
    assert made.bodega.end() == 0


@pytest.mark.parametrize("publisher", ["twine", "uv"])
def test_published_is_installable_at_once_and_after_a_kill(index: Index, publisher: str) -> None:
    name = f"private-{publisher}"
    files = index.make(name)
    done = index.twine(*files) if publisher == "twine" else index.uv_publish(*files)
    assert done.returncode == 0, done.stdout + done.stderr
    for client in ("pip", "uv"):
        assert index.installs(client, f"{name}==1.0", name.replace("-", "_")) == "42"
    index.restart()
    for client in ("pip", "uv"):
        assert index.installs(client, name, name.replace("-", "_")) == "42"


@pytest.mark.parametrize("publisher", ["twine", "uv"])
def test_publishing_again(index: Index, publisher: str) -> None:
    name = f"again-{publisher}"
    files = index.make(name)
    publish = index.twine if publisher == "twine" else index.uv_publish
    for _ in range(2):
        done = publish(*files)
        assert done.returncode == 0, done.stdout + done.stderr
    other = index.make(name, answer=7)
    done = publish(other[0])
    assert done.returncode != 0
    assert "File already exists" in done.stdout + done.stderr
    assert index.installs("pip", name, name.replace("-", "_")) == "42"


def test_twine_skips_what_exists_only_where_it_believes_the_host(index: Index) -> None:
    """twine keeps the option for hosts that it knows; without it, the same bytes are accepted again."""
    files = index.make("skipped")
    assert index.twine(*files).returncode == 0
    done = index.twine(*files, options=("--skip-existing",))
    assert done.returncode == 1
    assert "--skip-existing" in done.stdout + done.stderr
    assert index.twine(*files).returncode == 0


def test_uv_sees_by_the_check_url_what_is_there(index: Index) -> None:
    files = index.make("checked")
    assert index.uv_publish(*files, check=True).returncode == 0
    again = index.uv_publish(*files, check=True)
    assert again.returncode == 0
    assert "already exists" in again.stderr
    assert "skipping" in again.stderr


@pytest.mark.parametrize("publisher", ["twine", "uv"])
def test_a_wrong_token_is_said(index: Index, publisher: str) -> None:
    files = index.make(f"locked-{publisher}")
    publish = index.twine if publisher == "twine" else index.uv_publish
    done = publish(files[0], token="bodega-" + "A" * 48)
    assert done.returncode != 0
    assert "the token is not valid" in done.stdout + done.stderr


@pytest.mark.parametrize("publisher", ["twine", "uv"])
def test_why_a_file_is_refused_is_said(index: Index, publisher: str) -> None:
    name = f"lying-{publisher}"
    wheel, _ = index.make(name)
    lying = wheel_bytes(name, extra_info={"INSTALLER": b"pip\n"})
    wheel.write_bytes(lying)
    publish = index.twine if publisher == "twine" else index.uv_publish
    done = publish(wheel)
    assert done.returncode != 0
    assert "brings INSTALLER, which installers write" in done.stdout + done.stderr
