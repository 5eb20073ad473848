"""What the API is asked: the parameters that many calls share, checked."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from events import cursors, orders
from events.api.answers import BadRequest
from events.cursors import Cursor
from events.orders import Sort, SortError
from events.tables import EVENTS, TABLES, Table
from events.walk import Span

DEFAULT_LIMIT, MOST_ROWS = 100, 1_000
DEFAULT_RANGE = timedelta(hours=24)
SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")
LEAST_SECONDS, MOST_SECONDS = 0.1, 10.0
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)


def span(given: Mapping[str, str], now: datetime) -> Span:
    """`start` and `end`; without a start the last 24 hours (before the end)."""
    start, end = moment(given, "start"), moment(given, "end")
    if start and end and start >= end:
        raise BadRequest("start must be before end.")
    return Span(start or (end or now) - DEFAULT_RANGE, end)


def moment(given: Mapping[str, str], name: str) -> datetime | None:
    """ISO 8601; without a zone it is UTC."""
    text = given.get(name, "")
    if not text:
        return None
    try:
        found = parse_datetime(text) or datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(
            f"{name} must be a time such as 2026-03-04T12:00:00Z, not {text[:40]!r}."
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if not EARLIEST <= found <= LATEST:
        raise BadRequest(f"{name} is out of range: {text[:40]!r}.")
    return found


def limit(
    given: Mapping[str, str], default: int = DEFAULT_LIMIT, most: int = MOST_ROWS
) -> int:
    return number(given, "limit", default, 1, most)


def number(
    given: Mapping[str, str], name: str, default: int, low: int, high: int
) -> int:
    text = given.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest(f"{name} must be a number, not {text[:40]!r}.")
    if not low <= int(text) <= high:
        raise BadRequest(f"{name} must be between {low} and {high}.")
    return int(text)


def choice(
    given: Mapping[str, str], name: str, default: str, known: Iterable[str]
) -> str:
    text, words = given.get(name, "") or default, list(known)
    if text not in words:
        raise BadRequest(
            f"{name} must be one of {', '.join(words)}, not {text[:40]!r}."
        )
    return text


def table(given: Mapping[str, str]) -> Table:
    return TABLES[choice(given, "table", EVENTS.name, TABLES)]


def after(given: Mapping[str, str]) -> Cursor | None:
    text = given.get("cursor", "")
    return cursors.decode(text) if text else None


def sort(given: Mapping[str, str], table: Table) -> Sort:
    try:
        return orders.parse(given.get("sort", ""), table)
    except SortError as error:
        raise BadRequest(str(error)) from None


def seconds(given: Mapping[str, str]) -> float:
    """How long one call may take."""
    text = given.get("seconds", "") or str(MOST_SECONDS)
    if not SECONDS.fullmatch(text):
        raise BadRequest(f"seconds must be a number, not {text[:40]!r}.")
    if not LEAST_SECONDS <= float(text) <= MOST_SECONDS:
        raise BadRequest(
            f"seconds must be between {LEAST_SECONDS:g} and {MOST_SECONDS:g}."
        )
    return float(text)
