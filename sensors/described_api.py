"""The routes of the API that `sensors` has, described."""

from sensors import openapi as o
from sensors.preferences import LIMIT, NAMES

MEANINGS = "; ".join(f"`{name}` is {what}" for name, (_, what) in NAMES.items())
NAME = o.path("name", o.choice(NAMES), f"Which one: {MEANINGS}.", "clock")

PATHS: o.Paths = {
    "/api/v1/preferences/{name}": {
        "get": o.operation(
            "Preferences",
            "What you have set for the pages",
            {200: o.answer("The value; null when nothing is set.", {})},
            parameters=[NAME],
        ),
        "put": o.operation(
            "Preferences",
            "Set a preference",
            {204: o.nothing("It is kept.")},
            meaning=f"Any JSON that fits, at most {LIMIT >> 10} KiB; "
            "`null` forgets it.",
            parameters=[NAME],
            body=o.body({}, "utc"),
            changes=True,
        ),
    }
}
