"""Downloads, and an event as a line, described."""

from events.api.described import asked
from events.cursors import LAST_ID
from events.query.parsing import MAX_LENGTH
from events.tables import EVENTS, TABLES
from events.views.asked import LONGEST
from exporters.api import MOST_COLUMNS, RECENT
from exporters.copies import KEYS
from exporters.downloads import AT_ONCE, UNFETCHED
from exporters.models import Download
from exporters.writing import FILES
from sensors import openapi as o

FORMAT = o.choice(FILES)
TABLE = o.choice(TABLES, default=EVENTS.name)
DOWNLOAD = o.record(
    {
        "id": o.whole(1),
        "at": o.moment(description="When it was asked for."),
        "format": FORMAT,
        "table": o.choice(TABLES),
        "q": o.text(),
        "start": o.maybe(o.moment()),
        "end": o.maybe(o.moment()),
        "gzip": o.flag(),
        "rows": o.whole(0, description="Written so far."),
        "total": o.maybe(o.whole(0, description="Known when it is done.")),
        "progress": o.number(0, 1),
        "state": o.choice(Download.State.values),
        "reason": o.text(description="Why it ended before it was done."),
    }
)
ORDER = {
    "format": o.maybe(o.choice(FILES, default="csv")),
    "q": o.maybe(o.text(MAX_LENGTH)),
    "start": o.maybe(o.moment()),
    "end": o.maybe(o.moment()),
    "table": o.maybe(TABLE),
    "columns": o.maybe(
        o.many(
            o.text(),
            maxItems=MOST_COLUMNS,
            description="Of CSV and JSON lines: those of the rows, and `data.KEY`; "
            "empty: all.",
        )
    ),
    "gzip": o.maybe(o.flag(default=False)),
    "bom": o.maybe(o.flag(default=False, description="For spreadsheets.")),
    "address": o.text(
        LONGEST,
        description="An address of the Historical page, or its query string; it "
        "replaces `q`, `start`, `end` and `table`.",
    ),
}
MEDIA = sorted({file.media.partition(";")[0] for file in FILES.values()})
ONE = o.path("pk", o.whole(0, LAST_ID), "The `id` of a download.", 1)
MINUTES = f"{UNFETCHED.total_seconds() / 60:.0f} minute"

PATHS: o.Paths = {
    "/api/v1/downloads": {
        "get": o.operation(
            "Downloads",
            "Your newest downloads",
            {
                200: o.answer(
                    f"At most {RECENT}, the newest first.",
                    o.record({"results": o.many(DOWNLOAD, maxItems=RECENT)}),
                )
            },
        ),
        "post": o.operation(
            "Downloads",
            "Ask for a file with everything that matches",
            {
                201: o.answer(
                    "Where to fetch it.",
                    o.record(
                        {
                            "id": o.whole(1),
                            "file": o.text(format="uri-reference"),
                            "without": o.many(
                                o.text(),
                                description="Domains that you see, but whose events "
                                "you may not download.",
                            ),
                        }
                    ),
                )
            },
            fails=(429,),
            meaning="It needs the role analyst, and holds events of the domains in "
            f"which you have it. It is to be fetched within {MINUTES}. At most "
            f"{AT_ONCE} of a user run at once. Syslog and CEF have events only.",
            body=o.body(
                o.record(ORDER, optional=ORDER),
                {"format": "csv", "q": "type:ids", "columns": ["time", "src"]},
            ),
            changes=True,
        ),
    },
    "/api/v1/downloads/{pk}": {
        "get": o.operation(
            "Downloads",
            "How far a download is",
            {200: o.answer("The download.", DOWNLOAD)},
            parameters=[ONE],
        ),
        "delete": o.operation(
            "Downloads",
            "Stop a download",
            {204: o.nothing("It is stopped, or had ended.")},
            parameters=[ONE],
            changes=True,
        ),
    },
    "/api/v1/downloads/{pk}/file": {
        "get": o.operation(
            "Downloads",
            "The file, once",
            {
                200: {
                    "description": "The file, written while it is searched.",
                    "content": {
                        media: {"schema": o.text()}
                        for media in (*MEDIA, "application/gzip")
                    },
                }
            },
            fails=(409, 429),
            parameters=[ONE],
        )
    },
    "/api/v1/events/{number}/line": {
        "get": o.operation(
            "Search",
            "An event as a line, to be copied",
            {200: o.answer("Without a line end.", o.text(), o.TEXT)},
            parameters=[
                asked.NUMBER,
                o.query(
                    "format", o.choice(KEYS, default="syslog"), "Its format.", "cef"
                ),
            ],
        )
    },
}
