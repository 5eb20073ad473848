"""What the content formats read: line → fields. The lines are made up."""

import gc
import json
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parsers import (
    CONTENTS,
    cef,
    facts_of,
    leef,
    names,
    objects,
    ossec,
    pairs,
    panos,
    snare,
)
from ingest.tests.parsing import event, parsed

HEADER = "<134>Jul 26 11:59:58 gate "
CEF = HEADER + "CEF:0|Acme|Wall|1.0|7|Blocked|8|"


def data(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event(line)["data"])
    return found


def test_cef_gives_facts_and_everything_else() -> None:
    found = event(
        CEF + "src=10.0.0.5 spt=4711 dst=192.0.2.7 dpt=443 proto=TCP suser=eve act=deny"
        " cs1Label=policy cs1=out of hours"
    )
    facts = ("src", "sport", "dst", "dport", "proto", "user", "action", "signature")
    assert [found[name] for name in facts] == [
        "10.0.0.5", 4711, "192.0.2.7", 443, "tcp", "eve", "deny", "7",
    ]  # fmt: skip
    members = json.loads(found["data"])
    assert members["cef"]["device_vendor"] == "Acme"
    assert members["labels"] == {"policy": "out of hours"}


@pytest.mark.parametrize(
    ("extension", "key", "value"),
    [
        (r"request=http://a/?x\=1&y\=2 act=ok", "request", "http://a/?x=1&y=2"),
        ("request=http://a/?x=1&y=2 act=ok", "request", "http://a/?x=1&y=2"),
        (r"msg=two\nlines", "msg", "two\nlines"),
        (r"path=C:\\dir x=1", "path", r"C:\dir"),
        (r"path=C:\dir x=1", "path", r"C:\dir"),
        ("msg=spaces are  kept inside x=1", "msg", "spaces are  kept inside"),
        ("a.b[0]=odd key", "a.b[0]", "odd key"),
        ("empty= x=1", "empty", ""),
    ],
)
def test_cef_values(extension: str, key: str, value: str) -> None:
    assert data(CEF + extension)["cef"]["extensions"][key] == value


def test_cef_header_fields_are_unescaped() -> None:
    line = HEADER + r"CEF:1|A\|B|C\\D|1|id|na=me|Low|src=10.0.0.5"
    found = data(line)["cef"]
    assert (found["device_vendor"], found["device_product"]) == ("A|B", "C\\D")
    assert (found["version"], found["name"], found["severity"]) == (1, "na=me", "Low")


def test_what_an_attacker_writes_into_a_message_forges_no_field() -> None:
    found = event(CEF + "src=10.0.0.5 msg=user said src=6.6.6.6 dst=6.6.6.7 x")
    assert found["src"] == "10.0.0.5"
    extensions = json.loads(found["data"])["cef"]["extensions"]
    assert extensions["src"] == "10.0.0.5"


def test_cef_time_with_a_zone_is_believed_over_a_header_without_one() -> None:
    found = event(CEF + "rt=Jul 26 2026 09:00:00 GMT+02:00")
    assert found["time"].isoformat() == "2026-07-26T07:00:00+00:00"
    found = event(CEF + "rt=Jul 26 2026 09:00:00")
    assert found["time"].isoformat() == "2026-07-26T11:59:58+00:00"


def test_the_device_is_the_host_only_where_the_header_names_none() -> None:
    assert event(CEF + "dvchost=wall")["host"] == "gate"
    assert data(CEF + "dvchost=wall")["device"] == "wall"
    assert event("CEF:0|Acme|Wall|1.0|7|x|8|dvchost=wall")["host"] == "wall"


