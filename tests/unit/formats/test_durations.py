from datetime import timedelta

import pytest

from bodega.formats.durations import as_adjective, duration, written


@pytest.mark.parametrize(
    ("text", "days"), [("7d", 7), ("12h", 0.5), ("30m", 1 / 48), ("0", 0), ("0d", 0), ("36525d", 36525)]
)
def test_written_durations(text, days):
    assert duration(text) == timedelta(days=days)


@pytest.mark.parametrize(
    "text", ["", "7", "d", "-1d", "7 d", "7D", "7days", "1.5d", "36526d", "\u0667d", "7d\n", "00"]
)
def test_what_is_no_duration(text):
    assert duration(text) is None


@pytest.mark.parametrize("text", ["7d", "12h", "30m", "36h", "90m", "0"])
def test_a_duration_is_written_as_it_was_read(text):
    assert written(duration(text)) == text


def test_the_largest_whole_unit_is_used():
    assert (written(timedelta(hours=48)), written(timedelta(minutes=120))) == ("2d", "2h")
    assert written(timedelta(seconds=59)) == "0"


def test_before_a_noun():
    assert [as_adjective(duration(text)) for text in ("7d", "12h", "30m")] == [
        "7-day",
        "12-hour",
        "30-minute",
    ]
