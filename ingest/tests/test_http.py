"""Logs over HTTP: the three dialects, what is refused, and what is never lost."""

import asyncio
import base64
import contextlib
import gc
import gzip
import hashlib
import json
import random
import ssl
import subprocess
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest import folder as folders
from ingest.identity import Wish
from ingest.intake import State
from ingest.receivers import http
from ingest.tests.receiving import (
    Running,
    free_port,
    receiving,
    rsyslog_module,
    through_rsyslog,
)

pytestmark = pytest.mark.asyncio
TOKEN = "mss_in_test"  # noqa: S105
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Reply = tuple[int, dict[str, str], Any]


@asynccontextmanager
async def serving(
    folder: Path, known: bool = True, max_bytes: int = 1 << 30, **plan: Any
) -> AsyncIterator[Running]:
    """A receive process that knows one token, number 7."""
    if known:
        digest = hashlib.sha256(TOKEN.encode()).hexdigest()
        told = {"ports": [], "tokens": {digest: 7}}
        folders.write_json(folder / "ports.json", told)
    more = {"http_port": free_port(), **plan}
    wish = Wish(folder / "tls")
    async with receiving(folder, more=more, wish=wish, max_bytes=max_bytes) as running:
        if known:
            await running.until(lambda: bool(running.receive.tokens.known))
        yield running


class Client:
    """One connection that is kept."""

    def __init__(self, running: Running, context: ssl.SSLContext | None = None) -> None:
        self.port, self.context = running.receive.plan.http_port, context

    async def __aenter__(self) -> "Client":
        name = "localhost" if self.context else None
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.context, server_hostname=name
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def call(
        self,
        method: str,
        path: str,
        body: bytes | str = b"",
        headers: dict[str, str] | None = None,
    ) -> Reply:
        content = body.encode() if isinstance(body, str) else body
        lines = {"Host": "x", "Content-Length": str(len(content))} | (
            BEARER if headers is None else headers
        )
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
        return await self.answer(method)

    async def answer(self, method: str = "POST") -> Reply:
        async with asyncio.timeout(20):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            size = 0 if method == "HEAD" else int(headers["content-length"])
            body = await self.reader.readexactly(size)
        return int(head[0].split()[1]), headers, json.loads(body) if body else None


async def post(running: Running, path: str, *args: Any, **kwargs: Any) -> Reply:
    async with Client(running) as client:
        return await client.call("POST", path, *args, **kwargs)


# -- /v1/logs


@pytest.mark.parametrize(
    ("kind", "body", "frames"),
    [
        ("text/plain", "one\r\n\ntwo", ["one", "two"]),
        ("application/x-ndjson", '{"a": 1}\n{"b":2}\n', ['{"a": 1}', '{"b":2}']),
        ("application/json", '[{"a": 1}, "b", 3]', ['{"a":1}', "b", "3"]),
        ("application/json", '{\n "a": {\n "b": 1}\n}', ['{"a":{"b":1}}']),
        ("application/json", '{"a":1}{"b":2}', ['{"a":1}', '{"b":2}']),
        ("application/json", '{"cut": "of', ['{"cut": "of']),
        ("application/json", "[" * 99_999, ["[" * 1_000]),
    ],
)
async def test_lines_and_json_are_taken(
    tmp_path: Path, kind: str, body: str, frames: list[str]
) -> None:
    async with serving(tmp_path) as running:
        headers = BEARER | {"Content-Type": kind}
        status, _, said = await post(running, "/v1/logs", body, headers)
        assert (status, said) == (200, {"accepted": len(frames)})
        rows = await running.rows(len(frames))
    assert [row["line"].decode() for row in rows] == frames
    assert {(row["transport"], row["peer"], row["claim"]) for row in rows} == {
        ("http", "127.0.0.1", "token:7")
    }
    assert {row["port"] for row in rows} == {running.receive.plan.http_port}


