"""`manage.py parse`: the same pipeline, one JSON object a line."""

import base64
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def run(monkeypatch: pytest.MonkeyPatch, text: bytes, *options: str) -> list[Any]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text), "utf-8"))
    out = io.StringIO()
    call_command("parse", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"<34>Oct 11 22:14:15 mail su[7]: hi from 192.0.2.1\r\nplain\n"
    first, second = run(monkeypatch, text, "--year", "2003", "--zone", "Europe/Berlin")
    assert first["timestamp"] == "2003-10-11T20:14:15+00:00"
    assert (first["hostname"], first["app"], first["pid"]) == ("mail", "su", 7)
    assert (first["src_ip"], first["message"]) == ("192.0.2.1", "hi from 192.0.2.1")
    assert (second["message"], second["timestamp"]) == ("plain", None)


def test_cases_keep_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [
        {"id": "a", "raw": "<13>deny\ntwo"},
        {"id": "b", "raw_b64": base64.b64encode(b"\xff").decode()},
        {"id": "c", "raw_gen": {"prefix": "<13>x", "fill": "y", "length": 9}},
    ]
    text = "\n".join(map(json.dumps, cases)).encode()
    found = run(monkeypatch, text, "--jsonl")
    assert [one["id"] for one in found] == ["a", "b", "c"]
    assert [one["message"] for one in found] == ["deny\ntwo", "ÿ", "xyyyy"]
    assert found[0]["verdict"] == "denied"


def table(monkeypatch: pytest.MonkeyPatch, text: bytes, *options: str) -> list[str]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text), "utf-8"))
    out = io.StringIO()
    call_command("parse", "--report", *options, stdout=out)
    return out.getvalue().splitlines()


def test_the_report_counts_what_lines_had(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"<34>Oct 11 22:14:15 mail su[7]: hi from 192.0.2.1\n<13>su: x\nplain\n"
    head, first, second, total = table(monkeypatch, text)
    assert head.split() == [
        *("format", "device", "lines", "header", "host", "time", "facts"),
        *("expected", "right", "alone"),
    ]
    assert first.split() == ["-", "su", "2", "2", "1", "1", "1", "0", "0", "0"]
    assert second.split() == ["-", "-", "1", "0", "0", "0", "0", "0", "0", "0"]
    assert total.split()[3] == "3"


def test_the_report_says_what_is_found_without_formats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = {
        "id": "a",
        "format": "cef",
        "device": "wall",
        "raw": "CEF:0|Acme|Wall|1|7|x|3|src=10.0.0.1 cs1Label=user id cs1=eve suser=x",
        "expect": {"src_ip": "10.0.0.1", "user": "x", "app": "not a fact"},
    }
    _, row, _ = table(monkeypatch, json.dumps(case).encode(), "--jsonl")
    assert row.split() == ["cef", "wall", "1", "0", "0", "0", "1", "2", "2", "2"]


WRONG = [b"garbage", b'{"id": 1}', b'{"raw": "x"}', b"[]", b'{"id": 1, "raw_b64": "x"}']


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_case_is_named_by_its_line(
    monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    with pytest.raises(CommandError, match="Line 2 is no case"):
        run(monkeypatch, b'{"id": 1, "raw": "x"}\n' + line, "--jsonl")


def test_a_wrong_zone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="'Mars' is not a time zone"):
        run(monkeypatch, b"", "--zone", "Mars")


def test_a_format_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    line = b"<38>Jul 26 11:59:58 gate sshd[7]: Accepted password for eve from 192.0.2.9"
    line += b" port 4711 ssh2\n"
    (found,) = run(monkeypatch, line, "--without", "sshd")
    assert (found["src_ip"], found["user"]) == ("192.0.2.9", "eve")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("parse", "--without", "nonesuch")


def test_the_report_leaves_out_the_format_of_each_device(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cef = "<134>Jul 26 11:59:58 gate CEF:0|Acme|Wall|1|7|x|8|deviceTranslatedAddress="
    cases = [
        {"id": 1, "device": "wall", "expect": {"src_ip": "192.0.2.9"}}
        | {"raw": f"{cef}10.9.9.9 sourceTranslatedAddress=10.8.8.8 src=192.0.2.9"},
        {"id": 2, "device": "odd", "expect": {"src_ip": "192.0.2.1"}}
        | {"raw": "<13>Jul 26 11:59:58 gate odd: denied from 192.0.2.1"},
    ]
    text = "\n".join(map(json.dumps, cases)).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text), "utf-8"))
    out = io.StringIO()
    call_command("parse", "--jsonl", "--report", "--leave-one-out", stdout=out)
    odd, wall, _ = [line.split() for line in out.getvalue().splitlines()[1:]]
    assert odd[1:] == ["odd", "1", "1", "1", "1", "1", "1", "1", "1"]
    assert wall[1] == "wall"
    assert wall[-3:-1] == ["1", "1"]
