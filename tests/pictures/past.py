"""Nine days of the network of `mssweb/demo`, thinned, and what it does not have:
alerts of an IDS and flows. The same for the same seed and moment."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import polars as pl

from events import schema
from mssweb.demo import network
from mssweb.demo.devices import DEVICES, Device
from mssweb.demo.stories import STORIES, at

SEED = 3
DAYS = 9
LINES, ALERTS, FLOWS = 120_000, 1_500, 30_000
BETWEEN_STORIES = timedelta(hours=5)
# How busy each hour is, from midnight in UTC.
DAILY = (
    3,
    2,
    2,
    2,
    3,
    5,
    9,
    14,
    18,
    19,
    18,
    15,
    17,
    18,
    18,
    16,
    13,
    9,
    7,
    6,
    5,
    5,
    4,
    3,
)

# (share, type, rank, class, signature, message, action)
KINDS: tuple[tuple[int, int, int, int | None, str, str, str | None], ...] = (
    (40, 1, 20, 1, "1:2001219:20", "ET SCAN Potential SSH Scan", None),
    (22, 1, 10, None, "1:2024364:5", "ET SCAN Possible Nmap User-Agent Observed", None),
    (12, 1, 45, 2, "1:2019401:26", "ET POLICY Vulnerable Java Version Detected", None),
    (10, 7, 35, None, "1:2402000:6721", "ET DROP Dshield Block Listed Source", "deny"),
    (7, 12, 30, 3, "942100", "SQL Injection Attack Detected via libinjection", "deny"),
    (4, 9, 60, 4, "watch:botnets", "Address of the watch list botnets seen", None),
    (3, 1, -10, None, "1:2013028:7", "ET POLICY curl User-Agent Outbound", None),
    (2, 6, 100, 4, "file:eicar", "Known malicious file: photo.zip", None),
)


def moments(random: Random, count: int, now: datetime, days: int) -> list[datetime]:
    """So many of the days before now, in order, more of them by day than by night."""
    hours = [now - timedelta(hours=ago) for ago in range(days * 24)]
    busy = [DAILY[one.hour] for one in hours]
    chosen = random.choices(hours, busy, k=count)
    return sorted(one - timedelta(seconds=random.uniform(0, 3600)) for one in chosen)


def lines(now: datetime) -> list[tuple[datetime, str]]:
    """(when it was received, line), in order."""
    random = Random(SEED)
    past = moments(random, LINES, now, DAYS)
    said = [(moment, line(random, moment)) for moment in past]
    return sorted(said + list(stories(random, now)))


def line(random: Random, moment: datetime) -> str:
    weights, devices = zip(*DEVICES, strict=True)
    device: Device = random.choices(devices, weights)[0]
    return device(random, moment)


def stories(random: Random, now: datetime) -> Iterator[tuple[datetime, str]]:
    """Scans, guesses and rushes, one after the other."""
    began, number = now - timedelta(days=DAYS), 0
    while (began := began + BETWEEN_STORIES * random.uniform(0.5, 1.5)) < now:
        for after, line in STORIES[number % len(STORIES)](random, began):
            yield at(began, after), line
        number += 1


def alerts(now: datetime, sensor: int) -> pl.DataFrame:
    """Events with ranks and classes, some of the last minutes."""
    random = Random(SEED + 1)
    long_ago = moments(random, ALERTS, now, DAYS)
    just_now = [now - timedelta(seconds=7 * number) for number in range(120, 0, -1)]
    rows = [alert(random, moment, sensor) for moment in long_ago + just_now]
    kinds = {name: schema.EVENT[name] for name in rows[0]}
    return schema.conform(pl.DataFrame(rows, schema=kinds), schema.EVENT)


def alert(random: Random, moment: datetime, sensor: int) -> dict[str, Any]:
    shares = [kind[0] for kind in KINDS]
    _, type_, rank, cls, signature, message, action = random.choices(KINDS, shares)[0]
    source, host = network.villain(random), random.choice(network.WEB)
    line = f"[{signature}] {message} {{TCP}} {source} -> {host.address}"
    return {
        "time": moment, "received": moment, "sensor": sensor, "type": type_,
        "rank": rank, "cls": cls, "signature": signature, "message": message,
        "action": action, "src": source, "sport": network.high_port(random),
        "dst": host.address, "dport": random.choice((22, 80, 443)), "proto": "tcp",
        "inbound": True, "host": "ids-1", "app": "suricata", "raw": line.encode(),
        "source": "10.20.0.3", "severity": 3, "facility": 16,
        "data": json.dumps({"rev": signature.rpartition(":")[2]}),
    }  # fmt: skip


def flows(now: datetime, sensor: int) -> pl.DataFrame:
    random = Random(SEED + 2)
    rows = [
        flow(random, number, moment, sensor)
        for number, moment in enumerate(moments(random, FLOWS, now, DAYS))
    ]
    kinds = {name: schema.FLOW[name] for name in rows[0]}
    return schema.conform(pl.DataFrame(rows, schema=kinds), schema.FLOW)


def flow(random: Random, number: int, end: datetime, sensor: int) -> dict[str, Any]:
    desk, site = random.choice(network.DESKS), random.choice(network.SITES)
    port, app = random.choice(((443, "tls"), (443, "tls"), (80, "http"), (25, "smtp")))
    out = int(random.lognormvariate(8, 1.5))
    back = int(out * random.lognormvariate(1.5, 1))
    return {
        "start": end - timedelta(seconds=random.expovariate(1 / 20)), "end": end,
        "received": end, "sensor": sensor, "uid": f"F{number:07x}", "proto": "tcp",
        "src": desk.address, "sport": network.high_port(random), "dst": site.address,
        "dport": port, "app": app, "state": "closed", "inbound": False,
        "bytes_out": out, "bytes_in": back, "packets_out": 3 + out // 900,
        "packets_in": 3 + back // 1_300,
    }  # fmt: skip
