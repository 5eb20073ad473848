"""`manage.py follow`: delivers events to every destination until it is told to stop."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from exporters import crew


class Command(BaseCommand):
    help = "Delivers events to their export destinations. Ends on SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        crew.run(stop)
