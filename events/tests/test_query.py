"""The query language: what a text means, and what is said when it means nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.query import QueryError, foreign, parse
from events.query.aliases import ALIASES
from events.query.fields import FIELDS
from events.query.parsing import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, MAX_VALUES
from events.query.tree import (
    EVERYTHING,
    Anchor,
    And,
    Between,
    Compare,
    Glob,
    Like,
    Match,
    Node,
    Not,
    OneOf,
    Or,
    Origin,
    Pattern,
    Present,
    Relative,
    Wild,
    Within,
)
from events.tests.queries import QUERIES

MANY, ONE = Wild.MANY, Wild.ONE


def words(text: str) -> Node:
    return Like("text", Pattern(text, True, True))


def instant(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def ago(**distance: int) -> Relative:
    return Relative(-timedelta(**distance))


def during(anchor: Anchor, start: timedelta, end: timedelta) -> Node:
    low, high = Relative(start, anchor), Relative(end, anchor)
    return Between("time", low, high, ">=", "<")


TODAY = Relative(timedelta(0), Anchor("day"))
TONIGHT = Relative(timedelta(days=1), Anchor("day"))
A, B, C = words("a"), words("b"), words("c")
LOCAL, PRIVATE = ip_network("10.0.0.1/32"), ip_network("10.0.0.0/8")
MEANINGS: dict[str, Node] = {
    # free text
    "": EVERYTHING,
    "  \n": EVERYTHING,
    "a": A,
    "a b c": And((A, B, C)),
    '"a  b"': words("a  b"),
    r'"say \"hi\" \\"': words('say "hi" \\'),
    '"OR"': words("OR"),
    '"a*"': words("a*"),
    "a->b": words("a->b"),
    "- -> --x": And((words("-"), words("->"), words("--x"))),
    "sshd[7]:": words("sshd[7]:"),
    "fe80::1": words("fe80::1"),
    "10:20:30": words("10:20:30"),
    "example.org:443": words("example.org:443"),
    "eth0:": words("eth0:"),
    "key=value a>b": And((words("key=value"), words("a>b"))),
    r"DOMAIN\user": words(r"DOMAIN\user"),
    "'root'": words("'root'"),
    "a,b": words("a,b"),
    "fail*": words("fail"),
    "***": words("***"),
    # a backslash before a sign, as in Kibana
    r"a\(b\)": words("a(b)"),
    r"\(": words("("),
    r"fail\*": words("fail*"),
    r"C\:\\Windows\\x": words(r"C:\Windows\x"),
    r"host:a\*b*": Like("host", Pattern("a*b", open_end=True)),
    r"user:ACME\bob": Like("user", Pattern(r"ACME\bob")),
    r"user:a\"b": Like("user", Pattern('a"b')),
    r"src:\:\:1": Within("src", ip_network("::1/128")),
    "f*d": Like("text", Glob((MANY, "f", MANY, "d", MANY))),
    "f?": Like("text", Glob((MANY, "f", ONE, MANY))),
    # combining
    "a AND b": And((A, B)),
    "a && b": And((A, B)),
    "a b OR c": Or((And((A, B)), C)),
    "a || b": Or((A, B)),
    "a (b OR c)": And((A, Or((B, C)))),
    "-a": Not(A),
    "!a": Not(A),
    "NOT a": Not(A),
    "NOT -a": A,
    "-(a b)": Not(And((A, B))),
    "and or not": And((words("and"), words("or"), words("not"))),
    # addresses
    "src:10.0.0.1": Within("src", LOCAL),
    "dst:10.0.0.0/8": Within("dst", PRIVATE),
    "dst:10.*": Within("dst", PRIVATE),
    "dst:10.*.*.*": Within("dst", PRIVATE),
    "ip:2001:db8::/32": Within("ip", ip_network("2001:db8::/32")),
    'src:"::1"': Within("src", ip_network("::1/128")),
    "SRC:::1": Within("src", ip_network("::1/128")),
    "src:::ffff:10.0.0.1": Within("src", LOCAL),
    "src:10.0.0.1..10.0.0.9": Between(
        "src", ip_address("10.0.0.1"), ip_address("10.0.0.9")
    ),
    "src:::1..": Compare("src", ">=", ip_address("::1")),
    "src:*": Present("src"),
    # numbers and their names
    "dport:443": Compare("dport", "=", 443),
    "port:>1023": Compare("port", ">", 1023),
    "rank>=-5": Compare("rank", ">=", -5),
    "rank:<=0": Compare("rank", "<=", 0),
    "dport:1..1024": Between("dport", 1, 1024),
    "dport:1024..": Compare("dport", ">=", 1024),
    "rank:..-1": Compare("rank", "<=", -1),
    "rank:[-10 TO 20]": Between("rank", -10, 20),
    "rank:{0 TO 20}": Between("rank", 0, 20, ">", "<"),
    "rank:[1 TO *]": Compare("rank", ">=", 1),
    "rank:[* TO *]": Present("rank"),
    "type:log": Compare("type", "=", 5),
    "type:5": Compare("type", "=", 5),
    "type:alert": Compare("type", "=", 1),
    "type:modsec*": OneOf("type", frozenset({12, 13})),
    "severity:<=err": Compare("severity", "<=", 3),
    "severity:crit..warn": Between("severity", 2, 4),
    "facility:authpriv": Compare("facility", "=", 10),
    "facility:LOCAL7": Compare("facility", "=", 23),
    "class:3": Compare("class", "=", 3),
    "direction:inbound": Compare("direction", "=", 1),
    "direction:egress": Compare("direction", "=", 0),
    "inbound:false": Compare("direction", "=", 0),
    "bytes:>10k": Compare("bytes", ">", 10_000),
    "bytes:1Ki..1.5MB": Between("bytes", 1024, 1_500_000),
    "duration:>5m": Compare("duration", ">", timedelta(minutes=5)),
    "duration:0.5": Compare("duration", "=", timedelta(seconds=0.5)),
    # text
    "host:web1": Like("host", Pattern("web1")),
    "host:web*": Like("host", Pattern("web", open_end=True)),
    "host:*web": Like("host", Pattern("web", open_start=True)),
    "host:w*b": Like("host", Glob(("w", MANY, "b"))),
    "host:w**?": Like("host", Glob(("w", MANY, ONE))),
    "host:-x": Like("host", Pattern("-x")),
    "host:a..b": Like("host", Pattern("a..b")),
    "app:*d*": Like("app", Pattern("d", True, True)),
    'user:"*"': Like("user", Pattern("*")),
    'user:""': Like("user", Pattern("")),
    "user:*": Present("user"),
    "-user:*": Not(Present("user")),
    "message:denied": Like("message", Pattern("denied", True, True)),
    'message:"a b"': Like("message", Pattern("a b", True, True)),
    "text:a": A,
    "sensor:S-0.home": Origin("sensor", Pattern("S-0.home")),
    "domain:acme*": Origin("domain", Pattern("acme", open_end=True)),
    # regular expressions
    "message:/fail(ed|ure)/": Match("message", "fail(ed|ure)"),
    "/a b/": Match("text", "a b"),
    "/a b/i": Match("text", "a b"),
    "user:/x/i": Match("user", "x"),
    "app:/bin/su": Like("app", Pattern("/bin/su")),
    r"/a\/b\//": Match("text", "a/b/"),
    "/var/log/x": words("/var/log/x"),
    "/var/log/": words("/var/log/"),
    "/ a/": And((words("/"), words("a/"))),
    "a/b/": words("a/b/"),
    # lists
    "dport:(22, 80)": OneOf("dport", frozenset({22, 80})),
    "dport:(22,80 443 OR 8080)": OneOf("dport", frozenset({22, 80, 443, 8080})),
    "src:(10.0.0.1)": Within("src", LOCAL),
    "src:(10.0.0.1, 10.*)": Or((Within("src", LOCAL), Within("src", PRIVATE))),
    'user:("a b", c*)': Or(
        (Like("user", Pattern("a b")), Like("user", Pattern("c", open_end=True)))
    ),
    "host:(/x/, /y/i)": Or((Match("host", "x"), Match("host", "y"))),
    "host:(/x/i , a /b, c/)": Or(
        (Match("host", "x"), Like("host", Pattern("a")), Match("host", "b, c"))
    ),
    "app:(/bin/su, /sbin)": Or(
        (Like("app", Pattern("/bin/su")), Like("app", Pattern("/sbin")))
    ),
    "dport:(22, 1..9)": Or((Compare("dport", "=", 22), Between("dport", 1, 9))),
    "-proto:(tcp udp)": Not(
        Or((Like("proto", Pattern("tcp")), Like("proto", Pattern("udp"))))
    ),
    # lists without brackets, where a comma can be nothing else
    "dport:22,80": OneOf("dport", frozenset({22, 80})),
    "src:10.0.0.1,10.*": Or((Within("src", LOCAL), Within("src", PRIVATE))),
    "proto:6,17": Or((Like("proto", Pattern("tcp")), Like("proto", Pattern("udp")))),
    "message:a,b": Like("message", Pattern("a,b", True, True)),
    "proto:6": Like("proto", Pattern("tcp")),
    "-proto:(17, icmp6)": Not(
        Or((Like("proto", Pattern("udp")), Like("proto", Pattern("ipv6-icmp"))))
    ),
    # keys of data
    "data.url:x": Like("data.url", Pattern("x")),
    "DATA.Url:*": Present("data.Url"),
    "data.a.b:x": Like("data.a.b", Pattern("x")),
    'data."a b".c:"x y"': Like('data."a b".c', Pattern("x y")),
    "data.n>5": Compare("data.n", ">", Decimal(5)),
    "data.n:1..2.5": Between("data.n", Decimal(1), Decimal("2.5")),
    "data.n:5": Like("data.n", Pattern("5")),
    # times
    "time:2026-11-24": Between(
        "time", instant(2026, 11, 24), instant(2026, 11, 25), ">=", "<"
    ),
    "time:2026-12": Between(
        "time", instant(2026, 12, 1), instant(2027, 1, 1), ">=", "<"
    ),
    "time:>2026-11-24": Compare("time", ">=", instant(2026, 11, 25)),
    "time:>=2026-11-24": Compare("time", ">=", instant(2026, 11, 24)),
    "time:<=2026-11-24T02:11": Compare("time", "<", instant(2026, 11, 24, 2, 12)),
    "time<2026-11-24T02:11:07Z": Compare("time", "<", instant(2026, 11, 24, 2, 11, 7)),
    "time:>=2026-11-24T02:11+02:00": Compare(
        "time", ">=", instant(2026, 11, 24, 0, 11)
    ),
    'received:"2026-11-24 02:11"..': words("x"),  # replaced below
    "time:2026-11-01..2026-11-02": Between(
        "time", instant(2026, 11, 1), instant(2026, 11, 3), ">=", "<"
    ),
    "time:-2h": Compare("time", ">=", ago(hours=2)),
    "time>now-90s": Compare("time", ">", ago(seconds=90)),
    "time:-7d..-1d": Between("time", ago(days=7), ago(days=1)),
    "time:[now-1h TO now]": Between("time", ago(hours=1), ago(days=0)),
    "time:today": Between("time", TODAY, TONIGHT, ">=", "<"),
    "time:<today": Compare("time", "<", TODAY),
    # all that the box for a range takes
    'time:"last tuesday"': during(
        Anchor("week", back=timedelta(days=2)), timedelta(days=1), timedelta(days=2)
    ),
    "time:november": Between(
        "time",
        Relative(timedelta(0), Anchor("year", 10), 10),
        Relative(timedelta(0), Anchor("year", 10), 11),
        ">=",
        "<",
    ),
    "time:14:00-15:30": during(
        Anchor("day", back=timedelta(hours=14)),
        timedelta(hours=14),
        timedelta(hours=15, minutes=30),
    ),
    "time:14:00..15:30": during(
        Anchor("day", back=timedelta(hours=14)),
        timedelta(hours=14),
        timedelta(hours=15, minutes=30),
    ),
    "time:..2026-11-24T02:12": Compare("time", "<", instant(2026, 11, 24, 2, 12)),
    "time:..2026-11-24": Compare("time", "<", instant(2026, 11, 25)),
    "time:[14:00 TO 15:30]": during(
        Anchor("day", back=timedelta(hours=14)),
        timedelta(hours=14),
        timedelta(hours=15, minutes=30),
    ),
    "time:2026-11-24T02:11..2026-11-24T02:12": Between(
        "time",
        instant(2026, 11, 24, 2, 11),
        instant(2026, 11, 24, 2, 12),
        ">=",
        "<",
    ),
    "time:mon..wed": during(Anchor("week"), timedelta(0), timedelta(days=3)),
    "time:11/17/2026": Between(
        "time", instant(2026, 11, 17), instant(2026, 11, 18), ">=", "<"
    ),
    "time:1764000000": Between(
        "time",
        instant(2025, 11, 24, 16),
        instant(2025, 11, 24, 16, 0, 1),
        ">=",
        "<",
    ),
    'time:"since monday"': Between(
        "time", Relative(timedelta(0), Anchor("week")), ago(days=0), ">=", "<"
    ),
    'time:"since 14:00"': Between(
        "time",
        Relative(timedelta(hours=14), Anchor("day", back=timedelta(hours=14))),
        ago(days=0),
        ">=",
        "<",
    ),
    'time:"now-1h to now"': Between("time", ago(hours=1), ago(days=0), ">=", "<"),
    "time:>now-1d/d": Compare(
        "time", ">=", Relative(timedelta(days=1), Anchor("day", back=timedelta(days=1)))
    ),
    # what others call it, and what has no data yet
    "source.ip:10.0.0.1": Within("src", LOCAL),
    "dest_port:443": Compare("dport", "=", 443),
    "host.name:web1": Like("host", Pattern("web1")),
    "@timestamp:<now": Compare("time", "<", ago(days=0)),
    "flow.bytes:>1M": Compare("flow.bytes", ">", 1_000_000),
    "link.status:none": Like("link.status", Pattern("none")),
}
del MEANINGS['received:"2026-11-24 02:11"..']


@pytest.mark.parametrize("text", MEANINGS)
def test_a_query_means(text: str) -> None:
    assert parse(text) == MEANINGS[text]


# query: offset, what is said, the mended query
ERRORS: dict[str, tuple[int, str, str | None]] = {
    # fields
    "hots:x": (0, "Did you mean host?", "host:x"),
    "source.prot:1": (0, "Did you mean source.port?", "source.port:1"),
    "a http://x": (2, 'quote it: "http://x"', 'a "http://x"'),
    "fe::1": (0, "by a field", "ip:fe::1"),
    "src:": (4, "needs a value", None),
    "src: 10.0.0.1": (4, "right after it", "src:10.0.0.1"),
    "src:()": (5, "before this )", None),
    "src=10.0.0.1": (3, "Write src:", "src:10.0.0.1"),
    "a rank!=5": (6, "Write -rank:", "a -rank:5"),
    "data.x==1": (6, "Write data.x:", "data.x:1"),
    # addresses
    "src:10.0.0.1/8": (4, "did you mean 10.0.0.0/8?", "src:10.0.0.0/8"),
    "src:300.1.1.1": (4, "neither an address nor a network", None),
    "src:10.1.": (4, "neither", "src:10.1.0.0/16"),
    "src:10.0.0.1:443": (4, "neither", "src:10.0.0.1 sport:443"),
    "src:>10.0.0.1": (5, "cannot be compared", "src:10.0.0.1"),
    "src:10.0.0.9..10.0.0.1": (4, "larger to the smaller", "src:10.0.0.1..10.0.0.9"),
    "src:10.0.0.9..::1": (4, "one kind of address", None),
    "src:10.0.0.0/8..10.0.0.1": (4, "no single address", None),
    # numbers
    "x dport:70000": (8, "0 to 65535", None),
    "dport:https": (6, "is a number", None),
    "dport:٣": (6, "is a number", None),
    "dport:1..x": (9, "is a number", None),
    "dport:..": (6, "on one side", None),
    "rank>101": (5, "-100 to 100", None),
    "rank:" + "9" * 100: (5, "is a number", None),
    "rank:{5 TO 1}": (5, "larger to the smaller", None),
    "type:logg": (5, "Did you mean log?", "type:log"),
    "type:x*": (5, "is no type", None),
    "severity:bad": (9, "emerg", None),
    "data.n>x": (7, "with a number", None),
    "host:>a": (6, "cannot be compared", "host:a"),
    "host:[a TO b]": (5, "has no ranges", None),
    "src:(10.0.0.1 AND 10.0.0.2)": (14, "stands between whole terms", None),
    "duration:5x": (9, "is no duration", None),
    # times
    "time:soon": (5, "is no time", None),
    "time:2026-13-01": (5, "no day that there is", None),
    "time:9999-12-31": (5, "no day that there is", None),
    "time:-99999999d": (5, "100 years", None),
    "time:today..yesterday": (5, "larger", "time:yesterday..today"),
    "time:last tuesday": (5, "is quoted", 'time:"last tuesday"'),
    "a time:yesterday 14:00 b": (7, "is quoted", 'a time:"yesterday 14:00" b'),
    "time:now-1h to now": (5, "is quoted", 'time:"now-1h to now"'),
    "time:2026-11-24T02:11..2026-11-24T02:11": (5, "after the start", None),
    "time:14:00Z": (5, "A zone needs a date before it: 2026-11-24 14:00Z", None),
    "time:tusday": (5, "Did you mean tuesday?", None),
    "time:11/12/2026": (5, "may be two days", None),
    'time:"17 nov".."18 nov"': (5, "as a whole", 'time:"17 nov to 18 nov"'),
    'a time:"17 nov"..today b': (7, "as a whole", 'a time:"17 nov to today" b'),
    'time:mon.."17 nov" b': (5, "as a whole", 'time:"mon to 17 nov" b'),
    'time:"17 nov"..': (5, "as a whole", 'time:>="17 nov"'),
    'time:.."17 nov"': (5, "as a whole", 'time:<="17 nov"'),
    'time:>"17 nov"..today': (6, "as a whole", None),
    'dport:"1".."9"': (6, "as a whole: dport:1..9", "dport:1..9"),
    'host:"web 1".."web 9"': (5, "has no ranges", None),
    'time:"now to -1h"': (5, "after the start", None),
    # regular expressions
    "host:/a(/": (8, "A ) is missing", None),
    r"message:/(a)\1/": (12, "References back", None),
    "message:/(?=a)/": (9, "Looking ahead", None),
    "/a{101}/": (2, "at most 100", None),
    "/(?:(?:a{100}){100})/": (1, "too many", None),
    "src:/a/": (4, "is no text", None),
    # quotes and brackets
    'a "b': (2, "not closed", 'a "b"'),
    'user:"b': (5, "not closed", 'user:"b"'),
    '""': (0, "nothing between", None),
    "user:“a b” x": (5, "typographic", 'user:"a b" x'),
    "“a b” x": (0, "typographic", '"a b" x'),
    "user:'a b' x": (5, "not with '", 'user:"a b" x'),
    "(a": (2, "too early", "(a)"),
    "a )": (2, "before this )", "a"),
    "()": (1, "before this )", None),
    # AND, OR, NOT
    "a OR": (4, "too early", "a"),
    "OR a": (0, "both sides", "a"),
    "a AND OR b": (6, "both sides", "a AND  b"),
    "NOT": (3, "too early", None),
    "src:10.0.0.1 and dport:22": (13, "in capitals", "src:10.0.0.1 AND dport:22"),
    "host:a or b": (7, "in capitals", "host:a OR b"),
    "not host:a": (0, "in capitals", "NOT host:a"),
    "host:(a or b)": (8, "in capitals", "host:(a OR b)"),
    # lists, expressions
    "host:a,b": (6, "For any of several values", "host:(a, b)"),
    "user:a,": (6, 'user:"a,"', 'user:"a,"'),
    "user:/x/g": (8, "nothing but i", "user:/x/"),
    "/fail(ed)/gi": (10, "nothing but i", "/fail(ed)/"),
    "host:a|b": (6, "For any of several values", "host:(a, b)"),
    "type:ids|log": (8, "For any of several values", "type:(ids, log)"),
    "dport:80-90": (6, "a range is 80..90", "dport:80..90"),
    "src:10.0.0.1-10.0.0.9": (4, "neither", "src:10.0.0.1..10.0.0.9"),
    "a host:!b": (7, "Write -host:b", "a -host:b"),
    # Wireshark, Splunk, SQL
    "user=~adm": (0, "user:/adm/", "user:/adm/"),
    "action<>deny": (0, "-action:deny", "-action:deny"),
    'http.method == "GET"': (0, "data.http.method", 'data.http.method:"GET"'),
    "event.code:4625": (0, "data.event.code", "data.event.code:4625"),
    "event.module: zeek": (0, "The program is app", "app:zeek"),
    "a src == ::1": (2, "right before its value: src:::1", "a src:::1"),
    "src ==::1": (0, "src:::1", "src:::1"),
    "src= ::1": (0, "src:::1", "src:::1"),
    "src = ::1 and dport = 80": (0, "src:::1", "src:::1 AND dport:80"),
    "rank > 0": (0, "rank:>0", "rank:>0"),
    "src != ::1": (0, "-src:::1", "-src:::1"),
    "host : web1": (0, "host:web1", "host:web1"),
    "ip.src eq ::1": (0, "ip.src:::1", "ip.src:::1"),
    "user contains adm": (0, "user:*adm*", "user:*adm*"),
    'message matches "a.b"': (0, "message:/a.b/", "message:/a.b/"),
    "dport in {80, 443}": (0, "dport:(80, 443)", "dport:(80, 443)"),
    "dport in (80 443)": (0, "dport:", "dport:(80 443)"),
    "tcp.port == 80": (0, "two terms", "proto:tcp port:80"),
    "udp.dstport != 53": (0, "two terms", "-(proto:udp dport:53)"),
    "ip.src==::1 && tcp.port>1": (6, "Write ip.src:", "ip.src:::1 && tcp.port>1"),
    "index=main denied": (0, "leave it out", "denied"),
    'index="main"': (0, "leave it out", None),
    "-index=main a": (1, "leave it out", "a"),
    "a NOT index=main": (6, "leave it out", "a"),
    "a OR NOT (index=main)": (10, "leave it out", None),
    "(index=main)": (1, "leave it out", None),
    "a NOT tcp.port == 80": (6, "two terms", "a NOT (proto:tcp port:80)"),
    "-tcp.port in (80 443)": (1, "two terms", None),
    "-src != ::1": (1, "-src:::1", "-(-src:::1)"),
    "-src == ::1": (1, "src:::1", "-src:::1"),
    "index=(main OR a) b": (0, "leave it out", None),
    "index in {a, b} c": (0, "leave it out", "c"),
    "sourcetype in (a b)": (0, "The program is app", "app:(a b)"),
    "earliest=(": (0, "as a term", None),
    "dport in {}": (0, "right before its value", None),
    "user contains (": (0, "right before its value: user:(…)", None),
    "user contains {a, b}": (0, "right before its value", None),
    "message contains (a b)": (0, "right before its value", "message:(a b)"),
    "sourcetype:sshd": (0, "The program is app", "app:sshd"),
    "earliest=-24h latest=now": (0, "as a term", "time:>=-24h time:<now"),
    "_exists_:user": (0, "any value", "user:*"),
    'EventCode="4625"': (0, "data.EventCode", 'data.EventCode:"4625"'),
    "x==y": (0, "no field x", "data.x:y"),
    "+src:::1 a": (0, "leave out the +", "src:::1 a"),
    "failed | denied": (7, "Write OR", "failed OR denied"),
    "| head": (0, "no pipes", None),
    "|head": (0, "no pipes", None),
    "level=error | json": (5, "Write level:", "level:error"),
    "level:error | line_format x": (12, "its keys are data.KEY", "level:error"),
    "denied | stats count by src": (7, "Group by", "denied"),
    "denied |where src=::1 | top src": (7, "no pipes", "denied src:::1"),
    # limits
    "a\0": (1, "cannot be searched", "a"),
    "\ud800": (0, "cannot be searched", None),
    "x" * (MAX_LENGTH + 1): (MAX_LENGTH, "at most", None),
    "x " * (MAX_TERMS + 1): (2 * MAX_TERMS, "at most", None),
    "(" * (MAX_DEPTH + 1): (MAX_DEPTH, "deep", None),
    f"port:({'1 ' * (MAX_VALUES + 1)})": (6 + 2 * MAX_VALUES, "at most", None),
    "host:" + "*a" * 21: (5, "wildcards", None),
}


@pytest.mark.parametrize("text", ERRORS, ids=lambda text: text[:20])
def test_an_error_says_what_is_wrong_where_and_what_would_be_right(text: str) -> None:
    at, message, suggestion = ERRORS[text]
    with pytest.raises(QueryError) as error:
        parse(text)
    assert error.value.at == at
    assert message in error.value.message
    assert error.value.suggestion == suggestion


MENDED = [mended for _, _, mended in ERRORS.values() if mended is not None]


@pytest.mark.parametrize("text", MENDED)
def test_a_suggestion_is_a_query(text: str) -> None:
    parse(text)


@given(QUERIES)
@example("-(" * 600)
@example("NOT " * 499)
@example("(" * 2000)
@example("a:(" * 400)
def test_any_text_parses_or_says_why_not(text: str) -> None:
    try:
        parse(text)
    except QueryError as error:
        assert error.message
        assert 0 <= error.at <= len(text)
        assert error.suggestion is None or is_better(error.suggestion, text)


def is_better(suggestion: str, text: str) -> bool:
    """It parses, and it does not find everything because nothing is left of it."""
    parse(suggestion)
    return bool(suggestion.strip()) and suggestion != text


NAMES = st.sampled_from(["host", "dport", "time", "data.x", "x", *foreign.NAMES])
SIGNS = st.sampled_from([*foreign.SIGNS, "=", "!="])
FORMS = st.tuples(
    st.sampled_from(["", "-", "NOT ", "!(", "a OR ", "(", "a | where "]),
    NAMES,
    st.sampled_from(["{}", " {} ", "{} ", " {}"]),
    SIGNS,
    st.sampled_from(["", "a", '"a b"', "80", "(", "(a b)", "()", "{}", "{1, 2}", "{"]),
    st.sampled_from(["", ")", " b", " | head", "|json", " | count by x", " and b"]),
)


@given(FORMS)
def test_what_is_suggested_for_a_form_of_others_is_a_query(
    form: tuple[str, str, str, str, str, str],
) -> None:
    before, name, spaced, sign, value, rest = form
    text = f"{before}{name}{spaced.format(sign)}{value}{rest}"
    try:
        parse(text)
    except QueryError as error:
        assert error.suggestion is None or is_better(error.suggestion, text)


WORDS_OF_OTHERS = (
    "a == b|a=b a>b|user in|host is down|dport in use|x|the index of|like new|"
    "C\\dGVzdA==|+49 30|a -> b|level up|/var/log/i x"
)


@pytest.mark.parametrize("text", WORDS_OF_OTHERS.split("|"))
def test_what_may_be_meant_as_words_is_searched(text: str) -> None:
    parse(text)


def test_equal_filters_are_equal() -> None:
    assert parse("a  b") == parse("a AND b")
    assert hash(parse("src:10.0.0.1")) == hash(parse("src:10.0.0.1/32"))
    assert parse("time:-1h") == parse("time:>=now-1h")


def test_an_alias_names_a_field_and_hides_none() -> None:
    assert set(ALIASES.values()) <= set(FIELDS)
    assert not set(ALIASES) & set(FIELDS)
