from datetime import timedelta

import pytest

from bodega.formats.names import NormalizedName
from support.policies import cooldown, policy, rule

A = NormalizedName("a")
LINEAGE = ("team", "base", "main")


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        ([], 0),
        ([cooldown("1d", origin="serve")], 1),
        ([cooldown("1d", origin="serve"), cooldown("2d")], 2),
        ([cooldown("1d", origin="serve"), cooldown("0")], 0),
        ([cooldown("2d"), cooldown("3d", "main")], 3),
        ([cooldown("3d", "main"), cooldown("4d", "base")], 4),
        ([cooldown("4d", "base"), cooldown("5d", "team")], 5),
        ([cooldown("4d", "base"), cooldown("0", "team")], 0),
        ([cooldown("6d", "another")], 0),
        ([cooldown("nonsense")], 0),
    ],
)
def test_the_nearest_cooldown_counts(settings, days):
    assert policy(*settings, lineage=LINEAGE).cooldown == timedelta(days=days)


def test_rules_of_every_index_of_the_own_and_of_the_bases_come_together():
    rules = [
        rule("deny", "a", "1.0"),
        rule("deny", "a", "2.0", index="team"),
        rule("deny", "a", "3.0", index="main"),
        rule("deny", "a", "4.0", index="another"),
    ]
    found = policy(*rules, lineage=LINEAGE)
    assert {one.version for one in found.denied[A]} == {"1.0", "2.0", "3.0"}
    assert found.denial(A) is None
    assert policy(rule("deny", "a"), *rules).denial(A) is not None


def test_the_nearest_reason_is_told():
    rules = [
        rule("quarantine", "a", reason="everywhere"),
        rule("quarantine", "a", reason="main", index="main"),
        rule("quarantine", "a", reason="base", index="base"),
    ]
    assert policy(*rules, lineage=LINEAGE).quarantined[A].reason == "base"
    assert policy(*rules, lineage=("x",)).quarantined[A].reason == "everywhere"
