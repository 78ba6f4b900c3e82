"""``--uploaded-prior-to`` as pip reads it."""

from datetime import UTC, datetime, timedelta

import pytest

from bodega.bootstrap.narrowing import InvalidMomentError, moment

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("P7D", NOW - timedelta(days=7)),
        ("P0D", NOW),
        ("7d", NOW - timedelta(days=7)),
        ("12h", NOW - timedelta(hours=12)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31).astimezone()),
    ],
)
def test_dates_times_and_days(text, meant):
    assert moment(text, now=NOW) == meant


@pytest.mark.parametrize("text", ["", "yesterday", "P7", "7w", "999999d", "P1Y", "P999999D", "2026-02-30"])
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidMomentError):
        moment(text, now=NOW)
