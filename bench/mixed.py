"""Ingest while ten people search: how much of its speed is left, and do all answers
come in time?

    script/bench mixed [--minutes M] [--rows N]

The store is filled before. Ten users, each with a token, ask the HTTP API without a
pause, queries of many shapes; meanwhile lines come by TCP as fast as they are taken.
"""

import argparse
import json
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import Queue, get_context
from multiprocessing.process import BaseProcess
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bench import filled, lines, product, report, sending

USERS = 10
SENDERS = 2
LIMIT = 10.0  # seconds that one call may take, see `seconds=` of the API
SLACK = 2.0  # seconds for the log-in, the waiting for a turn and the way
FOREVER = 10**9  # lines
SETTLE = 2.0  # seconds between the start of the senders and the measurement

QUERIES = (
    "", "app:sshd", "app:nginx host:web-3", f"src:{filled.RARE_ADDRESS}",
    "ip:198.51.7.0/24", filled.RARE_WORD, filled.OLDEST_WORD, '"Failed password"',
    "rank>0", "type:ids", "-app:kernel -app:sshd", "user:u17", "sport:1999",
    "dport:(22 OR 3389) action:deny", "message:/item.4[0-9]+/", "host:*-19",
    f"user:{filled.RARE_USER} OR dst:10.1.7.9", "data.status:200 app:nginx", "zzyzx",
)  # fmt: skip
SORTS = ("", "", "", "", "time", "-rank", "src")  # most people leave it as it is


@dataclass
class Asked:
    """What a user has seen: milliseconds of the answers, and what went wrong."""

    took: list[float] = field(default_factory=list)
    partial: int = 0
    failed: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--rows", type=int, default=2_000_000)
    options = parser.parse_args()
    seconds = options.minutes * 60 / 2
    with filled.running(options.rows) as running:
        tokens = users()
        alone = rate(running, seconds)
        answers: Queue[Any] = Queue()
        people = [
            start_user(running.web, token, number, seconds + SETTLE, answers)
            for number, token in enumerate(tokens)
        ]
        together = rate(running, seconds)
        found = [Asked(**answers.get(timeout=60)) for _ in people]
        for person in people:
            person.join()
    print_report(alone, together, found)


def users() -> list[str]:
    """Ten people who may read everything; their tokens."""
    from sensors.models import ApiToken, User

    return [
        ApiToken.issue(User.objects.create_superuser(f"bench-{n}", password=None))[1]
        for n in range(USERS)
    ]


def rate(running: product.Product, seconds: float) -> float:
    """Events per second that become visible while senders send all they can."""
    texts = lines.make(50_000)
    work = [
        sending.apart(sending.tcp, running.syslog, texts, FOREVER)
        for _ in range(SENDERS)
    ]
    time.sleep(SETTLE)
    with running.connect() as connection:
        before, began = product.stored(connection), time.monotonic()
        time.sleep(seconds)
        count = product.stored(connection) - before
        took = time.monotonic() - began
    for process in work:
        process.terminate()
        process.join()
    settle(running)
    return count / took


def settle(running: product.Product) -> None:
    """Until everything that was sent is stored."""
    with running.connect() as connection:
        count = -1
        while (now := product.stored(connection)) != count:
            count = now
            time.sleep(SETTLE)


def start_user(
    web: int, token: str, number: int, seconds: float, answers: "Queue[Any]"
) -> BaseProcess:
    process = get_context("fork").Process(
        target=search, args=(web, token, number, seconds, answers)
    )
    process.start()
    return process


def search(
    web: int, token: str, number: int, seconds: float, answers: "Queue[Any]"
) -> None:
    """One user: a query after the other, sometimes a second page."""
    chance, asked = random.Random(number), Asked()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        given = question(chance)
        page = ask(web, token, given, asked)
        if page.get("next") and chance.random() < 0.3:
            ask(web, token, given | {"cursor": page["next"]}, asked)
    answers.put(vars(asked))


def question(chance: random.Random) -> dict[str, str]:
    hours = chance.choice((1, 24, 24, 48))
    start = datetime.now(UTC) - timedelta(hours=hours)
    return {
        "q": chance.choice(QUERIES),
        "sort": chance.choice(SORTS),
        "start": start.isoformat(),
    }


def ask(web: int, token: str, given: dict[str, str], asked: Asked) -> dict[str, Any]:
    url = f"http://127.0.0.1:{web}/api/v1/events?{urlencode(given)}"
    request = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    began = time.monotonic()
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310
            page: dict[str, Any] = json.load(answer)
    except (HTTPError, OSError) as error:
        asked.failed.append(f"{given['q']}: {error}")
        return {}
    asked.took.append(time.monotonic() - began)
    asked.partial += not page["complete"]
    return page


def print_report(alone: float, together: float, found: list[Asked]) -> None:
    took = [seconds for one in found for seconds in one.took]
    failed = [reason for one in found for reason in one.failed]
    report.table(
        "Ingest while ten users search",
        ["what", "figure"],
        [
            ["events/s alone", alone],
            ["events/s while ten users search", together],
            ["share (target ≥ 0.50)", together / alone],
            ["searches answered", len(took)],
            ["p50 s", report.percentile(took, 0.5)],
            ["p95 s", report.percentile(took, 0.95)],
            [f"longest s (limit {LIMIT:g})", max(took)],
            ["over the limit", sum(one > LIMIT + SLACK for one in took)],
            ["not complete in time, said so", sum(one.partial for one in found)],
            ["failed", len(failed)],
        ],
    )
    for reason in failed[:5]:
        print(reason)


if __name__ == "__main__":
    main()