async def test_what_is_answered_is_on_the_disk(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        await post(running, "/v1/logs", "<13>kept")
        writer = running.receive.writer
        assert (writer.totals.lines, writer.unsynced) == (1, 0)


async def test_a_connection_is_kept_and_may_be_ahead(tmp_path: Path) -> None:
    async with serving(tmp_path) as running, Client(running) as client:
        assert (await client.call("POST", "/v1/logs", "one"))[0] == 200
        one = f"POST /v1/logs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        client.writer.write(f"{one}Content-Length: 3\r\n\r\ntwo".encode() * 2)
        assert [(await client.answer())[0] for _ in range(2)] == [200, 200]
        assert await running.lines(3) == [b"one", b"two", b"two"]


# -- who may send


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {TOKEN}",
        f"Splunk {TOKEN}",
        "Basic " + base64.b64encode(f"x:{TOKEN}".encode()).decode(),
        "ApiKey " + base64.b64encode(f"id:{TOKEN}".encode()).decode(),
        f"ApiKey {TOKEN}",
    ],
)
async def test_a_token_is_read_in_every_way(tmp_path: Path, header: str) -> None:
    async with serving(tmp_path) as running:
        answer = await post(running, "/v1/logs", "x", {"Authorization": header})
    assert answer[0] == 200


@pytest.mark.parametrize(
    ("path", "header", "status", "code"),
    [
        ("/v1/logs", "", 401, None),
        ("/v1/logs", "Bearer wrong", 403, None),
        ("/services/collector", "", 401, 2),
        ("/services/collector", "Splunk", 401, 3),
        ("/services/collector", "Basic ???", 401, 3),
        ("/services/collector", "Splunk wrong", 403, 4),
        ("/_bulk", "Bearer wrong", 401, None),
    ],
)
async def test_without_the_right_token_nothing_is_taken(
    tmp_path: Path, path: str, header: str, status: int, code: int | None
) -> None:
    async with serving(tmp_path) as running, Client(running) as client:
        headers = {"Authorization": header} if header else {}
        found, _, said = await client.call("POST", path, '{"event": "x"}', headers)
        assert (found, said.get("code")) == (status, code)
        assert (await client.call("POST", "/v1/logs", "still there"))[0] == 200
    assert sum(running.rejected().values()) == 1
    assert running.receive.writer.totals.lines == 1


async def test_a_revoked_token_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        folders.write_json(tmp_path / "ports.json", {"ports": [], "tokens": {}})
        await running.until(lambda: running.receive.tokens.known == {})
        assert (await post(running, "/v1/logs", "x"))[0] == 403


async def test_before_tokens_are_known_senders_wait(tmp_path: Path) -> None:
    async with serving(tmp_path, known=False) as running:
        status, headers, _ = await post(running, "/v1/logs", "x")
    assert (status, headers["retry-after"]) == (503, "5")


# -- Splunk


async def collected(running: Running, body: str, path: str = "/event") -> list[str]:
    place = f"/services/collector{path}"
    status, _, said = await post(running, place, body)
    assert (status, said) == (200, {"text": "Success", "code": 0})
    return [line.decode() for line in await running.lines(1)]


async def test_the_envelope_stands_before_the_event(tmp_path: Path) -> None:
    body = {
        "time": "1700000000.5", "host": "fw1", "source": 'a"b]', "index": "main",
        "sourcetype": "cisco:asa", "event": {"b": 1, "a": "ü"}, "fields": {"k": 5},
    }  # fmt: skip
    async with serving(tmp_path) as running:
        [line] = await collected(running, json.dumps(body))
    assert line == (
        "<13>1 2023-11-14T22:13:20.500000Z fw1 cisco:asa - - "
        r'[hec@32473 source="a\"b\]" sourcetype="cisco:asa" index="main" k="5"] '
        '{"b":1,"a":"ü"}'
    )


