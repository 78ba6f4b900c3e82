"""Bills of materials as values."""

import pytest

from bodega.formats.bill import Bill, Part, Person, described, package_url, sound_url


@pytest.mark.parametrize(
    ("arguments", "purl"),
    [
        (("some-project", "1.0"), "pkg:pypi/some-project@1.0"),
        (("a", "1!2.0+cpu.1"), "pkg:pypi/a@1%212.0%2Bcpu.1"),
        (("a", ""), "pkg:pypi/a"),
        (
            ("a", "", "git+https://git.example/a@abc"),
            "pkg:pypi/a?vcs_url=git%2Bhttps%3A%2F%2Fgit.example%2Fa%40abc",
        ),
        (
            ("a", "1", "https://x.example/a-1.zip"),
            "pkg:pypi/a@1?download_url=https%3A%2F%2Fx.example%2Fa-1.zip",
        ),
        (("a", "", "./a"), "pkg:pypi/a"),
    ],
)
def test_package_urls(arguments, purl):
    assert package_url(*arguments) == purl


def test_people():
    def people(**raw):
        found = described(raw)
        return found["authors"], found["supplier"]

    jane = Person("Jane", "jane@example.org")
    assert people(author_email="Jane <jane@example.org>, x@example.org") == (
        (jane, Person("", "x@example.org")),
        None,
    )
    assert people(author="Jane", author_email="jane@example.org") == ((jane,), None)
    assert people(author="Jane", author_email="Jane <jane@example.org>") == ((jane,), None)
    assert people(author="Others", author_email="Jane <jane@example.org>")[0] == (Person("Others"), jane)
    assert people(maintainer="Jane\x1b[0m") == ((), Person("Jane [0m"))
    assert people(author_email="nobody") == ((), None)


def test_links_by_their_labels():
    urls = {
        "Source Code": "https://a.example/s",
        "Bug-Tracker": "https://a.example/b",
        "Funding": "https://a.example/f",
        "Docs": "javascript:alert(1)",
        "Other": "https://a.example/ <x>",
    }
    assert described({"project_urls": urls, "home_page": "https://a.example"})["links"] == (
        ("website", "https://a.example"),
        ("vcs", "https://a.example/s"),
        ("issue-tracker", "https://a.example/b"),
        ("other", "https://a.example/f"),
    )
    assert not sound_url("https://a.example/" + "x" * 5000)


def test_every_part_stands_before_what_it_carries():
    inner = Part(ref="b", name="b", inner=(Part(ref="c", name="c"),))
    parts = (Part(ref="a", name="a", inner=(inner,)), Part(ref="d", name="d"))
    bill = Bill(name="", root=None, parts=parts, needs={}, time="", tool="", tool_version="")
    assert [one.ref for one in bill.every()] == ["a", "b", "c", "d"]
