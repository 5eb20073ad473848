"""Who sent a line: names that came, what they mean, and what ingest makes of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from events import hosts
from events.hosts import Book, Met
from events.models import Clock, HostAnswer, HostName, HostsLeftOut
from ingest import knowledge, learned, lookups, sightings
from ingest.known import Known
from ingest.pipeline import Prepared, prepare
from ingest.tests.parsing import ROUTES, journal
from sensors.models import ClockSetting, HostEntry, Sensor
from sensors.routing import Route, Routes

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)
PEER, RELAY = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def sensor() -> Iterator[Sensor]:
    found = Sensor.objects.get(is_default=True)
    found.search_domain = "mine.example"
    found.save()
    yield found


def routes(sensor: Sensor, zone_from: str = "sensor", zone: str = "UTC") -> Routes:
    return Routes(1, Route(sensor.pk, True, zone, (), zone_from), {}, ())


def stamped(host: str, at: datetime = NOW) -> bytes:
    return f"<13>{at:%b %d %H:%M:%S} {host} app: x".encode()


def arrived(lines: list[bytes], at: datetime = NOW, peer: str = PEER) -> pl.DataFrame:
    return journal(lines, at, peer)


def send(
    sensor: Sensor, *hosts: str, peer: str = PEER, known: Known | None = None
) -> Prepared:
    """Three lines of each host, merged as the background does it."""
    lines = arrived([stamped(host) for host in hosts] * 3, peer=peer)
    made = prepare(lines, routes(sensor), known=known or knowledge.load())
    learned.add(made.sightings)
    return made


def data(made: Prepared) -> list[dict[str, object]]:
    return [json.loads(text or "{}") for text in made.events["data"]]


def answer(**names: list[str]) -> lookups.Look:
    table = {name.replace("_", "."): found for name, found in names.items()}
    return lambda name: table.get(name, [])


def test_a_name_is_looked_up_with_the_search_domain(sensor: Sensor) -> None:
    send(sensor, "fw1")
    assert lookups.run(answer(fw1_mine_example=["10.0.0.9"])) == 1
    found = HostAnswer.objects.get()
    assert (found.name, found.asked_for) == ("fw1", "fw1.mine.example")
    assert lookups.run(answer()) == 0, "the answer is kept"
    assert data(send(sensor, "fw1"))[0] == {"device_address": "10.0.0.9"}


def test_the_host_table_wins_over_name_servers(sensor: Sensor) -> None:
    send(sensor, "FW1.mine.example")
    lookups.run(answer(fw1_mine_example=["10.0.0.9"]))
    HostEntry.objects.create(sensor=sensor, name="fw1", address="10.0.0.7")
    made = send(sensor, "FW1.mine.example")
    assert data(made)[0] == {"device_address": "10.0.0.7"}


def test_a_relay_is_never_taken_for_the_device(sensor: Sensor) -> None:
    send(sensor, "fw1", "fw2", "relay", peer=RELAY)
    HostEntry.objects.create(sensor=sensor, name="fw1", address="10.0.0.7")
    HostEntry.objects.create(sensor=sensor, name="relay", address=RELAY)
    made = send(sensor, "fw1", "fw2", "relay", "new", peer=RELAY)
    assert data(made)[:4] == [
        {"device_address": "10.0.0.7", "relayed": "yes"},
        {"relayed": "yes"},
        {},
        {"relayed": "yes"},
    ]
    assert made.events["source"].unique().to_list() == [RELAY]


def met(name: str, first: int, last: int, events: int = 9) -> Met:
    begin = NOW - timedelta(hours=100)
    hour = timedelta(hours=1)
    return Met(1, PEER, name, events, begin + first * hour, begin + last * hour)


@pytest.mark.parametrize(
    ("names", "is_relay"),
    [
        ([met("fw1", 0, 9)], False),
        ([met("fw1", 0, 9), met("fw2", 3, 9)], True),
        ([met("fw1", 0, 9), met("FW1.mine.example", 3, 9)], False),  # one device
        ([met("old", 0, 4), met("new", 5, 9)], False),  # it was renamed
        ([met("fw1", 0, 9), met("misread", 3, 3, events=1)], False),
        ([met("fw1", 0, 9), met("localhost", 1, 8)], False),
        ([met("10.0.0.8", 0, 9), met("10.0.0.9", 1, 8)], True),
    ],
)
def test_several_names_at_once_make_a_relay(names: list[Met], is_relay: bool) -> None:
    assert bool(hosts.relays(names, {1: Book()}, NOW)) == is_relay


def test_of_several_addresses_the_peers_is_taken() -> None:
    assert hosts.pick([PEER, "10.0.0.3"], PEER) == PEER
    assert hosts.pick(["10.0.0.3", "10.0.0.4"], PEER) is None
    assert hosts.pick(["10.0.0.3", "2001:db8::1"], PEER) == "10.0.0.3"
    assert hosts.pick(["10.0.0.3", "2001:db8::1"], "2001:db8::9") == "2001:db8::1"


def test_made_up_names_fill_no_table(
    sensor: Sensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learned, "MOST_NAMES", 700)
    lines = arrived([stamped(f"host-{n}") for n in range(20_000)])
    made = prepare(lines, routes(sensor))
    assert len(made.sightings) <= sightings.MOST_OF_SENDER + 1
    assert made.sightings["lines"].sum() == 20_000
    learned.add(made.sightings)
    learned.add(prepare(lines[10_000:], routes(sensor)).sightings)
    assert HostName.objects.count() <= 700
    left_out = HostsLeftOut.objects.get()
    kept = sum(HostName.objects.values_list("events", flat=True))
    assert left_out.lines + kept == 30_000


def test_a_learned_zone_reads_the_next_stamps(sensor: Sensor) -> None:
    for minute in range(12):
        at = NOW - timedelta(minutes=12 - minute)
        lines = arrived([stamped("fw1", at + timedelta(hours=2))], at)
        learned.add(prepare(lines, routes(sensor)).sightings)
    known = knowledge.load()
    lines = arrived([stamped("fw1", NOW + timedelta(hours=2))])
    made = prepare(lines, routes(sensor), known=known)
    assert made.events["time"][0] == NOW
    assert data(made) == [{"clock_zone": "+02:00", "clock_from": "learned"}]
    settled = routes(sensor, "source", "Europe/Berlin")
    assert data(prepare(lines, settled, known=known)) == [
        {"clock_zone": "Europe/Berlin", "clock_from": "source"}
    ]


def test_a_clock_that_was_set_right_by_people(sensor: Sensor) -> None:
    ClockSetting.objects.create(
        sensor=sensor, peer=PEER, host="fw1", zone="Asia/Kathmandu", ahead=90
    )
    made = send(sensor, "fw1")
    device = NOW - timedelta(hours=5, minutes=45)
    assert made.events["time"][0] == device - timedelta(seconds=90)
    assert data(made)[0] == {
        "clock_zone": "Asia/Kathmandu",
        "clock_from": "clock",
        "clock_ahead": 90,
        "device_time": f"{device:%Y-%m-%dT%H:%M:%SZ}",
    }
    clock = Clock.objects.get()
    assert (clock.assumed, clock.assumed_from) == ("Asia/Kathmandu", "clock")


def test_a_stamp_with_its_zone_is_believed(sensor: Sensor) -> None:
    ClockSetting.objects.create(sensor=sensor, peer=PEER, host="fw1", zone="Asia/Tokyo")
    line = arrived([f"<13>{NOW:%Y-%m-%dT%H:%M:%SZ} fw1 app: x".encode()])
    made = prepare(line, routes(sensor), known=knowledge.load())
    assert (made.events["time"][0], data(made)) == (NOW, [{}])


def test_sightings_survive_their_journey() -> None:
    made = prepare(arrived([stamped("fw1")]), ROUTES).sightings
    assert sightings.read(sightings.stream(made)).equals(made)
    assert made["first"][0].replace(tzinfo=UTC) == NOW
    assert isinstance(made, pl.DataFrame)