@pytest.mark.parametrize(
    "rest",
    [
        "LEEF:1.0|Acme|Wall|1|7|src=10.0.0.5\tdst=192.0.2.7\tusrName=eve",
        "LEEF:2.0|Acme|Wall|1|7|^|src=10.0.0.5^dst=192.0.2.7^usrName=eve",
        "LEEF:2.0|Acme|Wall|1|7|x5E|src=10.0.0.5^dst=192.0.2.7^usrName=eve",
        "LEEF:2.0|Acme|Wall|1|7||src=10.0.0.5\tdst=192.0.2.7\tusrName=eve",
        "LEEF:1.0|Acme|Wall|1|7|src=10.0.0.5 dst=192.0.2.7 usrName=eve",
    ],
)
def test_leef_by_every_delimiter(rest: str) -> None:
    found = event(HEADER + rest)
    facts = ("src", "dst", "user", "signature")
    assert [found[name] for name in facts] == ["10.0.0.5", "192.0.2.7", "eve", "7"]
    assert data(HEADER + rest)["leef"]["vendor_name"] == "Acme"


ALERT = "Failed password for root from 192.0.2.7 port 4711 ssh2"
INNER = f"Jul 26 11:59:57 web1 sshd[7]: {ALERT}"
PLACE = "(web1) 10.0.0.5->/var/log/auth.log"
OSSEC = {
    "default": f"ossec: Alert Level: 5; Rule: 5716 - sshd: failed; Location: {PLACE};"
    f" classification: syslog,sshd,; srcip: 192.0.2.7; user: root; {INNER}",
    "splunk": f'ossec: crit=5 id=5716 description="sshd: failed" component="{PLACE}",'
    f' classification="syslog,sshd,", src_ip="192.0.2.7", acct="root",'
    f' message="{INNER}"',
    "json": "ossec: "
    + json.dumps(
        {
            "crit": 5, "id": 5716, "component": PLACE, "description": "sshd: failed",
            "message": INNER, "src_ip": "192.0.2.7", "acct": "root",
        }
    ),
    "wazuh": "ossec: "
    + json.dumps(
        {
            "timestamp": "2026-07-26T13:59:58.000+0200", "full_log": INNER,
            "rule": {"level": 5, "id": "5716", "description": "sshd: failed"},
            "agent": {"id": "001", "name": "web1", "ip": "10.0.0.5"},
            "data": {"srcip": "192.0.2.7", "dstuser": "root"}, "location": PLACE,
        }
    ),
    "cef": "CEF:0|Wazuh Inc.|Wazuh|v4.14.7|5716|sshd: failed|5|dvc=manager"
    f" cs1={PLACE} cs1Label=Location src=192.0.2.7 suser=root msg={INNER}",
}  # fmt: skip


@pytest.mark.parametrize("form", OSSEC)
def test_an_alert_of_ossec_in_every_form(form: str) -> None:
    found = event(HEADER + OSSEC[form])
    # The port stands in the quoted line alone.
    facts = ("src", "sport", "user", "signature", "host")
    assert [found[name] for name in facts] == [
        "192.0.2.7", 4711, "root", "5716", "web1",
    ]  # fmt: skip
    members = json.loads(found["data"])
    alert = members["ossec"]
    assert (alert["rule_id"], alert["level"]) == (5716, 5)
    assert (alert["description"], alert["location"]) == ("sshd: failed", PLACE)
    assert members["header_host"] == "gate"
    assert members["inner"]["app"] == "sshd"


def test_alerts_log_of_ossec() -> None:
    line = (
        "** Alert 1785067198.4487: - syslog,sshd,\n"
        "2026 Jul 26 11:59:58 web1->/var/log/a\n"
        "Rule: 5716 (level 5) -> 'sshd: failed'\n"
        f"Src IP: 192.0.2.7\nUser: root\n{INNER}\n"
    )
    found = event(line)
    assert (found["src"], found["user"], found["host"]) == ("192.0.2.7", "root", "web1")
    assert found["time"].isoformat() == "2026-07-26T11:59:58+00:00"


def test_a_log_text_cannot_end_an_alert_early() -> None:
    text = "x; srcip: 6.6.6.6; user: nobody; y"
    line = (
        HEADER + "ossec: Alert Level: 5; Rule: 1 - d; Location: web1->/a;"
        f" classification: a,; srcip: 192.0.2.7; {text}"
    )
    assert event(line)["src"] == "192.0.2.7"
    assert data(line)["ossec"]["log"] == text