@pytest.mark.parametrize(
    ("body", "path", "line"),
    [
        ('{"event": "<34>1 - h a - - - x", "host": "y"}', "", "<34>1 - h a - - - x"),
        ('{"event": "bare"}', "/event/1.0", "bare"),
        ('{"event": 5, "host": "h"}', "", "<13>1 - h - - - - 5"),
        (
            '{"event": "x", "host": "a b"}',
            "",
            '<13>1 - - - - - [hec@32473 host="a b"] x',
        ),
        ("raw line\n", "/raw?host=web1", "<13>1 - web1 - - - - raw line"),
    ],
)
async def test_events_of_splunk(
    tmp_path: Path, body: str, path: str, line: str
) -> None:
    async with serving(tmp_path) as running:
        assert await collected(running, body, path) == [line]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", {"text": "No data", "code": 5}),
        (
            '{"event": "a"} {"event": broken',
            {"text": "Invalid data format", "code": 6, "invalid-event-number": 1},
        ),
        (
            '{"event": "a"}{"evnt": "b"}',
            {"text": "Event field is required", "code": 12, "invalid-event-number": 1},
        ),
        (
            '{"event": ""}',
            {
                "text": "Event field cannot be blank",
                "code": 13,
                "invalid-event-number": 0,
            },
        ),
    ],
)
async def test_what_splunk_would_refuse(
    tmp_path: Path, body: str, said: dict[str, Any]
) -> None:
    async with serving(tmp_path) as running:
        assert (await post(running, "/services/collector", body))[::2] == (400, said)
        await running.until(lambda: sum(running.rejected().values()) == 1)
    assert running.receive.writer.totals.lines == 0


async def test_splunk_is_healthy_and_has_no_ack(tmp_path: Path) -> None:
    async with serving(tmp_path) as running, Client(running) as client:
        health = await client.call("GET", "/services/collector/health", headers={})
        assert (health[0], health[2]["code"]) == (200, 17)
        ack = await client.call("POST", "/services/collector/ack")
        assert (ack[0], ack[2]["code"]) == (400, 14)


# -- Elasticsearch

DOCUMENT = '{"@timestamp":"2026-11-24T12:00:00Z","message":"hello"}'


async def test_bulk_answers_item_by_item(tmp_path: Path) -> None:
    body = "\n".join(
        [
            '{"create":{"_id":"1"}}', DOCUMENT,
            '{"index":{"_index":"mine"}}', "no json",
            '{"delete":{"_id":"2"}}', '{"update":{"_id":"3"}}', '{"doc":{}}', "",
        ]
    )  # fmt: skip
    async with serving(tmp_path) as running:
        status, headers, said = await post(running, "/winlogbeat-8/_bulk", body)
        lines = await running.lines(2)
        await running.until(lambda: running.rejected() == {"http_item_refused": 2})
    assert (status, said["errors"]) == (200, True)
    assert headers["x-elastic-product"] == "elasticsearch"
    assert lines == [DOCUMENT.encode(), b"no json"]
    items = [(*item, *item.values()) for item in said["items"]]
    found = [(action, about["_index"], about["status"]) for action, about in items]
    assert found == [
        ("create", "winlogbeat-8", 201),
        ("index", "mine", 201),
        ("delete", "winlogbeat-8", 400),
        ("update", "winlogbeat-8", 400),
    ]


@pytest.mark.parametrize("body", ["", "no json\n{}\n", '{"create":5}\n{}\n', "[]"])
async def test_a_wrong_bulk_is_refused_whole(tmp_path: Path, body: str) -> None:
    async with serving(tmp_path) as running:
        good = f'{{"create":{{}}}}\n{DOCUMENT}\n' if body else ""
        status, _, said = await post(running, "/_bulk", good + body)
    assert (status, said["status"]) == (400, 400)
    assert running.receive.writer.totals.lines == 0


async def test_shippers_find_what_they_ask_for(tmp_path: Path) -> None:
    async with serving(tmp_path) as running, Client(running) as client:
        for place in ("/", "/_license", "/_xpack", "/_cluster/health"):
            status, headers, said = await client.call("GET", place)
            assert status == 200 and said and headers["x-elastic-product"]
        for place in ("/", "/_index_template/winlogbeat", "/_ilm/policy/x", "/logs"):
            assert (await client.call("HEAD", place))[0] == 200
        root = (await client.call("GET", "/"))[2]
    assert root["version"]["number"] and root["tagline"] == "You Know, for Search"


