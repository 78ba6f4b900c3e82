"""Scores of the examples that FIRST publishes, and text that is no vector."""

import pytest

from bodega.formats.cvss import base_score, level_named, level_of, newest_score


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        # The examples of the 3.1 guide: phpMyAdmin, MySQL, POODLE, VMware, Heartbleed, Shellshock, DNS.
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8),
        ("CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2),
        # Where 3.0 and 3.1 round apart.
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        # Those of the second version's guide: Apache chunked encoding, MSSQL, ZoneAlarm.
        ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8),
        ("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", 10.0),
        ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2),
    ],
)
def test_the_examples_of_the_guides(vector: str, score: float) -> None:
    assert base_score(vector) == score


@pytest.mark.parametrize(
    "vector",
    [
        "",
        "CVSS:3.1",
        "CVSS:9.0/AV:N",
        "CVSS:3.1/AV:N/AC:L",
        "CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/" + "AV:N/" * 10_000,
        "high",
    ],
)
def test_what_is_no_vector_has_no_score(vector: str) -> None:
    assert base_score(vector) is None


def test_the_newest_standard_goes_before_the_worst_score() -> None:
    old, worse = "AV:N/AC:L/Au:N/C:C/I:C/A:C", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
    less = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"
    assert newest_score([old, less]) == 3.1
    assert newest_score([less, worse, old]) == 7.5
    assert newest_score(["nonsense", old]) == 10.0
    assert newest_score(["nonsense"]) is None


def test_levels() -> None:
    assert [level_of(score) for score in (0.0, 0.1, 3.9, 4.0, 6.9, 7.0, 8.9, 9.0, 10.0)] == [
        "none",
        "low",
        "low",
        "medium",
        "medium",
        "high",
        "high",
        "critical",
        "critical",
    ]
    assert level_named("MODERATE") == "medium"
    assert level_named("Critical") == "critical"
    assert level_named("dreadful") is None
