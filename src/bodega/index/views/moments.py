"""``NAME@WHEN``: an index as it was, for selections that never change.

A serial is one that a page or list said; a date means 00:00 UTC of that day, exclusive. What has not come
yet would still change, so it is refused.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bodega.formats.errors import BodegaError
from bodega.index.views.ports import Serials
from bodega.messaging.clock import Clock

MARK = "@"
_MOST_DIGITS = 18


class MomentInvalidError(BodegaError):
    """The text after the ``@`` is neither a serial nor a date that is over."""

    code = "E-MOMENT-INVALID"

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text[:60]!r} is not a moment of this index", why=why)
        self.text = text


@dataclass(frozen=True, slots=True)
class Moment:
    """An index's name, and the serial up to and with which changes are seen."""

    index: str
    serial: int


def moment(name: str, serials: Serials, clock: Clock) -> Moment:
    """The moment that ``NAME@WHEN`` names; raises MomentInvalidError."""
    index, _, when = name.partition(MARK)
    if when.isascii() and when.isdecimal() and len(when) <= _MOST_DIGITS:
        return Moment(index, _passed(int(when), when, serials))
    day = _day(when)
    if day > clock().date():
        raise MomentInvalidError(when, "that day has not begun")
    return Moment(index, serials.last_before(day))


def _passed(serial: int, text: str, serials: Serials) -> int:
    last = serials.last()
    if serial > last:
        raise MomentInvalidError(text, f"the last serial is {last}")
    return serial


def _day(text: str) -> date:
    try:
        moment_of_day = datetime.fromisoformat(text)
    except ValueError:
        why = "it takes a serial (a number), or a day such as 2026-11-24"
        raise MomentInvalidError(text, why) from None
    # A time of day would promise more than is kept.
    if moment_of_day.time().isoformat() != "00:00:00" or moment_of_day.utcoffset():
        raise MomentInvalidError(text, "only whole days in UTC are known")
    return moment_of_day.date()
