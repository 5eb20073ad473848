"""A source that keeps its habit is never called silent; one that stops always is."""

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from events.database import Connection
from ingest import folder as folders
from ingest import tasks
from ingest.models import SourceHabit
from ingest.silence import horizon, shown, watch
from ingest.silence.cadence import FLOOR, GRACE, HOURS, Habit
from ingest.silence.horizon import Horizon, Journals
from ingest.silence.told import BACK, SILENT, Fact, events
from sensors.models import AuditEntry, Sensor, Source, User

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)  # a Monday
STEP = dt.timedelta(minutes=10)
WEEK = 7 * 24 * 6  # steps


def lived(habit: Habit, at: dt.datetime, weeks: list[set[int]]) -> list[bool]:
    """Lives through weeks; in these steps of each it speaks. Whether it was silent
    after each step."""
    found = []
    for spoken in weeks:
        for step in range(WEEK):
            habit.live(at, at + STEP, int(step in spoken))
            at += STEP
            found.append(habit.is_silent)
    return found


# Lines of a week: single ones, and stretches of it with one every so many steps.
STRETCH = st.tuples(
    st.integers(0, WEEK - 1), st.integers(1, WEEK), st.integers(1, 40)
).map(lambda s: set(range(s[0], min(WEEK, s[0] + s[1]), s[2])))
WEEKLY = st.lists(STRETCH, min_size=1, max_size=4).map(lambda all_: set().union(*all_))


@settings(max_examples=25, deadline=None)
@given(spoken=WEEKLY, weeks=st.integers(3, 5))
def test_a_source_that_keeps_its_habit_is_never_silent(
    spoken: set[int], weeks: int
) -> None:
    found = lived(Habit(), START, [spoken] * weeks)
    assert not any(found[2 * WEEK :])  # two weeks are what it takes to learn it


@settings(max_examples=25, deadline=None)
@given(spoken=WEEKLY, last=st.integers(0, WEEK))
def test_one_that_stops_is_silent_when_its_own_clock_says_so(
    spoken: set[int], last: int
) -> None:
    habit = Habit()
    lived(habit, START, [spoken] * 4 + [{step for step in spoken if step < last}])
    if not habit.is_watched:
        assert len(spoken) < 8
        return
    weekly = sum(habit.pace(hour) for hour in range(HOURS))
    weeks = int(habit.limit / weekly) + 2
    at = START + dt.timedelta(weeks=5)
    assert lived(habit, at, [set()] * weeks)[-1]


def minutes(habit: Habit, at: dt.datetime, count: int, lines: int = 0) -> dt.datetime:
    for _ in range(count):
        habit.live(at, at + dt.timedelta(minutes=1), lines, habit.is_silent)
        at += dt.timedelta(minutes=1)
    return at


def test_a_busy_source_is_watched_after_a_day_and_called_within_a_quarter() -> None:
    habit = Habit()
    at = minutes(habit, START, 25 * 60, lines=100)
    assert habit.is_watched and habit.usual_gap == pytest.approx(0.6)
    minutes(habit, at, int(FLOOR * 60) + 1)
    assert habit.is_silent


def test_what_was_called_silent_once_makes_nobody_less_watchful() -> None:
    habit = Habit()
    at = minutes(habit, START, 25 * 60, lines=1)
    limit = habit.limit
    at = minutes(habit, at, 300)
    at = minutes(habit, at, 60, lines=1)
    assert habit.limit == limit and not habit.is_silent
    at = minutes(habit, at, 300)
    minutes(habit, at, 1, lines=1)
    assert habit.limit > 5  # twice is a new habit


def test_after_an_outage_of_ours_everybody_has_time_to_come_back() -> None:
    habit = Habit()
    at = minutes(habit, START, 25 * 60, lines=1)
    habit.miss()
    at = minutes(habit, at + dt.timedelta(hours=9), int((GRACE + FLOOR) * 60))
    assert not habit.is_silent
    minutes(habit, at, 2)
    assert habit.is_silent


@pytest.mark.parametrize("month, day", [(3, 29), (10, 25)])
def test_summer_time_makes_no_silence_longer(month: int, day: int) -> None:
    habit = Habit()
    minutes(habit, START, 25 * 60, lines=1)
    before = dt.datetime(2026, month, day, 0, 59, tzinfo=dt.UTC)
    berlin = ZoneInfo("Europe/Berlin")
    start, end = (
        (before + dt.timedelta(minutes=n)).astimezone(berlin) for n in range(2)
    )
    habit.live(start, end, 0)
    assert habit.run == pytest.approx(1 / 60)


