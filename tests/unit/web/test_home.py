from html.parser import HTMLParser

import pytest

from bodega.web.home import home_page


class Outline(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for key, value in attrs if key in ("href", "src")]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("upstreams", [("https://index.example.org/simple/", "https://b.example.org/"), ()])
def test_the_page_is_whole_and_asks_nobody_else(upstreams):
    read = Outline(home_page("http://localhost:8417/", upstreams, static="static/"))
    assert read.open == []
    assert not any(":" in link or link.startswith("//") for link in read.links)
    assert not {"script", "style", "img", "iframe"} & set(read.tags)
    assert "http://localhost:8417/simple/" in read.text
    assert "http://localhost:8417/legacy/" in read.text
    for client in ("bodega", "pip", "uv", "poetry", "pdm", "twine"):
        assert client in read.text


def test_what_it_shows_is_escaped():
    page = home_page("http://localhost/", ["https://index.example.org/<b>&"], static="static/")
    assert "&lt;b&gt;&amp;" in page


def test_plain_http_elsewhere_wants_trust():
    assert "--trusted-host" in home_page("http://index.example.org/", (), static="")
    assert "--trusted-host" not in home_page("https://index.example.org/", (), static="")
    assert "--trusted-host" not in home_page("http://127.0.0.1:1/", (), static="")
