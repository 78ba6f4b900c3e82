import json
from html.parser import HTMLParser

import pytest

from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import ListedProject
from bodega.simple_api.render_list import SEPARATORS, list_entries, list_head, list_tail

PROJECTS = (
    ListedProject(NormalizedName("flask"), "flask", 2),
    ListedProject(NormalizedName("zope-interface"), "Zope.Interface"),
)


def whole(form, serial, *parts):
    entries = SEPARATORS[form].join(list_entries(form, part) for part in parts)
    return list_head(form, serial) + entries + list_tail(form)


class Anchors(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.texts, self.metas = [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs)["href"])
        if tag == "meta":
            self.metas[dict(attrs).get("name")] = dict(attrs).get("content")

    def handle_data(self, data):
        if (self.get_starttag_text() or "").startswith("<a "):
            self.texts.append(data.strip())


@pytest.mark.parametrize("parts", [(PROJECTS,), (PROJECTS[:1], PROJECTS[1:])])
def test_json_has_the_keys_of_the_standard(parts):
    assert json.loads(whole("json", 3, *parts)) == {
        "meta": {"api-version": "1.4", "_last-serial": 3},
        "projects": [{"name": "flask", "_last-serial": 2}, {"name": "Zope.Interface"}],
    }


@pytest.mark.parametrize("parts", [(PROJECTS,), (PROJECTS[:1], PROJECTS[1:])])
def test_html_says_the_same(parts):
    read = Anchors(whole("html", 3, *parts).decode())
    assert read.found == ["flask/", "zope-interface/"]
    assert [text for text in read.texts if text] == ["flask", "Zope.Interface"]
    assert read.metas["pypi:repository-version"] == "1.4"


def test_an_empty_list():
    assert json.loads(whole("json", None, ())) == {"meta": {"api-version": "1.4"}, "projects": []}
    assert Anchors(whole("html", None, ()).decode()).found == []


def test_names_are_escaped_whatever_they_are():
    odd = ListedProject(NormalizedName("odd"), 'o"<d>&\\', 1)
    assert json.loads(whole("json", 1, [odd]))["projects"] == [{"name": odd.typed, "_last-serial": 1}]
    assert b"o&quot;&lt;d&gt;&amp;\\</a>" in whole("html", 1, [odd])
