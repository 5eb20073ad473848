"""The end of a range of time, as it is meant beside the start."""

from dataclasses import replace
from datetime import datetime, timedelta

from events.query import clocks
from events.query.days import DAY, Stretch, moved
from events.query.tree import Anchor, Moment, Relative


def beside(first: Stretch, last: Stretch, clock: clocks.Clock | None) -> Stretch:
    """The end, as it is meant beside the start: a time on its day, the next such
    weekday, the next such date. `clock` is what it is when it has no day."""
    if clock:
        return on_its_day(first, clock)
    if not isinstance(first.start, Relative) or not isinstance(last.start, Relative):
        return last
    if first.is_weekday and last.is_weekday:
        return next_weekday(first.start, last)
    if unit(first.start) == unit(last.start) == "year":
        return next_date(first.start, last)
    return last


def unit(moment: Relative) -> str:
    return moment.anchor.unit if moment.anchor else ""


def on_its_day(first: Stretch, clock: clocks.Clock) -> Stretch:
    """`15:30` after `yesterday 14:00 to` is yesterday's; `02:00` after `23:00 to` is
    of the day after."""
    start = moved(midnight(first.start), clock.since)
    if first.is_clock and not is_before(first.start, start):
        start = moved(start, DAY)
    return Stretch(start, moved(start, clock.step), is_clock=True)


def midnight(moment: Moment) -> Moment:
    if isinstance(moment, datetime):
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if moment.anchor is None or moment.anchor.unit in {"hour", "minute"}:
        return Relative(timedelta(0), Anchor("day", back=-moment.offset))
    return replace(moment, offset=timedelta(days=moment.offset.days))


def next_weekday(first: Relative, last: Stretch) -> Stretch:
    """The first such day from the start on."""
    start, end = relative(last)
    ahead = (start.offset.days - first.offset.days) % 7
    begins = first.offset.days + ahead - start.offset.days
    return replace(
        last,
        start=replace(first, offset=start.offset + begins * DAY),
        end=replace(first, offset=end.offset + begins * DAY),
    )


def relative(stretch: Stretch) -> tuple[Relative, Relative]:
    if isinstance(stretch.start, Relative) and isinstance(stretch.end, Relative):
        return stretch.start, stretch.end
    raise TypeError(stretch)


def next_date(first: Relative, last: Stretch) -> Stretch:
    """In the year of the start, or in the one after."""
    start, end = relative(last)
    is_later = (start.months, start.offset) >= (first.months, first.offset)
    later = 0 if is_later else 12
    return replace(
        last,
        start=replace(start, anchor=first.anchor, months=start.months + later),
        end=replace(end, anchor=first.anchor, months=end.months + later),
    )


def check_order(first: Stretch, last: Stretch) -> None:
    ends = last.start if last.is_clock else last.end
    if is_before(ends, first.start) or ends == first.start:
        raise ValueError("The end must be after the start.")


def is_before(one: Moment, other: Moment) -> bool:
    """As far as it holds whatever the time is."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    if isinstance(one, Relative) and isinstance(other, Relative):
        same = one.anchor == other.anchor
        return same and (one.months, one.offset) < (other.months, other.offset)
    return False
