"""What the header formats read: line → fields. The lines are made up."""

import json

import pytest

from ingest.tests.parsing import NOW, event, told

# line → host, app, pid, facility, severity, message
RFC3164 = {
    "<34>Jul 26 11:59:58 mail su: 'su root' failed": (
        "mail", "su", None, 4, 2, "'su root' failed",
    ),
    "<38>Jul  6 01:02:03 web-1.example.net sshd[4711]: hello": (
        "web-1.example.net", "sshd", 4711, 4, 6, "hello",
    ),
    "Jul 26 11:59:58 gate cron[7]: no PRI": (
        "gate", "cron", 7, None, None, "no PRI",
    ),
    "<13>2026-07-26T11:59:58.123456+02:00 box app: rsyslog's own format": (
        "box", "app", None, 1, 5, "rsyslog's own format",
    ),
    "<13>2026-07-26T11:59:58Z box app[1]:no space": (
        "box", "app", 1, 1, 5, "no space",
    ),
    "<13>Jul 26 11:59:58.250 box app: milliseconds": (
        "box", "app", None, 1, 5, "milliseconds",
    ),
    "<13>Jul 26 2026 11:59:58 box app: year after": (
        "box", "app", None, 1, 5, "year after",
    ),
    "<13>2026 Jul 26 11:59:58 box app: year before": (
        "box", "app", None, 1, 5, "year before",
    ),
    "<13>Jul 26 11:59:58 CEST box app: zone": ("box", "app", None, 1, 5, "zone"),
    "<13>Jul  26 11:59:58  box  app: doubled spaces": (
        "box", "app", None, 1, 5, "doubled spaces",
    ),
    "<13> Jul 26 11:59:58 box app: space after PRI": (
        "box", "app", None, 1, 5, "space after PRI",
    ),
    "<13>Jul 26 11:59:58 app[12]: host missing": (
        None, "app", 12, 1, 5, "host missing",
    ),
    "<13>Jul 26 11:59:58 10.0.0.9 tag missing here": (
        "10.0.0.9", None, None, 1, 5, "tag missing here",
    ),
    "<13>Jul 26 11:59:58 2001:db8::7 app: six": (
        "2001:db8::7", "app", None, 1, 5, "six",
    ),
    "<13>app[9]: nothing but PRI and tag": (
        None, "app", 9, 1, 5, "nothing but PRI and tag",
    ),
    "<13>some words": (None, None, None, 1, 5, "some words"),
    "<13>": (None, None, None, 1, 5, ""),
    "sshd[77]: a tag alone": (None, "sshd", 77, None, None, "a tag alone"),
    "<999>Jul 26 11:59:58 box app: PRI too large": (
        "box", "app", None, None, None, "PRI too large",
    ),
    "<38>Jul 26 11:59:58 box su(pam_unix)[3]: brackets in the tag": (
        "box", "su(pam_unix)", 3, 4, 6, "brackets in the tag",
    ),
    "<86>Jul 26 11:59:58 box /usr/sbin/cron[3]: path": (
        "box", "/usr/sbin/cron", 3, 10, 6, "path",
    ),
    "<13>Jul 26 11:59:58 box warning proc[5]: level before the tag": (
        "box", "proc", 5, 1, 5, "level before the tag",
    ),
    "Jul 26 11:59:58 <4.6> box sshd[5]: BSD level": (
        "box", "sshd", 5, 4, 6, "BSD level",
    ),
    "Jul 26 11:59:58 last message repeated 3 times": (
        None, None, None, None, None, "last message repeated 3 times",
    ),
    "<13>Jul 26 11:59:58 box last message repeated 3 times": (
        "box", None, None, 1, 5, "last message repeated 3 times",
    ),
    "just words": (None, None, None, None, None, "just words"),
    "": (None, None, None, None, None, ""),
}  # fmt: skip

