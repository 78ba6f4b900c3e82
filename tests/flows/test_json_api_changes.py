"""The JSON API says what the pages say: after yanks and deletions, under policy, and as of a serial."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.distributions import wheel_filename
from support.publishing import command
from support.server import Bodega
from support.stand import Stand


class Scene(Stand):
    """An index whose rules and releases are changed by command."""

    def do(self, *words: str) -> None:
        done = command(self.folder, *words, "--data", str(self.folder / "data"))
        assert done.returncode == 0, done.stderr

    def ask(self, path: str, base: str = "/") -> tuple[int, Any]:
        answer = self.bodega.get(f"{base}pypi/{path}/json", Accept="application/json")
        return answer.status, json.loads(answer.body)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Scene(tmp_path_factory.mktemp("changes")) as made:
        yield made


def test_yanks_and_deletions(scene: Scene) -> None:
    scene.publish("changed", "1.0")
    scene.publish("changed", "1.1")
    assert scene.ask("changed")[1]["info"]["version"] == "1.1"
    serial = scene.ask("changed")[1]["last_serial"]
    scene.do("release", "yank", "changed", "1.1", "--reason", "falls over", "--yes")
    _, document = scene.ask("changed")
    assert (document["info"]["version"], document["info"]["yanked"]) == ("1.0", False)
    assert document["releases"]["1.1"][0]["yanked_reason"] == "falls over"
    assert document["last_serial"] > serial
    assert scene.ask("changed/1.1")[1]["info"]["yanked_reason"] == "falls over"
    scene.do("release", "delete", "changed", "1.1", "--yes")
    assert scene.ask("changed/1.1")[0] == 404
    assert list(scene.ask("changed")[1]["releases"]) == ["1.0"]
    then = f"/index/main@{serial}/"
    _, document = scene.ask("changed", then)
    assert (document["info"]["version"], list(document["releases"])) == ("1.1", ["1.0", "1.1"])
    assert document["urls"][0]["url"].startswith(f"{scene.url}/packages/index/main@{serial}/")


def test_what_policy_hides_is_not_there(scene: Scene) -> None:
    scene.do("policy", "deny", "tree==2.0", "--reason", "steals tokens")
    status, document = scene.ask("tree")
    assert (status, document["info"]["version"], list(document["releases"])) == (200, "1.0", ["0.5", "1.0"])
    assert scene.ask("tree/2.0")[0] == 404
    scene.do("policy", "quarantine", "tree", "--reason", "looked at")
    status, document = scene.ask("tree")
    assert (status, document["code"]) == (404, "E-RELEASE-NOT-FOUND")
    scene.do("policy", "release", "tree")
    scene.do("policy", "deny", "tree", "--reason", "steals tokens")
    status, document = scene.ask("tree")
    assert status == 403
    assert "steals tokens" in json.dumps(document)


def test_files_of_the_json_api_pass_the_same_verdict(scene: Scene) -> None:
    url = scene.ask("leaf")[1]["urls"][0]["url"].removeprefix(scene.url)
    assert url.endswith(wheel_filename("leaf", "1.0"))
    assert scene.bodega.get(url).status == 200
    assert scene.bodega.get(f"{url}.metadata").status == 200
    scene.do("policy", "quarantine", "leaf", "--reason", "looked at")
    refused = scene.bodega.get(url)
    assert refused.status == 403
    assert b"looked at" in refused.body
    for path in ("/packages/", "/packages/x", "/packages/index/nothing/00/x.whl", "/packages/../livez"):
        assert scene.bodega.get(path).status == 404


def test_nothing_is_shared_with_other_sites_unless_that_is_set(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none") as bodega:
        for path in ("/simple/", "/simple/x/", "/simple/X", "/pypi/x/json", "/files/00/x.whl"):
            assert "access-control-allow-origin" not in bodega.get(path).headers
        assert bodega.get("/simple/", method="OPTIONS").status == 405