SNARE = "\t".join(
    [
        "MSWinEventLog", "1", "Security", "77", "Sun Jul 26 11:59:58 2026", "4625",
        "Microsoft-Windows-Security-Auditing", "N/A", "N/A", "Failure Audit",
        "PC7.example.net", "Logon", "",
        "An account failed to log on.    Subject:   Account Name:  PC7$"
        "    Account For Which Logon Failed:   Account Name:  eve   Account Domain:  X"
        "    Network Information:   Workstation Name: W2   Source Network Address: "
        "192.0.2.7   Source Port:  4711", "9",
    ]
)  # fmt: skip


@pytest.mark.parametrize("tab", ["\t", "#011", "\\011", "\\t"])
def test_a_windows_event_by_snare(tab: str) -> None:
    found = event(HEADER + SNARE.replace("\t", tab))
    facts = ("src", "sport", "user", "action", "signature")
    assert [found[name] for name in facts] == [
        "192.0.2.7", 4711, "eve", "failure", "4625",
    ]  # fmt: skip
    windows = json.loads(found["data"])["windows"]
    assert (windows["log"], windows["computer"]) == ("Security", "PC7.example.net")
    assert windows["event_time_local"] == "2026-07-26T11:59:58"


def test_json_is_read_by_what_its_keys_are_called() -> None:
    record = {
        "@timestamp": "2026-07-26T11:59:58.250Z",
        "winlog": {
            "computer_name": "PC7",
            "event_data": {"IpAddress": "192.0.2.7", "IpPort": "4711"},
        },
        "user": {"name": "eve"},
        "event": {"action": "logon-failed"},
        "destination": {"ip": "10.0.0.5", "port": 3389},
        "network": {"transport": "tcp"},
    }
    found = event(json.dumps(record))
    facts = ("src", "sport", "dst", "dport", "proto", "user", "action", "host")
    assert [found[name] for name in facts] == [
        "192.0.2.7", 4711, "10.0.0.5", 3389, "tcp", "eve", "logon-failed", "PC7",
    ]  # fmt: skip
    assert found["time"].isoformat() == "2026-07-26T11:59:58.250000+00:00"
    assert json.loads(found["data"])["fields"]["user"] == {"name": "eve"}


def test_json_that_was_cut_off_gives_the_members_that_are_whole() -> None:
    text = '{"src_ip":"192.0.2.7","dest_ip":"10.0.0.5","alert":{"signature":"Scan","me'
    found = event(HEADER + "suricata[7]: " + text)
    assert (found["src"], found["dst"]) == ("192.0.2.7", "10.0.0.5")
    members = json.loads(found["data"])
    assert members["parse"] == "truncated"
    assert members["fields"]["alert"] == {"signature": "Scan"}


def test_xml_is_read_by_its_names() -> None:
    line = (
        "<Event xmlns='http://x'><System><Computer>PC7</Computer></System><EventData>"
        "<Data Name='IpAddress'>192.0.2.7</Data><Data Name='TargetUserName'>eve</Data>"
        "</EventData></Event>"
    )
    found = event(line)
    assert (found["src"], found["user"], found["host"]) == ("192.0.2.7", "eve", "PC7")


def test_an_entity_of_xml_is_not_expanded() -> None:
    line = '<!DOCTYPE a [<!ENTITY b "boom">]><a><user>&b;</user></a>'
    assert "boom" not in (event("<?xml version='1.0'?>" + line)["user"] or "")


PAN = (
    "1,2026/07/26 11:59:58,0123,TRAFFIC,end,2305,2026/07/26 11:59:57,10.0.0.5,"
    "192.0.2.7,0.0.0.0,0.0.0.0,rule 1,acme\\eve,,ssl,vsys1,in,out,e1,e2,log,"
    "2026/07/26 11:59:57,9,1,"
    '4711,443,0,0,0x0,tcp,allow,"a,b",1'
)


