from datetime import timedelta

import pytest

from bodega.index.accounts.errors import InvalidExpiryError
from bodega.index.accounts.lifetime import lifetime


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90d", timedelta(days=90)),
        ("12h", timedelta(hours=12)),
        ("30m", timedelta(minutes=30)),
        ("36525d", timedelta(days=36525)),
    ],
)
def test_lifetimes(text, duration):
    assert lifetime(text) == duration


@pytest.mark.parametrize(
    "text", ["", "0d", "-1d", "90", "d", "1.5h", "1w", "90d ", "36526d", "9999999m", "٣d", "1d1h"]
)
def test_what_is_no_lifetime_is_refused(text):
    with pytest.raises(InvalidExpiryError):
        lifetime(text)
