"""What the journal says of a sniffed line besides its sender: on which interface it
was seen, and, if it was received as well, how. Written by `manage.py sniff`, read by
ingest.
"""

from typing import NamedTuple

from sensors.routing import INTERFACE

RECEIVED = "received:"
OF = "of:"  # before each claim of the line that was received


class Arrival(NamedTuple):
    """Of a received line, what its sensor is found by."""

    peer: str
    port: int
    claim: str = ""


def written(interface: str, arrival: Arrival | None = None) -> str:
    found = [f"{INTERFACE}{interface}"]
    if arrival is not None:
        found.append(f"{RECEIVED}{arrival.port} {arrival.peer}")
        found += [f"{OF}{claim}" for claim in arrival.claim.splitlines()]
    return "\n".join(found)


def received(claim: str) -> Arrival | None:
    """The arrival of a line of which this one is a copy; None for every other line."""
    if not claim.startswith(INTERFACE):
        return None
    _, *lines = claim.splitlines()
    if not lines or not lines[0].startswith(RECEIVED):
        return None
    port, _, peer = lines[0].removeprefix(RECEIVED).partition(" ")
    return Arrival(
        peer, int(port), "\n".join(one.removeprefix(OF) for one in lines[1:])
    )
