"""When each line is sent: an endless, ordered stream of (seconds since start, line)."""

import heapq
import math
from collections.abc import Iterator
from datetime import datetime
from random import Random

from mssweb.demo.devices import DEVICES
from mssweb.demo.stories import STORIES, at

SLOWEST, FASTEST = 5.0, 20.0  # lines a second
TIDE = 120.0  # seconds from one high to the next
FIRST_STORY, BETWEEN_STORIES = 15.0, 75.0  # seconds


def lines(seed: int, start: datetime) -> Iterator[tuple[float, str]]:
    """The whole network; the same for the same seed and start (an aware datetime)."""
    return heapq.merge(
        everyday(Random(seed), start),  # noqa: S311  (not a secret)
        happenings(Random(seed + 1), start),  # noqa: S311
    )


def everyday(random: Random, start: datetime) -> Iterator[tuple[float, str]]:
    weights, devices = zip(*DEVICES, strict=True)
    after = 0.0
    while True:
        after += random.expovariate(rate(after))
        device = random.choices(devices, weights)[0]
        yield after, device(random, at(start, after))


def rate(after: float) -> float:
    """Lines a second, rising and falling."""
    tide = (1 + math.sin(2 * math.pi * after / TIDE)) / 2
    return SLOWEST + (FASTEST - SLOWEST) * tide


def happenings(random: Random, start: datetime) -> Iterator[tuple[float, str]]:
    """One story after the other, each ended before the next begins."""
    began, number = FIRST_STORY, 0
    while True:
        story = STORIES[number % len(STORIES)]
        after = 0.0
        for after, line in story(random, at(start, began)):
            yield began + after, line
        began += max(after, BETWEEN_STORIES * random.uniform(0.7, 1.3))
        number += 1
