"""What is new is found by its ids, also in a segment that has no statistics yet."""

from collections.abc import Callable

import pytest
from psycopg import sql

from events import live
from events.database import Connection
from events.query import Fragment, parse
from events.tables import EVENTS, FLOWS, Table
from sensors.models import Sensor

Shape = Callable[[Table, Fragment], Fragment]
SHAPES: dict[str, Shape] = {
    "newest": lambda table, where: live.statement(table, where, 14_000, 14_500, 100),
    "all": lambda table, where: live.statement(table, where, 14_000, 15_000, 2_000),
    "none": lambda table, where: live.statement(table, where, 14_990, 15_000, 0),
    "step": lambda table, where: live.first(table, where, 10_000, 15_000, 10),
    "whole": lambda table, where: live.these(table, list(range(14_000, 14_500, 2))),
}


def plan(link: Connection, asked: Fragment) -> str:
    explain = sql.SQL("EXPLAIN ") + asked.text
    return str(link.execute(explain, asked.params).fetchall())


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("table", [EVENTS, FLOWS], ids=lambda table: table.name)
def test_a_read_of_new_ids_never_scans_the_segment(
    link: Connection,
    add: Callable[..., int],
    add_flows: Callable[..., int],
    sensor: Sensor,
    table: Table,
    shape: Shape,
) -> None:
    for _ in range(3):
        (add if table is EVENTS else add_flows)(5_000, app="a")
    for q in ("", "app:a", "-user:x", "-rank<0"):
        asked = live.follow(parse(q), {sensor.pk: ("one", "mine")})
        found = plan(link, shape(table, live.condition(asked, table)))
        assert f"{table.name}_1_id_idx" in found, found
        assert f"Seq Scan on {table.name}_1" not in found, found


def test_the_head_is_read_from_indexes(
    link: Connection, add: Callable[..., int]
) -> None:
    for _ in range(3):
        add(1)
    found = plan(link, Fragment(live.HEAD))
    assert "batches_events" in found
    assert "batches_flows" in found
