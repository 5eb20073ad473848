"""What a user keeps: pins and saved searches."""

from events import pins, searches
from events.api.described import asked
from events.cursors import LAST_ID
from events.models import SavedSearch
from sensors import openapi as o

PIN = o.record(
    {
        "event": o.whole(0),
        "note": o.text(),
        "at": o.moment(description="When it was pinned."),
        "stored": o.flag(description="false: retention has dropped the event."),
        "row": o.ref("Event"),
    }
)
IDS = o.record({"ids": o.many(o.whole(0))})
NOTE = o.maybe(o.text(pins.LONGEST_NOTE, description="Without it the note stays."))

PAGE = o.choice(SavedSearch.Page.values)
ADDRESS = o.text(searches.LONGEST_ADDRESS, description="The query string of the page.")
SEARCH = o.record(
    {
        "id": o.whole(1),
        "name": o.text(),
        "page": PAGE,
        "address": ADDRESS,
        "shared": o.maybe(o.text(description="The domain it is shared with.")),
        "by": o.text(description="Whose it is."),
        "default": o.flag(description="Your page opens with it."),
        "mine": o.flag(),
    }
)
SEARCHES = o.record(
    {
        "results": o.many(SEARCH),
        "domains": o.many(o.text(), description="Those you may share with."),
    }
)
WISH = {
    "name": o.text(searches.LONGEST_NAME, minLength=1),
    "address": ADDRESS,
    "shared": o.maybe(o.text(description="The name of a domain; empty: not shared.")),
    "default": o.maybe(o.flag()),
}
ONE = o.path("pk", o.whole(0, LAST_ID), "The `id` of a saved search.", 1)

PATHS: o.Paths = {
    "/api/v1/pins": {
        "get": o.operation(
            "Pins",
            "Your pinned events",
            {
                200: o.answer(
                    "The latest first; with `only=ids` just the ids.",
                    {"anyOf": [o.record({"results": o.many(PIN)}), IDS]},
                )
            },
            parameters=[
                o.query("only", o.choice(["ids"]), "`ids`: the ids of the events.")
            ],
        )
    },
    "/api/v1/pins/{number}": {
        "put": o.operation(
            "Pins",
            "Pin an event, or change its note",
            {200: o.answer("The pin.", PIN)},
            meaning=f"A user has at most {pins.LIMIT} pins.",
            parameters=[asked.NUMBER],
            body=o.body(
                o.record({"note": NOTE}, optional=["note"]), {"note": "ask Ada"}
            ),
            changes=True,
        ),
        "delete": o.operation(
            "Pins",
            "Unpin an event",
            {204: o.nothing("It is not pinned any more, if it was.")},
            parameters=[asked.NUMBER],
            changes=True,
        ),
    },
    "/api/v1/searches": {
        "get": o.operation(
            "Saved searches",
            "Your searches and those of your domains",
            {200: o.answer("By name.", SEARCHES)},
        ),
        "post": o.operation(
            "Saved searches",
            "Save a search",
            {201: o.answer("The search.", SEARCH)},
            meaning=f"A user has at most {searches.LIMIT}.",
            body=o.body(
                o.record(WISH | {"page": PAGE}, ["shared", "default", "address"]),
                {"name": "Log-ins", "page": "history", "address": "q=app:sshd"},
            ),
            changes=True,
        ),
    },
    "/api/v1/searches/{pk}": {
        "patch": o.operation(
            "Saved searches",
            "Change a search, or open the page with it",
            {200: o.answer("The search.", SEARCH)},
            meaning="What is not named stays. One that is shared with you can be your "
            "default; only its owner changes the rest.",
            parameters=[ONE],
            body=o.body(o.record(WISH, optional=WISH), {"default": True}),
            changes=True,
        ),
        "delete": o.operation(
            "Saved searches",
            "Delete a search",
            {204: o.nothing("It is gone.")},
            parameters=[ONE],
            changes=True,
        ),
    },
}
