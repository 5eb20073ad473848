"""What programs post over HTTP, one dialect per file behind a literal table."""

import re
from typing import NamedTuple

from ingest.posted import elastic, hec, lines
from ingest.posted.exchange import Dialect, Handler


class Way(NamedTuple):
    """A place of the address; `open`: without a token."""

    methods: str
    pattern: str
    handler: Handler
    dialect: Dialect
    open: bool = False


HEC, ELASTIC = hec.DIALECT, elastic.DIALECT
ABOUT = "|".join(elastic.KNOWN)
SETUP = "_index_template|_component_template|_template|_ilm|_data_stream|_ingest"
WAYS = (
    Way("POST", "/v1/logs", lines.take, lines.DIALECT),
    Way("POST", "/services/collector(?:/event(?:/1.0)?)?", hec.event, HEC),
    # By this Docker looks whether somebody is there.
    Way("OPTIONS", "/services/collector(?:/event(?:/1.0)?)?", hec.health, HEC, True),
    Way("POST", "/services/collector/raw(?:/1.0)?", hec.raw, HEC),
    Way("GET", "/services/collector/health(?:/1.0)?", hec.health, HEC, True),
    Way("POST", "/services/collector/ack(?:/1.0)?", hec.ack, HEC),
    Way("POST PUT", "(?:/[^/_][^/]*)?/_bulk", elastic.bulk, ELASTIC),
    Way("GET HEAD", ABOUT, elastic.about, ELASTIC),
    Way("GET HEAD PUT POST", f"/(?:{SETUP})/.*", elastic.there, ELASTIC),
    Way("HEAD", "/[^/_][^/]*", elastic.there, ELASTIC),
)
COMPILED = [(way, re.compile(way.pattern)) for way in WAYS]


def find(method: str, path: str) -> tuple[Way | None, bool]:
    """The way of a request; whether the place exists, with another method."""
    place = path.rstrip("/") or "/"
    fits = [way for way, pattern in COMPILED if pattern.fullmatch(place)]
    for way in fits:
        if method in way.methods.split():
            return way, True
    return None, bool(fits)
