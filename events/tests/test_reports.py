"""Reports: what a search found at one moment."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from events import reports, store
from events.database import Connection
from events.models import Report
from events.overview import reading
from events.store import Origin
from events.tests.frames import NOON, events, flows
from sensors.models import AuditEntry, Domain, User
from sensors.tests.factories import make_domain, make_sensor, make_user

ADDRESS = "?q=denied&range=custom&start=2026-03-04T00:00Z&end=2026-03-05T00:00Z"
HOSTILE = "<script>alert(1)</script> denied"


@pytest.fixture(autouse=True)
def no_figures_pool_is_left() -> Iterator[None]:
    yield
    if reading.pool.cache_info().currsize:
        reading.pool().close()
        reading.pool.cache_clear()


@pytest.fixture
def site(link: Connection) -> Domain:
    """Three events that match and one that does not; a foreign one that would."""
    site, foreign = make_domain("site"), make_domain("foreign")
    own, other = make_sensor(site), make_sensor(foreign, "S-2")
    texts = [HOSTILE, "denied b", "denied c", "accepted", "denied secret"]
    found = events(
        5,
        sensor=[own.pk] * 4 + [other.pk],
        message=texts,
        src="10.0.0.1",
        time=[NOON + timedelta(hours=n) for n in range(5)],
    )
    store.save(link, Origin("t", 0, 4), events=found, flows=flows(1, sensor=own.pk))
    return site


@pytest.fixture
def anna(site: Domain) -> User:
    return make_user("anna", site, "analyst")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make(user: User, **fields: Any) -> Any:
    values = {"title": "Denied", "address": ADDRESS} | fields
    return client_of(user).post("/reports", values, follow=True)


def shown(user: User) -> str:
    report = Report.objects.get()
    return client_of(user).get(f"/reports/{report.pk}").content.decode()


def test_a_report_keeps_what_was_found(anna: User) -> None:
    page = make(anna, note="Look\nat this").content.decode()
    report = Report.objects.get()
    assert (report.total, report.estimated, report.by) == (3, False, "anna")
    assert "denied" in report.reading
    assert page.count("<tr>") >= 3 and "Look<br>at this" in page
    assert "10.0.0.1" in page and "accepted" not in page
    assert page.count("<rect") == 3


def test_it_stays_as_it_was(anna: User, link: Connection) -> None:
    make(anna)
    before = shown(anna)
    own = Report.objects.get().sensors[0]
    store.save(
        link, Origin("t", 5, 5), events=events(1, sensor=own, message="denied late")
    )
    assert "denied late" not in shown(anna)
    assert before.count("denied") == shown(anna).count("denied")


def test_log_text_is_text_on_the_page_and_in_the_file(anna: User) -> None:
    make(anna, title=HOSTILE)
    file = client_of(anna).get(f"/reports/{Report.objects.get().pk}/file")
    for text in (shown(anna), file.content.decode()):
        assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_the_file_needs_nothing_and_runs_nothing(anna: User) -> None:
    make(anna)
    file = client_of(anna).get(f"/reports/{Report.objects.get().pk}/file")
    text = file.content.decode()
    [style] = re.findall("<style>(.*?)</style>", text, re.S)
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    policy = file["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{hashed}'")
    assert "<script" not in text and "src=" not in text and "href=" not in text
    assert file["Content-Disposition"].startswith("attachment; filename=")


def test_who_may_see_its_sensors_sees_it(anna: User, site: Domain) -> None:
    make(anna)
    path = f"/reports/{Report.objects.get().pk}"
    assert client_of(make_user("v", site, "viewer")).get(path).status_code == 200
    stranger = client_of(make_user("stranger"))
    for method, address in (
        (stranger.get, path),
        (stranger.get, f"{path}/file"),
        (stranger.post, f"{path}/delete"),
    ):
        assert method(address).status_code == 404
    assert "Denied" not in stranger.get("/reports").content.decode()


def test_of_one_domain_or_of_all_that_the_author_sees(site: Domain, anna: User) -> None:
    root = make_user("root", is_superuser=True)
    make(root, title="Of all")
    make(root, title="Of the site", domain="site")
    assert [report.total for report in Report.objects.order_by("pk")] == [4, 3]
    listed = client_of(anna).get("/reports").content.decode()
    assert "Of the site" in listed and "Of all" not in listed


def test_its_author_or_an_administrator_deletes_it(anna: User, site: Domain) -> None:
    make(anna, domain="site")
    path = f"/reports/{Report.objects.get().pk}/delete"
    viewer = client_of(make_user("v", site, "viewer"))
    assert viewer.post(path).status_code == 403
    chief = client_of(make_user("chief", site, "administrator"))
    assert chief.post(path).status_code == 302
    assert not Report.objects.exists()


def test_both_are_in_the_trail(anna: User, site: Domain) -> None:
    make(anna, domain="site")
    client_of(anna).post(f"/reports/{Report.objects.get().pk}/delete")
    told = AuditEntry.objects.filter(domain=site)
    assert [entry.action for entry in told] == ["report deleted", "report made"]
    assert told[0].detail["query"] == "denied"


def test_it_leads_back_to_the_search(anna: User) -> None:
    make(anna)
    assert (
        "/history?q=denied&amp;start=2026-03-04T00%3A00%3A00%2B00%3A00"
        "&amp;end=2026-03-05T00%3A00%3A00%2B00%3A00" in shown(anna)
    )


def test_flows(anna: User) -> None:
    make(anna, address=ADDRESS.replace("q=denied", "table=flows"))
    assert Report.objects.get().total == 1
    assert "Bytes out" in shown(anna)


WRONG = [
    ({"address": "?q=src:("}, "The query ends too early"),
    ({"address": "?range=fortnight"}, "Select a valid choice"),
    ({"title": "x" * 121}, "The title has at most 120 characters."),
    ({"note": "x" * 5_001}, "The note has at most 5000 characters."),
    ({"domain": "foreign"}, "There is no such domain."),
]


@pytest.mark.parametrize(("fields", "sentence"), WRONG)
def test_what_is_wrong_is_said(
    anna: User, fields: dict[str, str], sentence: str
) -> None:
    assert sentence in make(anna, **fields).content.decode()
    assert not Report.objects.exists()


def test_nobody_keeps_more_than_the_limit(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "LIMIT", 1)
    make(anna)
    assert "You keep 1 reports" in make(anna).content.decode()


def test_who_sees_nothing_makes_none(site: Domain) -> None:
    assert "no sensor that you may see" in make(make_user("x")).content.decode()


def test_a_form_of_another_site_makes_none(anna: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    assert client.post("/reports", {"address": ADDRESS}).status_code == 403