CISCO = {
    "<189>29: edge-1: .Jul 26 11:58:40.411: %SYS-5-CONFIG_I: Configured from vty0": (
        "edge-1", "SYS", None, 23, 5, "%SYS-5-CONFIG_I: Configured from vty0",
    ),
    "<187>sw1: 2026 Jul 26 11:58:48 UTC: last message repeated 3 time": (
        "sw1", None, None, 23, 3, "last message repeated 3 time",
    ),
    "<189>4711: *Mar  1 00:01:02.003: %LINK-3-UPDOWN: Interface up": (
        None, "LINK", None, 23, 5, "%LINK-3-UPDOWN: Interface up",
    ),
    "Jul 26 11:58:48 fw %ASA-4-106023: Deny udp": (
        "fw", "ASA", None, None, 4, "%ASA-4-106023: Deny udp",
    ),
    "<132>wlc: *Dot1x_Task: Jul 26 11:58:34.710: %DOT1X-4-RETRANS: Max": (
        "wlc", "Dot1x_Task", None, 16, 4, "%DOT1X-4-RETRANS: Max",
    ),
    "<189>: edge-1: Jul 26 2026 11:58:40.411: %SYS-5-CONFIG_I: by ann": (
        "edge-1", "SYS", None, 23, 5, "%SYS-5-CONFIG_I: by ann",
    ),
    "<189>12: edge-1: 000013: 1y7w: %SYS-5-RELOAD: without a clock": (
        "edge-1", "SYS", None, 23, 5, "%SYS-5-RELOAD: without a clock",
    ),
    "<190>8: core RP/0/RP1/CPU0:Jul 26 11:58:40 : sshd_[88]: %X-SSHD-6-Y : by ann": (
        "core", "sshd_", 88, 23, 6, "%X-SSHD-6-Y : by ann",
    ),
    "2026-07-26T11:58:40Z sensor-1 Alerts %NGIPS-4-430001: found": (
        "sensor-1", "Alerts", None, None, 4, "%NGIPS-4-430001: found",
    ),
    "<14>Jul 26 2026 11:58:40 audit.cgi: console-1: ann@10.0.0.7, Login, Success": (
        *("console-1", "audit.cgi", None, 1, 6),
        "ann@10.0.0.7, Login, Success",
    ),
}  # fmt: skip

