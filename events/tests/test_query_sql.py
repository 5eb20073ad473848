"""The SQL of a query: parameters only, missing columns, what an index needs.

That it finds the right rows is tested in `test_query_agreement`.
"""

import pytest

from events.query import compile_sql, parse
from events.query.sql import like
from events.query.tree import Glob, Pattern, Wild
from events.tables import EVENTS, FLOWS

SENSORS = {1: ("S-0", "home")}
HOSTILE = "Robert'); DROP TABLE events; --"


@pytest.mark.parametrize(
    "shape",
    [
        'host:"{}"',
        'message:"{}"',
        '"{}"',
        'data.k:"{}"',
        'data."{}":*',
        'user:("{}",a)',
    ],
)
def test_values_are_parameters_and_never_sql(shape: str) -> None:
    found = compile_sql(parse(shape.format(HOSTILE)), EVENTS, SENSORS)
    assert any(HOSTILE in str(value) for value in found.params)
    assert "Robert" not in found.text.as_string()


def test_a_regular_expression_is_a_parameter() -> None:
    found = compile_sql(parse(r"host:/a'b/"), EVENTS, SENSORS)
    assert found.text.as_string() == '"e"."host" ~ %s'
    assert found.params == (r"[Aa]\u0027[Bb]",)


@pytest.mark.parametrize(
    ("text", "wanted"), [("a%b", "%a\\%b%"), ("a_b", "%a\\_b%"), ("a\\", "%a\\\\%")]
)
def test_what_like_reads_as_special_is_escaped(text: str, wanted: str) -> None:
    assert like(Pattern(text, True, True)) == wanted


def test_wildcards_become_those_of_like() -> None:
    assert like(Glob(("a%", Wild.MANY, "_", Wild.ONE))) == "a\\%%\\__"


# What the indexes of sealed segments are on; see `events/tables.py`.
INDEXED = {
    "host:web1": 'lower("e"."host") = lower(%s)',
    "app:sshd": 'lower("e"."app") = lower(%s)',
    "user:root": 'lower("e"."user") = lower(%s)',
    "src:10.0.0.1": '"e"."src" = %s::inet',
    "dst:10.0.0.0/8": '"e"."dst" <<= %s::inet',
    "message:denied": '"e"."message" ILIKE %s',
    "time:>=-1h": '("e"."time" >= now() + %s)',
}


@pytest.mark.parametrize("text", INDEXED)
def test_a_condition_is_written_so_that_its_index_is_used(text: str) -> None:
    assert compile_sql(parse(text), EVENTS, SENSORS).text.as_string() == INDEXED[text]


def test_a_rank_that_nothing_changed_is_asked_of_its_column() -> None:
    plain = compile_sql(parse("rank>0"), EVENTS, SENSORS, overlay=False)
    assert plain.text.as_string() == '("e"."rank" > %s)'


def test_a_field_that_a_table_lacks_is_missing_there() -> None:
    for text, table in [
        ("host:*", FLOWS),
        ("bytes:*", EVENTS),
        ("flow.src:::1", EVENTS),
    ]:
        found = compile_sql(parse(text), table, SENSORS)
        assert found.text.as_string() == "FALSE"
        negated = compile_sql(parse(f"-{text}"), table, SENSORS)
        assert negated.text.as_string() == "(FALSE IS NOT TRUE)"
