"""The Hosts and Clocks pages: what they say, and that their fixes are in force."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events import clocklist
from events.models import Clock, HostAnswer, HostName, HostsLeftOut
from sensors import routing
from sensors.models import AuditEntry, ClockSetting, HostEntry, Sensor, User

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SEEN = {"first_seen": NOW - timedelta(days=1), "last_seen": NOW}


@pytest.fixture
def sensor() -> Sensor:
    return Sensor.objects.get(is_default=True)


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada", password="x"))
    return client


def name(sensor: Sensor, name: str, peer: str, *addresses: str, why: str = "") -> None:
    HostName.objects.create(sensor=sensor.pk, peer=peer, name=name, events=9, **SEEN)
    HostAnswer.objects.create(
        sensor=sensor.pk, name=name, addresses=list(addresses), why=why,
        asked=NOW, until=NOW,
    )  # fmt: skip


def test_what_needs_help_stands_first(ada: Client, sensor: Sensor) -> None:
    name(sensor, "known", "10.0.0.1", "10.0.0.1")
    name(sensor, "twice", "10.0.0.2", "10.0.0.3", "10.0.0.4")
    name(sensor, "lost", "10.0.0.5", why="No name server knows it.")
    name(sensor, "found", "10.0.0.5", "10.0.0.9")
    HostsLeftOut.objects.create(sensor=sensor.pk, lines=1234, last_seen=NOW)
    page = ada.get("/hosts")
    names = [host.name for host, *_ in page.context["rows"]]
    assert names == ["lost", "twice", "found", "known"]
    assert "1,234 lines named hosts" in page.text
    assert "Use 10.0.0.4" in page.text
    assert [host.name for host, *_ in ada.get("/hosts?q=0.9").context["rows"]] == [
        "found"
    ]


def test_a_name_gets_its_address(ada: Client, sensor: Sensor) -> None:
    name(sensor, "twice", "10.0.0.2", "10.0.0.3", "10.0.0.4")
    before = routing.version()
    form = {"name": "twice", "address": "10.0.0.4"}
    page = ada.post(f"/hosts/{sensor.pk}/choose", form, follow=True)
    assert "By the host table." in page.text
    assert str(HostEntry.objects.get()) == "10.0.0.4 twice"
    assert routing.version() > before
    assert AuditEntry.objects.latest("id").detail["changes"] == {
        "host table": [[], ["10.0.0.4 twice"]]
    }


@pytest.mark.parametrize(
    ("address", "why"), [("10.0.0.999", "is no address"), ("", "is no address")]
)
def test_a_wrong_address_is_told(
    ada: Client, sensor: Sensor, address: str, why: str
) -> None:
    form = {"name": "fw1", "address": address}
    page = ada.post(f"/hosts/{sensor.pk}/choose", form, follow=True)
    assert why in page.text
    assert not HostEntry.objects.exists()


def test_a_host_table_is_pasted(ada: Client, sensor: Sensor) -> None:
    text = "# ours\n10.0.0.1 FW1 fw1.mine.example.\n::ffff:10.0.0.2\tdb # new\n"
    where, field = f"/hosts/{sensor.pk}/table", f"{sensor.pk}-text"
    ada.post(where, {field: text})
    assert list(HostEntry.objects.values_list("address", "name")) == [
        ("10.0.0.1", "fw1"),
        ("10.0.0.1", "fw1.mine.example"),
        ("10.0.0.2", "db"),
    ]
    page = ada.post(where, {field: "10.0.0.1 fw1\nnonsense here\n"})
    assert "Line 2: &#x27;nonsense&#x27; is no address." in page.text
    assert HostEntry.objects.count() == 3


def clock(sensor: Sensor, **fields: object) -> Clock:
    usual = {"peer": "10.0.0.1", "host": "fw1", "kind": "local", "late": 0.5}
    values = {**usual, "spread": 0.1, "lines": 99, **SEEN, **fields}
    return Clock.objects.create(sensor=sensor.pk, **values)


def reading(sensor: Sensor) -> clocklist.Reading:
    return clocklist.rows([sensor])[0]


def test_a_wrong_clock_is_put_right_by_one_button(ada: Client, sensor: Sensor) -> None:
    found = clock(sensor, late=300.4)
    one = reading(sensor)
    assert (one.trouble, one.label) == (
        "The clock is 5 min behind.",
        "Put forward by 5 min",
    )
    assert one.fix is not None
    form = {"do": "set", "zone": one.fix[0], "ahead": one.fix[1]}
    page = ada.post(f"/clocks/{found.pk}", form, follow=True)
    assert "script/manage reparse mends what is stored" in page.text
    assert (reading(sensor).trouble, ClockSetting.objects.get().ahead) == ("", -300)
    ada.post(f"/clocks/{found.pk}", {"do": "reset"})
    assert not ClockSetting.objects.exists()
    assert AuditEntry.objects.filter(target__contains="fw1").count() == 2


def test_a_zone_that_is_set_wrong_is_told(ada: Client, sensor: Sensor) -> None:
    found = clock(sensor, late=-7_199, offset=7_200, zone="+02:00")
    assert reading(sensor).in_force == ("+02:00", "learned")
    form = {"do": "set", "zone": "Asia/Tokio", "ahead": 0}
    page = ada.post(f"/clocks/{found.pk}", form)
    assert "did you mean Asia/Tokyo?" in page.text
    ada.post(f"/clocks/{found.pk}", form | {"zone": "Asia/Tokyo"})
    one = reading(sensor)
    assert (one.trouble, one.label) == (
        "Arrival times say that its zone is +02:00.",
        "Read as +02:00",
    )


def test_stamps_that_name_a_wrong_zone_are_put_right(sensor: Sensor) -> None:
    clock(sensor, kind="zoned", late=-7_199.5, offset=7_200)
    one = reading(sensor)
    assert one.trouble == "Its stamps name a wrong zone: they are +02:00."
    assert (one.fix, one.label) == (("", 7_200), "Put back by 2 h")


def test_lines_that_are_held_back_are_no_wrong_clock(sensor: Sensor) -> None:
    clock(sensor, late=900, spread=400)
    one = reading(sensor)
    assert ("held back" in one.trouble, one.fix) == (True, None)


def test_a_year_behind_may_be_some_days_ahead(ada: Client, sensor: Sensor) -> None:
    found = clock(sensor, late=362 * 86_400)  # as 3 days ahead are read without a year
    one = reading(sensor)
    told = "The clock is 362 d behind or, if its stamps name no year, 3 d ahead."
    assert one.trouble == told and one.fix is not None
    ada.post(f"/clocks/{found.pk}", {"do": "set", "zone": "", "ahead": one.fix[1]})
    assert reading(sensor).trouble == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "40 ms"), (9.96, "10 s"), (125, "2 min 5 s"), (20_700, "5 h 45 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert clocklist.duration(seconds) == text
