from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.names import NormalizedName
from bodega.simple_api.page_errors import UnknownApiVersionError, UnreadablePageError
from bodega.simple_api.pages import NO_HASHES, MetadataOffer
from bodega.simple_api.parse import parse_page, read_page
from bodega.simple_api.render import render_html
from unit.simple_api.test_parse import pages

HTML, ANY = "application/vnd.pypi.simple.v1+html", "text/html; charset=utf-8"
URL = "https://index.example.org/simple/flask/"
NAME = NormalizedName("flask")
SHA = "ab" * 32


def page(body, kind=ANY):
    return parse_page(body.encode(), kind, URL, NAME)


def only(body):
    (file,) = page(body).files
    return file


@given(pages)
def test_a_rendered_page_reads_back_as_far_as_html_can_tell(given_page):
    files = tuple(
        replace(file, url=f"https://files.example.org/{file.filename}", size=None, upload_time=None)
        for file in given_page.files
    )
    read = parse_page(render_html(replace(given_page, files=files)), HTML, URL, NAME)
    assert read.files == files
    assert (read.status, read.serial) == (given_page.status, given_page.serial)


def test_everything_that_html_can_say():
    file = only(
        f'<a href="../../f/Flask-1.0-py3-none-any.whl#sha256={SHA.upper()}" data-requires-python="&gt;=3.8" '
        f'data-yanked="broken" data-core-metadata="sha256={SHA}" data-provenance="https://p.example/x">F</a>'
    )
    assert file.filename == "Flask-1.0-py3-none-any.whl"
    assert file.url == "https://index.example.org/f/Flask-1.0-py3-none-any.whl"
    assert file.hashes == {"sha256": SHA}
    assert file.core_metadata == MetadataOffer({"sha256": SHA})
    assert (file.requires_python, file.yanked, file.provenance) == (">=3.8", "broken", "https://p.example/x")
    assert (file.size, file.upload_time) == (None, None)


@pytest.mark.parametrize(
    ("attributes", "offer"),
    [
        ("", None),
        ('data-core-metadata="true"', MetadataOffer()),
        (f'data-dist-info-metadata="sha256={SHA}"', MetadataOffer({"sha256": SHA})),
        (f'data-dist-info-metadata="sha256={SHA}" data-core-metadata="true"', MetadataOffer()),
        ("data-core-metadata=false", None),
    ],
)
def test_offers_of_core_metadata(attributes, offer):
    assert only(f'<a href="f-1-py3-none-any.whl" {attributes}>').core_metadata == offer


@pytest.mark.parametrize(("text", "reason"), [("data-yanked", ""), ('data-yanked=""', ""), ("", None)])
def test_yanks_without_a_reason(text, reason):
    assert only(f'<a href="f-1.tar.gz" {text}>').yanked == reason


def test_a_hash_that_proves_nothing_is_no_hash():
    assert only('<a href="f-1.tar.gz#md5=d41d8cd98f00b204e9800998ecf8427e">').hashes is NO_HASHES
    assert only(f'<a href="f-1.tar.gz#egg=f&sha256={SHA}">').hashes == {"sha256": SHA}


def test_a_malformed_hash_leaves_the_file_out():
    parsed = read_page(b'<a href="f-1.tar.gz#sha256=zz">f</a>', ANY, URL, NAME)
    assert parsed.page.files == ()
    assert parsed.dropped[0].filename == "f-1.tar.gz"


def test_versions_are_those_of_the_files():
    body = "".join(
        f'<a href="{name}">'
        for name in ("flask-1.0-py3-none-any.whl", "Flask-1.0.tar.gz", "flask-2.0rc1.zip", "other-3.zip")
    )
    assert page(body).versions == ("1.0", "2.0rc1")


def test_the_listing_of_a_plain_web_server():
    listing = """<html><head><title>Index of /simple/flask/</title></head><body><h1>Index of /simple/flask/</h1>
    <hr><pre><a href="../">../</a>  <a href="?C=N;O=D">Name</a>  <a href="old/">old/</a>
    <a href="flask-1.0%2Blocal-py3-none-any.whl">flask-1.0+local-py3-none..&gt;</a>  24-Nov-2026 10:00  1234
    <a href="flask-1.0.tar.gz">flask-1.0.tar.gz</a> <a href="flask-1.0.tar.gz.asc">sig</a>
    <a href="README.html">README.html</a></pre><hr></body></html>"""
    files = page(listing).files
    assert [file.filename for file in files] == ["flask-1.0+local-py3-none-any.whl", "flask-1.0.tar.gz"]
    assert files[0].url == f"{URL}flask-1.0%2Blocal-py3-none-any.whl"


def test_an_empty_listing_is_a_page_without_files():
    assert page("<title>Index of /simple/flask/</title>").files == ()
    assert page("<title>Links for flask</title>").files == ()
    assert page("", HTML).files == ()
    assert page('<meta name="pypi:repository-version" content="1.0">').files == ()


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Please log in</body></html>",
        "",
        '<title>Index of x</title><form><INPUT Type="Password"></form>',
        "<a href='",
    ],
)
def test_any_other_page_is_none(body):
    with pytest.raises(UnreadablePageError):
        page(body)


@pytest.mark.parametrize("version", ["2.0", "1", "", "one"])
def test_another_major_version_is_refused(version):
    with pytest.raises(UnknownApiVersionError):
        page(f'<meta name="pypi:repository-version" content="{version}"><a href="f-1.tar.gz">')


def test_status_and_serial():
    read = page(
        '<meta name="pypi:repository-version" content="1.4"><meta name="pypi:project-status" content="quarantined">'
        '<meta name="pypi:project-status-reason" content="malware"><meta name="pypi:last-serial" content="7">'
    )
    assert (read.api_version, read.status, read.status_reason, read.serial) == (
        "1.4",
        "quarantined",
        "malware",
        7,
    )


def test_links_are_relative_to_the_base():
    body = '<base href="/elsewhere/"><base href="/second/"><a href="f-1.tar.gz">'
    assert only(body).url == "https://index.example.org/elsewhere/f-1.tar.gz"


@pytest.mark.parametrize(
    "body",
    [
        '<base href="file:///etc/"><a href="f-1.tar.gz">',
        '<a href="file:///etc/f-1.tar.gz">',
        '<a href="FILE:/etc/f-1.tar.gz">',
        '<a href="gopher://h/f-1.tar.gz">',
        '<a href="http://[broken/f-1.tar.gz">',
        '<a href="javascript:/f-1.tar.gz">',
    ],
)
def test_links_that_leave_the_web_are_dropped(body):
    parsed = read_page(body.encode(), ANY, URL, NAME)
    urls = [file.url for file in parsed.page.files]
    assert all(url.startswith(URL) for url in urls)
    assert urls or parsed.dropped


def test_a_name_that_is_not_plain_is_dropped():
    parsed = read_page(b'<a href="..%2f..%2fetc%2fevil-1.tar.gz">', ANY, URL, NAME)
    assert (parsed.page.files, len(parsed.dropped)) == ((), 1)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(body):
    with suppress(UnreadablePageError, UnknownApiVersionError):
        parse_page(body, ANY, URL, NAME)
