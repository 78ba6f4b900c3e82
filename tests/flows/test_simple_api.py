"""The Simple API 1.4, line by line, as a client meets it (PEP 503, 592, 629, 658, 691, 700, 714, 792)."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bodega.simple_api.codings import decode
from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.publishing import command, new_token, upload
from support.server import Answered, Bodega
from support.upstream import Upstream

J = "application/vnd.pypi.simple.v1+json"
H = "application/vnd.pypi.simple.v1+html"
PLAIN = "text/html; charset=utf-8"
PAGES = ("/simple/", "/simple/own-tree/", "/simple/tree/", "/index/main/simple/own-tree/")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z")


class Anchors(HTMLParser):
    """Anchors with their attributes and text, and meta tags by name."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.anchors: list[tuple[dict[str, str | None], str]] = []
        self.metas: dict[str, str | None] = {}
        self._open: dict[str, str | None] | None = None
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a":
            self._open = found
        elif tag == "meta" and "name" in found:
            self.metas[found["name"] or ""] = found["content"]

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.anchors.append((self._open, data))
            self._open = None


class Scene:
    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", upstream.root)
        token = new_token(folder)["token"]
        self.wheel = wheel_bytes("own.tree", "1.0", metadata="Requires-Python: >=3.8, <4\n")
        self.filename = wheel_filename("own.tree", "1.0").replace("own.tree", "own_tree")
        answer = upload(self.bodega, token, self.wheel, self.filename, name="own.tree")
        assert answer[0] == 200, answer
        sdist = sdist_bytes("own-tree", "1.0")
        assert upload(self.bodega, token, sdist, "own_tree-1.0.tar.gz", name="own-tree")[0] == 200

    def set_status(self, *words: str) -> None:
        data = ("--data", str(self.folder / "data"))
        done = command(self.folder, "project", "status", "own-tree", *words, *data)
        assert done.returncode == 0, done.stderr

    def json(self, path: str, **headers: str) -> dict[str, Any]:
        answer = self.bodega.get(path, Accept=J, **headers)
        assert (answer.status, answer.headers["content-type"]) == (200, J)
        found: dict[str, Any] = json.loads(answer.body)
        return found


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Upstream() as upstream:
        upstream.add("tree", wheel_filename("tree", "1.0"), wheel_bytes("tree", "1.0"), yanked="falls over")
        upstream.add("tree", wheel_filename("tree", "0.9"), wheel_bytes("tree", "0.9"), yanked=True)
        upstream.extra["versions"] = ["0.9", "1.0", "0.1"]
        made = Scene(tmp_path_factory.mktemp("simple"), upstream)
        yield made
        made.bodega.end()


def test_a_page_as_json(scene: Scene) -> None:
    page = scene.json("/simple/own-tree/")
    assert page["meta"] == {"api-version": "1.4", "_last-serial": 2}
    assert (page["name"], page["versions"], page["project-status"]) == (
        "own-tree",
        ["1.0"],
        {"status": "active"},
    )
    wheel, sdist = page["files"]
    digest = hashlib.sha256(scene.wheel).hexdigest()
    assert wheel["url"] == f"../../files/{digest}/{scene.filename}"
    assert (wheel["filename"], wheel["hashes"], wheel["size"]) == (
        scene.filename,
        {"sha256": digest},
        len(scene.wheel),
    )
    assert TIME.fullmatch(wheel["upload-time"])
    assert (wheel["requires-python"], wheel["yanked"]) == ("<4,>=3.8", False)
    metadata = scene.bodega.get(f"/files/{digest}/{scene.filename}.metadata")
    assert wheel["core-metadata"] == {"sha256": hashlib.sha256(metadata.body).hexdigest()}
    assert sdist["core-metadata"] is False
    # PEP 714: old clients misread the plain key.
    assert "dist-info-metadata" not in wheel


def test_a_page_as_html_says_the_same(scene: Scene) -> None:
    page = scene.json("/simple/own-tree/")
    html = Anchors(scene.bodega.get("/simple/own-tree/", Accept=H).body)
    assert html.metas == {
        "pypi:repository-version": "1.4",
        "pypi:last-serial": "2",
        "pypi:project-status": "active",
    }
    for (attributes, text), file in zip(html.anchors, page["files"], strict=True):
        url, _, fragment = str(attributes["href"]).partition("#")
        assert (text, url) == (file["filename"], file["url"])
        assert url.rpartition("/")[2] == text
        assert fragment == f"sha256={file['hashes']['sha256']}"
        assert attributes.get("data-requires-python") == file["requires-python"]
        offer = f"sha256={file['core-metadata']['sha256']}" if file["core-metadata"] else None
        assert attributes.get("data-core-metadata") == attributes.get("data-dist-info-metadata") == offer
        assert "data-yanked" not in attributes
    raw = scene.bodega.get("/simple/own-tree/", Accept=H).body
    assert b'data-requires-python="&lt;4,&gt;=3.8"' in raw


def test_yanked_files_carry_the_mark(scene: Scene) -> None:
    page = scene.json("/simple/tree/")
    assert [file["yanked"] for file in page["files"]] == ["falls over", True]
    html = Anchors(scene.bodega.get("/simple/tree/", Accept=H).body)
    assert [attributes["data-yanked"] for attributes, _ in html.anchors] == ["falls over", ""]
    assert sorted(page["versions"]) == ["0.1", "0.9", "1.0"]


