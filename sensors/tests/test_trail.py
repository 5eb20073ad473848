"""The audit trail: what is written, who reads it, how it is shown."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensors import audit, trail
from sensors.models import AuditEntry, Domain, User
from sensors.tests.factories import make_domain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_changes_name_old_and_new() -> None:
    before, after = {"a": 1, "b": 2, "c": [1]}, {"a": 1, "b": 3, "c": []}
    assert audit.changes(before, after) == {"b": [2, 3], "c": [[1], []]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(text=st.text(st.characters(exclude_categories=[])), value=JSON)
def test_any_text_is_written_and_read(db: None, text: str, value: object) -> None:
    entry = audit.record(None, "test", text, said=text, value=value)
    entry.refresh_from_db()
    assert trail.lines(entry.detail)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_it(db: None, change: str) -> None:
    audit.record(None, "test", "x")
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        rows = AuditEntry.objects.all()
        rows.delete() if change == "delete" else rows.update(user="nobody")


def test_secrets_are_never_written(alice: User) -> None:
    assert alice.password not in str(audit.values(alice))


def test_values_are_readable() -> None:
    detail = {
        "q": "type:5",
        "changes": {"on": [True, False], "nets": [[], ["10.0.0.0/8", "::1"]]},
    }
    assert trail.lines(detail) == [
        trail.Line("q", "type:5"),
        trail.Line("on", "off", "on"),
        trail.Line("nets", "10.0.0.0/8, ::1", "–"),
    ]


@pytest.mark.parametrize("detail", [{}, {"changes": 3}, {"changes": {"a": 1}}])
def test_any_shape_of_detail_is_shown(detail: dict[str, object]) -> None:
    assert all(line.new for line in trail.lines(detail))


def test_administrators_read_their_domains_only(as_alice: Client, site: Domain) -> None:
    audit.record(None, "test", "own entry", site)
    audit.record(None, "test", "foreign entry", make_domain("foreign"))
    audit.record(None, "test", "global entry")
    page = as_alice.get("/audit/").content.decode()
    assert "own entry" in page
    assert "foreign" not in page and "global entry" not in page


def test_viewers_read_nothing(as_victor: Client) -> None:
    assert as_victor.get("/audit/").status_code == 403


def test_hostile_text_is_harmless(as_root: Client) -> None:
    text = "<script>alert(1)</script> \"' {{ 7|add:7 }} \x1b[31m =cmd()"
    audit.record(None, "test", text, said=text, changes={text: [text, text]})
    page = as_root.get("/audit/").content.decode()
    assert "<script>alert" not in page and "{{ 7|add:7 }}" in page
    assert "\x1b" not in page and "‹ESC›[31m" in page


def test_filters_bind(as_root: Client, root: User, site: Domain) -> None:
    audit.record(root, "made", "apple", site)
    audit.record(None, "lost", "pear")
    for query, seen in [
        ("user=root", "apple"),
        ("action=lost", "pear"),
        (f"domain={site.pk}", "apple"),
        ("start=2020-01-01T00:00&action=made", "apple"),
    ]:
        page = as_root.get(f"/audit/?{query}").content.decode()
        assert [fruit for fruit in ("apple", "pear") if fruit in page] == [seen]


def test_times_are_read_in_the_users_zone(as_root: Client, root: User) -> None:
    audit.record(None, "test", "now")
    User.objects.filter(pk=root.pk).update(zone="Pacific/Kiritimati")  # UTC+14
    now = datetime.now(UTC)
    in_utc = as_root.get(f"/audit/?start={now:%Y-%m-%dT%H:%M}")
    assert b"now</td>" in in_utc.content


@pytest.mark.parametrize(
    "query",
    ["start=yesterday", "domain=x", "before=x", "before=" + "9" * 30, "user=%00"],
)
def test_a_wrong_filter_is_no_error(as_root: Client, query: str) -> None:
    assert as_root.get(f"/audit/?{query}").status_code == 200


def test_pages_meet_without_gap_or_overlap(db: None) -> None:
    for number in range(trail.PAGE * 2 + 3):
        audit.record(None, "test", number)
    seen: list[int] = []
    before = None
    while True:
        rows, before = trail.page(AuditEntry.objects.filter(action="test"), before)
        seen += [int(row.target) for row in rows]
        if before is None:
            break
    assert seen == list(reversed(range(trail.PAGE * 2 + 3)))
