"""A query read in words: one sentence that says what will be searched."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from events.query import QueryError, parse, reading
from events.tests.queries import QUERIES

WHERE = "the message, host, application or user"
READINGS = {
    "": "everything",
    "*": "everything",
    "denied": f'"denied" in {WHERE}',
    "d*d": f"text like *d*d* in {WHERE}",
    "/d.d/": f"the regular expression /d.d/ matches {WHERE}",
    "src:10.0.0.0/8 -app:cron": (
        "source address in 10.0.0.0/8, and not (application is cron)"
    ),
    "ip:10.0.0.1": "source or destination address is 10.0.0.1",
    "a OR host:b": f'"a" in {WHERE}, or host is b',
    "rank>0 (host:a OR app:b)": "rank is above 0, and (host is a, or application is b)",
    "src:(10.0.0.1, ::1)": "source address is 10.0.0.1 or ::1",
    "src:(10.*, ::1)": "source address in 10.0.0.0/8 or ::1",
    "host:(a, b, c, d, e, f, g)": "host is a, b, c, d, e or 2 others",
    "type:(ids, ips)": "type is ids or ips",
    "severity:<=err": "severity is at most err",
    "dport:1..1024": "destination port from 1 to 1024",
    "rank:{1 TO 5}": "rank from 1 (not itself) to 5 (not itself)",
    "inbound:true": "direction is inbound (from outside to HOME_NET)",
    'user:"Jane Doe"': 'user is "Jane Doe"',
    "host:web*": "host begins with web",
    "message:x": "message contains x",
    "-user:*": "not (user has a value)",
    "data.url:/x/": "data.url matches the regular expression /x/",
    "data.n>5": "data.n is above 5",
    "time:-2h": "time is not before 2 hours ago",
    "time:2026-11-24": (
        "time from 2026-11-24 00:00 UTC until before 2026-11-25 00:00 UTC"
    ),
    "time:today": "time from midnight (UTC) today until before midnight (UTC) tonight",
    "time:<2026-11-24T02:11:07": "time is before 2026-11-24 02:11:07 UTC",
    "source.port:53": "source port is 53",
    "dst:::1": "destination address is ::1",
    "port:53": "source or destination port is 53",
    "bytes_out:>5": "bytes from the source is above 5",
    "direction:outbound": "direction is outbound (also within HOME_NET)",
    "flow.bytes:>1k": "the flow's bytes both ways is above 1000",
    "duration:90..2h": "duration from 90 seconds to 2 hours",
}


@pytest.mark.parametrize("text", READINGS)
def test_a_query_reads(text: str) -> None:
    assert reading(parse(text)) == READINGS[text]


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
DATED = {
    'time:>="last tuesday"': "is not before 2026-11-17 00:00 UTC",
    "-time:november": "from 2026-11-01 00:00 UTC until before 2026-12-01 00:00 UTC",
    "time:>now-1d/d a": "is not before 2026-11-24 00:00 UTC",
    "time:10:00-11:00": "from 2026-11-24 10:00 UTC until before 2026-11-24 11:00 UTC",
}


@pytest.mark.parametrize("text", DATED)
def test_days_that_are_seen_from_now_are_said_by_their_date(text: str) -> None:
    assert f"time {DATED[text]}" in reading(parse(text), now=NOON)


def test_free_text_of_flows_is_read_elsewhere() -> None:
    assert reading(parse("x"), "flows") == '"x" in the application, state or id'


@given(QUERIES)
def test_every_query_has_a_reading_of_bounded_length(text: str) -> None:
    try:
        node = parse(text)
    except QueryError:
        return
    assert 0 < len(reading(node)) <= 600
