import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.messaging.messages import Event
from bodega.messaging.serialization import UnreadableEventError, decode, encode, event_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Event):
    type: ClassVar[str] = "test.published.v1"

    name: str
    tags: tuple[str, ...]
    until: datetime | None = None
    size: int | None = None


TYPES = event_types([Published])
AT = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


def stored(**changes):
    return json.dumps(
        {**json.loads(encode(Published(subject="p", serial=1, at=AT, name="n", tags=()))), **changes}
    )


@given(
    st.builds(
        Published,
        subject=st.text(),
        serial=st.integers(0, 2**63),
        at=st.datetimes(timezones=st.just(UTC)),
        name=st.text(),
        tags=st.lists(st.text()).map(tuple),
        until=st.none() | st.datetimes(timezones=st.just(UTC)),
        size=st.none() | st.integers(),
    )
)
def test_an_event_comes_back(event):
    assert decode(Published.type, encode(event), TYPES) == event


def test_times_are_stored_in_utc():
    there = timezone(timedelta(hours=5))
    event = Published(subject="p", serial=1, at=AT.astimezone(there), name="n", tags=())
    assert json.loads(encode(event))["at"] == "2026-01-02T03:04:05.000006+00:00"


def test_fields_of_a_later_release_are_ignored_and_missing_ones_take_their_default():
    document = json.loads(stored(colour="red"))
    del document["size"]
    event = decode(Published.type, json.dumps(document), TYPES)
    assert isinstance(event, Published)
    assert event.size is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", stored(at="yesterday"), stored(at=5), "{'a': 1}"])
def test_what_is_no_event_of_the_type_is_refused(text):
    with pytest.raises(UnreadableEventError) as caught:
        decode(Published.type, text, TYPES)
    assert caught.value.type_name == Published.type


def test_an_unknown_type_is_refused():
    with pytest.raises(UnreadableEventError, match=r"test\.published\.v2"):
        decode("test.published.v2", stored(), TYPES)
