"""Downloads: what is asked for, who may, what the file holds, what the trail says."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.database import Connection
from events.tests.frames import NOON
from exporters import downloads, streaming, writing
from exporters.models import Download
from exporters.streaming import Incomplete
from sensors.models import AuditEntry, Domain, Membership, User
from sensors.tests.factories import make_domain, make_sensor, make_user

Save = Callable[..., int]
PATH = "/api/v1/downloads"
RANGE = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-09T00:00:00Z"}


@pytest.fixture
def anna(transactional_db: None) -> User:
    return make_user("anna", Domain.objects.get(name="home"), "analyst")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(user: User, **fields: Any) -> Any:
    body = json.dumps(RANGE | {"format": "csv"} | fields)
    return client_of(user).post(PATH, body, "application/json")


def fetched(user: User, **fields: Any) -> bytes:
    """The whole file."""
    answer = client_of(user).get(ask(user, **fields).json()["file"])
    assert answer.status_code == 200
    return b"".join(answer)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_csv_has_all_columns_of_the_api_newest_first(save: Save, anna: User) -> None:
    hours = [NOON, NOON + timedelta(hours=1)]
    save(2, time=hours, src="10.0.0.1", rank=-5, data='{"a": 1}', message="=1+1,\nx")
    found = table(fetched(anna))
    rows = client_of(anna).get("/api/v1/events", RANGE).json()["results"]
    assert [list(row) for row in found] == [list(row) for row in rows]
    assert [row["time"] for row in found] == [row["time"] for row in rows]
    assert found[0]["message"] == "'=1+1,\nx"
    assert (found[0]["rank"], found[0]["data"]) == ("-5", '{"a":1}')


def test_columns_are_chosen_and_ordered(save: Save, anna: User) -> None:
    save(1, data='{"http": {"url": "/x"}, "a.b": 1}', message="hello")
    chosen = ["message", "data.http.url", "data.a.b", "data.none", "time"]
    expected = ["message,data.http.url,data.a.b,data.none,time"]
    expected += ["hello,/x,1,,2026-03-04T12:00:00.000000Z", ""]
    assert fetched(anna, columns=chosen).decode().split("\r\n") == expected


def test_excel_gets_a_mark_and_gzip_unpacks(save: Save, anna: User) -> None:
    save(3)
    plain = fetched(anna)
    assert fetched(anna, bom=True) == b"\xef\xbb\xbf" + plain
    assert gzip.decompress(fetched(anna, gzip=True)) == plain


def test_json_lines_are_the_rows_of_the_api(save: Save, anna: User) -> None:
    save(2, type=[4, 5])
    rows = client_of(anna).get("/api/v1/events", RANGE).json()["results"]
    found = fetched(anna, format="jsonl").decode().splitlines()
    assert [json.loads(line) for line in found] == rows


def test_syslog_and_cef_are_those_of_a_destination(save: Save, anna: User) -> None:
    """So flow summaries are left out."""
    save(2, type=[4, 5])
    assert fetched(anna, format="syslog") == (
        b"Mar  4 12:00:00 S-0.home: {5,0} event 1 {IP} ->\n"
    )
    assert fetched(anna, format="cef").startswith(b"CEF:0|MetaFlows|MSS|")


def test_flows(anna: User, save_flows: Callable[..., None]) -> None:
    save_flows(2, src="10.0.0.1", bytes_out=10)
    found = table(fetched(anna, table="flows"))
    assert [row["uid"] for row in found] == ["flow-1", "flow-0"]
    assert found[0]["bytes_out"] == "10"
    answer = ask(anna, table="flows", format="cef")
    assert answer.json()["error"] == "Flows are downloaded as CSV or JSON lines."


def test_more_than_a_page_of_one_instant(
    save: Save, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE", 7)
    save(50)
    assert len({row["id"] for row in table(fetched(anna))}) == 50


def test_query_range_and_rights_bound_it(save: Save, anna: User) -> None:
    foreign = make_sensor(make_domain("elsewhere"))
    save(2, message=["secret", "x"], sensor=foreign.pk)
    save(2, message=["denied", "accepted"])
    save(1, message="denied", time=NOON - timedelta(days=9))
    assert [row["message"] for row in table(fetched(anna))] == ["accepted", "denied"]
    assert len(table(fetched(anna, q="denied"))) == 1
    assert ask(make_user("stranger")).status_code == 403


def test_an_address_of_the_page_is_read_as_the_page_reads_it(
    save: Save, anna: User
) -> None:
    anna.zone = "Europe/Berlin"
    anna.save()
    save(1)
    address = "?q=event&range=custom&start=2026-03-04T12:59&end=2026-03-04T13:01"
    assert len(table(fetched(anna, address=address))) == 1
    assert len(table(fetched(anna, address=address.replace("13:01", "13:00")))) == 0
    for before in ("/history", "https://logs.example.net/history"):
        none = before + address.replace("q=event", "q=nothing")
        assert len(table(fetched(anna, address=before + address))) == 1
        assert len(table(fetched(anna, address=none))) == 0


WRONG = [
    ({"format": "pdf"}, "format must be one of csv, jsonl, syslog, cef."),
    ({"q": "src:("}, "The query ends too early"),
    ({"q": 1}, "q must be a text."),
    ({"table": "users"}, "table must be events or flows."),
    ({"start": "soon"}, "start must be a time such as"),
    ({"end": RANGE["start"]}, "start must be before end."),
    ({"columns": ["raw"]}, "There is no column 'raw'."),
    ({"columns": "time"}, "columns must be a list of texts."),
    ({"columns": [f"data.{n}" for n in range(101)]}, "At most 100 columns"),
    ({"gzip": 1}, "gzip must be true or false."),
    ({"address": "/sensors?q=x"}, "The address is not one of the page /history."),
    ({"query": "type:ids"}, "There is no field 'query'."),
    ({"address": "?range=fortnight"}, "Select a valid choice"),
    ({"address": "?q=" + "x" * 9_000}, "The address is too long."),
]


@pytest.mark.parametrize(("fields", "sentence"), WRONG)
def test_what_is_wrong_is_said(
    anna: User, fields: dict[str, Any], sentence: str
) -> None:
    answer = ask(anna, **fields)
    assert answer.status_code == 400 and sentence in answer.json()["error"]
    assert not Download.objects.exists()


def test_a_download_is_followed_and_in_the_trail(save: Save, anna: User) -> None:
    save(3)
    asked = ask(anna, q="event").json()
    one = f"{PATH}/{asked['id']}"
    assert client_of(anna).get(one).json()["state"] == "waiting"
    assert not AuditEntry.objects.exists()
    b"".join(client_of(anna).get(asked["file"]))
    found = client_of(anna).get(one).json()
    assert (found["state"], found["rows"], found["total"]) == ("done", 3, 3)
    assert (found["progress"], found["reason"]) == (1, "")
    assert client_of(anna).get(PATH).json()["results"] == [found]
    end, start = AuditEntry.objects.filter(domain__name="home")
    assert (start.user, start.action) == ("anna", "download started")
    assert (start.detail["query"], start.detail["format"]) == ("event", "csv")
    assert start.detail["start"].startswith("2026-03-01")
    assert (end.action, end.detail["rows"], end.detail["state"]) == (
        "download ended",
        3,
        "done",
    )


def test_a_file_is_fetched_once_and_by_its_owner(save: Save, anna: User) -> None:
    save(1)
    asked = ask(anna).json()
    other = client_of(make_user("eve", is_superuser=True))
    for method in (other.get, other.delete):
        assert method(f"{PATH}/{asked['id']}").status_code == 404
    assert other.get(asked["file"]).status_code == 404
    b"".join(client_of(anna).get(asked["file"]))
    assert client_of(anna).get(asked["file"]).status_code == 409


def begun(user: User) -> Download:
    """A file that is being written."""
    made = Download.objects.get(pk=ask(user).json()["id"])
    found = downloads.claim(user, made.pk, timezone.now())
    assert found is not None
    return found


def test_two_at_once(anna: User) -> None:
    first, _ = begun(anna), begun(anna)
    third = ask(anna)
    assert third.status_code == 429
    assert third.json()["error"] == (
        "Two of your downloads are running: wait for one, or stop it."
    )
    downloads.stop(anna, first.pk)
    assert ask(anna).status_code == 201


def test_files_that_nobody_fetches_are_in_nobodys_way(anna: User) -> None:
    assert [ask(anna).status_code for _ in range(4)] == [201] * 4


def test_viewers_download_nothing(save: Save) -> None:
    save(1)
    vera = make_user("vera", Domain.objects.get(name="home"), "viewer")
    answer = ask(vera)
    assert answer.status_code == 403
    assert answer.json()["error"] == "This needs the role analyst."


def test_a_file_has_the_domains_in_which_one_is_an_analyst(
    save: Save, anna: User
) -> None:
    acme = make_domain("acme")
    Membership.objects.create(user=anna, domain=acme, role="viewer")
    save(1, message="of home")
    save(1, message="of acme", sensor=make_sensor(acme).pk)
    answer = ask(anna)
    assert answer.json()["without"] == ["acme"]
    found = table(b"".join(client_of(anna).get(answer.json()["file"])))
    assert [row["message"] for row in found] == ["of home"]


def test_what_was_never_fetched_or_gave_no_sign_of_life_is_over(anna: User) -> None:
    forgotten, dead = ask(anna).json()["id"], ask(anna).json()["id"]
    long_ago = timezone.now() - timedelta(hours=1)
    Download.objects.filter(pk=forgotten).update(at=long_ago)
    Download.objects.filter(pk=dead).update(state="running", updated=long_ago)
    states = [client_of(anna).get(f"{PATH}/{pk}").json() for pk in (forgotten, dead)]
    assert [found["state"] for found in states] == ["stopped", "failed"]
    assert ask(anna).status_code == 201


def test_old_records_are_forgotten(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "KEPT", 2)
    for _ in range(4):
        made = ask(anna).json()["id"]
        client_of(anna).delete(f"{PATH}/{made}")
    assert Download.objects.count() == 2


def test_a_file_that_cannot_be_completed_does_not_end(
    save: Save, anna: User, link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock on the segment stands for a search that is too slow for its time."""
    monkeypatch.setattr(streaming, "STEP_SECONDS", 0.1)
    monkeypatch.setattr(streaming, "LONGEST_STEP", 0.2)
    save(1)
    answer = client_of(anna).get(ask(anna).json()["file"])
    with link.transaction():
        link.execute("LOCK TABLE events_1 IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Incomplete):
            b"".join(answer)
    record = Download.objects.get()
    assert (record.state, record.rows) == ("failed", 0)
    assert record.reason.startswith("The search does not get below 2026-03-04")
    assert AuditEntry.objects.get(action="download ended").detail["state"] == "failed"


def test_a_page_of_another_site_cannot_ask(anna: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    assert client.post(PATH, "{}", "application/json").status_code == 403
