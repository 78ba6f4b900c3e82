"""Real clients against a running index: pulls, publishing, a dead upstream, a killed server, locks."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.pylock import Pylock

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.peers import program
from support.server import Bodega, environment
from support.upstream import Upstream

pytestmark = pytest.mark.peers


class Desk:
    """A folder with clients, pointed at one index."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.server = Bodega(folder, "--upstream", upstream.root)
        self.made = 0

    @property
    def base(self) -> str:
        return f"http://{self.server.host}:{self.server.port}"

    def run(self, *command: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        variables = {
            "BODEGA_STORE": str(self.folder / "store"),
            "BODEGA_DATA": str(self.folder / "data"),
            "UV_CACHE_DIR": str(self.folder / "uv-cache"),
            **variables,
        }
        done = subprocess.run(
            command,
            env=environment(self.folder, **variables),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def bodega(self, *words: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "bodega", *words, code=code, **variables)

    def fresh(self) -> Path:
        self.made += 1
        path = self.folder / f"environment-{self.made}"
        self.bodega("venv", str(path), "-q")
        return path

    def install(self, client: str, project: str) -> None:
        """Install into a fresh environment with a client, and import."""
        target = self.fresh()
        index = f"{self.base}/simple/"
        if client == "bodega":
            self.bodega("install", "--no-compile", "--python", str(target), "--index-url", index, project)
        elif client == "pip3":
            self.run(str(target / "bin/pip3"), "install", "--no-compile", project, PIP_INDEX_URL=index)
        elif client == "pip":
            python = str(target / "bin/python")
            self.run(program("pip"), "--python", python, "install", "-q", "--index-url", index, project)
        else:
            python = str(target / "bin/python")
            uv = (program("uv"), "pip", "install", "-q", "--no-cache", "--python", python)
            self.run(*uv, "--default-index", index, project)
        module = project.replace("-", "_")
        done = self.run(str(target / "bin/python"), "-c", f"import {module}; print({module}.ANSWER)")
        assert done.stdout == "42\n"

    def token(self) -> str:
        words = ("token", "create", "--name", "t", "--scope", "upload", "--json")
        return str(json.loads(self.bodega(*words).stdout)["token"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Upstream() as upstream:
        for version in ("0.5", "1.0"):
            upstream.add("leaf", wheel_filename("leaf", version), wheel_bytes("leaf", version))
        for version in ("1.0", "2.0"):
            content = wheel_bytes("tree", version, metadata="Requires-Dist: leaf>=1\n")
            upstream.add("tree", wheel_filename("tree", version), content)
        made = Desk(tmp_path, upstream)
        try:
            yield made
        finally:
            made.server.end()


def test_every_client_installs_through_the_index_also_when_the_upstream_is_gone(desk: Desk) -> None:
    for client in ("bodega", "pip3", "pip", "uv"):
        desk.install(client, "tree")
    desk.upstream.die()
    (desk.folder / "store").rename(desk.folder / "old-store")
    for client in ("bodega", "pip", "uv"):
        desk.install(client, "tree")
    assert desk.server.get("/simple/tree/").status == 200


def test_published_files_can_be_installed_at_once_and_after_a_kill(desk: Desk) -> None:
    token = desk.token()
    folder = desk.folder / "dist"
    folder.mkdir()
    wheel = folder / wheel_filename("mine", "1.0")
    wheel.write_bytes(wheel_bytes("mine", "1.0"))
    sdist = folder / "mine-1.0.tar.gz"
    sdist.write_bytes(sdist_bytes("mine", "1.0"))
    other = folder / wheel_filename("ours", "1.0")
    other.write_bytes(wheel_bytes("ours", "1.0"))
    login = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": token}
    url = f"{desk.base}/legacy/"
    desk.run(program("twine"), "upload", "--repository-url", url, str(wheel), str(sdist), **login)
    desk.run(program("uv"), "publish", "--publish-url", url, "--token", token, str(other))
    for client in ("bodega", "pip", "uv"):
        desk.install(client, "mine")
        desk.install(client, "ours")
    desk.server.process.kill()
    desk.server.end()
    desk.server = Bodega(desk.folder, "--upstream", desk.upstream.root)
    for client in ("bodega", "pip", "uv"):
        desk.install(client, "mine")


def test_a_refused_upload_says_why_to_twine(desk: Desk) -> None:
    wheel = desk.folder / wheel_filename("mine", "1.0")
    wheel.write_bytes(wheel_bytes("mine", "1.0"))
    login = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": "bodega-wrong"}
    words = (program("twine"), "upload", "--repository-url", f"{desk.base}/legacy/", str(wheel))
    refused = desk.run(*words, code=1, **login)
    assert "401" in refused.stdout + refused.stderr
    login["TWINE_PASSWORD"] = desk.token()
    desk.run(*words, **login)
    wheel.write_bytes(wheel_bytes("mine", "1.0", files={"mine.py": b"ANSWER = 43\n"}))
    refused = desk.run(*words, code=1, **login)
    assert "File already exists" in refused.stdout + refused.stderr


def test_a_lock_is_installed_by_bodega_and_by_uv(desk: Desk) -> None:
    index = ("--index-url", f"{desk.base}/simple/")
    target = desk.fresh()
    desk.bodega("lock", "--python", str(target), *index, "tree<2")
    lock = Pylock.from_dict(tomllib.loads((desk.folder / "pylock.toml").read_text()))
    assert [(str(one.name), str(one.version)) for one in lock.packages] == [("leaf", "1.0"), ("tree", "1.0")]
    desk.bodega("install", "--no-compile", "--python", str(target), *index, "tree")
    desk.bodega("sync", "--no-compile", "--python", str(target))
    assert "tree==1.0" in desk.bodega("freeze", "--python", str(target)).stdout
    other = desk.fresh()
    python = str(other / "bin/python")
    desk.run(program("uv"), "pip", "sync", "-q", "--no-cache", "--python", python, "pylock.toml")
    assert "tree==1.0" in desk.bodega("freeze", "--python", str(other)).stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nothing-of-this-name",), 3, "no index knows"),
        (("tree>=9",), 3, "tree>=9"),
        (("tree==2.0", "leaf<1"), 3, "leaf>=1"),
        (("=nonsense",), 2, "E-REQUIREMENT"),
        (("leaf==7",), 3, "offered are 1.0, 0.5"),
        ((), 2, "E-NOTHING-ASKED"),
        (("--no-such-option",), 2, "E-USAGE"),
    ],
)
def test_bad_requests_end_with_their_code_and_change_nothing(
    desk: Desk, words: tuple[str, ...], code: int, said: str
) -> None:
    target = desk.fresh()
    before = sorted(path for path in target.rglob("*") if ".bodega" not in path.parts)
    command = ("install", "--python", str(target), "--index-url", f"{desk.base}/simple/", *words)
    assert said in desk.bodega(*command, code=code).stderr
    assert sorted(path for path in target.rglob("*") if ".bodega" not in path.parts) == before


def test_a_dead_index_and_a_missing_environment_have_their_codes(desk: Desk) -> None:
    target = str(desk.fresh())
    dead = desk.bodega(
        "install", "--python", target, "--index-url", "http://127.0.0.1:9/simple/", "x", code=5
    )
    assert "E-INDEX-UNREACHABLE" in dead.stderr
    assert "E-NO-ENVIRONMENT" in desk.bodega("install", "x", code=1).stderr
    assert "E-PORT" in desk.bodega("serve", "--port", str(desk.server.port), "--data", "other", code=1).stderr
    if os.getuid():
        assert "E-DATA-FOLDER" in desk.bodega("serve", "--port", "0", "--data", "/proc/x", code=1).stderr
