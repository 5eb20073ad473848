"""The query language: what a text means, and what is said when it means nothing."""

from ipaddress import ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.query import QueryError, parse
from events.query.parsing import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from events.query.tree import (
    EVERYTHING,
    And,
    Compare,
    Like,
    Node,
    Not,
    OneOf,
    Or,
    Origin,
    Pattern,
    Present,
    Within,
    Words,
)

A, B, C = Words("a"), Words("b"), Words("c")
MEANINGS: dict[str, Node] = {
    "": EVERYTHING,
    "  \n": EVERYTHING,
    "a": A,
    "a b c": And((A, B, C)),
    "a AND b": And((A, B)),
    "a b OR c": Or((And((A, B)), C)),
    "a (b OR c)": And((A, Or((B, C)))),
    "-a": Not(A),
    "NOT a": Not(A),
    "NOT -a": A,
    "-(a b)": Not(And((A, B))),
    "and or not": And((Words("and"), Words("or"), Words("not"))),
    '"a  b"': Words("a  b"),
    r'"say \"hi\" \\"': Words('say "hi" \\'),
    '"OR"': Words("OR"),
    "a->b": Words("a->b"),
    "- -> --x": And((Words("-"), Words("->"), Words("--x"))),
    "sshd[7]:": Words("sshd[7]:"),
    "fe80::1": Words("fe80::1"),
    "key=value a>b": And((Words("key=value"), Words("a>b"))),
    "fail*": Words("fail"),
    "***": Words("***"),
    "10:20:30": Words("10:20:30"),
    "src:10.0.0.1": Within("src", ip_network("10.0.0.1/32")),
    "dst:10.0.0.0/8": Within("dst", ip_network("10.0.0.0/8")),
    "ip:2001:db8::/32": Within("ip", ip_network("2001:db8::/32")),
    'src:"::1"': Within("src", ip_network("::1/128")),
    "SRC:::1": Within("src", ip_network("::1/128")),
    "dport:443": Compare("dport", "=", 443),
    "port:>1023": Compare("port", ">", 1023),
    "rank>=-5": Compare("rank", ">=", -5),
    "rank:<=0": Compare("rank", "<=", 0),
    "type:log": Compare("type", "=", 5),
    "type:5": Compare("type", "=", 5),
    "type:modsec*": OneOf("type", frozenset({12, 13})),
    "severity:<=err": Compare("severity", "<=", 3),
    "facility:authpriv": Compare("facility", "=", 10),
    "facility:LOCAL7": Compare("facility", "=", 23),
    "host:web1": Like("host", Pattern("web1")),
    "host:web*": Like("host", Pattern("web", open_end=True)),
    "host:*web": Like("host", Pattern("web", open_start=True)),
    "app:*d*": Like("app", Pattern("d", True, True)),
    'user:"*"': Like("user", Pattern("*")),
    'user:""': Like("user", Pattern("")),
    "user:*": Present("user"),
    "-user:*": Not(Present("user")),
    "message:denied": Like("message", Pattern("denied", True, True)),
    'message:"a b"': Like("message", Pattern("a b", True, True)),
    "sensor:S-0.home": Origin("sensor", Pattern("S-0.home")),
    "domain:acme*": Origin("domain", Pattern("acme", open_end=True)),
    "host:-x": Like("host", Pattern("-x")),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_query_means(text: str) -> None:
    assert parse(text) == MEANINGS[text]


ERRORS = {
    "hots:x": (0, "Did you mean host?"),
    "a http://x": (2, 'quote it: "http://x"'),
    "src:": (4, "needs a value"),
    "src:10.0.0.1/8": (4, "did you mean 10.0.0.0/8?"),
    "src:300.1.1.1": (4, "neither an address nor a network"),
    "src:10.1.*": (4, "10.1.0.0/16"),
    "src:>10.0.0.1": (5, "cannot be compared"),
    "x dport:70000": (8, "0 to 65535"),
    "dport:https": (6, "is a number"),
    "dport:٣": (6, "is a number"),
    "rank>101": (5, "-100 to 100"),
    "rank:" + "9" * 100: (5, "is a number"),
    "type:logg": (5, "Did you mean log?"),
    "type:x*": (5, "is no type"),
    "severity:bad": (9, "emerg"),
    "host:a*b": (6, "at the start or the end"),
    'a "b': (2, "not closed"),
    'user:"b': (5, "not closed"),
    '""': (0, "nothing between"),
    "(a": (2, "too early"),
    "a )": (2, "before this )"),
    "()": (1, "before this )"),
    "a OR": (4, "too early"),
    "OR a": (0, "both sides"),
    "a AND OR b": (6, "both sides"),
    "NOT": (3, "too early"),
    "a\0": (1, "cannot be searched"),
    "\ud800": (0, "cannot be searched"),
    "x" * (MAX_LENGTH + 1): (MAX_LENGTH, "at most"),
    "x " * (MAX_TERMS + 1): (2 * MAX_TERMS, "at most"),
    "(" * (MAX_DEPTH + 1): (MAX_DEPTH, "deep"),
}


@pytest.mark.parametrize("text", ERRORS, ids=lambda text: text[:20])
def test_an_error_says_what_is_wrong_and_where(text: str) -> None:
    at, message = ERRORS[text]
    with pytest.raises(QueryError) as error:
        parse(text)
    assert error.value.at == at
    assert message in error.value.message


PIECES = st.sampled_from(
    ["(", ")", '"', "-", "*", ":", " ", "\\", "NOT ", " OR ", "AND", ">", "<=", "/"]
    + ["src", "type", "rank", "host", "message", "log", "10.0.0.0/8", "::1", "a", "7"]
)
TERMS = st.sampled_from(
    ["a", '"a b"', "host:a*", "host:*b", "user:*", "src:10.0.0.0/8", "-ip:::1"]
    + ["rank>0", "rank:<=5", "port:443", "type:modsec*", "severity:err", "domain:acme"]
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


@given(QUERIES)
@example("-(" * 600)
@example("NOT " * 499)
@example("(" * 2000)
def test_any_text_parses_or_says_why_not(text: str) -> None:
    try:
        parse(text)
    except QueryError as error:
        assert error.message
        assert 0 <= error.at <= len(text)


def test_equal_filters_are_equal() -> None:
    assert parse("a  b") == parse("a AND b")
    assert hash(parse("src:10.0.0.1")) == hash(parse("src:10.0.0.1/32"))
