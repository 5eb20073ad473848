"""Who reads next: fewer at once while ingest is behind, and who has had least first."""

from contextlib import ExitStack
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from events import database, pools, search, store, turns, visit
from events.database import Connection
from events.orders import Sort
from events.query import parse
from events.search import Search
from events.stopping import Stop, Stopped
from events.store import Origin
from events.tests import frames
from events.turns import CROWD, FEW, Turns
from sensors import locks

SCOPE = frozenset({1})


@pytest.mark.parametrize(("pressed", "at_once"), [(False, CROWD), (True, FEW)])
def test_so_many_at_once(pressed: bool, at_once: int) -> None:
    of = Turns()
    of.pressed = pressed
    with ExitStack() as taken:
        for _ in range(at_once):
            assert taken.enter_context(of.taken(0.0, 0.0, None))
        with of.taken(0.0, 0.01, None) as mine:
            assert not mine
    with of.taken(0.0, 0.0, None) as mine:
        assert mine


def test_the_next_turn_is_that_of_who_has_had_least() -> None:
    of = Turns()
    of.pressed, order = True, list[float]()
    alone = FEW - 1  # others that never end, so that one turn is left

    def take(had: float) -> None:
        with of.taken(had, 60.0, None) as mine:
            assert mine
            order.append(had)

    with ExitStack() as others:
        for _ in range(alone):
            others.enter_context(of.taken(0.0, 0.0, None))
        threads = [Thread(target=take, args=(had,)) for had in (3.0, 0.5, 9.0, 1.0)]
        with of.taken(0.0, 0.0, None):
            for thread in threads:
                thread.start()
            with of.changed:
                of.changed.wait_for(lambda: len(of.waiting) == len(threads), 60)
        for thread in threads:
            thread.join()
    assert order == [0.5, 1.0, 3.0, 9.0]


def test_who_waits_may_be_stopped() -> None:
    of, stop, ready = Turns(), Stop(), Barrier(2)
    raised: list[bool] = []

    def wait() -> None:
        ready.wait()
        with pytest.raises(Stopped), of.taken(0.0, 60.0, stop):
            pass
        raised.append(True)

    of.running = CROWD
    thread = Thread(target=wait)
    thread.start()
    ready.wait()
    stop.now()
    thread.join()
    assert raised and not of.waiting


def test_ingest_is_behind_until_each_process_has_caught_up_or_ended(
    link: Connection,
) -> None:
    with database.connect() as one, database.connect() as other:
        assert not turns.is_behind(link)
        turns.say_behind(one, True)
        turns.say_behind(other, True)
        turns.say_behind(one, False)
        assert turns.is_behind(link)
    assert not turns.is_behind(link)


def test_a_search_that_gets_no_turn_says_so_in_time_and_holds_no_connection(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(link, Origin("t", 0, 0), events=frames.events(1))
    monkeypatch.setattr(visit, "FILLING_BUDGETS", ())  # no short try
    monkeypatch.setattr(visit.TURNS, "running", CROWD)
    with pools.readers().connection():  # so that the pool has one
        pass
    steps = search.steps(Search(parse(""), SCOPE, seconds=0.2))
    assert not next(steps).complete
    stats = pools.readers().get_stats()
    assert stats["pool_available"] == stats["pool_size"]


def test_the_best_rows_so_far_are_read_again_without_a_turn(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(link, Origin("t", 0, 1), events=frames.events(2))
    asked = Search(parse(""), SCOPE, seconds=0.2, sort=Sort("rank", descending=True))
    monkeypatch.setattr(visit.TURNS, "running", CROWD)
    after = search.run(asked).next
    assert after is not None and after.unfinished is not None
    unfinished = replace(after.unfinished, kept=(1,))
    page = search.run(replace(asked, after=replace(after, unfinished=unfinished)))
    assert not page.complete
    assert page.next is not None and page.next.unfinished is not None
    assert page.next.unfinished.kept == (1,)


def test_searches_notice_that_ingest_is_behind_and_that_it_has_caught_up(
    link: Connection,
) -> None:
    store.save(link, Origin("t", 0, 0), events=frames.events(1))
    asked = Search(parse("host:*a*"), SCOPE)
    with database.connect() as ingest:
        turns.say_behind(ingest, True)
        visit.TURNS.looked_at = -turns.LOOK
        search.run(asked)
        assert visit.TURNS.pressed
    visit.TURNS.looked_at = -turns.LOOK
    search.run(asked)
    assert not visit.TURNS.pressed


def test_no_two_advisory_locks_have_the_same_key() -> None:
    keys = {name: key for name, key in vars(locks).items() if name.isupper()}
    beside = [keys.pop("SEALING"), keys.pop("COUNTING")]
    every = [*keys.values()]
    every += [table + work for table in (locks.EVENTS, locks.FLOWS) for work in beside]
    assert len(set(every)) == len(every)


def test_ingest_never_waits_to_tell(link: Connection) -> None:
    with database.connect() as other, database.connect() as ingest:
        other.execute("SELECT pg_advisory_lock(%s)", [locks.BEHIND])
        ingest.execute("SET statement_timeout = '5s'")
        turns.say_behind(ingest, True)
