"""Queries for property-based tests: right ones, mixtures, and anything at all."""

from hypothesis import strategies as st

PIECES = st.sampled_from(
    ["(", ")", '"', "-", "!", "*", "?", ":", " ", "\\", "NOT ", " OR ", "AND", ">"]
    + ["<=", "/", ",", "..", "[1 TO ", "]", "'", "“", "=", ":(", "data.", "time:"]
    + [
        " == ",
        "=",
        "| ",
        " in ",
        "{",
        "}",
        "+",
        "contains ",
        r"\(",
        r"\*",
        "/i",
        " and ",
    ]
    + ["index", "earliest", "tcp.port", "head ", ", ", "tuesday", " to ", "12:00"]
    + ["src", "type", "rank", "host", "message", "log", "10.0.0.0/8", "::1", "a", "7"]
)
TERMS = st.sampled_from(
    ["a", '"a b"', "a*b", "?ö", "host:a*", "host:*b", "host:?", "user:*", "user:a?*b"]
    + ["src:10.0.0.0/8", "-ip:::1", "src:(10.0.0.1, ::1)", "ip:10.0.0.2..10.1.9.9"]
    + ["dst:..::9", "rank>0", "rank:<=5", "port:443", "port:1..500", "pid:[2 TO *]"]
    + ["type:modsec*", "severity:err", "domain:acme", "sensor:*0?*me", "class:1..3"]
    + ["direction:inbound", "message:/a.*b|[^a-m]$/", r"/\bä|\d{2}\b/", "/^.?$/"]
    + ["host:/^(a|ж)/", "data.k:*", "data.k:a*", "data.k>1.5", "data.k:-3..20"]
    + ["data.k.x:1", "data.k:/[0-9]+/", 'data."k.x":*', 'data."":a', "time:-2h"]
    + ["time:today", "time:<now-1d", "time:2026-03-04", "received:>=2026-03-04T12:00"]
    + ["flow.bytes:>0", "link.uid:*", "bytes:>1k", "packets:0..5", "duration:>1s"]
    + ['time:"last tuesday"', "time:november", "time:10:00-11:30", "time:mon..wed"]
    + ['time:"20 feb to 5 mar"', "time:>now-1d/d", 'time:"last month"', "time:<@h"]
    + ["time:1772582400", "time:3/4/2026", 'time:"this year"', "end:<=tue"]
    + ["port:443,22", "src:10.0.0.1,::1", "proto:6", "proto:(17, tcp)", "host:/a/i"]
    + ["host:(/a/, /b/i)", "host:(/a,b/i, c)", "app:(/bin/su, /b+/ , d)"]
    + [r"host:a\?b", r"\*", r"user:100\%", r"app:back\\slash", r"-message:a\ b\)"]
    + ["start:<2026-03-05", "end:*", "state:e*", "uid:flow-1", "text:a"]
)
WHOLE = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        inner.map("NOT ({})".format),
        st.tuples(inner, inner).map("({0[0]} OR {0[1]})".format),
        st.tuples(inner, inner).map("{0[0]} {0[1]}".format),
    ),
    max_leaves=8,
)
QUERIES = WHOLE | st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60)