def test_a_session_of_pan_os() -> None:
    found = event(HEADER + PAN)
    facts = ("src", "sport", "dst", "dport", "proto", "user", "action")
    assert [found[name] for name in facts] == [
        "10.0.0.5", 4711, "192.0.2.7", 443, "tcp", "eve", "allow",
    ]  # fmt: skip
    assert data(HEADER + PAN)["panos"]["rule"] == "rule 1"


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        (
            "53,,,100,em0,match,block,in,4,0x0,,64,892,0,none,6,tcp,44,192.0.2.7,"
            "10.0.0.5,4711,21,0,S,1,,65535,,mss",
            ["192.0.2.7", 4711, "10.0.0.5", 21, "tcp", "block"],
        ),
        (
            "98,,,88,re0,match,pass,in,6,0x00,0x0,51,udp,17,73,2001:db8::1,2001:db8::2,"
            "6881,51918,73",
            ["2001:db8::1", 6881, "2001:db8::2", 51918, "udp", "pass"],
        ),
        (
            "5,,,77,em0,match,block,out,4,0x0,,64,1,0,none,1,icmp,84,10.0.0.5,192.0.2.7,"
            "request,1,2",
            ["10.0.0.5", None, "192.0.2.7", None, "icmp", "block"],
        ),
    ],
)
def test_filterlog(line: str, facts: list[Any]) -> None:
    found = event(HEADER + "filterlog[7]: " + line)
    names = ("src", "sport", "dst", "dport", "proto", "action")
    assert [found[name] for name in names] == facts


@pytest.mark.parametrize(
    ("line", "source", "action"),
    [
        (
            "10,07/26/26,11:59:58,Assign,192.0.2.1,pc,001122334455,",
            "192.0.2.1",
            "assign",
        ),
        ("17,07/26/26,11:59:58,Stopped,,,", None, "stopped"),
        ("11,07/26/26,11:59:58,Renew,2001:db8::1,act=x,,18", "2001:db8::1", "renew"),
    ],
)
def test_dhcp_of_windows(line: str, source: str | None, action: str) -> None:
    found = event(line)
    assert (found["src"], found["action"]) == (source, action)


@pytest.mark.parametrize("site", ["", "W3SVC1 ", "W3SVC1 WEB1 "])
def test_an_access_log_of_iis(site: str) -> None:
    found = event(
        f"2026-07-26 11:59:58 {site}10.0.0.5 GET /a ?b 443 acme\\eve 192.0.2.7 Agent"
    )
    facts = ("src", "dst", "dport", "user")
    assert [found[name] for name in facts] == [
        "192.0.2.7", "10.0.0.5", 443, "eve",
    ]  # fmt: skip


def test_a_line_collected_on_a_cluster() -> None:
    found = event(
        "- 1785067198 2026.07.26 n1 Jul 26 13:59:58 root@n1 crond[7]: (root) x"
    )
    assert (found["host"], found["app"], found["pid"]) == ("n1", "crond", 7)
    assert found["time"].isoformat() == "2026-07-26T11:59:58+00:00"


