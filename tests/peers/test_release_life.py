"""What pip, uv and bodega make of releases that are yanked, deleted, quarantined, archived and promoted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bodega.formats.digests import sha256_of
from support.distributions import wheel_bytes, wheel_filename
from support.peers import program
from support.publishing import command, new_token, upload
from support.server import Bodega, environment

pytestmark = pytest.mark.peers

CLIENTS = ("pip", "uv", "bodega")


class Stall:
    """An index of our own projects, orders about them, and one environment for each client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Bodega(folder, "--upstream", "none")
        self.token = new_token(folder)["token"]
        for client in CLIENTS:
            self.run(sys.executable, "-m", "venv", "--without-pip", client)

    @property
    def root(self) -> str:
        return f"http://{self.server.host}:{self.server.port}"

    def publish(self, name: str, *versions: str, path: str = "/legacy/") -> None:
        for version in versions:
            content = wheel_bytes(name, version)
            filename = wheel_filename(name, version)
            done = upload(self.server, self.token, content, filename, name=name, version=version, path=path)
            assert done[0] == 200, done

    def order(self, *words: str) -> None:
        done = command(self.folder, *words, "--data", "data")
        assert done.returncode == 0, done.stderr

    def run(self, *words: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            words,
            env=environment(
                self.folder,
                UV_NO_CONFIG="1",
                UV_CACHE_DIR=str(self.folder / "uv-cache"),
                BODEGA_STORE=str(self.folder / "store"),
                BODEGA_REVALIDATE="0",
            ),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert code is None or done.returncode == code, f"{words}\n{done.stdout}{done.stderr}"
        return done

    def install(
        self, client: str, *words: str, base: str = "/", code: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        python, simple = f"{client}/bin/python", f"{self.root}{base}simple/"
        if client == "pip":
            begin = [
                program("pip"),
                "--python",
                python,
                "install",
                "--disable-pip-version-check",
                "-i",
                simple,
            ]
        elif client == "uv":
            begin = [program("uv"), "pip", "install", "--python", python, "--default-index", simple]
        else:
            begin = [sys.executable, "-m", "bodega", "install", "--python", python, "-i", simple]
        return self.run(*begin, *words, code=code)

    def version(self, client: str, name: str) -> str:
        code = f"import importlib.metadata as m; print(m.version({name!r}))"
        return self.run(f"{client}/bin/python", "-c", code).stdout.strip()


@pytest.fixture(scope="module")
def stall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stall]:
    made = Stall(tmp_path_factory.mktemp("stall"))
    yield made
    assert made.server.end() == 0


@pytest.mark.parametrize("client", CLIENTS)
def test_a_yanked_release_is_chosen_by_an_exact_pin_alone(stall: Stall, client: str) -> None:
    name = f"yanked-{client}"
    stall.publish(name, "1.0", "1.1")
    stall.install(client, name)
    assert stall.version(client, name) == "1.1"
    stall.order("release", "yank", name, "1.1", "--reason", "it eats data")
    stall.install(client, "--upgrade", f"{name}<2")
    # Whoever pins it gets it, and is told why they should not want it.
    stall.install(client, f"{name}==1.0")
    assert stall.version(client, name) == "1.0"
    stall.install(client, "--upgrade", name)
    assert stall.version(client, name) == "1.0"
    pinned = stall.install(client, f"{name}==1.1")
    assert stall.version(client, name) == "1.1"
    assert "it eats data" in pinned.stdout + pinned.stderr
    stall.order("release", "unyank", name, "1.1")
    stall.install(client, f"{name}==1.0")
    stall.install(client, "--upgrade", name)
    assert stall.version(client, name) == "1.1"


@pytest.mark.parametrize("client", CLIENTS)
def test_a_deleted_release_is_not_seen_by_who_comes_later(stall: Stall, client: str) -> None:
    name = f"deleted-{client}"
    stall.publish(name, "1.0", "1.1")
    stall.install(client, f"{name}==1.0")
    stall.order("release", "delete", name, "1.1", "--yes")
    stall.install(client, "--upgrade", name)
    assert stall.version(client, name) == "1.0"
    assert stall.install(client, f"{name}==1.1", code=None).returncode != 0
    assert stall.version(client, name) == "1.0"


@pytest.mark.parametrize("client", CLIENTS)
def test_a_quarantined_project_is_not_installed_and_comes_back(stall: Stall, client: str) -> None:
    name = f"quarantined-{client}"
    stall.publish(name, "1.0")
    stall.order("project", "status", name, "quarantined", "--reason", "malware")
    assert stall.install(client, name, code=None).returncode != 0
    filename, digest = wheel_filename(name), sha256_of(wheel_bytes(name)).value
    by_url = stall.install(client, f"{name} @ {stall.root}/files/{digest}/{filename}", code=None)
    assert by_url.returncode != 0
    stall.order("project", "status", name, "active")
    stall.install(client, name)
    assert stall.version(client, name) == "1.0"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("status", ["archived", "deprecated"])
def test_an_archived_or_deprecated_project_is_installed(stall: Stall, client: str, status: str) -> None:
    name = f"{status}-{client}"
    stall.publish(name, "1.0")
    stall.order("project", "status", name, status, "--reason", "see other")
    stall.install(client, name)
    assert stall.version(client, name) == "1.0"


def test_a_promoted_release_is_installed_from_the_other_index(stall: Stall) -> None:
    for index in ("dev", "prod"):
        stall.order("index", "create", index)
    stall.publish("promoted", "1.0", "1.1", path="/index/dev/legacy/")
    stall.order("release", "promote", "promoted", "1.0", "--index", "dev", "--to", "prod")
    for client in CLIENTS:
        stall.install(client, "promoted", base="/index/dev/")
        assert stall.version(client, "promoted") == "1.1"
        stall.install(client, "promoted==1.0", base="/index/prod/")
        stall.install(client, "--upgrade", "promoted", base="/index/prod/")
        assert stall.version(client, "promoted") == "1.0"
