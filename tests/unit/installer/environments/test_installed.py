"""Reading what is installed, by us, by others, in older forms."""

from pathlib import Path

import pytest

from bodega.installer.environments.installed import scan, scan_all


@pytest.fixture
def site(environment) -> Path:
    return Path(environment.scheme.purelib)


def put_info(site: Path, name: str, **files: str) -> None:
    folder = site / name
    folder.mkdir()
    for file, text in files.items():
        (folder / file.replace("direct_url", "direct_url.json")).write_text(text)


def test_an_empty_environment(environment) -> None:
    assert scan(environment) == {}


def test_a_distribution_says_what_it_is(environment, site: Path) -> None:
    put_info(
        site,
        "Zope.Interface-7.0.dist-info",
        METADATA="Metadata-Version: 2.1\nName: Zope.Interface\nVersion: 7.0\n\nText\nName: no\n",
        INSTALLER="pip\n",
        REQUESTED="",
        RECORD='zope/a.py,sha256=x,1\n"zope/b,c.py",,\n',
        direct_url='{"url": "https://example.org/z.whl", "archive_info": {}}',
    )
    one = scan(environment)["zope-interface"]
    assert (one.version, one.typed_name, one.installer, one.requested) == (
        "7.0",
        "Zope.Interface",
        "pip",
        True,
    )
    assert one.recorded() == ["zope/a.py", "zope/b,c.py"]
    assert one.direct_url is not None
    assert one.metadata.startswith(b"Metadata-Version")


def test_what_is_not_said_is_empty(environment, site: Path) -> None:
    put_info(site, "a-1.dist-info")
    one = scan(environment)["a"]
    assert (one.installer, one.requested, one.direct_url, one.recorded(), one.metadata) == (
        "",
        False,
        None,
        None,
        b"",
    )
    assert one.typed_name == "a"


def test_older_forms_are_seen(environment, site: Path) -> None:
    (site / "old-1.2-py3.11.egg-info").write_text("Name: Old\n")
    put_info(site, "folder-2.0.egg-info", **{"PKG-INFO": "Name: Folder\n"})
    (site / "linked.egg-link").write_text("/somewhere\n")
    found = scan(environment)
    assert {name: (one.version, one.kind) for name, one in found.items()} == {
        "old": ("1.2", "egg-info"),
        "folder": ("2.0", "egg-info"),
        "linked": ("", "egg-link"),
    }
    assert found["old"].typed_name == "Old"
    assert found["folder"].typed_name == "Folder"
    assert all(one.recorded() is None for one in found.values())


def test_what_was_left_twice_or_half_removed(environment, site: Path) -> None:
    for name in (
        "a-1.dist-info",
        "a-2.dist-info",
        "~b-1.dist-info",
        ".hidden-1.dist-info",
        "strange.dist-info",
    ):
        put_info(site, name)
    assert [(one.name, one.version) for one in scan_all(environment)] == [("a", "1"), ("a", "2")]
    assert scan(environment)["a"].version == "1"
