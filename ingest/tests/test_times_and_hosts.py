"""When and where something happened, by what a message says. The lines are made up."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parsers import cef
from ingest.tests.parsing import event

TIMES = {
    "date=2026-07-26 time=13:59:58 eventtime=1785067198": "11:59:58",
    "date=2026-07-26 time=13:59:58 tz=UTC+2": "11:59:58",
    "date=2020-01-01 time=13:59:58 eventtime=1785067198500000000": "11:59:58.5",
    "Inserted: 2026-07-26 10:00:00,Event time: 2026-07-26 11:59:58": "11:59:58",
    "07/26/2026 11:59:58 [LOGIN_ERROR] ann": "11:59:58",
    '{"date": "2026-07-26", "time": "11:59:58", "user": "ann"}': "11:59:58+",
    "2026-07-26,11:59:58,640,next column": "11:59:58+",
    "2026-07-26 11:59:58,640 milliseconds": "11:59:58.64",
    "created_at='2026-07-26 13:59:58 +0200',id='7'": "11:59:58",
    "CEF:0|V|P|1|7|n|3|start=Jul 26 2026 13:59:58 Xeventtime=1785067198": "11:59:58",
    "CEF:0|V|P|1|7|n|3|rt=Jul 26 2026 14:59:58 dtz=Europe/Moscow": "11:59:58",
    "CEF:0|V|P|1|7|n|3|rt=Jul 26 2026 10:59:58 dtz=No/Zone": "10:59:58",
    "CEF:0|V|P|1|7|n|3|art=1785067198000": "11:59:58",
    # A connector's receipt is no time of the event.
    "Jul 26 11:59:58 box CEF:0|V|P|1|7|n|3|art=1784000000000": "11:59:58",
    '<13>Jul 26 11:59:50 box {"timeStamp": "Sun, 26 Jul 2026 13:59:58 +0200"}': (
        "11:59:58"
    ),
}


@pytest.mark.parametrize(("line", "expected"), TIMES.items())
def test_the_time_by_the_most_exact_that_the_message_tells(
    line: str, expected: str
) -> None:
    assert event(line)["time"].isoformat().startswith(f"2026-07-26T{expected}")


@pytest.mark.parametrize(
    ("date", "expected"),
    [("07/08/2026", "2026-07-08"), ("08/07/2026", "2026-07-08"),
     ("06/07/2026", "2026-07-06"), ("07/25/2026", "2026-07-25"),
     ("25/07/2026", "2026-07-25")],
)  # fmt: skip
def test_a_date_with_slashes_is_the_one_nearer_to_its_arrival(
    date: str, expected: str
) -> None:
    found = event(f"<134>{date}:10:00:00 GMT adc : text")["time"]
    assert found.isoformat() == f"{expected}T10:00:00+00:00"


def test_a_time_without_a_zone_is_of_the_zone_of_its_header() -> None:
    session = "1,2026/07/26 13:59:59,007,TRAFFIC,end,2561,2026/07/26 13:59:58,10.0.0.1"
    found = event(f"<14>1 2026-07-26T13:59:59+02:00 fw - - - - {session}")
    assert found["time"].isoformat() == "2026-07-26T11:59:58+00:00"


def test_a_fraction_far_from_the_time_it_belongs_to_is_none_of_it() -> None:
    session = "1,2026/07/26 11:59:58,007,THREAT,url,2561,2026/07/26 11:59:58,10.0.0.1"
    exact = event(f"{session},2026-07-26T13:59:58.250+02:00,x")["time"]
    assert exact.isoformat() == "2026-07-26T11:59:58+00:00"
    exact = event(f"{session},2026-07-26T11:59:58.250+00:00,x")["time"]
    assert exact.isoformat() == "2026-07-26T11:59:58.250000+00:00"


def test_when_it_happened_not_when_it_was_logged() -> None:
    record = {
        "@timestamp": "2026-07-26T11:59:58.500Z",
        "event": {"created": "2026-07-26T11:59:59.900Z"},
    }
    found = event(json.dumps(record))
    assert found["time"].isoformat() == "2026-07-26T11:59:58.500000+00:00"


HOSTS = {
    r"originsicname=CN\=gate-1,O\=mgmt.example shost=pc-7": "gate-1",
    "dvchost=gate-2 shost=pc-7": "gate-2",
    "shost=pc-7": "pc-7",
    "shost=ann@x.example": None,
}


@pytest.mark.parametrize(("extension", "expected"), HOSTS.items())
def test_a_machine_is_the_host_where_no_device_has_a_name(
    extension: str, expected: str | None
) -> None:
    line = f"CEF:0|V|P|1|7|name|3|{extension}"
    assert event(line)["host"] == expected
    assert event(f"Jul 26 11:59:58 box {line}")["host"] == "box"


def test_the_node_of_auditd_is_the_host() -> None:
    line = "node=web-1 type=USER_LOGIN msg=audit(1785067198.250:7): pid=1"
    assert event(line)["host"] == "web-1"


def test_xml_with_an_escaped_line_end_behind_it() -> None:
    line = "<?xml version='1.0'?> <Event><MachineName>pc-7</MachineName></Event> #015"
    assert event(line)["host"] == "pc-7"


@pytest.mark.parametrize(
    "line",
    [
        "[Sun Jul 26 11:59:58 2026] [core:warn] [pid 77] text",
        "[Sun Jul 26 11:59:58 2026] [core:warn] [pid 77:tid 8] text",
        "2026/07/26 11:59:58 [error] 77#78: text",
        "2026-07-26 11:59:58 UTC:[local]:ann@db:[77]:LOG:  text",
    ],
)
def test_the_process_that_a_line_names_itself(line: str) -> None:
    assert event(line)["pid"] == 77


NAGIOS = [
    "SERVICE NOTIFICATION: ann;web-1;HTTP;CRITICAL;notify;text",
    "HOST ALERT: web-1;DOWN;SOFT;1;text",
    "SERVICE FLAPPING ALERT: web-1;HTTP;STARTED;text",
    "CURRENT HOST STATE: web-1;UP;HARD;1;text",
    "PASSIVE SERVICE CHECK: web-1;HTTP;0;text",
    "EXTERNAL COMMAND: SCHEDULE_HOST_DOWNTIME;web-1;1785067198;1785067298;1;0;9;ann;x",
]


@pytest.mark.parametrize("message", NAGIOS)
def test_the_host_that_nagios_watches(message: str) -> None:
    found = event(f"[1785067198] {message}")
    assert (found["host"], found["message"]) == ("web-1", message)
    assert event(f"Jul 26 11:59:58 mon nagios: {message}")["host"] == "mon"


def test_a_record_of_auditpr() -> None:
    line = (
        "FS_Rmdir   rm   ann   root OK   26 jul 2026 11:59:58.250000 No roles dir: /a"
    )
    found = event(line)
    names = ("app", "user", "action", "signature")
    assert [found[name] for name in names] == ["rm", "ann", "success", "FS_Rmdir"]
    assert found["time"].isoformat() == "2026-07-26T11:59:58.250000+00:00"
    assert event(line.replace(" OK ", " FAIL "))["action"] == "failure"


PIECES = [
    *("<13>", "12: ", "sw-1: ", "RP/0/RP0/CPU0:", "*", "Jul 26 11:59:58", " : ", " "),
    *("[", "]", "1785067198", "26-Jul 11:59", "mail.info", "<4.6>", "app[7]:", ","),
    *("HOST ALERT: ", ";", "FS_A a b c OK ", "26 jul 2026 11:59:58 ", "spamd: "),
    *("Message forwarded from ", "%X-1-Y:", "07/26/2026:11:59:58 GMT", " PM", "é"),
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=10))
def test_a_header_of_any_pieces_loses_no_character(pieces: list[str]) -> None:
    line = "".join(pieces)
    found = event(line)
    if found["raw"] is None:
        assert found["head"] + found["message"] == line


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_a_zone_is_called_the_stamp_stays(stamp: str, zone: str) -> None:
    assert cef.zoned(stamp, zone).startswith(stamp)
