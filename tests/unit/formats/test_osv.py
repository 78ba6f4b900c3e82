"""Advisories in the OSV format: which versions they mean, and what is refused."""

from typing import Any

import pytest

from bodega.formats.osv import InvalidAdvisoryError, advisory_of_row, affects, fixed_in, read_advisory


def document(*events: dict[str, str], **changes: Any) -> dict[str, Any]:
    affected: dict[str, Any] = {"package": {"ecosystem": "PyPI", "name": "Some.Project"}}
    if events:
        affected["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {
        "schema_version": "1.6.0",
        "id": "PYSEC-2026-1",
        "affected": [affected | changes.pop("affected", {})],
        **changes,
    }


def one(*events: dict[str, str], **changes: Any) -> Any:
    (advisory,) = read_advisory(document(*events, **changes))
    return advisory


def hit(advisory: Any, *versions: str) -> list[str]:
    return [version for version in versions if affects(advisory, version)]


def test_a_range_ends_before_what_is_fixed_and_behind_what_was_last() -> None:
    fixed = one({"introduced": "1.2"}, {"fixed": "1.4"})
    assert hit(fixed, "1.1", "1.2rc1", "1.2", "1.3.9", "1.4rc1", "1.4", "2") == ["1.2", "1.3.9", "1.4rc1"]
    last = one({"introduced": "0"}, {"last_affected": "1.4"})
    assert hit(last, "0.dev1", "1", "1.4.0", "1.4.post1", "2") == ["0.dev1", "1", "1.4.0"]


def test_events_may_stand_in_any_order_and_open_again() -> None:
    advisory = one({"fixed": "3.1"}, {"introduced": "3.0"}, {"fixed": "2.1"}, {"introduced": "0"})
    assert hit(advisory, "1", "2.1", "2.9", "3.0", "3.0.9", "3.1") == ["1", "3.0", "3.0.9"]
    assert fixed_in(advisory, "1") == ["2.1"]
    assert fixed_in(advisory, "3.0") == ["3.1"]


def test_a_limit_bounds_a_range() -> None:
    advisory = one({"introduced": "1"}, {"limit": "2"})
    assert hit(advisory, "0.9", "1.5", "2") == ["1.5"]
    assert hit(one({"introduced": "1"}, {"limit": "*"}), "0.9", "1.5", "2") == ["1.5", "2"]


def test_named_versions_count_by_any_spelling() -> None:
    advisory = one(affected={"versions": ["1.0.0", "2004a-x", "2.0"]})
    assert hit(advisory, "1", "1.0", "v1.0.0", "2004a-x", "2004a", "2.0+cpu", "2.0.1") == [
        "1",
        "1.0",
        "v1.0.0",
        "2004a-x",
        "2.0+cpu",
    ]


@pytest.mark.parametrize("named", ["1.2.0", "01.2", "1.02", "v1.2", "1.2", "0!1.2", " 1.2", "1.2-0+x"])
def test_however_a_version_is_named(named: str) -> None:
    advisory = one(affected={"versions": ["3.0", named, "9"]})
    assert affects(advisory, "1.2") == (named != "1.2-0+x")
    assert not affects(advisory, "1.3")
    assert affects(one(affected={"versions": ["2", "2.0"]}), "2.0.0")


def test_a_local_part_counts_only_where_the_advisory_has_one() -> None:
    assert affects(one({"introduced": "0"}, {"last_affected": "2.0"}), "2.0+cu118")
    patched = one({"introduced": "0"}, {"fixed": "2.0+patch1"})
    assert hit(patched, "2.0", "2.0+patch1", "2.0+patch2") == ["2.0"]


def test_what_cannot_be_read_of_a_range_makes_it_wider() -> None:
    assert affects(one({"introduced": "oldest"}, {"fixed": "2"}), "1")
    assert affects(one({"introduced": "1"}, {"fixed": "some day"}), "9")


def test_commits_other_ecosystems_and_withdrawn_advisories_say_nothing() -> None:
    git = one(affected={"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]})
    assert not affects(git, "1")
    assert read_advisory(document(affected={"package": {"ecosystem": "npm", "name": "x"}})) == []
    assert read_advisory(document({"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")) == []


def test_entries_for_one_project_add_up() -> None:
    given = document({"introduced": "1"}, {"fixed": "2"})
    given["affected"].append({"package": {"ecosystem": "PyPI", "name": "some_project"}, "versions": ["5"]})
    given["affected"].append({"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["5"]})
    mine, other = read_advisory(given)
    assert (mine.project, other.project) == ("some-project", "other")
    assert hit(mine, "1", "2", "5") == ["1", "5"]


def test_severity_by_vector_else_by_word() -> None:
    vector = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}]
    assert (one(severity=vector).score, one(severity=vector).level) == (7.5, "high")
    word = one(database_specific={"severity": "MODERATE"})
    assert (word.score, word.level) == (None, "medium")
    assert (one().score, one().level) == (None, None)
    # The severity of the project's own entry goes before that of the whole.
    worse = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]
    assert one(severity=vector, affected={"severity": worse}).level == "critical"


def test_text_is_one_printable_line() -> None:
    advisory = one(summary="a\x1b]0;title\x07\n  b\u202e" + "x" * 1000)
    assert advisory.summary.isprintable()
    assert advisory.summary.startswith("a ]0;title b x")
    assert len(advisory.summary) == 240
    links = [
        {"type": "WEB", "url": "javascript:alert(1)"},
        {"type": "ADVISORY", "url": "https://a.example/1"},
    ]
    assert one(references=links).url == "https://a.example/1"
    assert one(references=links[:1]).url == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"id": 7},
        {"id": "a\nb"},
        {"id": "../../etc/passwd\x00"},
        {"schema_version": "2.0"},
        {"affected_raw": {}},
        {"affected": {"package": []}},
        {"affected": {"package": {"ecosystem": "PyPI", "name": "not a name"}}},
        {"affected": {"versions": [1.0]}},
        {"affected": {"versions": "1.0"}},
        {"affected": {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": 0}]}]}},
        {"aliases": "CVE-1"},
        {"severity": [{"type": "CVSS_V3", "score": 7.5}]},
        {"references": [{"url": ["x"]}]},
    ],
)
def test_wrong_types_are_refused_whole(changes: dict[str, Any]) -> None:
    raw = changes.pop("affected_raw", None)
    given = document(**changes)
    if raw is not None:
        given["affected"] = raw
    with pytest.raises(InvalidAdvisoryError):
        read_advisory(given)


@pytest.mark.parametrize("given", [None, [], "x", 1])
def test_what_is_no_object_is_no_advisory(given: object) -> None:
    with pytest.raises(InvalidAdvisoryError):
        read_advisory(given)


def test_a_row_gives_the_same_advisory() -> None:
    advisory = one({"introduced": "1"}, {"fixed": "2"}, aliases=["CVE-1", "MAL-2026-1"], summary="x")
    assert advisory_of_row(advisory.project, advisory.row()) == advisory
    assert advisory.is_malware