def test_it_is_the_same_out_of_the_database() -> None:
    habit = Habit()
    minutes(habit, START, 26 * 60, lines=1)
    kept = json.loads(json.dumps(habit.as_json()))
    assert Habit.from_json(kept) == habit and len(json.dumps(kept)) < 1_300


def at(minute: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minute)


WELL = Journals({"j": 10}, {"j": 10}, healthy=True)


@pytest.mark.parametrize(
    ("minute", "journals", "known"),
    [
        (2, WELL, (0, 1)),  # all that was received at 1 is stored
        (2, Journals({"j": 99}, {"j": 10}, healthy=True), (0, 1)),
        (2, Journals({"j": 99}, {"j": 9}, healthy=True), None),  # ingest is behind
        (2, Journals({"j": 10}, {"j": 10}, healthy=False), None),  # receive is away
        (9, WELL, None),  # nobody looked for too long, or the database was away
        (-60, WELL, None),  # the clock was set back
    ],
)
def test_nothing_is_judged_before_all_of_it_is_stored(
    minute: float, journals: Journals, known: tuple[int, int] | None
) -> None:
    horizon = Horizon(at(0), at(1), {"j": 10})
    found = horizon.move(at(minute), journals)
    assert (found and (found.start, found.end)) == (
        known and (at(known[0]), at(known[1]))
    )
    assert Horizon.from_json(json.loads(json.dumps(horizon.as_json()))) == horizon


def fact(number: int, kind: str = SILENT) -> Fact:
    return Fact(kind, f"10.0.0.{number}", "fw" * (number == 0), 1, START, 720, 2.5)


USUAL = "no line for 12 minutes, usually one every 2 seconds."
AT_ONCE = "10.0.0.0 (fw), 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4 and 35 more."


@pytest.mark.parametrize(
    ("count", "kind", "said"),
    [
        (1, SILENT, [f"10.0.0.0 (fw) is silent: {USUAL}"]),
        (1, BACK, ["10.0.0.0 (fw) speaks again after 12 minutes of silence."]),
        (
            2,
            SILENT,
            [f"10.0.0.0 (fw) is silent: {USUAL}", f"10.0.0.1 is silent: {USUAL}"],
        ),
        (40, SILENT, [f"40 sources are silent at once: {AT_ONCE}"]),
    ],
)
def test_what_an_event_says(count: int, kind: str, said: list[str]) -> None:
    frame = events([fact(number, kind) for number in range(count)], START)
    assert frame["message"].to_list() == said
    assert set(frame["rank"]) == {20 if kind == SILENT else 5}


class World:
    """Journals that report, a ledger that counts, and looks at both."""

    def __init__(self, link: Connection, root: Path) -> None:
        self.link, self.root, self.at = link, root, START
        self.sensor = Sensor.objects.get(is_default=True).pk

    def report(self, alive: bool = True) -> None:
        status = {"at": self.at.isoformat(), "position": 1, "journal": "j"}
        receive, ingest = status | {"state": "open"}, status | {"trouble": None}
        folders.write_json(self.root / "0" / "receive.json", receive)
        folders.write_json(self.root / "0" / "ingest.json", ingest)
        if not alive:
            (self.root / "0" / "receive.json").unlink()

    def count(self, *peers: str) -> None:
        for peer in peers:
            self.link.execute(COUNT, [peer, self.sensor, self.at, self.at])

    def pass_minutes(self, count: int, *peers: str, alive: bool = True) -> None:
        for _ in range(count):
            self.at += dt.timedelta(minutes=1)
            self.count(*peers)
            self.report(alive)
            watch.look(self.link, self.at, self.root)

    def known(self, *peers: str) -> None:
        """They have spoken every minute of two days."""
        habit = Habit()
        minutes(habit, self.at - dt.timedelta(days=2), 2 * 24 * 60, lines=1)
        SourceHabit.objects.filter(source__in=peers).update(habit=habit.as_json())

    def told(self) -> list[str]:
        query = "SELECT message FROM events WHERE type = 5 ORDER BY id"
        return [message for (message,) in self.link.execute(query).fetchall()]


COUNT = """
INSERT INTO source_totals
    (source, sensor, stored, ignored, duplicate, first_seen, last_seen)
VALUES (%s, %s, 1, 0, 0, %s, %s) ON CONFLICT (source, sensor)
DO UPDATE SET stored = source_totals.stored + 1, last_seen = excluded.last_seen
"""


