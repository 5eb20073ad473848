"""What was posted is read by the pipeline: nothing that a sender said is lost."""

import contextlib
import gzip
import json
import random
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.posted import bodies, elastic, find, hec, lines
from ingest.posted.exchange import MOST_EVENTS, Answer, Refused, Request
from ingest.tests.parsing import event

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80)
ENVELOPE = st.fixed_dictionaries(
    {"event": TEXT.filter(bool) | st.dictionaries(TEXT, TEXT | st.integers())},
    optional={
        "time": st.floats(0, 4e9) | st.text(max_size=20),
        "host": TEXT,
        "source": TEXT,
        "sourcetype": TEXT,
        "fields": st.dictionaries(TEXT, TEXT | st.booleans(), max_size=3),
    },
)


def collected(envelope: object) -> bytes:
    body = json.dumps(envelope).encode()
    [frame] = hec.event(Request("POST", "/services/collector", {}, {}, body)).frames
    return frame


def test_the_envelope_of_splunk_is_read() -> None:
    envelope = {
        "time": 1_785_000_000.25, "host": "web1", "sourcetype": "sshd",
        "source": "/var/log/auth.log",
        "event": "Failed password for root from 192.0.2.7 port 4711 ssh2",
    }  # fmt: skip
    found = event(collected(envelope))
    assert found["time"] == datetime.fromtimestamp(1_785_000_000.25, UTC)
    assert (found["host"], found["app"], found["user"]) == ("web1", "sshd", "root")
    assert (str(found["src"]), found["message"]) == ("192.0.2.7", envelope["event"])
    assert json.loads(found["data"])["sd"]["hec@32473"]["source"] == envelope["source"]


def test_an_object_of_splunk_is_read_by_its_names() -> None:
    record = {"src_ip": "192.0.2.7", "dest_ip": "10.0.0.5", "action": "blocked"}
    found = event(collected({"host": "fw1", "event": record}))
    assert (str(found["src"]), str(found["dst"])) == ("192.0.2.7", "10.0.0.5")
    assert (found["host"], found["action"]) == ("fw1", "blocked")


@given(ENVELOPE)
def test_an_event_stays_whole_behind_its_header(envelope: dict[str, object]) -> None:
    given, frame = envelope["event"], collected(envelope)
    content = given if isinstance(given, str) else json.dumps(given)
    assert frame.endswith(lines.dumped(given))
    if not frame.startswith(b"<13>1 ") or content.startswith("<"):
        return
    assert event(frame)["facility"] == 1  # its header was understood


@given(st.binary(max_size=300))
def test_no_body_breaks_a_dialect(body: bytes) -> None:
    for take in (lines.take, hec.event, hec.raw, elastic.bulk):
        for kind in ("application/json", "text/plain"):
            try:
                answer = take(Request("POST", "/", {}, {"content-type": kind}, body))
            except Refused:
                continue
            assert answer.status == 200
            json.loads(answer.body)


@given(st.binary(max_size=200), st.binary(max_size=200), st.integers(0, 400))
def test_a_body_is_decompressed_up_to_its_limit(
    one: bytes, two: bytes, limit: int
) -> None:
    packed = gzip.compress(one) + gzip.compress(two)
    if len(one + two) <= limit:
        assert bodies.plain(packed, "gzip", limit) == one + two
    else:
        with pytest.raises(Refused, match="too_large"):
            bodies.plain(packed, "gzip", limit)


def test_a_body_has_few_members() -> None:
    empty, last = gzip.compress(b""), gzip.compress(b"x" * 200_000)
    most = empty * (bodies.MOST_MEMBERS - 1) + last
    assert bodies.plain(most, "gzip", 1 << 20) == b"x" * 200_000
    with pytest.raises(Refused, match="encoding"):
        bodies.plain(empty + most, "gzip", 1 << 20)


def test_a_member_may_be_of_any_length() -> None:
    noise = random.Random(1).randbytes(300_000)  # noqa: S311
    packed = gzip.compress(noise) + gzip.compress(b"end")
    assert bodies.plain(packed, "gzip", 1 << 20) == noise + b"end"


def bulk(body: bytes, index: str = "logs") -> Answer:
    return elastic.bulk(Request("POST", f"/{index}/_bulk", body=body))


def test_the_answer_to_a_bulk_is_bounded() -> None:
    one = b'{"delete":{}}\n'
    assert len(json.loads(bulk(one * MOST_EVENTS).body)["items"]) == MOST_EVENTS
    with pytest.raises(Refused, match="too_many"):
        bulk(one * (MOST_EVENTS + 1))
    [item] = json.loads(bulk(one, "x" * 9_999).body)["items"]
    assert item["delete"]["_index"] == "x" * 255


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
@pytest.mark.parametrize("one", [b"x\n", b'{"a":1}\n', b'{"a":1} {"b":2}\n', b"5 "])
def test_no_more_is_taken_apart_than_a_request_may_have(kind: str, one: bytes) -> None:
    body = one * (2 << 20)
    tracemalloc.start()
    try:
        with contextlib.suppress(Refused):
            lines.take(Request("POST", "/v1/logs", {}, {"content-type": kind}, body))
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert grown < 2 * len(body) + (32 << 20)


def test_json_over_many_lines_is_no_event_a_line() -> None:
    body = json.dumps([{"a": 1}] * 40_000, indent=1).encode()
    headers = {"content-type": "application/json"}
    answer = lines.take(Request("POST", "/v1/logs", {}, headers, body))
    assert answer.frames == [b'{"a":1}'] * 40_000


@pytest.mark.parametrize(
    ("method", "path", "there"),
    [
        ("POST", "/_bulk", True),
        ("POST", "/logs-x/_bulk/", True),
        ("GET", "/logs-x/_bulk", False),
        ("POST", "/a/b/_bulk", False),
        ("HEAD", "/.ds-logs", True),
        ("PUT", "/_data_stream/logs", True),
        ("POST", "/services/collector/event/1.0", True),
    ],
)
def test_ways(method: str, path: str, there: bool) -> None:
    assert (find(method, path)[0] is not None) == there


def test_what_the_address_says_of_each_line_is_short() -> None:
    query = {"source": "s" * 10_000, "host": "web1"}
    found = hec.raw(Request("POST", "/services/collector/raw", query, {}, b"a\nb\n"))
    assert [len(frame) < 600 for frame in found.frames] == [True, True]
    assert all(b"web1" in frame for frame in found.frames)


def test_docker_finds_somebody_there() -> None:
    way, _ = find("OPTIONS", "/services/collector/event/1.0")
    assert way is not None
    assert way.handler(Request("OPTIONS", "", {}, {}, b"")).status == 200