READERS = [
    cef.read,
    leef.read,
    ossec.read,
    snare.read,
    objects.read,
    panos.read,
    pairs.read,
]
SHAPES = st.sampled_from(
    [CEF + "src=10.0.0.5 msg=x", *OSSEC.values(), SNARE, PAN, '{"a": {"b": [1, "x"]}}',
     "LEEF:2.0|a|b|c|d|^|e=f^g=h", "<a b='c'><d>e</d></a>"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A line of some format, cut, doubled or with anything put in."""
    line = draw(SHAPES)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(line))] * 2)))
    return line[:start] + draw(st.text(max_size=20)) + line[end:]


@settings(deadline=None)
@given(damaged() | st.text(max_size=200))
def test_no_text_makes_a_reader_fail(line: str) -> None:
    for read in READERS:
        read(line)


@settings(deadline=None)
@given(st.lists(damaged() | st.text(max_size=80), max_size=8))
def test_whatever_comes_each_line_becomes_one_event(lines: list[str]) -> None:
    raw = [line.encode("utf-8", "surrogatepass") for line in lines]
    assert len(parsed(raw).events) == len(raw)


def test_every_format_has_a_name_of_its_own() -> None:
    assert len({form.name for form in CONTENTS}) == len(CONTENTS)


def test_cef_whose_first_word_a_relay_took_off() -> None:
    found = event(
        "0|Acme|Wall|1.0|7|Cut|8|src=10.0.0.5 duser=X\\\\ann act=File cleaned"
    )
    assert (found["src"], found["user"]) == ("10.0.0.5", "ann")
    assert (found["action"], found["signature"]) == ("file cleaned", "7")


@pytest.mark.parametrize("fields", range(4, 12))
def test_pan_os_that_was_cut_off_is_no_failure(fields: int) -> None:
    line = "1,2026/07/26 11:59:58,007,TRAFFIC,end,1,2026/07/26 11:59:58,192.0.2.1,x,y,z"
    assert event(",".join(line.split(",")[:fields]))["message"]


PAIRS: dict[str, dict[str, object]] = {
    'date=2026-07-26 time=11:59:58 devname="fw" srcip=192.0.2.1 srcport=4711 '
    'dstip=10.0.0.5 dstport=443 user="ann" action="accept" msg="a b"': {
        "host": "fw", "src": "192.0.2.1", "sport": 4711, "dst": "10.0.0.5",
        "dport": 443, "user": "ann", "action": "accept",
    },
    'id=firewall time="2026-07-26 11:59:58 UTC" m="9" usr="bob" x="" '
    "src=192.0.2.1:4711:X1 dst=10.0.0.5:443:X0 proto=tcp/https": {
        "src": "192.0.2.1", "sport": 4711, "dst": "10.0.0.5", "dport": 443,
        "user": "bob", "proto": "tcp",
    },
    '[action:"Drop"; origin:"10.0.0.9"; src:"192.0.2.1"; dst:"10.0.0.5"; x:"y"]': {
        "action": "drop", "src": "192.0.2.1", "dst": "10.0.0.5",
    },
    'note="x" AdminIPAddress="192.0.2.1" natsrcip="6.6.6.6" UserOriginator="cy"': {
        "src": "192.0.2.1", "dst": None, "user": "cy",
    },
    'devname=""fw"" user=""dan"" empty="" srcip="192.0.2.1" group=""x""': {
        "host": "fw", "user": "dan", "src": "192.0.2.1",
    },
}  # fmt: skip


@pytest.mark.parametrize(("message", "expected"), PAIRS.items())
def test_pairs_of_names_and_quoted_values(
    message: str, expected: dict[str, object]
) -> None:
    found = event(message)
    assert {name: found[name] for name in expected} == expected


def test_what_stands_in_quotes_is_no_pair() -> None:
    given = 'src="192.0.2.1" user="ann" action="deny" '
    found = event(given + 'a="1" msg="I am src=6.6.6.6 user=eve action=allow"')
    assert (found["src"], found["user"], found["action"]) == (
        "192.0.2.1",
        "ann",
        "deny",
    )


def test_nanoseconds_of_fortios_are_a_time() -> None:
    found = event('eventtime=1785067198500000000 a="1" b="2" c="3" d="4"')
    assert found["time"].isoformat() == "2026-07-26T11:59:58.500000+00:00"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("source", "ip"), "src"),
        (("winlog", "event_data", "TargetUserName"), "user"),
        (("EndpointIPAddress",), "src"),
        (("NATSourceIP",), None),
        (("visitor_ip",), "src"),
        (("virtual_server_ip",), "dst"),
        (("backendAddress",), "dst"),
        (("requestedBy",), "user"),
        (("dst_host_ip",), "dst"),
        (("user_agent",), None),
    ],
)
def test_what_names_mean(path: tuple[str, ...], expected: str | None) -> None:
    _, means = names.meaning(path)
    assert (means and means[0]) == expected


REPEATED = [
    *('a="', 'a=""', "a=\\", "user=", "user unknown ", "for x from ", "(a) (b) "),
    *("192.0.2.1 ", "::1 ", "a:", '{"', '{"a":[', "<a ", "CEF:0|", "0|A|", "LEEF:1.0|"),
    *("action=", " drop ", "in=", "%ASA-1-1: for a:b/1 ", "crit=1 id=1 ", "x,", "a_"),
    *("Alert Level: 1; Rule: 1 - ; Location: ", "relay=", "[", "2026-07-26 11:59:58 "),
    *("Failed password for x from 192.0.2.1 port 1 ", "1,1/1/2026,11:59:58,x,"),
]


def seconds(line: str) -> float:
    """Processor time of one line, the best of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        event(line)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("token", REPEATED)
def test_a_line_four_times_as_long_takes_no_longer_than_its_length(token: str) -> None:
    is_linear("", token)


@pytest.mark.parametrize("blank", ["\t", " ", "#011", "A b  "])
def test_blanks_of_a_windows_event_take_no_longer_than_their_number(blank: str) -> None:
    is_linear("MSWinEventLog\t1\tSecurity" + "\tx" * 10, blank)


def is_linear(start: str, token: str) -> None:
    """A reader that is quadratic takes sixteen times as long. Twice the length's share
    is allowed, and what a batch costs at the least."""
    short, long = (start + token * (size // len(token)) for size in (16_384, 65_536))
    least = 0.02
    assert seconds(long) < 8 * seconds(short) + least


KEYS = st.sampled_from(
    [
        "user",
        "srcip",
        "src",
        "SourceIP",
        "dstuser",
        "action",
        "msg",
        "x",
        "sport",
        "dev",
    ]
)
VALUES = st.sampled_from(["", "-", "ann", "PC7$", "192.0.2.1", "192.0.2.1:80", "80", 7])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('{"client_ip":"192.0.2.1","host_ip":"10.0.0.2","host_port":443}', 443),
        ('{"src_ip":"192.0.2.1","dst_ip":"10.0.0.2","port":"443"}', 443),
        ('a="1" b="2" src="192.0.2.1" dst="10.0.0.2" service="443"', 443),
        ('a="1" b="2" src="192.0.2.1" dst="10.0.0.2" service="https"', None),
        ('{"client_ip":"192.0.2.1","port":4711}', None),
    ],
)
def test_a_port_of_nobody_is_where_somebody_went(
    message: str, expected: int | None
) -> None:
    found = event(f"<13>Jul 26 11:59:58 box app: {message}")
    assert (found["src"], found["dport"]) == ("192.0.2.1", expected)


@given(st.lists(st.tuples(st.tuples(KEYS), VALUES), max_size=12))
def test_of_several_names_the_best_that_can_be_read_counts(
    members: list[tuple[tuple[str], Any]],
) -> None:
    paths, values = tuple(path for path, _ in members), [value for _, value in members]
    found = names.columns(paths, values)
    usable = [
        (name, value)
        for (name,), value in members
        if name in ("user", "dstuser") and value not in ("", "-")
    ]
    order = {"user": 0, "dstuser": 1}
    usable.sort(key=lambda one: (str(one[1]).endswith("$"), order[one[0]]))
    assert found.get("user") == (str(usable[0][1]) if usable else None)


@given(
    st.lists(st.tuples(KEYS, st.text(alphabet='ab1 =:;,\\n"', max_size=6)), max_size=8)
)
def test_pairs_are_read_whatever_stands_in_them(
    pairs_of: list[tuple[str, str]],
) -> None:
    message = " ".join(
        '{}="{}"'.format(key, value.replace("\\", "\\\\").replace('"', '\\"'))
        for key, value in pairs_of
    )
    found = pairs.read(message)
    assert (found is not None) == (len(pairs_of) >= pairs.FEWEST)


ASA = {
    # message → src, sport, dst, dport
    "%ASA-6-302013: Built outbound TCP connection 7 for outside:192.0.2.1/80 "
    "(192.0.2.1/80) to inside:10.0.0.5/4711 (10.0.0.5/4711)": (
        "10.0.0.5", 4711, "192.0.2.1", 80,
    ),
    "%FTD-6-302013: Built inbound TCP connection 7 for outside:192.0.2.1/4711 "
    "(192.0.2.1/4711)(LOCAL\\ann) to dmz:10.0.0.5/80 (10.0.0.5/80)": (
        "192.0.2.1", 4711, "10.0.0.5", 80,
    ),
    "%ASA-4-106023: Deny tcp src DMZ:some-name/4711 dst out:192.0.2.1/80 by x": (
        None, 4711, "192.0.2.1", 80,
    ),
    "%ASA-4-106023: Deny icmp src out:2001:DB8::1 dst in:2001:db8::2 (type 128)": (
        "2001:db8::1", None, "2001:db8::2", None,
    ),
    "%ASA-5-106100: access-list a denied tcp in/a.name(4711) -> out/192.0.2.1(53) x": (
        None, 4711, "192.0.2.1", 53,
    ),
    "%ASA-6-302020: Built inbound ICMP connection for faddr 192.0.2.1/9 gaddr "
    "192.0.2.9/0 laddr 10.0.0.5/0": ("192.0.2.1", 9, "10.0.0.5", 0),
    "%ASA-6-302020: Built outbound ICMP connection for faddr 192.0.2.1/0 gaddr "
    "192.0.2.9/7 laddr 10.0.0.5/7": ("10.0.0.5", 7, "192.0.2.1", 0),
    "%ASA-7-609002: Teardown local-host net:10.0.0.5 duration 0:00:00": (
        "10.0.0.5", None, None, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("message", "expected"), ASA.items())
def test_ends_of_asa(message: str, expected: tuple[object, ...]) -> None:
    found = event("<166>Jul 26 2026 11:59:58 fw : " + message)
    assert tuple(found[name] for name in ("src", "sport", "dst", "dport")) == expected
    assert found["app"] in ("ASA", "FTD")


@pytest.mark.parametrize("number", ["xD800", "0xDFFF", "x0", "0x0000"])
def test_a_delimiter_of_leef_that_is_no_character_is_the_tab(number: str) -> None:
    found = event(f"LEEF:2.0|a|b|c|d|{number}|src=192.0.2.1\tusrName=ann")
    assert (found["src"], found["user"]) == ("192.0.2.1", "ann")
    assert json.loads(found["data"])["leef"]["leef_delimiter"] == "\t"


@pytest.mark.parametrize("value", ["7", "1.5", "null", "true", "[1]", '{"a": 1}'])
@pytest.mark.parametrize(
    "alert",
    [
        '{"crit": 1, "id": 5716, "component": VALUE}',
        '{"rule": {"id": 5716}, "location": VALUE}',
        '{"rule": {"id": 5716}, "agent": {"name": VALUE}}',
    ],
)
def test_where_an_alert_has_no_text_the_header_tells_the_host(
    alert: str, value: str
) -> None:
    found = event(HEADER + "ossec: " + alert.replace("VALUE", value))
    assert (found["host"], found["signature"]) == ("gate", "5716")


@pytest.mark.parametrize(
    ("start", "token"),
    [
        ('crit=1 id=1 description="', ' ab="1'),
        ("", "Alert Level: 1; Rule: 1 - "),
        ("", "** Alert 1785067198.1: - "),
    ],
)
def test_an_alert_that_begins_again_and_again_is_read_once(
    start: str, token: str
) -> None:
    is_linear(start, token)


def test_an_alert_behind_one_that_is_cut_off() -> None:
    whole = (
        "** Alert 1785067198.2: - sshd\n2026 Jul 26 11:59:58 web1->/a\n"
        "Rule: 5716 (level 5) -> 'failed'\nline"
    )
    found = event("** Alert 1785067198.1: - x ** Alert 1785067198.1: - \n" + whole)
    assert (found["host"], found["signature"]) == ("web1", "5716")


def test_a_quoted_value_of_an_alert_has_one_line() -> None:
    found = data(
        'ossec: crit=5 id=1 description="d" acct="cut\n, component="web1->/a", '
        'message="x"'
    )
    assert found["ossec"]["location"] == "web1->/a"


@pytest.mark.parametrize("day", ["07/26/26", "7/26/26", "07/26/2026"])
def test_dhcp_of_windows_tells_the_time(day: str) -> None:
    found = event(f"10,{day},11:59:58,Assign,192.0.2.1,pc,001122334455,")
    assert found["time"].isoformat() == "2026-07-26T11:59:58+00:00"


LONG_VALUES = [
    'a="1" b="2" c="3" src="VALUE"',
    '{"VALUE": 1}',
    '{"VALUE": {"user": "ann"}}',
    CEF + "dtz=UTC start=VALUE",
    CEF + "dtz=VALUE start=Jul 26 2026 11:59:58",
]


@pytest.mark.parametrize("line", LONG_VALUES)
def test_long_values_are_not_kept_in_memory(line: str) -> None:
    def kept(first: int) -> int:
        for number in range(first, first + 20):
            event(line.replace("VALUE", f"{number}" + "x" * 50_000))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = kept(1_000)
        assert kept(2_000) - before < 500_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1, 10.0.0.1" + ", 10.0.0.1" * 20, "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("fe80::1%" + "x" * 100, None),
    ],
)
def test_an_address_is_short_however_many_follow(
    text: str, expected: str | None
) -> None:
    assert facts_of.address(text) == expected


@pytest.mark.parametrize("opens", ['{"a":', "["])
@pytest.mark.parametrize("depth", [20, 300, 1_500])
def test_what_is_nested_too_deep_breaks_nothing(opens: str, depth: int) -> None:
    closes = {"{": "}", "[": "]"}[opens[0]]
    deep = opens * depth + "1" + closes * depth
    found = event(f'<13>app: {{"srcip": "192.0.2.1", "b": {deep}}}')
    assert found["src"] == "192.0.2.1"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r"eve\u0000", "eve\u2400"),
        (r"\u0000\u0000", "\u2400\u2400"),
        (r"a\\u0000", r"a\u0000"),
        (r"a\\\u0000", "a\\\u2400"),
    ],
)
def test_a_nul_in_json_is_its_picture(written: str, kept: str) -> None:
    found = event(HEADER + f'{{"user": "eve", "x": "{written}"}}')
    assert json.loads(found["data"])["fields"] == {"user": "eve", "x": kept}
    assert found["user"] == "eve"


def test_a_number_that_is_no_port_costs_that_port_alone() -> None:
    found = event(
        HEADER + "%ASA-4-106023: Deny tcp src outside:192.0.2.7/17233333333333333"
        ' dst inside:10.0.0.5/22 by access-group "out"'
    )
    facts = ("src", "sport", "dst", "dport")
    assert [found[name] for name in facts] == ["192.0.2.7", None, "10.0.0.5", 22]


def test_an_address_is_without_its_zone() -> None:
    found = event(
        HEADER + "%ASA-6-302013: Built outbound TCP connection 1 for outside:"
        "192.0.2.7/80 (192.0.2.7/80) to inside:fe80::1%eth0/1460 (fe80::1%eth0/1460)"
    )
    assert (found["src"], found["dst"]) == ("fe80::1", "192.0.2.7")


@pytest.mark.parametrize("quoted", ['"007,a",', '"007,TRAFFIC,end,1,2,"'])
def test_pan_os_whose_fields_a_quote_has_joined_is_text(quoted: str) -> None:
    line = f"1,2026/07/26 11:59:58,{quoted}TRAFFIC,end,1,2026/07/26 11:59:58,192.0.2.1,"
    assert panos.read(line) is None
    assert event(line)["message"] == line
