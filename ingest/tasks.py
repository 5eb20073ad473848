"""The scheduled work of this app, for Celery: thin edges only."""

from celery import shared_task

from ingest import learned, lookups


@shared_task(name="ingest.tasks.learn", expires=30)  # type: ignore[untyped-decorator]
def learn() -> None:
    while learned.merge() == learned.BATCHES:
        pass


@shared_task(name="ingest.tasks.look_up", expires=30)  # type: ignore[untyped-decorator]
def look_up() -> None:
    lookups.run()
