"""Things that happen now and then: each story yields (seconds since it began, line)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from mssweb.demo import network
from mssweb.demo.devices import dropped, guessed, ossec_alert, page_read
from mssweb.demo.network import villain

Story = Callable[[Random, datetime], Iterator[tuple[float, str]]]


def port_scan(random: Random, began: datetime) -> Iterator[tuple[float, str]]:
    """One address outside tries many ports in a few seconds."""
    source, after = villain(random), 0.0
    for port in random.sample(range(1, 10_000), 120):
        after += random.expovariate(20)
        yield after, dropped(random, at(began, after), source, port)


def brute_force(random: Random, began: datetime) -> Iterator[tuple[float, str]]:
    """One address guesses passwords until OSSEC says so."""
    source, after = villain(random), 0.0
    for _ in range(60):
        after += random.expovariate(4)
        user = random.choice(network.GUESSES)
        yield after, guessed(random, at(began, after), source, user)
    yield after, ossec_alert(random, at(began, after))


def rush(random: Random, began: datetime) -> Iterator[tuple[float, str]]:
    """Many readers at once."""
    after = 0.0
    for _ in range(150):
        after += random.expovariate(40)
        yield after, page_read(random, at(began, after))


def at(began: datetime, after: float) -> datetime:
    return began + timedelta(seconds=after)


STORIES: tuple[Story, ...] = (port_scan, brute_force, rush)
