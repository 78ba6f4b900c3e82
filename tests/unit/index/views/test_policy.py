from datetime import timedelta

import pytest

from bodega.formats.names import NormalizedName
from bodega.index.views.policy import Facts, at_minute, verdict
from support.policies import DAY, NOW, cooldown, policy, rule

A = NormalizedName("a-b")
WHEEL = "a_b-{}-py3-none-any.whl"


def facts(version="2.0", age=None, filename=None, project=A):
    available = None if age is None else NOW - age
    return Facts(project=project, filename=filename or WHEEL.format(version), available_at=available)


def hidden(rules, of, now=NOW):
    found = verdict(policy(*rules), of, now)
    return None if found is None else found.code.removeprefix("E-POLICY-").lower()


def test_nothing_is_hidden_without_rules():
    assert hidden([], facts(age=timedelta())) is None


def test_a_cooldown_holds_back_until_its_very_moment():
    rules = [cooldown("7d")]
    young = facts(age=6 * DAY)
    found = verdict(policy(*rules), young, NOW)
    assert found.until == NOW + DAY
    assert found.rule == "cooldown 7d"
    assert found.reason == "held back by the 7-day cooldown of index main until 2026-11-25 12:00 UTC"
    assert hidden(rules, young, NOW + DAY - timedelta(microseconds=1)) == "cooldown"
    assert hidden(rules, young, NOW + DAY) is None


def test_a_cooldown_never_holds_back_what_is_our_own():
    assert hidden([cooldown("7d")], facts(age=None)) is None


def test_no_cooldown_is_none():
    assert hidden([cooldown("0")], facts(age=timedelta())) is None


@pytest.mark.parametrize(
    ("version", "of", "expected"),
    [
        (None, "2.0", "denied"),
        ("2", "2.0", "denied"),
        ("2.0", "2.0.0", "denied"),
        ("2.0", "2.0.1", None),
        ("2.0", "2.0+cu118", "denied"),
        ("2.0+cu118", "2.0", None),
        ("2.0.post1", "2.0_1", "denied"),
        ("2.0rc1", "2.0.RC-1".replace("-", ""), "denied"),
        (None, "not.a.version", "denied"),
        ("2.0", "not.a.version", None),
    ],
)
def test_denials_are_of_a_project_or_one_version(version, of, expected):
    assert hidden([rule("deny", "a-b", version)], facts(of)) == expected


def test_sdists_and_odd_names_have_versions_too():
    rules = [rule("deny", "a-b", "2.0")]
    for filename in ("a-b-2.0.tar.gz", "a_b-2.0.zip", "A.B-2.tar.gz"):
        assert hidden(rules, facts(filename=filename)) == "denied"
    assert hidden(rules, facts(filename="readme.txt")) is None


def test_a_wheel_of_a_denied_project_is_denied_wherever_it_is_listed():
    listed = facts("1.0", project=NormalizedName("other"))
    assert hidden([rule("deny", "a-b")], listed) == "denied"
    assert hidden([rule("quarantine", "a-b")], listed) == "quarantined"
    assert hidden([rule("deny", "other")], listed) == "denied"


def test_a_quarantine_weighs_more_than_a_denial_and_that_more_than_a_cooldown():
    rules = [cooldown("7d"), rule("deny", "a-b"), rule("exempt", "a-b")]
    assert hidden(rules, facts(age=timedelta())) == "denied"
    assert hidden([*rules, rule("quarantine", "a-b")], facts(age=timedelta())) == "quarantined"


@pytest.mark.parametrize(
    ("version", "of", "expected"),
    [(None, "2.0", None), ("2.0", "2", None), ("2.0", "2.1", "cooldown"), ("2.0", "2.0+x", "cooldown")],
)
def test_exemptions_are_of_a_project_or_exactly_one_version(version, of, expected):
    assert hidden([cooldown("7d"), rule("exempt", "a-b", version)], facts(of, age=DAY)) == expected
    assert hidden([cooldown("7d"), rule("exempt", "c", version)], facts(of, age=DAY)) == "cooldown"


def test_an_exemption_lifts_no_denial():
    assert hidden([rule("exempt", "a-b"), rule("deny", "a-b", "2.0")], facts()) == "denied"


def test_the_seal_changes_with_what_is_about_the_project_and_with_nothing_else():
    plain = policy(cooldown("7d"))
    seals = [
        plain.seal(A),
        policy(cooldown("8d")).seal(A),
        policy(rule("deny", "a-b", "1.0")).seal(A),
        policy(rule("deny", "a-b", "1.0", reason="another")).seal(A),
        policy(rule("deny", "a-b", "1.1")).seal(A),
        policy(rule("quarantine", "a-b")).seal(A),
        policy(cooldown("7d"), rule("exempt", "a-b")).seal(A),
    ]
    assert len(set(seals)) == len(seals)
    assert policy(cooldown("7d"), rule("deny", "c")).seal(A) == plain.seal(A)
    assert policy(rule("deny", "c")).seal(A) == policy().seal(A) == ""


def test_minutes_are_never_told_too_early():
    assert at_minute(NOW) == "2026-11-24 12:00 UTC"
    assert at_minute(NOW + timedelta(microseconds=1)) == "2026-11-24 12:01 UTC"
