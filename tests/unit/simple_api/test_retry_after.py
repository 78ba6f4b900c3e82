from datetime import UTC, datetime

import pytest

from bodega.simple_api.retry_after import retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2026 12:01:00", 60.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_what_is_asked_for(value, seconds):
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_nothing_is_asked_for():
    assert retry_after({}, NOW) is None
