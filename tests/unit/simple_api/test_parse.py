import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.names import NormalizedName, normalize
from bodega.simple_api.page_errors import UnknownApiVersionError, UnreadablePageError, WrongProjectPageError
from bodega.simple_api.pages import (
    NO_HASHES,
    ListedProject,
    MetadataOffer,
    ProjectFile,
    ProjectList,
    ProjectPage,
)
from bodega.simple_api.parse import parse_list, parse_page, read_page
from bodega.simple_api.render import render_json
from bodega.simple_api.render_list import list_entries, list_head, list_tail

JSON = "application/vnd.pypi.simple.v1+json"
URL = "https://index.example.org/simple/flask/"
NAME = NormalizedName("flask")

hex64 = st.text("0123456789abcdef", min_size=64, max_size=64)
hashes = st.one_of(st.just(NO_HASHES), hex64.map(lambda value: {"sha256": value}))
printable = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30)
times = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants it naive
files = st.builds(
    ProjectFile,
    filename=st.from_regex(
        r"[a-z][a-z0-9_]{0,10}-[0-9]{1,3}(\.[0-9]{1,3}){0,2}(-py3-none-any\.whl|\.tar\.gz)", fullmatch=True
    ),
    url=st.from_regex(r"https://files\.example\.org/[a-z0-9./_-]{1,40}", fullmatch=True),
    hashes=hashes,
    size=st.one_of(st.none(), st.integers(0, 2**40)),
    upload_time=st.one_of(st.none(), times),
    requires_python=st.one_of(st.none(), printable),
    core_metadata=st.one_of(st.none(), hashes.map(MetadataOffer)),
    yanked=st.one_of(st.none(), st.just(""), printable),
    provenance=st.one_of(st.none(), st.just("https://index.example.org/provenance")),
)
pages = st.builds(
    ProjectPage,
    name=st.just(NAME),
    files=st.lists(files, max_size=6, unique_by=lambda file: file.filename).map(tuple),
    versions=st.lists(printable, max_size=4).map(tuple),
    serial=st.one_of(st.none(), st.integers(0, 2**50)),
    status=st.sampled_from(["active", "archived", "quarantined", "deprecated"]),
)


@given(pages)
def test_a_rendered_page_reads_back_as_itself(page):
    spoken = "1.4" if all(file.size is not None for file in page.files) else "1.0"
    assert parse_page(render_json(page), JSON, URL, NAME) == replace(page, api_version=spoken)


def test_a_rendered_list_reads_back_as_itself():
    projects = ProjectList(("Flask", "zope.interface"), 7, {"Flask": 3})
    listed = [ListedProject(normalize(name), name, projects.serials.get(name)) for name in projects.names]
    body = list_head("json", projects.serial) + list_entries("json", listed) + list_tail("json")
    assert parse_list(body, JSON, URL) == projects


def page(**changes):
    document = {"meta": {"api-version": "1.1"}, "name": "flask", "files": []}
    return json.dumps({**document, **changes}).encode()


def file(**changes):
    return {"filename": "flask-1.0.tar.gz", "url": "flask-1.0.tar.gz", "hashes": {}, **changes}


def only_file(**changes):
    read = read_page(page(files=[file(**changes)]), JSON, URL, NAME)
    assert not read.dropped, read.dropped
    return read.page.files[0]


def reason(**changes):
    read = read_page(page(files=[file(**changes)]), JSON, URL, NAME)
    assert read.page.files == ()
    return read.dropped[0].reason


def test_urls_are_resolved_against_the_page():
    assert (
        only_file(url="../../files/flask-1.0.tar.gz").url
        == "https://index.example.org/files/flask-1.0.tar.gz"
    )


@pytest.mark.parametrize("key", ["core-metadata", "dist-info-metadata", "data-dist-info-metadata"])
def test_metadata_is_offered_under_every_name_it_had(key):
    assert only_file(**{key: {"sha256": "a" * 64}}).core_metadata == MetadataOffer({"sha256": "a" * 64})
    assert only_file(**{key: True}).core_metadata == MetadataOffer()
    assert only_file(**{key: False}).core_metadata is None


