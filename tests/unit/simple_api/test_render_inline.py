import json
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import InlineMetadata, ProjectFile, ProjectPage
from bodega.simple_api.render import render_html, render_json
from bodega.simple_api.render_inline import inline_document

A = NormalizedName("a")
OLD = InlineMetadata(("b>=1", "c"), ">=3.8", ("x",))


def a_file(number, inline):
    name = f"a-{number}-py3-none-any.whl"
    return ProjectFile(filename=name, url=f"https://example.org/{name}", size=1, inline=inline)


def test_what_is_the_same_stands_there_once():
    equal = InlineMetadata(("b>=1", "c"), ">=3.8", ("x",))
    new = InlineMetadata(("b>=1", "d"))
    files = [a_file(1, OLD), a_file(2, None), a_file(3, equal), a_file(4, OLD), a_file(5, new)]
    assert inline_document(ProjectPage(name=A, files=tuple(files))) == {
        "format": 1,
        "versions": [],
        "texts": ["b>=1", "c", "d"],
        "metadata": [[[0, 1], ">=3.8", ("x",)], [[0, 2], None, ()]],
        "files": [0, None, 0, 0, 1],
    }


def test_a_page_of_which_nothing_is_known_tells_its_versions_alone():
    page = ProjectPage(name=A, files=(a_file(1, None),), versions=("1",))
    assert json.loads(render_json(page))["_bodega"] == {"format": 1, "versions": [["1", 0]]}
    assert "_bodega" not in json.loads(render_json(ProjectPage(name=A, files=(), versions=("1",))))


def test_versions_come_newest_first_with_their_flags():
    versions = ("1.10", "1.9", "2.0rc1", "2.0.dev1", "nonsense", "1.9.post1", "1!0.1", "1.2")
    kept = [a_file(number, None) for number in ("1.10", "1.9", "2.0rc1", "2.0.dev1", "1.9.post1", "1!0.1")]
    gone = [replace(a_file("1.2", None), yanked="bad"), replace(a_file("1.9", None), yanked="")]
    page = ProjectPage(name=A, files=(*kept, *gone), versions=versions)
    assert inline_document(page)["versions"] == [
        ("1!0.1", 0),
        ("2.0rc1", 1),
        ("2.0.dev1", 1),
        ("1.10", 0),
        ("1.9.post1", 0),
        ("1.9", 0),
        ("1.2", 2),
    ]


def test_only_the_json_form_has_it():
    page = ProjectPage(name=A, files=(a_file(1, OLD),))
    assert json.loads(render_json(page))["_bodega"]["texts"] == ["b>=1", "c"]
    assert b"b&gt;=1" not in render_html(page)
    assert b"_bodega" not in render_html(page)
