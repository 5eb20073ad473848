"""The audit log of Microsoft's DHCP server: `ID,Date,Time,Description,IP,Host,MAC,…`.

The address is the one that is leased; the name of the host is what a client says.
"""

import re

import polars as pl

from ingest.parsers import facts_of, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

LINE = re.compile(
    r"\s*([0-9]{1,5}),([0-9/]{6,10}),([0-9:]{8}),([^,]{1,80}),([0-9a-fA-F.:]*),"
    r"([^,]*),([0-9A-Fa-f]*)(?:,|\s*\Z)"
)
SHORT_YEAR = re.compile(r"([0-9]{1,2}/[0-9]{1,2}/)([0-9]{2})\Z")


def read(message: str) -> Fields | None:
    found = LINE.match(message)
    if not found:
        return None
    number, date, clock, what, address, host, hardware = found.groups()
    day = SHORT_YEAR.sub(r"\g<1>20\2", date)
    kept = {"id": number, "client": host, "mac": hardware}
    return {
        "stamp": f"{day} {clock}",
        "src": facts_of.address(address),
        "action": what.strip().lower(),
        "signature": number,
        "data": {"dhcp": {name: value for name, value in kept.items() if value}},
        "prose": "",
    }


CLAIMS = pl.col("message").str.contains(r"^\s*[0-9]{1,5},[0-9/]{6,10},[0-9:]{8},[^,]+,")
WORDS = tuple(f",{hour:02}:" for hour in range(24))
FORMAT = Format("dhcp", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
