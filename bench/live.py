"""From the socket to a browser's row: twenty viewers with ten filters, one in Chromium.

    script/bench live [--minutes M] [--rate EVENTS_PER_SECOND]

Every line carries the moment it was sent. A client's latency is the moment it has the
row less that; the browser's is the moment the row is in the page. What a viewer was not
sent, because more than its cap came at once, is counted by the server: sent and not
sent together must be exactly what the store has for the filter between the first and
the last place that the viewer was told.
"""

import argparse
import asyncio
import json
import os
import socket
import time
from array import array
from dataclasses import asdict, dataclass, field
from multiprocessing.process import BaseProcess
from typing import Any

import django
import orjson
import websockets
from playwright.sync_api import Page, sync_playwright

from bench import product, report, sending

HOSTS = 20
APPS = ("sshd", "nginx", "named", "kernel", "postfix")
FILTERS = (
    "",
    "app:sshd",
    "app:nginx",
    "host:h-1",
    "host:h-2 app:named",
    "src:10.0.0.0/9",
    "dport:443",
    '"request 77"',
    "-app:sshd app:kernel",
)
BROWSER_FILTER = "app:postfix host:h-3"
# Every filter has two viewers; one of the browser's filter is the browser.
VIEWERS = (*FILTERS, *FILTERS, BROWSER_FILTER)
CHROMIUM_PATH = os.environ.get("MSS_CHROMIUM", "/usr/bin/chromium")
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

# Notes when each row with a stamp is first in the page.
WATCH = """
() => {
  window.waits = [];
  const seen = new Set();
  const note = () => {
    for (const row of document.querySelectorAll("[role=grid] [role=row]")) {
      const found = /sent=(\\d+)/.exec(row.textContent);
      if (!found || seen.has(found[1])) continue;
      seen.add(found[1]);
      window.waits.push(Date.now() - Number(found[1]) / 1000);
    }
  };
  new MutationObserver(note).observe(
    document.querySelector("[role=grid]"), {childList: true, subtree: true,
    characterData: true});
}
"""


