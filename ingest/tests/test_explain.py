"""Explanations: every place is where the value came from, and no other one."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import polars as pl
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from events import store
from events.database import Connection
from events.overview.streaming import MOST_OF_ONE, Turn
from events.rewriting import ROW
from events.store import Origin
from ingest import explaining
from ingest.explaining import Explanation, Field
from ingest.facts import PROTOCOLS
from ingest.known import NOTHING
from ingest.reparsing import Settings
from ingest.tests.parsing import ROUTES, parsed
from sensors.models import AuditEntry, Sensor, User

TODAY = Settings(ROUTES, {1: ROUTES.default}, NOTHING, timedelta(days=90))
CEF = "<134>Jul 26 11:59:58 gate CEF:0|Acme|Wall|1.0|7|Blocked|8|"
SSH = "<38>Jul 26 11:59:58 gate sshd[4711]: Failed password for root from 192.0.2.9"
SAMPLES = [
    f"{SSH} port 4711 ssh2",
    f"{CEF}src=10.0.0.5 spt=4711 dst=192.0.2.7 dpt=443 proto=TCP suser=eve act=deny",
    "<190>1 2026-07-26T11:59:58Z gw fw 12 - - SRC=192.0.2.1 DST=10.0.0.2 PROTO=6 SPT=1",
    '<189>date=2026-07-26 time=11:59:58 devname="FG" srcip=192.0.2.1 srcport=99'
    ' dstip=10.0.0.1 dstport=80 proto=17 action="deny" level="warning" user="x1"',
    "<166>Jul 26 11:59:58 asa %ASA-4-106023: Deny tcp src outside:192.0.2.1/4711 dst"
    " inside:10.0.0.1/22 by access-group",
    '{"time": "2026-07-26T11:59:58Z", "src_ip": "2001:db8::5", "dest_port": 53}',
    "no header, user bob logged in from 192.0.2.77",
]
NUMBERS = ("sport", "dport", "pid")


def row(line: str) -> pl.DataFrame:
    made = parsed([line.encode()]).events
    return made.with_columns(id=pl.lit(1, pl.Int64)).select(list(ROW))


def explained(line: str) -> Explanation:
    return explaining.explain(row(line), TODAY)


def fields(found: Explanation) -> dict[str, Field]:
    return {one.name: one for one in found.fields}


def means(name: str, text: str) -> Any:
    """What a piece of a line says for a column."""
    if name in ("src", "dst"):
        return str(ip_address(text))
    if name in NUMBERS:
        return int(text)
    if name in ("facility", "severity"):
        return divmod(int(text), 8)[name == "severity"]
    return PROTOCOLS.get(text, text).lower() if name == "proto" else text.lower()


@pytest.mark.parametrize("line", SAMPLES)
def test_the_text_at_a_place_is_the_value(line: str) -> None:
    found = explained(line)
    assert found.text == line
    some = 0
    for one in found.fields:
        for start, end in one.places if one.how != "due to these words" else ():
            some += 1
            if one.name != "time":
                said = means(one.name, line[start:end])
                assert said == (one.value.lower() if said == str(said) else one.value)
    assert some >= 2
    assert not found.differs


PORTS = st.integers(1024, 65_534)


@settings(max_examples=12, deadline=None)
@given(port=PORTS, last=st.integers(1, 250), before=st.booleans())
def test_a_decoy_with_the_same_value_is_no_place(
    port: int, last: int, before: bool
) -> None:
    address, decoy = f"192.0.2.{last}", f"msg=about 192.0.2.{last} number {port}"
    facts = f"src={address} spt={port}"
    line = CEF + " ".join([decoy, facts] if before else [facts, decoy])
    found = fields(explained(line))
    at = line.index(facts)
    assert found["src"].places == [(at + 4, at + 4 + len(address))]
    assert found["sport"].places == [
        (at + len(facts) - len(str(port)), at + len(facts))
    ]


def test_formats_and_assumptions_are_told() -> None:
    found = explained(SAMPLES[0])
    assert (found.header, found.content) == ("rfc3164", "sshd")
    assert found.assumed == [
        "The time names no year: 2026 is the one nearest to the arrival that is not "
        "more than a day ahead of it.",
        "The time names no zone: UTC is assumed, for want of one that is set.",
    ]
    assert explained(SAMPLES[2]).assumed == []
    assert fields(found)["source"].how == "the peer of the connection"
    assert fields(found)["source"].places == []


def test_the_page_offers_to_read_it_again_and_does(
    link: Connection, client: Client
) -> None:
    sensor = Sensor.objects.get().pk
    old = row(SAMPLES[0]).drop("id").with_columns(
        user=pl.lit(None, pl.String), sensor=pl.lit(sensor, pl.Int32)
    )  # fmt: skip
    store.save(link, Origin("one", 0, 0), events=old)
    admin = User.objects.create_superuser("root", password="x")
    client.force_login(admin)
    page = client.get("/events/1/explanation").content.decode()
    assert "Today’s parsers and settings read it otherwise: User" in page
    assert "auth (4)" in page and f">{Sensor.objects.get()}</td>" in page
    assert '<mark data-marks="user" tabindex="0" title="user">root</mark>' in page
    assert client.post("/events/1/reparse").status_code == 302
    told = client.get("/api/v1/events/1/explain").json()
    assert (told["content"], told["differs"]) == ("sshd", [])
    assert AuditEntry.objects.filter(action="reparse", target="event 1").exists()
    assert client.get("/events/2/explanation").status_code == 404
    turns = [Turn(f"explanations of {admin.pk}") for _ in range(MOST_OF_ONE)]
    assert client.get("/events/1/explanation").status_code == 429
    assert client.get("/api/v1/events/1/explain").status_code == 429
    assert client.get("/events/1").status_code == 200
    turns.clear()
    assert client.get("/events/1/explanation").status_code == 200
