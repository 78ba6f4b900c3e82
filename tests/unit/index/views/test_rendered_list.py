import json

from bodega.index.views.rendered_list import RenderedList
from bodega.simple_api.codings import decode
from support.views import SetView


def test_the_list_is_rendered_when_it_has_changed():
    view = SetView("a")
    projects = RenderedList(view)
    assert projects.at_once("json", "identity") is None
    first = projects.get("json", "identity")
    assert [entry["name"] for entry in json.loads(first.body)["projects"]] == ["a"]
    assert (projects.at_once("json", "identity"), projects.get("json", "identity"), first.serial) == (
        first,
        first,
        7,
    )
    assert view.rendered == 1
    view.typed, view.state = ("a", "b"), "2"
    assert projects.at_once("json", "identity") is None
    assert projects.get("json", "identity").etag != first.etag


def test_forms_and_codings_are_kept_apart():
    projects = RenderedList(SetView("a"))
    packed, plain = projects.get("html", "zstd"), projects.get("html", "identity")
    assert decode(packed.body, "zstd") == plain.body
    assert packed.etag != plain.etag
