"""Scores of CVSS 4.0: the examples that FIRST publishes, and each way down from a class."""

import pytest

from bodega.formats.cvss import base_score


@pytest.mark.parametrize(
    ("metrics", "score"),
    [
        ("AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3),
        ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7),
        ("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3),
        ("AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A", 8.7),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0),
        ("AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:U", 0.1),
        # What the environment says goes before the base, safety too.
        ("AV:P/AC:L/AT:N/PR:L/UI:N/VC:L/VI:H/VA:H/SC:N/SI:N/SA:L/MAC:H/MSA:S/S:P", 7.1),
        ("AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/MAV:N/MPR:N/MVC:H", 8.7),
        # EQ3 and EQ6 together: each of 00, 01, 10, 11 and 21 has its own way down.
        ("AV:P/AC:L/AT:P/PR:N/UI:P/VC:N/VI:N/VA:H/SC:N/SI:L/SA:H/E:U/CR:H/AU:Y", 1.4),
        ("AV:A/AC:H/AT:N/PR:L/UI:A/VC:N/VI:H/VA:H/SC:H/SI:L/SA:N/CR:H/MVC:N/AU:N", 5.8),
        ("AV:P/AC:L/AT:N/PR:N/UI:A/VC:H/VI:L/VA:L/SC:N/SI:L/SA:N/E:U/IR:M/AR:X/MUI:P", 1.8),
        ("AV:L/AC:L/AT:P/PR:L/UI:P/VC:N/VI:H/VA:N/SC:N/SI:H/SA:H/CR:M", 5.7),
    ],
)
def test_examples(metrics: str, score: float) -> None:
    assert base_score(f"CVSS:4.0/{metrics}") == score


@pytest.mark.parametrize(
    "metrics",
    [
        "AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H",
        "AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:S/SA:H",
        "AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:Z",
    ],
)
def test_what_is_incomplete_or_unknown_has_no_score(metrics: str) -> None:
    assert base_score(f"CVSS:4.0/{metrics}") is None
