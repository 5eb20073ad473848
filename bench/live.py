"""From the socket to a browser's row: one Chromium and nine WebSocket clients.

    script/bench live [--minutes M] [--rate EVENTS_PER_SECOND]

Every line carries the moment it was sent. A client's latency is the moment it has the
row less that; the browser's is the moment the row is in the page. What a client was not
sent, because more than its cap came at once, is counted by the server and shown here.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import time
from multiprocessing.process import BaseProcess

import django
import websockets
from playwright.sync_api import sync_playwright

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
STAMP = re.compile(r"sent=(\d+)")
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rate", type=int, default=5_000)
    options = parser.parse_args()
    seconds = options.minutes * 60
    with product.running() as running:
        cookie = log_in(running)
        work = sending.apart(stamped, running.syslog, options.rate, seconds + 10)
        clients = sending.apart(watch, running.web, cookie, seconds, running.home)
        browser = in_browser(running, cookie, seconds)
        clients.join()
        end(work)
        rows = json.loads((running.home / "live.json").read_text())
    rows.append([f"Chromium: {BROWSER_FILTER}", *figures(browser), "shown on the page"])
    report.table(
        f"Socket to row at {options.rate:,} events/s (target: p95 under 1 s)",
        ["filter", "rows seen", "p50 s", "p95 s", "max s", "not sent, counted"],
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
    """Nine clients at once; their figures go to a file."""
    found = asyncio.run(all_clients(web, cookie, seconds))
    with open(os.path.join(home, "live.json"), "w") as file:
        json.dump(found, file)


async def all_clients(web: int, cookie: str, seconds: float) -> list[list[object]]:
    work = [client(web, cookie, text, seconds) for text in FILTERS]
    return list(await asyncio.gather(*work))


async def client(web: int, cookie: str, text: str, seconds: float) -> list[object]:
    waits: list[float] = []
    missed = 0
    deadline = time.monotonic() + seconds
    headers = {"Cookie": f"sessionid={cookie}"}
    origin = f"http://127.0.0.1:{web}"
    async with websockets.connect(
        f"ws://127.0.0.1:{web}/ws/live",
        additional_headers=headers,
        origin=origin,  # type: ignore[arg-type]
        max_size=None,
    ) as link:
        await link.send(json.dumps({"type": "open", "q": text, "after": None}))
        while time.monotonic() < deadline:
            message = json.loads(await asyncio.wait_for(link.recv(), 30))
            if message["type"] == "error":
                raise SystemExit(f"{text}: {message['message']}")
            missed += message.get("skipped", 0)
            waits += [wait_of(row) for row in message.get("rows", ())]
    return [text or "(everything)", *figures(waits), missed]


def wait_of(row: dict[str, str]) -> float:
    found = STAMP.search(row["message"])
    return time.time() - int(found[1]) / 1e6 if found else 0.0


def figures(waits: list[float]) -> list[object]:
    if not waits:
        return [0, "-", "-", "-"]
    parts = [report.percentile(waits, share) for share in (0.5, 0.95)]
    return [len(waits), *parts, max(waits)]


def in_browser(running: product.Product, cookie: str, seconds: float) -> list[float]:
    """Seconds from sending to the row in the page, as the page's own clock says."""
    address = f"http://127.0.0.1:{running.web}/"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("MSS_CHROMIUM", "/usr/bin/chromium"),
            args=list(CHROMIUM),
        )
        context = browser.new_context()
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
        page = context.new_page()
        page.goto(address + "?q=" + BROWSER_FILTER.replace(" ", "+"))
        page.evaluate(WATCH)
        time.sleep(seconds)
        waits: list[float] = page.evaluate("() => window.waits")
        browser.close()
    return [wait / 1000 for wait in waits]


if __name__ == "__main__":
    main()
