"""The JSON API of the public index, for projects of our own and for those read through, as its readers ask."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.publishing import new_token, upload
from support.server import Answered, Bodega
from support.upstream import Upstream

METADATA = """Summary: A tree
Keywords: wood,leaf
Author-email: Ann <ann@example.org>
License-Expression: MIT
Classifier: Programming Language :: Python :: 3
Project-URL: Source, https://example.org/tree
Requires-Python: >=3.8
Requires-Dist: leaf>=1
Provides-Extra: fruit

A *long* description.
"""


def wheel(name: str, version: str) -> tuple[str, bytes]:
    return wheel_filename(name, version), wheel_bytes(name, version, metadata=METADATA)


class Scene:
    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.upstream = upstream
        self.bodega = Bodega(folder, "--upstream", upstream.root, BODEGA_CROSS_ORIGIN="*")
        token = new_token(folder)["token"]
        _, content = wheel("own.tree", "1.0")
        upload(self.bodega, token, content, wheel_filename("own_tree"), name="own.tree")
        upload(self.bodega, token, sdist_bytes("own-tree", "1.0"), "own_tree-1.0.tar.gz", name="own-tree")
        upload(self.bodega, token, sdist_bytes("source", "1.0"), "source-1.0.tar.gz", name="source")

    def ask(self, path: str, **headers: str) -> tuple[Answered, Any]:
        answer = self.bodega.get(path, **headers)
        return answer, json.loads(answer.body) if answer.body else None


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Upstream() as upstream:
        for version in ("1.0", "1.10", "2.0rc1"):
            upstream.add("tree", *wheel("tree", version))
        upstream.add("tree", *wheel("tree", "1.11"), yanked="falls over")
        upstream.extra["versions"] = ["1.0", "1.10", "2.0rc1", "1.11"]
        upstream.add("empty", "junk.txt", b"")
        made = Scene(tmp_path_factory.mktemp("json"), upstream)
        yield made
        made.bodega.end()


def test_a_project_of_our_own(scene: Scene) -> None:
    answer, document = scene.ask("/pypi/own-tree/json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    info = document["info"]
    assert (info["name"], info["version"], info["summary"]) == ("own.tree", "1.0", "A tree")
    assert info["description"].strip() == "A *long* description."
    assert (info["author_email"], info["license_expression"]) == ("Ann <ann@example.org>", "MIT")
    assert info["project_urls"] == {"Source": "https://example.org/tree"}
    assert (info["requires_dist"], info["requires_python"]) == (["leaf>=1"], ">=3.8")
    wheel_file, sdist = document["urls"]
    assert (wheel_file["packagetype"], sdist["packagetype"]) == ("bdist_wheel", "sdist")
    assert sorted(wheel_file["digests"]) == ["blake2b_256", "md5", "sha256"]
    assert document["releases"] == {"1.0": document["urls"]}
    assert document["last_serial"] == int(answer.headers["x-pypi-last-serial"]) == 2
    assert scene.bodega.get(wheel_file["url"].partition(str(scene.bodega.port))[2]).status == 200


def test_one_of_which_there_is_no_wheel(scene: Scene) -> None:
    _, document = scene.ask("/pypi/source/json")
    assert (document["info"]["name"], document["info"]["version"]) == ("source", "1.0")


def test_a_project_read_through_shows_its_newest_final_release_that_is_not_yanked(scene: Scene) -> None:
    answer, document = scene.ask("/pypi/tree/json")
    assert (answer.status, document["info"]["version"], document["info"]["summary"]) == (
        200,
        "1.10",
        "A tree",
    )
    assert list(document["releases"]) == ["1.0", "1.10", "1.11", "2.0rc1"]
    assert document["releases"]["1.11"][0]["yanked_reason"] == "falls over"
    assert document["urls"][0]["core-metadata"] is not False


def test_a_release(scene: Scene) -> None:
    _, document = scene.ask("/pypi/tree/1.11/json")
    assert (document["info"]["version"], document["info"]["yanked"]) == ("1.11", True)
    assert "releases" not in document
    for spelling in ("1.11.0", "v1.11"):
        assert scene.ask(f"/pypi/tree/{spelling}/json")[1]["info"]["version"] == "1.11"


def test_urls_are_absolute_as_the_reader_reached_us(scene: Scene) -> None:
    _, document = scene.ask("/pypi/tree/json", Host="index.example.org")
    assert document["urls"][0]["url"].startswith("http://index.example.org/packages/")
    assert document["info"]["package_url"] == "http://index.example.org/project/tree/"
    _, document = scene.ask("/index/main/pypi/tree/json", Host="a.example.org")
    assert document["urls"][0]["url"].startswith("http://a.example.org/packages/index/main/")
    path = document["urls"][0]["url"].removeprefix("http://a.example.org")
    assert scene.bodega.get(path).status == 200


def test_it_is_revalidated_coded_and_shared(scene: Scene) -> None:
    plain = scene.bodega.get("/pypi/own-tree/json")
    answer = scene.bodega.get("/pypi/own-tree/json", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == plain.body
    assert answer.headers["etag"] != plain.headers["etag"]
    etag = answer.headers["etag"]
    again = scene.bodega.get("/pypi/own-tree/json", Accept_Encoding="gzip", If_None_Match=etag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert "Accept-Encoding" in answer.headers["vary"]
    assert answer.headers["access-control-allow-origin"] == "*"
    head = scene.bodega.get("/pypi/own-tree/json", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 1000


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/pypi/Own.Tree/json", "../own-tree/json"),
        ("/pypi/Own.Tree/json/", "../../own-tree/json"),
        ("/pypi/own_tree/1.0/json", "../../own-tree/1.0/json"),
        ("/index/main/pypi/own_tree/1.0+x/json", "../../own-tree/1.0+x/json"),
    ],
)
def test_other_spellings_of_a_name_are_one_hop_away(scene: Scene, path: str, location: str) -> None:
    answer = scene.bodega.get(path)
    assert (answer.status, answer.headers["location"]) == (301, location)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/pypi/nothing-of-this-name/json", "E-PROJECT-NOT-FOUND"),
        ("/pypi/-/json", "E-PROJECT-NOT-FOUND"),
        ("/pypi/tree/9.9/json", "E-RELEASE-NOT-FOUND"),
        ("/pypi/tree/junk/json", "E-RELEASE-NOT-FOUND"),
        ("/pypi/nothing/1.0/json", "E-PROJECT-NOT-FOUND"),
        ("/pypi/tree", "E-PATH-NOT-FOUND"),
        ("/pypi/tree/1.0/extra/json", "E-PATH-NOT-FOUND"),
    ],
)
def test_what_is_not_there_is_said_as_json(scene: Scene, path: str, code: str) -> None:
    answer, document = scene.ask(path, Accept="application/json")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert (document["status"], document["code"]) == (404, code)


def test_a_browser_may_ask_beforehand(scene: Scene) -> None:
    for path in ("/simple/tree/", "/pypi/tree/json", "/index/main/simple/"):
        answer = scene.bodega.get(path, method="OPTIONS", Origin="https://example.org")
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert scene.bodega.get("/livez", method="OPTIONS").status == 405


def test_refusals_can_be_read_by_other_sites_too(scene: Scene) -> None:
    for path in ("/simple/nothing/", "/pypi/nothing/json"):
        assert scene.bodega.get(path).headers["access-control-allow-origin"] == "*"


def test_what_the_upstream_knows_against_a_release_is_passed_on(tmp_path: Path) -> None:
    known = [{"id": "PYSEC-1", "aliases": ["CVE-1"], "details": "Bad", "fixed_in": ["1.10"], "odd": 7}]

    def answer(handler: Any) -> bool:
        if handler.path != "/pypi/tree/1.0/json":
            return False
        handler.answer(200, json.dumps({"vulnerabilities": known}).encode(), "application/json")
        return True

    with Upstream() as upstream:
        for version in ("1.0", "1.10"):
            upstream.add("tree", *wheel("tree", version))
        upstream.fault = answer
        made = Scene(tmp_path, upstream)
        try:
            (one,) = made.ask("/pypi/tree/1.0/json")[1]["vulnerabilities"]
            assert (one["id"], one["fixed_in"], "odd" in one) == ("PYSEC-1", ["1.10"], False)
            # What the upstream does not say is not said either; against our own nobody says anything.
            assert "vulnerabilities" not in made.ask("/pypi/tree/1.10/json")[1]
            assert made.ask("/pypi/own-tree/1.0/json")[1]["vulnerabilities"] == []
            asked = [path for path, _ in upstream.asked if path.startswith("/pypi/")]
            assert not any("own-tree" in path for path in asked), "what is ours is nobody's to know"
        finally:
            made.bodega.end()
