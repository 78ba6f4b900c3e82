"""Policy as a layer over a view, with a clock that a test turns."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bodega.adapters.memory.pages import MemoryPageStore
from bodega.formats.names import NormalizedName
from bodega.index.views.policied_index import PoliciedIndex
from bodega.index.views.policy_errors import (
    DeniedByPolicyError,
    HeldBackByPolicyError,
    PolicyRefusalError,
    QuarantinedByPolicyError,
)
from bodega.index.views.rendered_pages import RenderedPages
from bodega.simple_api.codings import decode
from bodega.simple_api.pages import ProjectFile, ProjectPage
from bodega.simple_api.parse import parse_page
from support.policies import DAY, NOW, cooldown, policy, rule
from support.views import SetView

A = NormalizedName("a")


@dataclass
class File:
    filename: str
    available_at: datetime | None = None
    project: NormalizedName = A


class Policied:
    """The layer over a view of a with 1.0 (old) and 2.0 (six days old), and b."""

    def __init__(self):
        self.now = NOW
        self.inner = SetView("a", "b")
        self.ages = {"a-1.0.tar.gz": 100 * DAY, "a-2.0.tar.gz": 6 * DAY}
        files = tuple(
            ProjectFile(filename=name, url=name, available_at=NOW - age) for name, age in self.ages.items()
        )
        self.inner.pages[A] = ProjectPage(name=A, files=files, versions=("1.0", "2.0", "3.0"))
        self.policy = policy()
        self.told = []

    def time(self):
        return self.now.timestamp()

    @property
    def view(self):
        return PoliciedIndex(self.inner, self.policy, lambda: self.now, self.told.append)

    def page(self):
        return self.view.page(A)[1]

    def names(self):
        return [file.filename for file in self.page().files]

    def file(self, filename):
        self.inner.file_found = File(filename, NOW - self.ages[filename])
        return self.view.file("key", filename)


@pytest.fixture
def one():
    return Policied()


def test_without_rules_everything_passes_as_it_is(one):
    assert one.view.page(A) == one.inner.page(A)
    assert one.view.tag(A) == one.inner.tag(A)
    assert one.view.at_once(A) == one.inner.at_once(A)
    assert list(one.view.listed()) == list(one.inner.listed())
    assert one.view.list_mark() == one.inner.list_mark()
    assert one.view.listed_since(one.view.list_mark(), 9) is None
    assert one.file("a-2.0.tar.gz").filename == "a-2.0.tar.gz"


def test_a_young_file_is_gone_from_the_page_with_its_version_and_reason(one):
    one.policy = policy(cooldown("7d"))
    assert one.names() == ["a-1.0.tar.gz"]
    assert one.page().versions == ("1.0", "3.0")
    (held,) = one.page().hidden
    assert (held.filename, held.version, held.code) == ("a-2.0.tar.gz", "2.0", "E-POLICY-COOLDOWN")
    assert held.until == NOW + DAY
    assert one.view.page(A)[0].changes_at == (NOW + DAY).timestamp()
    with pytest.raises(HeldBackByPolicyError, match="7-day cooldown of index main until 2026-11-25"):
        one.file("a-2.0.tar.gz")
    assert [refusal.filename for refusal in one.told] == ["a-2.0.tar.gz"]
    assert one.file("a-1.0.tar.gz") is not None


def test_time_alone_lets_a_file_through(one):
    one.policy = policy(cooldown("7d"))
    one.now += DAY
    assert one.names() == ["a-1.0.tar.gz", "a-2.0.tar.gz"]
    assert one.view.page(A)[0].changes_at is None
    assert one.file("a-2.0.tar.gz") is not None
    assert one.told == []


def test_kept_bytes_are_rendered_again_at_the_moment_a_cooldown_ends(one):
    one.policy = policy(cooldown("7d"))
    store = MemoryPageStore()

    def pages():
        return RenderedPages("main", one.view, store, time=one.time)

    def names(rendered):
        found = rendered.at_once(A, "json", "zstd") or rendered.page(A, "json", "zstd")
        page = parse_page(decode(found[1].body, "zstd"), "application/json", "https://example.org/", A)
        return len(page.files), found[0].fresh_for, found[1].etag

    first = pages()
    before = names(first)
    assert before[0] == 1
    one.now += DAY - timedelta(seconds=10)
    assert names(first)[:2] == (1, 10.0)
    rendered = one.inner.rendered
    assert names(pages()) == (1, 10.0, before[2])
    assert one.inner.rendered == rendered
    one.now += timedelta(seconds=10)
    for served in (first, pages()):
        after = names(served)
        assert after[:2] == (2, 30.0)
        assert after[2] != before[2]


def test_the_tag_changes_with_the_rules_of_the_project(one):
    tags = {one.view.tag(A).fingerprint}
    for ordered in ([cooldown("7d")], [rule("deny", "a", "1.0")], [rule("quarantine", "a")]):
        one.policy = policy(*ordered)
        tags.add(one.view.tag(A).fingerprint)
        assert one.view.tag(A).fingerprint == one.view.at_once(A).tag.fingerprint
        assert one.view.tag(A).fingerprint == one.view.page(A)[0].fingerprint
    assert len(tags) == 4


def test_one_denied_version_vanishes_alone(one):
    one.policy = policy(rule("deny", "a", "1.0"))
    assert one.names() == ["a-2.0.tar.gz"]
    assert one.page().hidden[0].reason == "denied: for a"
    with pytest.raises(DeniedByPolicyError):
        one.file("a-1.0.tar.gz")
    assert one.file("a-2.0.tar.gz") is not None


def test_a_denied_project_is_refused_whole_without_asking_anybody(one):
    one.policy = policy(rule("deny", "a", reason="malware"))
    one.inner.unsure.add("a")
    for ask in (one.view.at_once, one.view.tag, one.view.page):
        with pytest.raises(DeniedByPolicyError, match="a is denied: malware"):
            ask(A)
    assert one.inner.rendered == 0
    with pytest.raises(DeniedByPolicyError):
        one.file("a-1.0.tar.gz")
    assert [project.name for project in one.view.listed()] == ["b"]
    assert not one.inner.list_mark().leads_to(one.view.list_mark())


def test_a_quarantined_project_has_a_bare_page_that_says_why(one):
    one.policy = policy(rule("quarantine", "a", reason="under review"), rule("deny", "a"))
    page = one.page()
    assert (page.files, page.versions, page.hidden) == ((), (), ())
    assert (page.status, page.status_reason) == ("quarantined", "under review")
    with pytest.raises(QuarantinedByPolicyError, match="quarantined: under review"):
        one.file("a-1.0.tar.gz")


def test_what_a_lower_view_hides_is_still_told(one):
    one.policy = policy(rule("deny", "a", "1.0"))
    told = one.page().hidden
    one.inner.pages[A] = replace(one.inner.pages[A], hidden=told)
    assert one.page().hidden == told + told


def test_absent_things_stay_absent(one):
    one.policy = policy(cooldown("7d"))
    absent = NormalizedName("c")
    assert (one.view.tag(absent), one.view.page(absent), one.view.at_once(absent).tag) == (None, None, None)
    assert one.view.file("key", "nothing") is None


def test_every_verdict_has_its_error(one):
    found = set()
    for ordered in (cooldown("7d"), rule("deny", "a"), rule("quarantine", "a")):
        one.policy = policy(ordered)
        with pytest.raises(PolicyRefusalError) as refused:
            one.file("a-2.0.tar.gz")
        assert refused.value.code == refused.value.hidden.code
        found.add(refused.value.code)
    assert len(found) == 3