DIALECTS = {
    "<13>Jul 26 11:59:58 box CEF:0|V|P|1|7|name|3|src=192.0.2.1": (
        "box", None, None, 1, 5, "CEF:0|V|P|1|7|name|3|src=192.0.2.1",
    ),
    "77 <13>Jul 26 11:59:58 box app: a count is left": (
        "box", "app", None, 1, 5, "a count is left",
    ),
    "77 <13>1 2026-07-26T11:59:58Z box app - - - a count is left": (
        "box", "app", None, 1, 5, "a count is left",
    ),
    "Jul 26 2026 11:59:58 fw: %ASA-6-110002: Failed": (
        "fw", "ASA", None, None, 6, "%ASA-6-110002: Failed",
    ),
    "2026-07-26 11:59:58.057 UTC [151] bob@db LOG:  statement": (
        None, None, 151, None, None, "bob@db LOG:  statement",
    ),
    "<166>RP/0/RP0/CPU0:Jul 26 11:59:58: %X-2-Y : no": (
        None, "X", None, 20, 6, "%X-2-Y : no",
    ),
    "<38>Jul 26 11:59:58 Message forwarded from aix7: sshd[77]: AIX": (
        "aix7", "sshd", 77, 4, 6, "AIX",
    ),
    "<13>Jul 26 12:00:01 relay Jul 26 11:59:58 box app: the device is the second": (
        "box", "app", None, 1, 5, "the device is the second",
    ),
    "Jul 26 11:59:58 mac Big Browser[61]: a name with a blank": (
        "mac", "Big Browser", 61, None, None, "a name with a blank",
    ),
    "<30>Jul 26 11:59:58 grid-1 10.0.0.2 named[9]: name and address": (
        "grid-1", "named", 9, 3, 6, "name and address",
    ),
    "<30>Jul 26 11:59:58 box pool[worker-3]: a thread, no number": (
        "box", "pool", None, 3, 6, "a thread, no number",
    ),
    "Jul 26 11:59:58 daemon.info box dnsmasq[4]: level by name": (
        "box", "dnsmasq", 4, 3, 6, "level by name",
    ),
    "[1785067198] nsd[4]: epoch": (None, "nsd", 4, None, None, "epoch"),
    "[Jul 26 11:59:58] box su(pam)[4] brackets": (
        "box", "su(pam)", 4, None, None, "brackets",
    ),
    "[Jul 26 11:59:58] NOTICE[4]: chan.c: a level is no program": (
        *(None, None, 4, None, None),
        "NOTICE[4]: chan.c: a level is no program",
    ),
    "[CEST Jul 26 11:59:58] error    : any text": (
        None, None, None, None, None, "error    : any text",
    ),
    "26-Jul 11:59 backup-1 JobId 7: done": (
        "backup-1", None, None, None, None, "JobId 7: done",
    ),
    "26-Jul 11:59 backup-1: pruned": (
        "backup-1", None, None, None, None, "pruned",
    ),
    "2026-07-26T11:59:58Z ERROR pool: a level is no host": (
        None, "pool", None, None, None, "a level is no host",
    ),
    "2026-07-26T11:59:58Z ERROR something": (
        None, None, None, None, None, "ERROR something",
    ),
    "<134>2026-07-26T11:59:58Z INFO web[7:main] x": (
        None, "web", None, 16, 6, "x",
    ),
    "2026-07-26 11:59:58 connection failed": (
        None, None, None, None, None, "connection failed",
    ),
    "2026-07-26 11:59:58 box app[7]: but a tag is one": (
        "box", "app", 7, None, None, "but a tag is one",
    ),
    "<13>26 Jul 2026 11:59:58 box app: day first": (
        "box", "app", None, 1, 5, "day first",
    ),
    "<13>26.07.2026 11:59:58 box app: dots": ("box", "app", None, 1, 5, "dots"),
    "<13>Jul 26 11:59:58+02:00 box app: offset": (
        "box", "app", None, 1, 5, "offset",
    ),
    "<30>Jul 26 11:59:59 relay <34>Jul 26 11:59:58 box app[1]: PRI inside": (
        "box", "app", 1, 3, 6, "PRI inside",
    ),
    "<13>Jul 26 11:59:58 s_net@box/relay app: chain of syslog-ng": (
        "box", "app", None, 1, 5, "chain of syslog-ng",
    ),
    "<13>Jul 26 11:59:58 [10.0.0.9] app: brackets": (
        "10.0.0.9", "app", None, 1, 5, "brackets",
    ),
    "<13>Jul 26 11:59:58 Original Address=10.0.0.9 text of Kiwi": (
        "10.0.0.9", None, None, 1, 5, "text of Kiwi",
    ),
    "1 2026-07-26T11:59:58Z box app 12 - - a file without PRI": (
        "box", "app", 12, None, None, "a file without PRI",
    ),
    "2026-07-26T11:59:58Z 12 [Note] a number names nobody": (
        None, None, None, None, None, "12 [Note] a number names nobody",
    ),
    '"2026/07/26:11:59:58  adc-1 0-PPE-0 : a quote is left': (
        "adc-1", None, None, None, None, "0-PPE-0 : a quote is left",
    ),
    "Error,Code: 7,Reason: a level is no host": (
        None, None, None, None, None, "Error,Code: 7,Reason: a level is no host",
    ),
    "spamd: result: clean": (None, "spamd", None, None, None, "result: clean"),
    "error: first: a level is no program": (
        None, None, None, None, None, "error: first: a level is no program",
    ),
    "<134> 07/26/2026:11:59:58 GMT adc-1 0-PPE-0 : default SSLVPN LOGIN 7 0 :": (
        "adc-1", None, None, 16, 6, "0-PPE-0 : default SSLVPN LOGIN 7 0 :",
    ),
    "info hostd[88] [Originator@6876 sub=Vimsvc] level first": (
        *(None, "hostd", 88, None, None),
        "[Originator@6876 sub=Vimsvc] level first",
    ),
    "<23>gate-1: NetScreen device_id=7 text": (
        "gate-1", None, None, 2, 7, "NetScreen device_id=7 text",
    ),
    "<134>Jul 26 11:59:58 lb-1,rule=dns,name=x.example": (
        "lb-1", None, None, 16, 6, "rule=dns,name=x.example",
    ),
    "11:59:58,250, auth.example, audit.runtime.Login, ERROR, log4j": (
        "auth.example", None, None, None, None,
        "audit.runtime.Login, ERROR, log4j",
    ),
    "pc-7,Local Host: 10.0.0.7,Local Port: 138,Action: Blocked": (
        "pc-7", None, None, None, None,
        "pc-7,Local Host: 10.0.0.7,Local Port: 138,Action: Blocked",
    ),
}  # fmt: skip

