"""Indexes whose data folders are theirs alone, and a project with an environment that is synced from them."""

import tomllib
from pathlib import Path

from support.distributions import wheel_bytes, wheel_filename
from support.in_process import quick_command
from support.publishing import command, new_token, upload
from support.server import Bodega

LEAF, TREE = wheel_filename("leaf", "1.0"), wheel_filename("tree", "1.0")
NEEDS = "Requires-Dist: leaf\n"


class LockHouse:
    """An index, and a project folder with an environment; each index has a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.project.mkdir()
        self.servers: list[Bodega] = []
        made = quick_command(self.project, "venv", "--no-pip", BODEGA_STORE=self.store("own"))
        assert made.returncode == 0, made.stderr

    def store(self, name: str) -> str:
        return str(self.folder / "stores" / name)

    def index(self, name: str, leaf: bytes | None = None) -> Bodega:
        place = self.folder / name
        place.mkdir()
        server = Bodega(place, "--upstream", "none", BODEGA_REVALIDATE="0")
        self.servers.append(server)
        token = new_token(place)["token"]
        publish(server, token, "leaf", "1.0", LEAF, leaf or wheel_bytes("leaf", "1.0"))
        publish(server, token, "tree", "1.0", TREE, wheel_bytes("tree", "1.0", metadata=NEEDS))
        return server

    def lock(self, server: Bodega, *words: str) -> dict[str, object]:
        done = self.run("lock", *(words or ("tree",)), "--index-url", url(server), store="locking")
        assert done.returncode == 0, done.stderr
        return tomllib.loads((self.project / "pylock.toml").read_text())

    def run(self, *words: str, store: str = "empty", **variables: str):
        return command(self.project, *words, BODEGA_STORE=self.store(store), **variables)

    def manage(self, name: str, *words: str) -> None:
        done = quick_command(self.folder / name, *words, "--data", str(self.folder / name / "data"))
        assert done.returncode == 0, done.stderr

    def installed(self) -> list[str]:
        here = self.project / ".venv"
        return sorted(path.name.partition("-")[0] for path in here.rglob("*.dist-info"))


def publish(server: Bodega, token: str, name: str, version: str, filename: str, content: bytes) -> None:
    status, reason, _ = upload(server, token, content, filename, name=name, version=version)
    assert status == 200, reason


def url(server: Bodega) -> str:
    return f"http://{server.host}:{server.port}/simple/"