def test_what_old_indexes_leave_out_is_none():
    found = only_file()
    assert (found.size, found.upload_time, found.requires_python, found.yanked) == (None, None, None, None)


def test_yanked_may_be_a_word_or_a_reason():
    assert only_file(yanked=True).yanked == ""
    assert only_file(yanked="broken").yanked == "broken"
    assert only_file(yanked=False).yanked is None


def test_times_come_in_any_fraction():
    assert only_file(**{"upload-time": "2026-01-02T03:04:05Z"}).upload_time == datetime(
        2026, 1, 2, 3, 4, 5, tzinfo=UTC
    )
    assert only_file(**{"upload-time": "soon"}).upload_time is None


@pytest.mark.parametrize(
    "name",
    [
        "../flask-1.0.tar.gz",
        "a/b.whl",
        "a\\b.whl",
        ".hidden",
        "a\x00.whl",
        "a\u202ewhl.exe",
        "",
        "a\n.whl",
        3,
        None,
    ],
)
def test_a_file_name_that_is_not_one_is_left_out(name):
    assert "plain file name" in reason(filename=name)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/f", "javascript:alert(1)", "data:,x"]
)
def test_other_schemes_are_left_out(url):
    assert "scheme" in reason(url=url)


def test_a_folder_index_may_list_files_in_folders():
    read = read_page(page(files=[file()]), JSON, "file:///srv/simple/flask/", NAME)
    assert read.page.files[0].url == "file:///srv/simple/flask/flask-1.0.tar.gz"


@pytest.mark.parametrize("value", ["zz" * 32, "abc", 5])
def test_a_malformed_hash_is_not_no_hash(value):
    assert "sha256 is malformed" in reason(hashes={"sha256": value})


def test_weak_hashes_prove_nothing():
    assert only_file(hashes={"md5": "0" * 32}).hashes == {}


def test_the_first_of_two_equal_names_counts():
    read = read_page(page(files=[file(size=1), file(size=2)]), JSON, URL, NAME)
    assert [found.size for found in read.page.files] == [1]
    assert read.dropped[0].reason == "it is listed twice"


def test_a_status_is_read_from_both_places():
    assert (
        parse_page(
            page(**{"project-status": {"status": "archived", "reason": "old"}}), JSON, URL, NAME
        ).status_reason
        == "old"
    )
    inside = page(
        meta={"api-version": "1.4", "project-status": "deprecated", "project-status-reason": "use b"}
    )
    read = parse_page(inside, JSON, URL, NAME)
    assert (read.status, read.status_reason) == ("deprecated", "use b")


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (page(meta={"api-version": "2.0"}), JSON, UnknownApiVersionError),
        (page(meta={"api-version": "one"}), JSON, UnknownApiVersionError),
        (page(meta={}), JSON, UnreadablePageError),
        (page(name="django"), JSON, WrongProjectPageError),
        (page(name=None), JSON, UnreadablePageError),
        (page(files={}), JSON, UnreadablePageError),
        (b"<html>log in</html>", JSON, UnreadablePageError),
        (page(), "text/html", UnreadablePageError),
        (b"[" * 200_000, JSON, UnreadablePageError),
        (b"[]", JSON, UnreadablePageError),
        (
            b'{"meta": {"api-version": "1.0"}, "name": "flask", "files": [' + b"9" * 10_000 + b"]}",
            JSON,
            UnreadablePageError,
        ),
    ],
)
def test_what_is_not_the_page_is_refused(body, kind, error):
    with pytest.raises(error):
        parse_page(body, kind, URL, NAME)


def test_any_minor_version_and_unknown_keys_are_fine():
    assert parse_page(page(meta={"api-version": "1.9"}, extra=1), JSON, URL, NAME).api_version == "1.9"