# -- limits


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
async def test_bodies_may_be_compressed(
    tmp_path: Path, encoding: str, packed: Any
) -> None:
    headers = BEARER | {"Content-Encoding": encoding}
    async with serving(tmp_path) as running:
        answer = await post(running, "/v1/logs", packed(b"one\ntwo"), headers)
        assert answer[::2] == (200, {"accepted": 2})


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"x" * (2 << 20), 413),
        ({"Content-Encoding": "gzip"}, gzip.compress(bytes(64 << 20)), 413),
        ({"Content-Encoding": "gzip"}, gzip.compress(b"x" * 999)[:-20], 415),
        ({"Content-Encoding": "gzip"}, b"no gzip", 415),
        ({"Content-Encoding": "br"}, b"x", 415),
        ({}, b"x\n" * 100_001, 413),
    ],
)
async def test_what_is_too_much_is_refused(
    tmp_path: Path, headers: dict[str, str], body: bytes, status: int
) -> None:
    async with serving(tmp_path, http_bytes=1 << 20) as running:
        async with Client(running) as client:
            found = await client.call("POST", "/v1/logs", body, BEARER | headers)
            assert found[0] == status and found[2]["error"].endswith(".")
            assert (await client.call("POST", "/v1/logs", "next"))[0] == 200
        assert running.receive.writer.totals.lines == 1


async def test_an_endless_body_is_cut_off(tmp_path: Path) -> None:
    async with serving(tmp_path, http_bytes=1 << 20) as running:
        async with Client(running) as client:
            head = f"POST /v1/logs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}"
            client.writer.write(
                f"{head}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            )
            chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
            with pytest.raises(ConnectionError):
                while True:
                    client.writer.write(chunk)
                    await client.writer.drain()
        await running.until(lambda: running.rejected() == {"http_too_large": 1})
        assert listening(running).held == 0


async def test_who_asks_first_is_told_before_the_body(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        for header, status in ((f"Bearer {TOKEN}", b"100"), ("Bearer no", b"403")):
            async with Client(running) as client:
                client.writer.write(
                    f"POST /v1/logs HTTP/1.1\r\nHost: x\r\nAuthorization: {header}\r\n"
                    "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n".encode()
                )
                line = await asyncio.wait_for(client.reader.readline(), 10)
                assert line.split()[1] == status


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"<13>syslog\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000, b"431"),
        (b"POST /v1/logs HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /no/thing HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"GET /v1/logs HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
    ],
)
async def test_what_is_no_request_is_answered_and_counted(
    tmp_path: Path, content: bytes, status: bytes
) -> None:
    async with serving(tmp_path) as running, Client(running) as client:
        client.writer.write(content)
        line = await asyncio.wait_for(client.reader.readline(), 10)
        assert line.split()[1] == status
        await running.until(lambda: sum(running.rejected().values()) == 1)


async def test_slow_requests_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.5)
    async with serving(tmp_path) as running, Client(running) as client:
        client.writer.write(b"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-")
        line = await asyncio.wait_for(client.reader.readline(), 10)
        assert line.split()[1] == b"408"
        await running.until(lambda: running.rejected() == {"http_timeout": 1})


async def test_a_connection_that_closes_ends_unread_and_is_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.5)
    async with serving(tmp_path) as running, Client(running) as client:
        client.writer.write(bulk(MANY, "Connection: close\r\n"))
        await running.until(lambda: running.receive.answered() == {"200": 1})
        await running.until(lambda: listening(running).connections() == 0)
        await running.until(lambda: "http_item_refused" in running.rejected())
    assert running.rejected() == {"http_item_refused": 60_000}


