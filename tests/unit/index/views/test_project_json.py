from bodega.index.views.project_json import ReaderRoot, Shown, project_document
from bodega.index.views.releases import newest, releases
from bodega.simple_api.pages import MetadataOffer
from support.memory_index import file, page, wheel

ROOT = ReaderRoot("https://index.example.org/", "https://index.example.org/index/team/")
#: Everything that the public index gives, none more and none less.
INFO = [
    "author",
    "author_email",
    "bugtrack_url",
    "classifiers",
    "description",
    "description_content_type",
    "docs_url",
    "download_url",
    "downloads",
    "dynamic",
    "home_page",
    "keywords",
    "license",
    "license_expression",
    "license_files",
    "maintainer",
    "maintainer_email",
    "name",
    "package_url",
    "platform",
    "project_url",
    "project_urls",
    "provides_extra",
    "release_url",
    "requires_dist",
    "requires_python",
    "summary",
    "version",
    "yanked",
    "yanked_reason",
]
FILE = [
    "comment_text",
    "core-metadata",
    "digests",
    "downloads",
    "filename",
    "has_sig",
    "md5_digest",
    "packagetype",
    "python_version",
    "requires_python",
    "size",
    "upload_time",
    "upload_time_iso_8601",
    "url",
    "yanked",
    "yanked_reason",
]


def document(one, raw=None, **options):
    found = releases(one)
    shown = Shown(page=one, releases=found, chosen=newest(found), metadata=raw or {})
    return project_document(shown, ROOT, **{"with_releases": True, **options})


def test_the_shape_is_that_of_the_public_index():
    made = document(page("a", wheel("a", "1.0"), file("a-1.0.tar.gz"), wheel("a", "0.9"), serial=7))
    assert list(made) == ["info", "last_serial", "urls", "vulnerabilities", "ownership", "releases"]
    assert sorted(made["info"]) == INFO
    assert sorted(made["urls"][0]) == FILE
    assert made["last_serial"] == 7
    assert {version: len(files) for version, files in made["releases"].items()} == {"0.9": 1, "1.0": 2}
    assert made["releases"]["1.0"] == made["urls"]
    assert "releases" not in document(page("a", wheel("a", "1.0")), with_releases=False)


def test_core_metadata_is_told():
    raw = {
        "name": "A",
        "summary": "short",
        "keywords": ["x", "y"],
        "classifiers": ["Topic :: Software Development"],
        "requires_dist": ["b>=1"],
        "provides_extra": ["q"],
        "project_urls": {"Source": "https://example.org"},
        "platforms": ["any"],
        "license_expression": "MIT",
        "requires_python": ">=3.9",
    }
    info = document(page("a", wheel("a", "1.0")), raw)["info"]
    assert (info["name"], info["summary"], info["keywords"], info["platform"]) == ("A", "short", "x,y", "any")
    assert (info["requires_dist"], info["provides_extra"], info["license_files"]) == (["b>=1"], ["q"], None)
    assert (info["project_urls"], info["license_expression"]) == ({"Source": "https://example.org"}, "MIT")
    assert info["requires_python"] == ">=3.9"
    assert info["package_url"] == "https://index.example.org/project/a/"
    assert info["release_url"] == "https://index.example.org/project/a/1.0/"


def test_without_metadata_the_page_speaks():
    info = document(page("a", wheel("a", "1.0", requires_python=">=3.8", yanked="bad")))["info"]
    assert (info["name"], info["requires_python"], info["summary"], info["requires_dist"]) == (
        "a",
        ">=3.8",
        None,
        None,
    )
    assert (info["yanked"], info["yanked_reason"]) == (True, "bad")


def test_files_have_absolute_urls_and_every_known_digest():
    one = wheel(
        "a",
        "1.0",
        url="../../files/00ff/a-1.0-py3-none-any.whl",
        hashes={"sha256": "00ff"},
        other_hashes={"md5": "11", "blake2b_256": "22"},
        core_metadata=MetadataOffer({"sha256": "33"}),
    )
    given = document(page("a", one))["urls"][0]
    assert given["url"] == "https://index.example.org/packages/index/team/00ff/a-1.0-py3-none-any.whl"
    assert given["digests"] == {"blake2b_256": "22", "md5": "11", "sha256": "00ff"}
    assert (given["md5_digest"], given["core-metadata"]) == ("11", {"sha256": "33"})
    assert given["upload_time"] == "2026-01-02T03:04:05"
    assert given["upload_time_iso_8601"] == "2026-01-02T03:04:05.000000Z"
    assert (given["yanked"], given["yanked_reason"], given["has_sig"]) == (False, None, False)


def test_kinds_of_files():
    filenames = [
        "a-1.0-cp311-cp311-linux_x86_64.whl",
        "a-1.0.tar.gz",
        "a-1.0-py2.7.egg",
        "a-1.0.win32-py2.7.exe",
        "a-1.0.zip",
    ]
    made = document(page("a", *(file(filename) for filename in filenames), versions=("1.0",)))
    kinds = [(one["packagetype"], one["python_version"]) for one in made["urls"]]
    assert kinds == [
        ("bdist_wheel", "cp311"),
        ("sdist", "source"),
        ("bdist_egg", "2.7"),
        ("bdist_wininst", "any"),
        ("sdist", "source"),
    ]


def test_what_is_not_known_is_null():
    given = document(page("a", wheel("a", "1.0", hashes={}, size=None, upload_time=None)))["urls"][0]
    assert given["digests"] == {}
    assert [given[key] for key in ("md5_digest", "size", "upload_time", "upload_time_iso_8601")] == [None] * 4
