import json
import time
from datetime import UTC, datetime
from html.parser import HTMLParser

from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import MetadataOffer, ProjectFile, ProjectPage
from bodega.simple_api.render import (
    relative_file_url,
    render_html,
    render_json,
)

DIGEST = "ab" * 32


def a_file(**changes):
    values = {
        "filename": "flask-1.0-py3-none-any.whl",
        "url": f"../../files/{DIGEST}/flask-1.0-py3-none-any.whl",
        "hashes": {"sha256": DIGEST},
        "size": 10,
        "upload_time": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        "requires_python": ">=3.11,<4",
        "core_metadata": MetadataOffer({"sha256": "cd" * 32}),
    }
    return ProjectFile(**{**values, **changes})


def a_page(*files, **changes):
    return ProjectPage(name=NormalizedName("flask"), files=files, versions=("1.0",), serial=9, **changes)


class Anchors(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.texts, self.metas = [], [], {}
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs))
            self._inside = True
        if tag == "meta":
            self.metas[dict(attrs).get("name")] = dict(attrs).get("content")

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "a"

    def handle_data(self, data):
        if self._inside:
            self.texts.append(data)


def test_a_page_that_lacks_a_size_does_not_say_that_it_has_all():
    page = a_page(a_file(), a_file(size=None))
    assert json.loads(render_json(page))["meta"]["api-version"] == "1.0"
    assert Anchors(render_html(page).decode()).metas["pypi:repository-version"] == "1.4"
    assert json.loads(render_json(a_page()))["meta"]["api-version"] == "1.4"


def test_json_has_the_keys_of_the_standard():
    document = json.loads(render_json(a_page(a_file(yanked="bad"), status="archived", status_reason="done")))
    assert document["meta"] == {"api-version": "1.4", "_last-serial": 9}
    assert document["project-status"] == {"status": "archived", "reason": "done"}
    assert document["versions"] == ["1.0"]
    assert document["files"] == [
        {
            "filename": "flask-1.0-py3-none-any.whl",
            "url": f"../../files/{DIGEST}/flask-1.0-py3-none-any.whl",
            "hashes": {"sha256": DIGEST},
            "size": 10,
            "upload-time": "2026-01-02T03:04:05.000006Z",
            "requires-python": ">=3.11,<4",
            "core-metadata": {"sha256": "cd" * 32},
            "yanked": "bad",
        }
    ]


def test_yanked_without_a_reason_is_true_never_an_empty_text():
    assert json.loads(render_json(a_page(a_file(yanked=""))))["files"][0]["yanked"] is True


def test_html_says_the_same():
    read = Anchors(render_html(a_page(a_file(yanked='a "b" <c>'))).decode())
    assert read.texts == ["flask-1.0-py3-none-any.whl"]
    assert read.found == [
        {
            "href": f"../../files/{DIGEST}/flask-1.0-py3-none-any.whl#sha256={DIGEST}",
            "data-requires-python": ">=3.11,<4",
            "data-core-metadata": "sha256=" + "cd" * 32,
            "data-dist-info-metadata": "sha256=" + "cd" * 32,
            "data-yanked": 'a "b" <c>',
        }
    ]
    assert read.metas["pypi:repository-version"] == "1.4"
    assert read.metas["pypi:project-status"] == "active"


def test_html_offers_metadata_of_unknown_hash_as_true():
    assert (
        Anchors(render_html(a_page(a_file(core_metadata=MetadataOffer()))).decode()).found[0][
            "data-core-metadata"
        ]
        == "true"
    )


def test_file_urls_are_relative_and_quoted():
    assert relative_file_url("ab", "a b-1.0+c!.tar.gz") == "../../files/ab/a%20b-1.0+c!.tar.gz"


def test_large_pages_are_rendered_in_time():
    page = a_page(*(a_file(filename=f"flask-{number}.whl") for number in range(5000)))
    best = min(_seconds(render_json, page) for _ in range(5))
    assert best < 0.1  # four times what it takes, so that a busy machine does not fail it


def _seconds(render, page):
    started = time.process_time()
    render(page)
    return time.process_time() - started
