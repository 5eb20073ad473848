"""Names of addresses by reverse DNS, on demand, by the system's resolver.

Nothing else is asked, and nothing in the background: a look-up tells the owner of the
address that somebody looks.
"""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from functools import cache
from typing import Any

from django.core.cache import cache as kept

SECONDS = 2.0  # that a look-up may take
KEPT = 600  # seconds that an answer is kept; a failure to answer a tenth of it
MOST = 60  # look-ups of one user in a minute
MOST_OTHERS = 10  # further names that are shown
WAITING = 32  # look-ups at once: one that is given up goes on in its thread

Look = Callable[[str], tuple[str, list[str], list[str]]]
SLOW = f"The name servers did not answer within {SECONDS:.0f} seconds."


@cache
def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WAITING, "resolve")


def may_ask(user: int) -> bool:
    """Counts a look-up of the user; False when there were too many of late."""
    key = f"resolve-by-{user}"
    kept.add(key, 0, 60)
    try:
        return kept.incr(key) <= MOST
    except ValueError:  # the minute has just ended
        return True


def names(ip: str, look: Look = socket.gethostbyaddr) -> dict[str, Any]:
    """`{"name": text or None, "others": [text], "message": sentence}`."""
    key = f"names-of-{ip}"
    known: dict[str, Any] | None = kept.get(key)
    if known is None:
        known, seconds = asked(ip, look)
        kept.set(key, known, seconds)
    return known


def asked(ip: str, look: Look) -> tuple[dict[str, Any], int]:
    """The answer, and for how long it holds."""
    try:
        name, others, _ = threads().submit(look, ip).result(SECONDS)
    except TooSlow:
        return answer(None, SLOW), KEPT // 10
    except socket.herror:
        return answer(None, f"{ip} has no name."), KEPT
    except OSError as error:
        why = error.strerror or str(error)
        return answer(None, f"No name was found: {why}."), KEPT // 10
    return answer(name, f"{ip} is {name}.", others[:MOST_OTHERS]), KEPT


def answer(
    name: str | None, message: str, others: list[str] | None = None
) -> dict[str, Any]:
    return {"name": name, "others": others or [], "message": message}
