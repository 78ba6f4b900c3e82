"""Parsers of others, strict ones, accept every page, and read the same from JSON and from HTML."""

import json

import html5lib
import pytest
from pypi_simple import ACCEPT_HTML_ONLY, ACCEPT_JSON_ONLY, DistributionPackage, PyPISimple
from simple_repository import parser

from support.publishing import command
from support.stand import Stand

pytestmark = pytest.mark.peers

J = "application/vnd.pypi.simple.v1+json"
PROJECTS = ("own-tree", "tree", "empty", "yanked", "odd", "held", "sizeless")


@pytest.fixture(scope="module")
def index(stand: Stand) -> Stand:
    """Pages of every kind."""
    upstream = stand.upstream
    upstream.pages["empty"] = []
    upstream.add("yanked", "yanked-1.0.tar.gz", b"", yanked='it "breaks" <all>')
    upstream.add("yanked", "yanked-2.0.tar.gz", b"", yanked=True)
    upstream.add(
        "odd",
        "odd-1.0.tar.gz",
        b"",
        **{"requires-python": ">=3.8, <4", "upload-time": "2020-01-01T00:00:00Z"},
    )
    upstream.add("odd", "odd-2.0-1-cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", b"")
    upstream.add("odd", "odd-1.0+local.1.zip", b"")
    upstream.add("sizeless", "sizeless-1.0.tar.gz", b"", size=None)
    upstream.extra["versions"] = ["0.5", "1.0", "2.0", "1.0+local.1"]
    stand.publish("held", "1.0")
    words = ("project", "status", "held", "quarantined", "--reason", 'looked at: "odd" <code>')
    done = command(stand.folder, *words, "--data", str(stand.folder / "data"))
    assert done.returncode == 0, done.stderr
    return stand


@pytest.mark.parametrize("name", PROJECTS)
def test_pypi_simple_reads_the_same_from_both_forms(index: Stand, name: str) -> None:
    with PyPISimple(index.simple) as client:
        by_json = client.get_project_page(name, accept=ACCEPT_JSON_ONLY)
        by_html = client.get_project_page(name, accept=ACCEPT_HTML_ONLY)
    assert by_json.repository_version == ("1.0" if name == "sizeless" else "1.4")
    assert by_html.repository_version == "1.4"
    assert by_json.project == name
    assert [essence(package) for package in by_json.packages] == [
        essence(package) for package in by_html.packages
    ]
    assert all(package.upload_time for package in by_json.packages)
    assert {package.version for package in by_json.packages} <= set(by_json.versions or ())
    assert (by_json.status, by_json.status_reason) == (by_html.status, by_html.status_reason)
    expected = ("quarantined", 'looked at: "odd" <code>') if name == "held" else ("active", None)
    assert (by_json.status, by_json.status_reason) == expected


def essence(package: DistributionPackage) -> tuple[object, ...]:
    return (
        package.filename,
        package.url,
        package.digests,
        package.requires_python,
        package.is_yanked,
        package.yanked_reason or "",
        bool(package.has_metadata),
        package.metadata_digests or {},
        package.version,
        package.package_type,
    )


def test_pypi_simple_reads_the_list_and_metadata(index: Stand) -> None:
    with PyPISimple(index.simple) as client:
        client.get_project_page("tree")  # an upstream's project is listed once it was read
        by_json = client.get_index_page(accept=ACCEPT_JSON_ONLY)
        by_html = client.get_index_page(accept=ACCEPT_HTML_ONLY)
        assert by_json.projects == by_html.projects
        assert {"own-tree", "held", "tree"} <= set(by_json.projects)
        wheel = client.get_project_page("own-tree").packages[0]
        assert "Requires-Dist: leaf>=1" in client.get_package_metadata(wheel)
        client.download_package(wheel, index.folder / "downloaded.whl")


@pytest.mark.parametrize("name", PROJECTS)
def test_simple_repository_reads_the_same_from_both_forms(index: Stand, name: str) -> None:
    page = index.bodega.get(f"/simple/{name}/", Accept=J).body.decode()
    by_json = parser.parse_json_project_page(page)
    by_html = parser.parse_html_project_page(
        index.bodega.get(f"/simple/{name}/", Accept="text/html").body.decode(), name
    )
    assert [(one.filename, one.url, one.hashes, one.requires_python) for one in by_json.files] == [
        (one.filename, one.url, one.hashes, one.requires_python) for one in by_html.files
    ]
    assert [one.yanked or None for one in by_json.files] == [one.yanked for one in by_html.files]
    assert [one.dist_info_metadata or None for one in by_json.files] == [
        one.dist_info_metadata for one in by_html.files
    ]


def test_simple_repository_reads_the_list(index: Stand) -> None:
    by_json = parser.parse_json_project_list(index.bodega.get("/simple/", Accept=J).body.decode())
    by_html = parser.parse_html_project_list(index.bodega.get("/simple/", Accept="text/html").body.decode())
    assert {one.name for one in by_json.projects} == {one.name for one in by_html.projects}


@pytest.mark.parametrize("path", ["/simple/", *(f"/simple/{name}/" for name in PROJECTS), "/"])
def test_html_is_valid(index: Stand, path: str) -> None:
    page = index.bodega.get(path, Accept="text/html").body
    html5lib.HTMLParser(strict=True).parse(page)


@pytest.mark.parametrize("name", PROJECTS)
def test_json_holds_nothing_but_what_is_specified(index: Stand, name: str) -> None:
    page = json.loads(index.bodega.get(f"/simple/{name}/", Accept=J).body)
    known = {
        "filename",
        "url",
        "hashes",
        "requires-python",
        "core-metadata",
        "yanked",
        "size",
        "upload-time",
        "provenance",
    }
    # What begins with an underscore is every index's own (PEP 691), and ours is one key.
    assert set(page) <= {"meta", "name", "project-status", "versions", "files", "_bodega"}
    assert all(set(file) <= known and file["yanked"] != "" for file in page["files"])
