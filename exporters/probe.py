"""The *send a test event* button: one event through the real format and transport."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from exporters.destinations import options_of
from exporters.formats import FORMATS
from exporters.formats.base import Row
from exporters.models import Destination
from exporters.transports import TRANSPORTS
from exporters.transports.base import DeliveryError

ICMP_SECONDS = 0.3  # how long the answer "nobody listens" may take

REPORTS = {
    "udp": "Sent one datagram to {target}; nothing confirms that it arrived.",
    "tcp": "Connected to {target}; its system has acknowledged the test event.",
    "tls": (
        "Connected to {target} over TLS{checked}; its system has acknowledged the test "
        "event."
    ),
}


def send(destination: Destination, by: str, now: datetime) -> tuple[bool, str]:
    """Whether it went out, and what happened, in one sentence."""
    options = options_of(destination)
    lines = FORMATS[destination.format].encode([event(destination, by, now)], options)
    transport = TRANSPORTS[destination.transport](destination.target)
    try:
        transport.open()
        transport.send(lines)
        if destination.transport == "udp":
            time.sleep(ICMP_SECONDS)
        transport.confirm()
    except DeliveryError as error:
        return False, str(error)
    finally:
        transport.close()
    checked = "" if destination.verify else " without checking its certificate"
    report = REPORTS[destination.transport]
    return True, report.format(target=destination.target, checked=checked)


def event(destination: Destination, by: str, now: datetime) -> Row:
    """A log message with the addresses that RFC 5737 sets aside for examples."""
    return {
        "id": 0,
        "time": now.astimezone(ZoneInfo("UTC")),
        "type": 5,
        "rank": 0,
        "signature": None,
        "message": f"Test event for the destination {destination.name}, sent by {by}",
        "proto": "tcp",
        "src": "192.0.2.1",
        "sport": 1234,
        "dst": "198.51.100.2",
        "dport": 80,
        "inbound": False,
        "data": {},
    }
