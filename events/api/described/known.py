"""What a query means, what is known of addresses, how sensors are."""

from events import addresses as known
from events import resolving
from events.api import addresses, health
from events.api.described import asked
from events.query.completion import MOST_FIELDS
from events.query.hints import MOST
from sensors import openapi as o
from sensors.health import KEPT, MOST_POINTS

MEANT = o.record(
    {
        "reading": o.maybe(o.text(description="What is searched, in words.")),
        "error": o.maybe(
            o.record(
                {
                    "message": o.text(),
                    "at": o.whole(0),
                    "suggestion": o.maybe(
                        o.text(description="The whole query, mended.")
                    ),
                }
            )
        ),
        "warnings": o.many(
            o.record(
                {
                    "message": o.text(
                        description="What a right query may not have been meant to say."
                    ),
                    "at": o.whole(0),
                    "suggestion": o.maybe(
                        o.text(description="The whole query as it may be meant.")
                    ),
                }
            ),
            maxItems=MOST,
        ),
        "from": o.whole(0),
        "to": o.whole(0),
        "suggestions": o.many(
            o.record(
                {
                    "text": o.text(description="Replaces `q[from:to]`."),
                    "label": o.text(),
                    "about": o.text(),
                    "kind": o.choice(("field", "value", "word")),
                }
            ),
            maxItems=MOST_FIELDS,
        ),
    }
)
SEEN = o.record(
    {
        "field": o.choice(known.SEEN),
        "label": o.text(),
        "values": o.many(
            o.record(
                {
                    "value": {"type": ["string", "integer"]},
                    "label": o.text(),
                    "count": o.whole(1),
                    "query": o.text(),
                }
            ),
            maxItems=known.TOP,
        ),
    }
)
KNOWN = o.record(
    {
        "ip": o.text(),
        "start": o.maybe(o.moment()),
        "end": o.maybe(o.moment()),
        "home": o.many(o.text(), description="The sensors in whose HOME_NET it is."),
        "events": o.whole(0, known.MOST_ROWS, description="That were read."),
        "as_source": o.whole(0),
        "as_destination": o.whole(0),
        "first": o.maybe(o.moment()),
        "last": o.maybe(o.moment()),
        "rank": o.maybe(o.whole(description="The highest.")),
        "seen": o.many(SEEN, description="`peer` is the other end."),
        "complete": o.flag(description="false: only the newest events were read."),
    }
)
NAMES = o.record(
    {
        "ip": o.text(),
        "name": o.maybe(o.text()),
        "others": o.many(o.text(), maxItems=resolving.MOST_OTHERS),
        "message": o.text(description="The same as a sentence."),
    }
)
POINTS = o.many(o.maybe(o.number()), maxItems=MOST_POINTS)
HEALTH = o.record(
    {
        "step": o.whole(1, description="Seconds between two points."),
        "sensors": o.many(
            o.record(
                {
                    "id": o.whole(),
                    "sensor": o.text(),
                    "at": o.many(o.moment(), maxItems=MOST_POINTS),
                    "memory": o.about(POINTS, "In use, in percent."),
                    "cpu": o.about(POINTS, "In use, in percent."),
                    "received": o.about(POINTS, "Log frames a second."),
                    "dropped": o.about(POINTS, "Rejected or dropped, a second."),
                }
            )
        ),
    }
)
IP = o.text(addresses.LONGEST, examples=["10.0.0.1", "2001:db8::1"])

PATHS: o.Paths = {
    "/api/v1/query": {
        "get": o.operation(
            "Queries",
            "What a query means, and what may come next in it",
            {200: o.answer("Its reading or its mistake; suggestions.", MEANT)},
            meaning="A wrong query is no error of this call.",
            parameters=[
                o.query("q", o.text(), "The query, which may be unfinished.", "src:"),
                o.query("at", o.whole(0, 999_999), "An offset in it; else its end.", 4),
                asked.TABLE,
            ],
        )
    },
    "/api/v1/addresses/{ip}": {
        "get": o.operation(
            "Addresses",
            "What is known of an address",
            {200: o.answer("Whose it is, and with what it was seen.", KNOWN)},
            parameters=[o.path("ip", IP, "An address.", "10.0.0.1"), *asked.RANGE],
        )
    },
    "/api/v1/resolve": {
        "get": o.operation(
            "Addresses",
            "The names of an address by reverse DNS",
            {200: o.answer("Its names.", NAMES)},
            fails=(429,),
            meaning="The name servers of this machine are asked, which may tell the "
            f"owner of the address; at most {resolving.MOST} times a minute for one "
            "user.",
            parameters=[
                {**o.query("ip", IP, "An address.", "127.0.0.1"), "required": True}
            ],
        )
    },
    "/api/v1/health/sensors": {
        "get": o.operation(
            "Sensors",
            "How busy the sensors are",
            {200: o.answer("Points over time, the oldest first.", HEALTH)},
            meaning="Samples are kept for "
            f"{KEPT.total_seconds() / 3600:.0f} hours. Sensors of one machine share "
            "its memory, CPU and kernel drops.",
            parameters=[
                o.query(
                    "minutes",
                    o.whole(1, health.MOST_MINUTES, default=health.DEFAULT_MINUTES),
                    "The last so many minutes.",
                    60,
                )
            ],
        )
    },
}
