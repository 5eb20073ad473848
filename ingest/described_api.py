"""The ledger, described."""

from sensors import openapi as o

COUNTS = {
    "received": o.whole(0, description="Frames that came in."),
    "stored": o.whole(0),
    "rejected": o.named(o.whole(0), description="By reason."),
    "ignored": o.whole(0, description="By the configuration of the sensor."),
    "duplicate": o.whole(0, description="Stored before a crash already."),
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

PATHS: o.Paths = {
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
