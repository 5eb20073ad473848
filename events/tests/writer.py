"""A writer to be killed: `python -m events.tests.writer JOURNAL ROWS [BATCH]`.

Saves numbered messages from its journal's saved position on, until ROWS are stored.
"""

import os
import sys

import django


def main(journal: str, rows: int, batch: int = 50) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mssweb.settings")
    django.setup()

    from events import database, store
    from events.tests import frames

    with database.connect() as connection:
        first = store.position(connection, journal)
        while first < rows:
            last = min(first + batch, rows) - 1
            numbers = [f"{journal} {number}" for number in range(first, last + 1)]
            frame = frames.events(len(numbers), message=numbers)
            store.save(connection, store.Origin(journal, first, last), events=frame)
            first = last + 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:]))