@dataclass
class Viewer:
    """What one viewer got: `waits` in seconds per row, and the places told."""

    filter: str
    waits: list[float] = field(default_factory=list)
    rows: int = 0
    missed: int = 0
    first: int = 0
    last: int = 0

    def take(self, message: dict[str, Any]) -> None:
        self.rows += len(message["rows"])
        self.missed += message["skipped"]
        self.last = message["head"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rate", type=int, default=10_000)
    options = parser.parse_args()
    seconds = options.minutes * 60
    with product.running() as running:
        cookie = log_in(running)
        work = sending.apart(stamped, running.syslog, options.rate, seconds + 10)
        clients = sending.apart(watch, running.web, cookie, seconds, running.home)
        viewers = [in_browser(running, cookie, seconds)]
        clients.join()
        end(work)
        found = json.loads((running.home / "live.json").read_text())
        viewers += [Viewer(**one) for one in found]
        busy = {viewer.filter: viewer for viewer in viewers}
        rows = [figures(viewer, running) for viewer in viewers]
    assert len(busy) == len(FILTERS) + 1
    report.table(
        f"Socket to row at {options.rate:,} events/s, {len(viewers)} viewers, "
        f"{len(busy)} filters (target: p95 under 1 s)",
        ["filter", "rows", "p50 s", "p95 s", "max s", "not sent", "in the store"],
        rows,
    )


def end(work: BaseProcess) -> None:
    work.terminate()
    work.join()


def log_in(running: product.Product) -> str:
    """A session of a superuser made for this; its cookie."""
    os.environ |= running.environment
    os.environ["DJANGO_SETTINGS_MODULE"] = "mssweb.settings"
    django.setup()
    from django.test import Client

    from sensors.models import User

    user = User.objects.create_superuser("bench", password=None)
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def stamped(port: int, rate: int, seconds: float) -> None:
    """Sends lines that carry the moment of sending, in µs and never twice the same."""
    burst = max(1, rate // 100)
    number, started = 0, time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as link:
        while time.monotonic() - started < seconds:
            sending.wait(started + number / rate)
            now = time.time_ns() // 1000
            link.sendall(b"".join(line(number + n, now + n) for n in range(burst)))
            number += burst


def line(number: int, now: int) -> bytes:
    return (
        f"<134>1 - h-{number % HOSTS} {APPS[number // HOSTS % len(APPS)]} - - - "
        f"request {number % 100} from 10.{number % 256}.0.1 port {1024 + number % 9000}"
        f" to 192.0.2.7 port 443 sent={now}\n"
    ).encode()


def watch(web: int, cookie: str, seconds: float, home: os.PathLike[str]) -> None:
    """All clients but the browser; what they got goes to a file."""
    found = asyncio.run(all_clients(web, cookie, seconds))
    with open(os.path.join(home, "live.json"), "w") as file:
        json.dump([asdict(viewer) for viewer in found], file)


async def all_clients(web: int, cookie: str, seconds: float) -> list[Viewer]:
    work = [client(web, cookie, text, seconds) for text in VIEWERS]
    return list(await asyncio.gather(*work))


async def client(web: int, cookie: str, text: str, seconds: float) -> Viewer:
    viewer = Viewer(text)
    waits = array("d")
    deadline = time.monotonic() + seconds
    origin = f"http://127.0.0.1:{web}"
    async with websockets.connect(
        f"ws://127.0.0.1:{web}/ws/live",
        additional_headers={"Cookie": f"sessionid={cookie}"},
        origin=origin,  # type: ignore[arg-type]
        max_size=None,
        compression=None,
    ) as link:
        await link.send(json.dumps({"type": "open", "q": text, "after": None}))
        while time.monotonic() < deadline:
            message = orjson.loads(await asyncio.wait_for(link.recv(), 30))
            now = time.time()
            if message["type"] == "ready":
                viewer.first = viewer.last = message["head"]
            elif message["type"] == "rows":
                viewer.take(message)
                waits.extend(now - sent_at(row) for row in message["rows"])
            else:
                raise SystemExit(f"{text}: {message}")
    viewer.waits = list(waits)
    return viewer


def sent_at(row: dict[str, Any]) -> float:
    return int(row["message"].rpartition("sent=")[2]) / 1e6


def in_browser(running: product.Product, cookie: str, seconds: float) -> Viewer:
    """Seconds from sending to the row in the page, as the page's own clock says."""
    address = f"http://127.0.0.1:{running.web}/"
    viewer = Viewer(BROWSER_FILTER)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM_PATH, args=list(CHROMIUM)
        )
        context = browser.new_context()
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
        page = context.new_page()
        listen(page, viewer)
        page.goto(address + "?q=" + BROWSER_FILTER.replace(" ", "+"))
        page.evaluate(WATCH)
        page.wait_for_timeout(seconds * 1000)
        waits: list[float] = page.evaluate("() => window.waits")
        browser.close()
    viewer.waits = [wait / 1000 for wait in waits]
    return viewer


def listen(page: Page, viewer: Viewer) -> None:
    """Keeps what the page is told by its WebSocket."""

    def take(text: str | bytes) -> None:
        message = orjson.loads(text)
        if message["type"] == "ready":
            viewer.first = viewer.last = message["head"]
        elif message["type"] == "rows":
            viewer.take(message)

    page.on("websocket", lambda socket: socket.on("framereceived", take))


def figures(viewer: Viewer, running: product.Product) -> list[object]:
    name = viewer.filter or "(everything)"
    if not viewer.waits:
        raise SystemExit(f"{name}: no row was seen")
    parts = [report.percentile(viewer.waits, share) for share in (0.5, 0.95)]
    told, stored = viewer.rows + viewer.missed, matching(viewer, running)
    verdict = "exact" if told == stored else f"{stored - told:+,} WRONG"
    return [name, viewer.rows, *parts, max(viewer.waits), viewer.missed, verdict]


def matching(viewer: Viewer, running: product.Product) -> int:
    """How many events the store has for a viewer, between the places it was told."""
    from events import live, origins
    from events.query import parse
    from events.tables import EVENTS
    from sensors.models import Sensor

    every = frozenset(Sensor.objects.values_list("id", flat=True))
    asked = live.follow(parse(viewer.filter), origins.names(every))
    inner = live.matches(EVENTS, live.condition(asked), viewer.first, viewer.last)
    with running.connect() as connection:
        found = connection.execute(inner.text, inner.params).fetchall()
    return len(found)


if __name__ == "__main__":
    main()
