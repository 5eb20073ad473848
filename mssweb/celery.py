"""Celery: scheduled and slow work only. Nothing of the hot path runs here."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mssweb.settings")

app = Celery("mssweb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "seal segments": {"task": "events.tasks.seal", "schedule": 10.0},
    "merge counts": {"task": "events.tasks.count", "schedule": 20.0},
    "drop old segments": {"task": "events.tasks.retain", "schedule": 60.0},
    "learn of devices": {"task": "ingest.tasks.learn", "schedule": 10.0},
    "forget devices": {"task": "ingest.tasks.forget", "schedule": 86_400.0},
    "look up hosts": {"task": "ingest.tasks.look_up", "schedule": 15.0},
    "watch sources": {"task": "ingest.tasks.watch_sources", "schedule": 60.0},
    "forget ended sessions": {
        "task": "sensors.tasks.forget_ended_sessions",
        "schedule": 86_400.0,
    },
}
