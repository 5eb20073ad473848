"""The SQL of a query finds the rows that the query means, in a real PostgreSQL."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as limits

from events import store
from events.database import Connection
from events.query import Fragment, QueryError, compile_sql, parse
from events.query.sql import like
from events.query.tree import Pattern
from events.store import Origin
from events.tables import EVENTS, FLOWS, Table
from events.tests import frames
from events.tests.reference import matches
from events.tests.test_query import QUERIES

SENSORS = {1: ("S-0", "home"), 2: ("edge", "acme"), 3: ("S-0", "acme")}
TEXTS = ["", "a", "A_b", "100%", "back\\slash", "ÄÖ ж", "a b", "Denied", "*", None]
ROWS: list[dict[str, Any]] = [
    {
        "message": TEXTS[n % 9] or "",
        "host": TEXTS[n % 10],
        "app": TEXTS[n // 2 % 10],
        "user": TEXTS[n // 3 % 10],
        "action": TEXTS[n // 4 % 10],
        "proto": [None, "tcp", "udp"][n % 3],
        "signature": [None, "1:2009375:3"][n % 2],
        "src": [None, "10.0.0.1", "10.1.2.3", "::1", "2001:db8::5"][n % 5],
        "dst": ["192.168.1.1", None, "10.0.0.1", "fe80::1"][n % 4],
        "source": [None, "127.0.0.1"][n % 2],
        "sport": [None, 0, 443, 65_535][n % 4],
        "dport": [22, None, 443][n % 3],
        "pid": [None, 1, 2**40][n % 3],
        "sensor": n % 3 + 1,
        "type": n % 13 + 1,
        "rank": [0, -100, 5, 100][n % 4],
        "severity": [None, *range(8)][n % 9],
        "facility": [None, 0, 10, 23][n % 4],
    }
    for n in range(60)
]
QUERY = "SELECT e.id FROM {table} e {overlay} WHERE {where} ORDER BY e.id"


@pytest.fixture
def stored(link: Connection) -> Connection:
    """ROWS in a store; the id of a row is its place + 1."""
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    batch = frames.events(len(ROWS), **columns)
    store.save(link, Origin("q", 0, len(ROWS) - 1), batch, frames.flows(3))
    return link


def ids(link: Connection, where: Fragment, table: Table = EVENTS) -> list[int]:
    overlay = "LEFT JOIN event_state s ON s.event = e.id" if table is EVENTS else ""
    text = QUERY.format(
        table=table.name, overlay=overlay, where=where.text.as_string(link)
    )
    return [row[0] for row in link.execute(text.encode(), where.params)]


def meant(text: str) -> list[int]:
    node = parse(text)
    return [n for n, row in enumerate(ROWS, 1) if matches(node, row, SENSORS)]


TABLE = """
a|-a|A_B|100%|"_"|"%"|äö|Ж|"\\\\"|host:A*|host:*b|-host:a|host:*|-host:*|host:""
user:100%|ip:10.0.0.1|-ip:10.0.0.0/8|src:::/0|src:0.0.0.0/0|port:443|port:>442
-dport>22|rank:<0|severity:<=err|-severity:*|type:modsec*|sensor:s-0|sensor:S-0.acme
-domain:acme|domain:nowhere|pid>5|a OR -(user:a rank:0)|-(host:x user:y)
-(host:x OR user:y)|
"""


def test_sql_finds_what_the_query_means(stored: Connection) -> None:
    for text in TABLE.strip("\n").replace("\n", "|").split("|"):
        where = compile_sql(parse(text), EVENTS, SENSORS)
        assert ids(stored, where) == meant(text), text


@limits(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck)
)  # the store is only read
@given(QUERIES)
@example("-(host:a (src:::1 OR -rank>0))")
@example('"\\')
def test_any_query_runs_and_finds_what_it_means(stored: Connection, text: str) -> None:
    try:
        node = parse(text)
    except QueryError:
        return
    assert ids(stored, compile_sql(node, EVENTS, SENSORS)) == meant(text)
    ids(stored, compile_sql(node, FLOWS, SENSORS), FLOWS)


def test_a_field_that_flows_lack_is_missing_there(stored: Connection) -> None:
    assert ids(stored, compile_sql(parse("host:*"), FLOWS, SENSORS), FLOWS) == []
    assert len(ids(stored, compile_sql(parse("-host:*"), FLOWS, SENSORS), FLOWS)) == 3
    assert len(ids(stored, compile_sql(parse("type:flow"), FLOWS, SENSORS), FLOWS)) == 3


def test_values_are_parameters_and_never_sql() -> None:
    text = "Robert'); DROP TABLE events; --"
    found = compile_sql(parse(f'host:"{text}"'), EVENTS, SENSORS)
    assert found.params == (text,)
    assert "Robert" not in found.text.as_string()


@pytest.mark.parametrize(
    ("text", "wanted"), [("a%b", "%a\\%b%"), ("a_b", "%a\\_b%"), ("a\\", "%a\\\\%")]
)
def test_what_like_reads_as_special_is_escaped(text: str, wanted: str) -> None:
    assert like(Pattern(text, True, True)) == wanted
