"""URLs and direct references in metadata."""

import pytest
from packaging.requirements import Requirement

from bodega.index.catalog.metadata_urls import requirement_faults, url_faults


@pytest.mark.parametrize(
    "url", ["https://example.org/x", "HTTP://x", "mailto:a@b", "git+ssh://git@host/x", "irc://host/channel"]
)
def test_urls_that_are_taken(url: str) -> None:
    assert list(url_faults({"Home": url}, {"home-page": url, "download-url": None})) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        " https://x",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "example.org/x",
        "//example.org",
        "https:",
        "",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    assert len(list(url_faults({"Home": url}, {}))) == 1


def test_what_old_tools_write_for_nothing() -> None:
    assert list(url_faults({}, {"home-page": "UNKNOWN", "download-url": ""})) == []
    assert len(list(url_faults({}, {"home-page": "javascript:x"}))) == 1


def test_labels_are_short() -> None:
    assert list(url_faults({"x" * 32: "https://x"}, {})) == []
    assert len(list(url_faults({"x" * 33: "https://x"}, {}))) == 1


def test_requirements_name_projects() -> None:
    assert list(requirement_faults([Requirement("a>=1"), Requirement("b[c]; os_name == 'nt'")])) == []
    direct = [
        Requirement("a @ file:///etc/passwd"),
        Requirement("b @ https://x/b.whl"),
        Requirement("c @ git+ssh://x"),
    ]
    assert [("machine" in fault.what) for fault in requirement_faults(direct)] == [True, False, False]
