"""A cooldown, a denial and a quarantine as pip, uv and bodega meet them, over a real upstream."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.choosing import CLIENTS, Chooser
from support.distributions import wheel_bytes, wheel_filename
from support.publishing import command
from support.server import Bodega
from support.upstream import Upstream, until

pytestmark = pytest.mark.peers

OLD = "2020-01-02T03:04:05.000000Z"
HELD_BACK = "lib: {} exists, not offered: held back by the 7-day cooldown of index main until 2"


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Desk:
    """``bodega serve --cooldown 7d`` over an upstream with lib 1.0 (old) and 2.0 (of this moment)."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.add("1.0", OLD)
        self.add("2.0", now())
        self.server = Bodega(folder, "--upstream", upstream.root, "--cooldown", "7d", BODEGA_REVALIDATE="0")
        self.index = f"http://{self.server.host}:{self.server.port}/simple/"

    def add(self, version: str, upload_time: str) -> None:
        content = wheel_bytes("lib", version)
        self.upstream.add("lib", wheel_filename("lib", version), content, **{"upload-time": upload_time})

    def hidden(self) -> dict[str, str]:
        page = json.loads(self.server.json("/simple/lib/").body)
        return {one["version"]: one["code"] for one in page.get("_hidden", [])}

    def policy(self, *words: str) -> None:
        done = command(self.folder, "policy", *words, "--data", str(self.folder / "data"))
        assert done.returncode == 0, done.stderr


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Upstream() as upstream:
        made = Desk(tmp_path, upstream)
        try:
            yield made
        finally:
            made.server.end()


@pytest.mark.parametrize("client", CLIENTS)
def test_what_is_young_is_not_seen_and_what_is_old_is(desk: Desk, client: str) -> None:
    chooser = Chooser(client, desk.folder, desk.index)
    assert chooser.versions("lib") == {"lib": "1.0"}
    refused = chooser.ask("lib==2.0")
    assert refused.returncode != 0
    if client == "bodega":
        assert refused.returncode == 3
        assert HELD_BACK.format("2.0") in refused.stderr
    # A file with an old date, on a page that was known without it, is as young as our first sight of it.
    desk.add("3.0", OLD)
    until(lambda: desk.hidden() == dict.fromkeys(("2.0", "3.0"), "E-POLICY-COOLDOWN"))
    assert chooser.versions("lib") == {"lib": "1.0"}
    desk.policy("exempt", "lib==3.0", "--advisory", "GHSA-0000", "--reason", "fixes it")
    assert chooser.versions("lib") == {"lib": "3.0"}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_denied_project_says_why(desk: Desk, client: str) -> None:
    desk.policy("deny", "lib", "--reason", "it mines coins")
    refused = Chooser(client, desk.folder, desk.index).ask("lib")
    assert refused.returncode != 0
    if client == "bodega":
        assert refused.returncode == 4
        assert "error[E-POLICY-REFUSED]" in refused.stderr
        assert "lib is denied: it mines coins" in refused.stderr


@pytest.mark.parametrize("client", CLIENTS)
def test_a_quarantined_project_is_not_installed(desk: Desk, client: str) -> None:
    chooser = Chooser(client, desk.folder, desk.index)
    assert chooser.versions("lib") == {"lib": "1.0"}
    desk.policy("quarantine", "lib", "--reason", "under review")
    refused = chooser.ask("lib")
    assert refused.returncode != 0
    if client == "bodega":
        assert refused.returncode == 3
        assert "lib: the project is quarantined: under review" in refused.stderr
    desk.policy("release", "lib")
    assert chooser.versions("lib") == {"lib": "1.0"}


def test_a_lock_does_not_bring_what_was_quarantined_since(desk: Desk) -> None:
    chooser = Chooser("bodega", desk.folder, desk.index)
    assert chooser.versions("lib") == {"lib": "1.0"}
    desk.policy("quarantine", "lib", "--reason", "under review")
    store = str(desk.folder / "store")
    made = command(chooser.folder, "venv", "env", "--no-pip", BODEGA_STORE=store)
    assert made.returncode == 0, made.stderr
    python = str(chooser.folder / "env/bin/python")
    words = ("sync", "--python", python, "--no-compile")
    refused = command(chooser.folder, *words, BODEGA_STORE=store)
    assert refused.returncode == 4, refused.stderr
    assert "is quarantined: under review" in refused.stderr
    assert not list((chooser.folder / "env").rglob("lib.py"))
    desk.policy("release", "lib")
    done = command(chooser.folder, *words, BODEGA_STORE=store)
    assert done.returncode == 0, done.stderr
