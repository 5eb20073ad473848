"""The routes of the API that `events` has, described.

Parameters have the limits of the constants that the views check by.
"""

from events.api.described import figures, kept, known, listing, rows
from sensors.openapi import Json, Paths

PATHS: Paths = {**listing.PATHS, **figures.PATHS, **known.PATHS, **kept.PATHS}
SCHEMAS: dict[str, Json] = rows.SCHEMAS
