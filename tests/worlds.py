"""Two domains with one thing of each kind, to try who reaches what."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.conf import settings
from django.db import models

from events import database, pins, schema, store
from events.models import Clock, EventState, HostName, Pin, Report, SavedSearch
from exporters.models import Destination, Download
from ingest.models import SourceHabit
from ingest.silence.cadence import Habit
from sensors import audit
from sensors.models import (
    ApiToken,
    ClockSetting,
    Domain,
    HostEntry,
    Membership,
    Role,
    SenderToken,
    Sensor,
    Source,
    User,
)

# In every text of the world that must stay hidden, and the address that sends to it;
# no request ever contains them.
SECRET, PEER = "quokka", "198.51.100.77"


@dataclass
class World:
    """A domain, and one of everything that belongs to it."""

    domain: Domain
    sensor: Sensor
    source: Source
    destination: Destination
    people: dict[str, User] = field(default_factory=dict)
    member: Membership | None = None
    token: ApiToken | None = None
    sender: SenderToken | None = None
    search: SavedSearch | None = None
    download: Download | None = None
    report: Report | None = None
    clock: Clock | None = None
    habit: SourceHabit | None = None
    action: str = "mute"  # what is done about it
    event: int = 0
    flow: str = ""
    ip: str = "10.0.0.1"  # in the events of every world
    preference: str = "clock"  # the name; each user has a value of their own

    @property
    def user(self) -> User:
        return self.people["viewer"]

    def rows(self) -> list[Any]:
        """Everything of this world as it is in the database, to compare."""
        belongings: list[models.QuerySet[Any]] = [
            Domain.objects.filter(pk=self.domain.pk),
            Sensor.objects.filter(pk=self.sensor.pk),
            Source.objects.filter(sensor=self.sensor),
            SenderToken.objects.filter(sensor=self.sensor),
            Destination.objects.filter(sensor=self.sensor),
            Membership.objects.filter(domain=self.domain),
            User.objects.filter(memberships__domain=self.domain).order_by("pk"),
            ApiToken.objects.filter(user__in=self.people.values()),
            EventState.objects.filter(event=self.event),
            Pin.objects.filter(user__in=self.people.values()),
            SavedSearch.objects.filter(shared=self.domain),
            Download.objects.filter(user__in=self.people.values()),
            Report.objects.filter(domain=self.domain),
            HostEntry.objects.filter(sensor=self.sensor),
            ClockSetting.objects.filter(sensor=self.sensor),
            SourceHabit.objects.filter(sensor=self.sensor.pk),
        ]
        return [list(found.values()) for found in belongings]


def make_authority() -> None:
    """The CA that the product makes when it first listens with TLS."""
    settings.TLS_DIR.mkdir(parents=True, exist_ok=True)
    (settings.TLS_DIR / "ca.pem").write_text("a certificate")


def make(name: str, secret: str, peer: str) -> World:
    """Committed, so that every connection of the product sees it."""
    domain = Domain.objects.create(name=f"{secret}-{name}")
    sensor = Sensor.objects.create(
        domain=domain,
        name=f"{secret}-sensor",
        location=f"{secret} cellar",
        search_domain=f"{secret}.example",
    )
    world = World(
        domain,
        sensor,
        Source.objects.create(sensor=sensor, network=peer, name=f"{secret}-fw"),
        Destination.objects.create(
            sensor=sensor, name=f"{secret}-siem", host="127.0.0.1", port=9
        ),
    )
    for role in Role:
        person = User.objects.create_user(f"{secret}-{role.value}", password="x")
        world.member = Membership.objects.create(user=person, domain=domain, role=role)
        world.people[role.value] = person
    world.token = ApiToken.issue(world.user, name=f"{secret} script")[0]
    world.sender = SenderToken.objects.create(
        sensor=sensor, digest=name, name=f"{secret} shipper"
    )
    world.search = SavedSearch.objects.create(
        user=world.user, page="history", name=f"{secret} search", shared=domain,
        address=f"q={secret}",
    )  # fmt: skip
    world.report = report_of(world, secret)
    world.download = Download.objects.create(
        user=world.user, kind="csv", table="events", query=secret
    )
    audit.record(world.user, "test", f"{secret} entry", domain, said=secret)
    store_one_each(world, name, secret, peer)
    pins.keep(world.user, world.event, f"{secret} noted")
    met(world, secret, peer)
    return world


def met(world: World, secret: str, peer: str) -> None:
    """A host name, what is known of it, its clock, and the habit of its source."""
    now, sensor = datetime.now(UTC), world.sensor.pk
    seen = {"sensor": sensor, "peer": peer, "first_seen": now, "last_seen": now}
    HostName.objects.create(name=f"{secret}-host", events=5, **seen)
    HostEntry.objects.create(
        sensor=world.sensor, name=f"{secret}-host", address="10.0.0.1"
    )
    world.habit = SourceHabit.objects.create(
        source=peer, sensor=sensor, seen=now, habit=Habit().as_json()
    )
    world.clock = Clock.objects.create(host=f"{secret}-host", kind="local", **seen)


GONE = '"src": null, "sport": null, "dst": null, "dport": null'


def report_of(world: World, secret: str) -> Report:
    now = datetime.now(UTC)
    return Report.objects.create(
        by=f"{secret}-author", at=now, start=now, end=now, title=f"{secret} report",
        table="events", query=secret, reading=secret, sensors=[world.sensor.pk],
        domain=world.domain, total=0, estimated=False,
        rows=f'[{{{GONE}, "message": "{secret}"}}]',
        figures='{"facets": {}, "histogram": {"series": []}}',
    )  # fmt: skip


def store_one_each(world: World, name: str, secret: str, peer: str) -> None:
    """An event and a flow."""
    now = datetime.now(UTC)
    common = {"received": now, "sensor": world.sensor.pk, "source": peer}
    event = {
        "time": now, "type": 5, "rank": 0, "host": f"{secret}-host", "app": secret,
        "user": secret, "message": f"{secret} speaks", "src": "10.0.0.1",
        "raw": f"<13>{secret} speaks".encode(), "data": f'{{"said": "{secret}"}}',
    }  # fmt: skip
    world.flow = f"flow-of-{name}"
    flow = {"start": now, "end": now, "uid": world.flow, "app": secret}
    tallies = {
        "source": peer, "sensor": world.sensor.pk, "stored": 1, "ignored": 0,
        "seen": now,
    }  # fmt: skip
    with database.connect() as connection:
        saved = store.save(
            connection,
            store.Origin(f"test-{name}", 0, 0),
            events=frame(common | event, schema.EVENT),
            flows=frame(common | flow, schema.FLOW),
            tallies=pl.DataFrame(
                [tallies],
                schema={
                    "source": pl.String, "sensor": pl.Int32, "stored": pl.Int64,
                    "ignored": pl.Int64, "seen": schema.TIME,
                },
            ),
        )  # fmt: skip
    world.event = saved.head


def frame(row: dict[str, Any], kinds: schema.Schema) -> pl.DataFrame:
    columns = {name: kinds[name] for name in row}
    return schema.conform(pl.DataFrame([row], schema=columns), kinds)
