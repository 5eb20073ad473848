"""The ledger, described."""

from events.api.described import asked
from sensors import openapi as o

COUNTS = {
    "received": o.whole(0, description="Frames that came in."),
    "stored": o.whole(0),
    "rejected": o.named(o.whole(0), description="By reason."),
    "ignored": o.whole(0, description="By the configuration of the sensor."),
    "duplicate": o.whole(0, description="Sniffed, and received as well."),
    "queued": o.whole(0, description="In the journal, not yet stored."),
}
DIFFERENCE = o.whole(
    description="0 when every frame is accounted for: received less all the others."
)
TOTAL = o.record(
    COUNTS
    | {
        "difference": DIFFERENCE,
        "made": o.whole(0, description="Events that the product made itself."),
        "kernel_drops": o.named(
            o.whole(0), description="By socket, before anything saw them."
        ),
    }
)
SOURCE = o.record(
    {
        "source": o.text(description="The address that sends."),
        "sensor": o.text(description="Usually one; several with commas between."),
        **COUNTS,
        "difference": DIFFERENCE,
        "last_seen": o.maybe(o.moment()),
        "rate": o.number(0, description="Frames a second of late."),
    }
)

FIELD = o.record(
    {
        "name": o.text(description="Of the column."),
        "value": {"description": "As today's parsers read it."},
        "stored": {"description": "As it is stored."},
        "differs": o.flag(),
        "how": o.text(description="In words; empty: it stands at its places."),
        "places": o.many(
            o.many(o.whole(0)),
            description="First character and the one behind the last, in `text`.",
        ),
    }
)
EXPLANATION = o.record(
    {
        "event": o.whole(1),
        "text": o.text(description="The line as parsers see it."),
        "header": o.text(description="The format of the header."),
        "content": o.maybe(o.text(description="That of the message.")),
        "fields": o.many(FIELD),
        "assumed": o.many(o.text(), description="Sentences."),
        "differs": o.many(o.text(), description="Columns stored otherwise."),
    }
)

PATHS: o.Paths = {
    "/api/v1/events/{number}/explain": {
        "get": o.operation(
            "Search",
            "Which format reads the line of an event, and where each field comes from",
            {200: o.answer("What today's parsers read.", EXPLANATION)},
            fails=[429],
            parameters=[asked.NUMBER],
            meaning="A place is proved: another value there makes another field. "
            "At most four at once. 404 also for an event that is no line that was "
            "received.",
        )
    },
    "/api/v1/ca.pem": {
        "get": o.operation(
            "Sensors",
            "The CA of this product, which signs the certificate of its listeners",
            {
                200: o.answer(
                    "A certificate in PEM, for the configuration of senders.",
                    o.text(),
                    "application/x-pem-file",
                )
            },
            fails=[404],
            meaning="For administrators of a domain. With a certificate of your own "
            "(MSS_CERTIFICATE), senders need the CA of that one instead.",
        )
    },
    "/api/v1/ledger": {
        "get": o.operation(
            "Sensors",
            "What was received from whom, and what became of it",
            {
                200: o.answer(
                    "In total and by source, the busiest first.",
                    o.record({"total": TOTAL, "sources": o.many(SOURCE)}),
                )
            },
        )
    },
}