@pytest.fixture
def world(link: Connection, tmp_path: Path) -> World:
    (tmp_path / "0").mkdir()
    return World(link, tmp_path)


PEERS = [f"10.0.0.{number}" for number in range(30)]


def test_silence_and_return_are_each_told_once(world: World) -> None:
    Source.objects.create(sensor_id=world.sensor, network="10.0.0.0", name="fw-edge")
    world.pass_minutes(3, *PEERS[:2])
    world.known(*PEERS[:2])
    world.pass_minutes(30, PEERS[1])
    assert len(world.told()) == 1
    assert world.told()[0].startswith("10.0.0.0 (fw-edge) is silent: no line for 1")
    world.pass_minutes(60, PEERS[1])
    world.pass_minutes(3, *PEERS[:2])
    silent, back = world.told()
    assert back == "10.0.0.0 (fw-edge) speaks again after 91 minutes of silence."
    rows = world.link.execute("SELECT host(src), rank, action FROM events ORDER BY id")
    assert rows.fetchall() == [("10.0.0.0", 20, "silent"), ("10.0.0.0", 5, "back")]


def test_a_dead_switch_is_one_event(world: World) -> None:
    world.pass_minutes(3, *PEERS)
    world.known(*PEERS)
    world.pass_minutes(30, PEERS[0])
    assert len(world.told()) == 1
    assert world.told()[0].startswith("29 sources are silent at once: 10.0.0.")


def test_a_journal_of_earlier_sniffing_is_no_outage(
    world: World, settings: Any
) -> None:
    (world.root / "sniff").mkdir()
    status = {"at": START.isoformat(), "position": 1}
    folders.write_json(world.root / "sniff" / "receive.json", status)
    world.at += dt.timedelta(minutes=1)
    world.report()
    assert horizon.read(world.root, world.at).healthy
    settings.SNIFF = ["eth1"]
    assert not horizon.read(world.root, world.at).healthy


def test_after_an_outage_of_ours_nothing_is_silent(world: World) -> None:
    world.pass_minutes(3, *PEERS)
    world.known(*PEERS)
    world.pass_minutes(120, alive=False)
    world.pass_minutes(20)  # they need a while to notice that we are back
    world.pass_minutes(20, *PEERS)
    assert world.told() == []


def test_a_muted_source_is_not_watched_and_a_retired_one_until_it_speaks(
    world: World,
) -> None:
    world.pass_minutes(3, *PEERS[:3])
    world.known(*PEERS[:3])
    for peer, rest in (PEERS[0], "muted"), (PEERS[1], "retired"):
        SourceHabit.objects.filter(source=peer).update(rest=rest)
    world.pass_minutes(30)
    assert [text[:9] for text in world.told()] == ["10.0.0.2 "]
    world.pass_minutes(3, *PEERS[:2])
    rests = SourceHabit.objects.order_by("source").values_list("rest", flat=True)
    assert list(rests) == ["muted", "", ""]


def test_the_page_shows_the_habit_and_mutes(world: World, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    world.pass_minutes(3, *PEERS[:3])
    world.known(PEERS[0], PEERS[1])
    world.pass_minutes(30, PEERS[0])
    habits = {str(one): one for one in SourceHabit.objects.all()}
    states = {name: shown.shown(habits[name]).state for name in PEERS[:3]}
    assert list(states.values()) == ["watched", "silent", "learning"]
    table = client.get("/sources/table/").content.decode()
    assert "Silent after 15 minutes of its usual hours." in table
    assert "60 seconds" in table and "24 more hours are needed." in table
    own = client.get("/events/1").content.decode()
    assert "10.0.0.1 is silent" in own and "How it was read" not in own
    assert "Said by the product itself" in own
    client.post(f"/sources/{habits[PEERS[1]].pk}/mute/")
    assert SourceHabit.objects.get(source=PEERS[1]).rest == "muted"
    assert AuditEntry.objects.get(action="source changed").detail == {
        "changes": {"silence": ["watched", "Muted"]}
    }


def test_the_scheduled_work_takes_new_sources_in(world: World) -> None:
    world.at = dt.datetime.now(dt.UTC)
    world.count("10.0.0.1")
    tasks.watch_sources()
    assert SourceHabit.objects.get().source == "10.0.0.1"