def test_the_list(scene: Scene) -> None:
    listed = scene.json("/simple/")
    assert listed["meta"]["api-version"] == "1.4"
    assert listed["meta"]["_last-serial"] >= 2
    assert {"name": "own.tree", "_last-serial": 2} in listed["projects"]
    html = Anchors(scene.bodega.get("/simple/", Accept=H).body)
    assert html.metas["pypi:repository-version"] == "1.4"
    assert ({"href": "own-tree/"}, "own.tree") in html.anchors


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (J, J),
        (H, H),
        ("text/html", PLAIN),
        ("*/*", PLAIN),
        ("application/vnd.pypi.simple.latest+json", J),
        ("application/vnd.pypi.simple.latest+html", H),
        (f"{J}, {H};q=0.1, text/html;q=0.01", J),
        (f"{J};q=0.1, {H};q=0.2, text/html;q=0.01", H),
        (f"{J};q=0, text/html;q=0.01", PLAIN),
    ],
)
def test_the_type_is_what_was_asked_for(scene: Scene, path: str, accept: str, kind: str) -> None:
    answer = scene.bodega.get(path, Accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert answer.body.startswith(b"{" if kind == J else b"<!DOCTYPE html>")


@pytest.mark.parametrize("path", PAGES)
def test_format_wins_over_accept(scene: Scene, path: str) -> None:
    for wanted, kind in (
        (J.replace("+", "%2B"), J),
        (J, J),
        (H, H),
        ("text/html", PLAIN),
        ("application/vnd.pypi.simple.latest+json", J),
    ):
        answer = scene.bodega.get(f"{path}?format={wanted}", Accept="image/png")
        assert (answer.status, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_acceptable_is_406_and_says_what_is_offered(scene: Scene, path: str) -> None:
    for asked, accept in ((path, "application/vnd.pypi.simple.v2+json"), (f"{path}?format=xml", J)):
        answer = scene.bodega.get(asked, Accept=accept)
        assert answer.status == 406
        assert J.encode() in answer.body


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accept", [J, H])
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_every_coding_has_its_validator(scene: Scene, path: str, accept: str, coding: str) -> None:
    headers = {"Accept": accept, "Accept_Encoding": coding}
    answer = scene.bodega.get(path, **headers)
    assert answer.headers.get("content-encoding", "identity") == coding
    body = gzip.decompress(answer.body) if coding == "gzip" else decode(answer.body, coding)  # type: ignore[arg-type]
    assert body == scene.bodega.get(path, Accept=accept).body
    etag = answer.headers["etag"]
    assert etag.startswith('"')
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    again = scene.bodega.get(path, **headers, If_None_Match=etag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert again.headers["vary"] == answer.headers["vary"]
    other = scene.bodega.get(path, Accept=accept, Accept_Encoding="br", If_None_Match=etag)
    assert other.status == (304 if coding == "identity" else 200)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accept", [J, H, "text/html"])
def test_head_is_get_without_a_body(scene: Scene, path: str, accept: str) -> None:
    whole, head = scene.bodega.get(path, Accept=accept), scene.bodega.get(path, method="HEAD", Accept=accept)
    assert (head.status, head.body) == (200, b"")
    assert without_changing(head) == without_changing(whole)


def without_changing(answer: Answered) -> dict[str, str]:
    changing = ("x-request-id", "date", "cache-control")  # how long a page is fresh counts down
    return {key: value for key, value in answer.headers.items() if key not in changing}


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/simple/tree/"])
def test_the_last_serial_is_in_the_headers(scene: Scene, path: str) -> None:
    answer = scene.bodega.get(path, Accept=J)
    assert int(answer.headers["x-pypi-last-serial"]) == json.loads(answer.body)["meta"]["_last-serial"]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/simple", "simple/"),
        ("/simple/own-tree", "own-tree/"),
        ("/simple/Own.Tree", "own-tree/"),
        ("/simple/own_._tree/", "../own-tree/"),
        ("/index/main/simple", "simple/"),
        ("/index/main/simple/OWN-tree/", "../own-tree/"),
        ("/simple/OWN_tree/?format=text/html", "../own-tree/?format=text/html"),
    ],
)
def test_other_spellings_are_one_hop_away_inside_the_base(scene: Scene, path: str, location: str) -> None:
    answer = scene.bodega.get(path)
    assert (answer.status, answer.headers["location"]) == (301, location)
    assert answer.headers["content-type"]


@pytest.mark.parametrize(
    "path", ["/simple/nothing/", "/simple/-x-/", "/simple/a%2Fb/", "/simple/%00/", "/simple/é/"]
)
def test_what_is_not_there_is_404_in_words_and_as_a_document(scene: Scene, path: str) -> None:
    path = path.replace("é", "%C3%A9")
    answer = scene.bodega.get(path)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    answer = scene.bodega.get(path, Accept=J)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("status", ["archived", "deprecated", "quarantined"])
def test_the_status_and_its_reason_are_told(scene: Scene, status: str) -> None:
    scene.set_status(status, "--reason", 'see "other" <project>')
    try:
        page = scene.json("/simple/own-tree/")
        assert page["project-status"] == {"status": status, "reason": 'see "other" <project>'}
        metas = Anchors(scene.bodega.get("/simple/own-tree/", Accept=H).body).metas
        assert metas["pypi:project-status"] == status
        assert metas["pypi:project-status-reason"] == 'see "other" <project>'
    finally:
        scene.set_status("active")
