"""The scheduled work of the store, for Celery: thin edges only."""

import logging

from celery import shared_task
from django.utils import timezone

from events import counting, counts, database, retention, sealing, store
from events.tables import TABLES

COUNTING_SECONDS = 20.0  # of one run; the next one goes on

log = logging.getLogger(__name__)


@shared_task(name="events.tasks.seal", expires=60)  # type: ignore[untyped-decorator]
def seal() -> None:
    with database.connect() as connection:
        for table in TABLES.values():
            for done in sealing.seal_due(connection, table):
                log.info(done)


@shared_task(name="events.tasks.retain", expires=60)  # type: ignore[untyped-decorator]
def retain() -> None:
    with database.connect() as connection:
        for table in TABLES.values():
            due = retention.drop_due(connection, table, store.keep(), timezone.now())
            for name in due:
                log.info("%s is dropped", name)


@shared_task(name="events.tasks.count", expires=60)  # type: ignore[untyped-decorator]
def count() -> None:
    with database.connect() as connection:
        counts.merge_due(connection)
        for table in TABLES.values():
            for done in counting.count_due(connection, table, COUNTING_SECONDS):
                log.warning(done)  # rare, and the overview is slower until then