SD = '[a@1 x="1" y="two words"][b z=""]'
RFC5424 = {
    f"<165>1 2026-07-26T11:59:58.003Z box app 77 ID4 {SD} text": (
        "box", "app", 77, 20, 5, "text",
    ),
    "<165>1 2026-07-26T11:59:58.003Z box app - - - \ufefftext with BOM": (
        "box", "app", None, 20, 5, "text with BOM",
    ),
    "<34>1 2026-07-26T11:59:58Z box app 7 - -  as rsyslog sends it": (
        *("box", "app", 7, 4, 2),
        "as rsyslog sends it",
    ),
    "<34>1 - - - - - -": (None, None, None, 4, 2, ""),
    "<34>1 2026-07-26T11:59:58Z  box  app  -  -  -  doubled": (
        "box", "app", None, 4, 2, "doubled",
    ),
    '<34>1 2026-07-26T11:59:58Z box app 7 M [a b="c"d] broken': (
        "box", "app", 7, 4, 2, '[a b="c"d] broken',
    ),
    "<34>1 2026-07-26T11:59:58Z box app 7 M without structured data": (
        "box", "app", 7, 4, 2, "without structured data",
    ),
    "<34>1 2026-07-26T11:59:58Z box": ("box", None, None, 4, 2, ""),
    "<34>7 2026-07-26T11:59:58Z box app 7 - - version 7": (
        "box", "app", 7, 4, 2, "version 7",
    ),
    "<34>1 2026-07-26T11:59:58Z box just a sentence": (
        "box", None, None, 4, 2, "just a sentence",
    ),
}  # fmt: skip

ALL = {**RFC3164, **CISCO, **DIALECTS, **RFC5424}
NAMES = ("host", "app", "pid", "facility", "severity", "message")


@pytest.mark.parametrize(("line", "fields"), ALL.items())
def test_fields_of_the_header(line: str, fields: tuple[object, ...]) -> None:
    found = event(line)
    assert tuple(found[name] for name in NAMES) == fields


@pytest.mark.parametrize("line", ALL)
def test_head_and_message_are_the_exact_line(line: str) -> None:
    found = event(line)
    assert (found["head"] + found["message"], found["raw"]) == (line, None)


def data(line: str | bytes) -> object:
    return json.loads(event(line)["data"] or "null")


def test_structured_data_message_id_and_words_for_a_process_id() -> None:
    line = f"<165>1 2026-07-26T11:59:58.003Z box app worker ID4 {SD} text"
    assert data(line) == {
        "sd": {"a@1": {"x": "1", "y": "two words"}, "b": {"z": ""}},
        "procid": "worker",
        "msgid": "ID4",
    }


def test_structured_data_is_unescaped() -> None:
    line = r'<165>1 - box app - - [a q="say \"hi\"" b="\]" s="\\" n="a\n"] x'
    expected = {"q": 'say "hi"', "b": "]", "s": "\\", "n": "a\\n"}
    assert data(line) == {"sd": {"a": expected}}


def test_what_is_odd_is_told_in_data() -> None:
    assert data("just words") == {"parse": "no syslog header"}
    assert data("<999>Jul 26 11:59:58 box app: x") == {"pri": "invalid"}
    assert data("<13>*Jul 26 11:59:58: x") == {"clock": "not set on the device"}


def test_the_mnemonic_of_cisco_is_kept() -> None:
    line = "<189>Jul 26 11:59:58 sw %LINEPROTO-SW1-5-UPDOWN: Line protocol"
    assert data(line) == {"mnemonic": "LINEPROTO-SW1-5-UPDOWN"}


def test_a_plain_event_has_nothing_else() -> None:
    assert told("<13>Jul 26 11:59:58 box app: quiet") == {
        "facility": 1,
        "severity": 5,
        "host": "box",
        "app": "app",
        "message": "quiet",
    }


def test_the_host_is_never_the_peer() -> None:
    found = event("<13>no header", peer="198.51.100.1")
    assert (found["host"], found["src"], found["source"]) == (
        None,
        None,
        "198.51.100.1",
    )


def test_type_rank_and_times_of_plain_text() -> None:
    found = event("just words")
    assert (found["type"], found["rank"], found["time"]) == (5, 0, NOW)


def test_a_yearless_stamp_is_refined_by_the_same_moment_in_the_message() -> None:
    found = event("<166>Jul 26 11:59:58 node 2026-07-26 11:59:58,250, audit")
    assert found["time"].isoformat() == "2026-07-26T11:59:58.250000+00:00"
    found = event("<166>Jul 26 11:59:58 node 2026-07-20 10:00:00,250, audit")
    assert found["time"].isoformat() == "2026-07-26T11:59:58+00:00"


def test_the_date_of_bind_is_a_time() -> None:
    found = event("26-Jul-2026 11:59:58.250 client 192.0.2.1#4711: query")
    assert found["time"].isoformat() == "2026-07-26T11:59:58.250000+00:00"
