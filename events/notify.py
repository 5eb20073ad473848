"""Wakes the live page: one small message after a commit, no event in it.

It may be lost (channel layers deliver at most once) and Redis may be away: readers
also look by themselves every two seconds.
"""

import logging
import time

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

GROUP = "feed"
INTERVAL = 0.1  # seconds between two messages of one process

log = logging.getLogger(__name__)


class Notifier:
    """Sends `committed`, at most ten times a second; the last head is never held back
    longer than one interval as long as `committed` or `flush` is called again."""

    def __init__(self) -> None:
        self.sent_at = 0.0
        self.pending: int | None = None

    def committed(self, head: int) -> None:
        self.pending = head
        self.flush()

    def flush(self) -> None:
        if self.pending is None or time.monotonic() - self.sent_at < INTERVAL:
            return
        message = {"type": "committed", "head": self.pending}
        self.sent_at, self.pending = time.monotonic(), None
        try:
            async_to_sync(get_channel_layer().group_send)(GROUP, message)
        except (OSError, RedisError) as error:
            log.warning("the live page was not woken: %s", error)
