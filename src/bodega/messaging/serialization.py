"""Events as JSON and back, by type and version: what is stored in the outbox and sent over a broker.

The fields of an event are text, whole numbers, truth values, aware times, and tuples of text; each may be
optional. A reader ignores fields that it does not know, and a field that is missing takes its default, so
that releases next to each other can read each other's events. Any other change is a new version.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_type_hints

from bodega.formats.errors import BodegaError
from bodega.messaging.messages import Event


class UnreadableEventError(BodegaError):
    """The stored event is of no known type, or its fields are not those of its type."""

    code = "E-EVENT-UNREADABLE"

    def __init__(self, type_name: str, why: str) -> None:
        super().__init__(f"an event of type {type_name!r} cannot be read", why=why)
        self.type_name = type_name


def event_types(classes: Iterable[type[Event]]) -> Mapping[str, type[Event]]:
    """The table by which stored events find their class."""
    return {event_class.type: event_class for event_class in classes}


def encode(event: Event) -> str:
    """The event as one JSON object; its type is stored beside it."""
    document = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def decode(type_name: str, text: str, types: Mapping[str, type[Event]]) -> Event:
    """The event of that type; raises UnreadableEventError."""
    event_class = types.get(type_name)
    if event_class is None:
        raise UnreadableEventError(type_name, "no such type is known")
    try:
        document = json.loads(text)
        hints = get_type_hints(event_class)
        values = {
            field.name: _value(document[field.name], hints[field.name])
            for field in fields(event_class)
            if field.name in document
        }
        return event_class(**values)
    except (ValueError, TypeError, AttributeError) as error:
        raise UnreadableEventError(type_name, str(error)) from error


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return list(value) if isinstance(value, tuple) else value


def _value(plain: Any, hint: Any) -> Any:
    if plain is None:
        return None
    if hint in (datetime, datetime | None):
        return datetime.fromisoformat(plain)
    return tuple(plain) if isinstance(plain, list) else plain