async def test_what_was_decompressed_counts_as_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_HELD", 50_000)
    headers = BEARER | {"Content-Encoding": "gzip"}
    async with serving(tmp_path) as running:
        for size, status in ((60_000, 503), (40_000, 200)):
            body = gzip.compress(b"x" * 99 + b"\n") * (size // 100)
            assert (await post(running, "/v1/logs", body, headers))[0] == status
        assert listening(running).held == 0


async def test_a_long_event_is_cut_and_flagged(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        await post(running, "/v1/logs", "x" * 5_000 + "\nshort")
        rows = await running.rows(2)
    assert [(row["cut"], len(row["line"])) for row in rows] == [(5_000, 1_000), (0, 5)]


@pytest.mark.parametrize("path", ["/v1/logs", "/services/collector/raw", "/_bulk"])
async def test_a_full_journal_asks_to_come_again(tmp_path: Path, path: str) -> None:
    async with serving(tmp_path, max_bytes=60_000) as running:
        while running.receive.intake.state.value != "full":
            await post(running, "/v1/logs", "".join(map(chr, range(300, 900))))
        status, headers, _ = await post(running, path, "x")
        assert (status, headers["retry-after"]) == (503, "5")


def listening(running: Running) -> http.Http:
    [found] = [
        x for x in running.receive.listeners.values() if isinstance(x, http.Http)
    ]
    return found


def talking(running: Running) -> http.Talk:
    """The only connection."""
    [found] = listening(running).open
    assert isinstance(found, http.Talk)
    return found


MANY = b'{"delete":{}}\n' * 60_000  # the answer is 10 MB
HEALTH = b"GET /services/collector/health HTTP/1.1\r\nHost: x\r\n\r\n"


def bulk(body: bytes, more: str = "") -> bytes:
    head = f"POST /_bulk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    return f"{head}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def test_who_reads_no_answers_asks_nothing_more(tmp_path: Path) -> None:
    async with serving(tmp_path) as running, Client(running) as client:
        client.writer.write(bulk(MANY) + HEALTH * 1_000)
        await running.until(lambda: running.receive.answered() == {"200": 1})
        for state in (State.CROWDED, State.OPEN):
            listening(running).follow(state)
            for _ in range(100):  # turns of the loop
                await asyncio.sleep(0)
        assert running.receive.answered() == {"200": 1}
        assert len((await client.answer())[2]["items"]) == 60_000
        assert {(await client.answer())[0] for _ in range(1_000)} == {200}


@pytest.mark.parametrize("secured", [False, True])
async def test_many_requests_at_once_leave_the_others_their_turn(
    tmp_path: Path, secured: bool
) -> None:
    async with serving(tmp_path, known=False) as running:
        file = str(tmp_path / "tls" / "ca.pem")
        context = ssl.create_default_context(cafile=file) if secured else None
        async with Client(running, context) as client:
            client.writer.write(bulk(b"") * 2_000)  # 503: the tokens are not known
            total, most = listening(running).answered.total, 0
            async with asyncio.timeout(20):
                while (before := total()) < 2_000:
                    await asyncio.sleep(0)
                    most = max(most, total() - before)
            assert 0 < most <= http.AT_ONCE
            assert {(await client.answer())[0] for _ in range(2_000)} == {503}


async def test_who_is_astray_has_one_answer(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        for path, status in (("/no/thing", 404), ("/v1/logs", 405)):
            async with Client(running) as client:
                client.writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert (await client.answer())[0] == status
                assert await asyncio.wait_for(client.reader.read(), 10) == b""


# -- TLS


async def test_the_same_port_has_tls(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        context = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.pem"))
        async with Client(running, context) as client:
            assert (await client.call("POST", "/v1/logs", "secret"))[0] == 200
        [row] = await running.rows(1)
    assert row["transport"] == "https"


async def test_plain_http_is_refused_where_tls_is_required(tmp_path: Path) -> None:
    async with serving(tmp_path, http_tls="required") as running:
        assert (await post(running, "/v1/logs", "x"))[0] == 403
        context = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.pem"))
        async with Client(running, context) as client:
            assert (await client.call("POST", "/v1/logs", "x"))[0] == 200


# -- programs


async def test_curl_sends_a_large_file(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"".join(b"<13>line %d\n" % number for number in range(90_000)))
    async with serving(tmp_path) as running:
        where = f"http://127.0.0.1:{running.receive.plan.http_port}/v1/logs"
        command = ["curl", "-sS", "--data-binary", f"@{file}", where]
        header = ["-H", f"Authorization: Bearer {TOKEN}"]
        done = await asyncio.to_thread(
            subprocess.run, [*command, *header], check=True, capture_output=True
        )
        assert json.loads(done.stdout) == {"accepted": 90_000}
        assert running.receive.writer.totals.lines == 90_000


RSYSLOG = """
global(workDirectory="{folder}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{folder}/in")
module(load="omelasticsearch")
template(name="doc" type="list" option.jsonf="on") {{
  property(outname="message" name="msg" format="jsonf")
  property(outname="host" name="hostname" format="jsonf") }}
action(type="omelasticsearch" server="127.0.0.1" serverport="{port}" template="doc"
       searchIndex="logs" searchType="" bulkmode="on" uid="x" pwd="{token}")
"""


async def test_rsyslog_sends_as_to_elasticsearch(tmp_path: Path) -> None:
    if not rsyslog_module("omelasticsearch"):
        pytest.skip(
            "omelasticsearch is not installed: apt install rsyslog-elasticsearch"
        )
    async with serving(tmp_path) as running:
        port = running.receive.plan.http_port
        text = RSYSLOG.format(folder=tmp_path, port=port, token=TOKEN)
        row = await through_rsyslog(running, tmp_path, text)
    line = row["line"]
    assert json.loads(line)["message"].strip() == "through rsyslog"
    assert json.loads(line)["host"]


async def test_many_at_once_each_have_their_answer(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:

        async def send(number: int) -> None:
            async with Client(running) as client:
                for turn in range(20):
                    body = f"{number} {turn}"
                    assert (await client.call("POST", "/v1/logs", body))[0] == 200

        await asyncio.gather(*(send(number) for number in range(10)))
        lines = await running.lines(200)
        assert running.receive.answered() == {"200": 200}
    assert len(set(lines)) == 200


async def test_at_the_end_what_is_kept_is_answered(tmp_path: Path) -> None:
    async with serving(tmp_path) as running, Client(running) as client:
        body = "".join(f"line {number}\n" for number in range(50_000))
        asked = asyncio.create_task(client.call("POST", "/v1/logs", body))
        await running.until(running.receive.owes)
        running.receive.stopping.set()
        assert (await asked)[2] == {"accepted": 50_000}
    assert running.receive.writer.totals.lines == 50_000


async def test_no_garbage_stops_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Requests of every kind, cut and changed anywhere."""
    chance = random.Random(3)  # noqa: S311
    auth = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    bodies = [
        (
            "/services/collector?a=%ff&a=&b",
            '{"time":1e999,"event":{"a":[1,"\\ud800"]}}',
        ),
        ("/v1/logs", '[{"a":' + "[" * 400 + "]" * 400 + "}]"),
        ("/_bulk", '{"create":{"_id":{}}}\n{"a":1}\n'),
    ]
    async with serving(tmp_path) as running:
        for turn in range(150):
            path, body = bodies[turn % 3]
            head = f"POST {path} HTTP/1.1\r\n{auth}Content-Type: application/json\r\n"
            whole = bytearray(
                f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            for _ in range(chance.randrange(6)):
                whole[chance.randrange(len(whole))] = chance.randrange(256)
            del whole[chance.choice([len(whole), chance.randrange(len(whole))]) :]
            async with Client(running) as client:
                client.writer.write(whole)
                client.writer.write_eof()
                with contextlib.suppress(ConnectionError):
                    await asyncio.wait_for(client.reader.read(), 20)
        assert (await post(running, "/v1/logs", "still there"))[0] == 200
    gc.collect()  # what a task has thrown is told when the task is forgotten
    assert [
        one.getMessage() for one in caplog.records if one.levelname == "ERROR"
    ] == []
