from datetime import UTC, date, datetime

import pytest

from bodega.index.views.moments import Moment, MomentInvalidError, moment

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Serials:
    """Ten changes: three before the 20th, seven on it."""

    def last(self):
        return 10

    def last_before(self, day):
        return 3 if day <= date(2026, 11, 20) else 10


@pytest.mark.parametrize(
    ("name", "serial"),
    [
        ("dev@10", 10),
        ("dev@0", 0),
        ("dev@2026-11-20", 3),
        ("dev@20261120", None),
        ("dev@2026-11-24", 10),
        ("dev@2026-11-21T00:00:00Z", 10),
        ("dev@1999-01-01", 3),
    ],
)
def test_a_moment_is_a_serial_or_the_beginning_of_a_day(name, serial):
    if serial is None:
        # Digits alone are always a serial: here one that has not come.
        with pytest.raises(MomentInvalidError, match="not a moment"):
            moment(name, Serials(), lambda: NOW)
        return
    assert moment(name, Serials(), lambda: NOW) == Moment("dev", serial)


@pytest.mark.parametrize(
    "when",
    ["11", "2026-11-25", "", "now", "-1", "1.0", "٣", "2026-13-01", "2026-11-20T10:00", "9" * 30, "1@1"],
)
def test_what_has_not_come_or_means_nothing_is_refused(when):
    with pytest.raises(MomentInvalidError):
        moment(f"dev@{when}", Serials(), lambda: NOW)
