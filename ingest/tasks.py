"""The scheduled work of this app, for Celery: thin edges only."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from events import database, notify
from ingest import learned, lookups
from ingest.silence import watch


@shared_task(name="ingest.tasks.learn", expires=30)  # type: ignore[untyped-decorator]
def learn() -> None:
    while learned.merge() == learned.BATCHES:
        pass


@shared_task(name="ingest.tasks.forget", expires=600)  # type: ignore[untyped-decorator]
def forget() -> None:
    learned.forget(timezone.now())


@shared_task(name="ingest.tasks.look_up", expires=30)  # type: ignore[untyped-decorator]
def look_up() -> None:
    lookups.run()


@shared_task(name="ingest.tasks.watch_sources", expires=60)  # type: ignore[untyped-decorator]
def watch_sources() -> None:
    with database.connect() as connection:
        head = watch.look(connection, timezone.now(), settings.JOURNAL_DIR)
    if head:
        notify.Notifier().committed(head)
