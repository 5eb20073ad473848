"""The scheduled work of this app."""

from celery import shared_task
from django.core.management import call_command


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def forget_ended_sessions() -> None:
    call_command("clearsessions")
