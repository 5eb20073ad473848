"""Why an event has its fields, in words: where a value comes from that has no place in
the line, and what was assumed."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from ingest import stamps

ELSEWHERE = {
    "received": "the clock of this machine, when it read the line",
    "source": "the peer of the connection",
    "sensor": "kept from arrival: by token, peer or port, else the default sensor",
    "inbound": "computed: destination in HOME_NET, source not",
}


def words_for(name: str, read: dict[str, Any], exactly: bool | None) -> str:
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if read[name] is None:
        return "today's parser reads none"
    if exactly is not None:
        return where(name, exactly)
    if name == "time" and read["time"] == read["received"]:
        return "no time of the line is used: the time of arrival"
    return "no one place of the line alone: it stands there more than once or in parts"


def where(name: str, exactly: bool) -> str:
    if not exactly:
        return "due to these words"
    if name in ("facility", "severity"):
        level = " or a level" if name == "severity" else ""
        return f"PRI (facility × 8 + severity){level}"
    return ""


def assumptions(read: dict[str, Any], data: Any, stamp: str | None) -> Iterator[str]:
    """What was assumed about the line, a sentence each."""
    given = data if isinstance(data, dict) else {}
    yield from of_stamp(read, given, stamp)
    if "clock_ahead" in given:
        yield f"The device's clock is {given['clock_ahead']} s ahead, taken off."
    if "time_doubt" in given:
        yield f"The device's time is not believed: {given['time_doubt']}."
    if "device_address" in given:
        yield f"The host is at {given['device_address']}; the peer passes its lines on."
    elif "relayed" in given:
        yield "The peer passes on the lines of others; it is not the device."
    if "header_host" in given:
        yield f"The header names {given['header_host']}; the message another host."
    if "cut" in given:
        yield f"The line was cut; it had {given['cut']} bytes."


OF_WHOM = {
    "sensor": "the zone of the sensor",
    "source": "the zone of the source",
    "learned": "learned from the times of arrival",
    "clock": "set on the Clocks page",
}


def of_stamp(
    read: dict[str, Any], given: dict[str, Any], stamp: str | None
) -> Iterator[str]:
    parts = stamps.parts(pl.Series([stamp or ""])).row(0, named=True)
    if parts["day"] is None or "time_doubt" in given:
        return
    if parts["year"] is None:
        year = f"{read['time']:%Y}"
        yield (
            f"The time names no year: {year} is the one nearest to the arrival that is "
            "not more than a day ahead of it."
        )
    if parts["offset"] is None:
        zone = given.get("clock_zone", "UTC")
        whose = OF_WHOM.get(given.get("clock_from", ""), "for want of one that is set")
        yield f"The time names no zone: {zone} is assumed, {whose}."
