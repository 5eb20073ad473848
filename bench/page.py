"""The two dashboards in Chromium: weight, first row, frames per second, memory.

    script/bench page [--minutes M] [--rate EVENTS_PER_SECOND]

The product gets `rate` events a second, all of which the Real-Time page matches. Weight
is every script that a page loads, as gzip sends it. Frames are counted by
requestAnimationFrame. Memory is sampled after a garbage collection, over M minutes: for
the target that it stays flat, give an hour.
"""

import argparse
import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Response,
    sync_playwright,
)

from bench import live, product, report, sending

PAGES = {"Real-Time": "", "Historical": "history"}
VISITS = 5  # of each page; the slowest counts
SETTLE = 3.0  # seconds in which a page loads what it loads later
FRAME_SECONDS = 20.0
PATIENCE = 30.0  # seconds to wait for a row
SAMPLES = 12  # of the memory
MIB = 1 << 20
FLAT = 1.1  # the last third may use so many times what the middle one used

# Every line that was sent has a stamp, whatever the page makes of it.
FIRST_ROW = """
const look = () => {
  const rows = document.querySelectorAll("[role=row], tr");
  if ([...rows].some((row) => row.textContent.includes("sent="))) {
    window.firstRow = performance.now();
  } else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
FRAMES = """
(seconds) => new Promise((resolve) => {
  let frames = 0, longest = 0, begun = performance.now(), last = begun;
  const frame = (now) => {
    frames += 1;
    longest = Math.max(longest, now - last);
    last = now;
    if (now - begun < seconds * 1000) requestAnimationFrame(frame);
    else resolve([frames / ((now - begun) / 1000), longest]);
  };
  requestAnimationFrame(frame);
})
"""


@dataclass
class Memory:
    """What a page holds, in MiB but for the nodes."""

    minute: float
    heap: float
    nodes: int
    process: float


@dataclass
class Visit:
    """A page as it is opened: bytes of script as gzip sends them, seconds."""

    script: int
    files: int
    first_row: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rate", type=int, default=5_000)
    options = parser.parse_args()
    seconds = options.minutes * 60 + 300
    with product.running() as running:
        cookie = live.log_in(running)
        work = sending.apart(live.stamped, running.syslog, options.rate, seconds)
        try:
            with running.connect() as connection:
                product.wait_until_stored(connection, options.rate * 5, 60)
            found = in_browser(f"http://127.0.0.1:{running.web}/", cookie, options)
        finally:
            live.end(work)
    tell(found, options.rate)


@dataclass
class Found:
    """What was measured: of each page a visit, of Real-Time the rest."""

    visits: dict[str, Visit]
    frames: float  # a second
    longest: float  # milliseconds of a frame
    memory: list[Memory]


def in_browser(address: str, cookie: str, options: argparse.Namespace) -> Found:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=live.CHROMIUM_PATH, args=list(live.CHROMIUM)
        )
        visits = {
            name: visited(browser, address, path, cookie)
            for name, path in PAGES.items()
        }
        with page_of(browser, address, cookie) as page:
            page.goto(address)
            first_row(page)
            frames, longest = page.evaluate(FRAMES, FRAME_SECONDS)
            memory = list(sampled(page, options.minutes * 60))
        browser.close()
    return Found(visits, frames, longest, memory)


# -- weight and first row


def visited(browser: Browser, address: str, path: str, cookie: str) -> Visit:
    """The slowest of a few visits, each with an empty cache."""
    visits = [visit(browser, address, path, cookie) for _ in range(VISITS)]
    return max(visits, key=lambda one: one.first_row)


def visit(browser: Browser, address: str, path: str, cookie: str) -> Visit:
    scripts: list[Response] = []

    def note(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts.append(response)

    with page_of(browser, address, cookie) as page:
        page.on("response", note)
        page.goto(address + path)
        seconds = first_row(page)
        page.wait_for_timeout(SETTLE * 1000)
        weight = sum(len(gzip.compress(one.body(), 9)) for one in scripts)
    return Visit(weight, len(scripts), seconds)


def first_row(page: Page) -> float:
    """Seconds from the navigation to the first row, once it is there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if moment := page.evaluate("() => window.firstRow"):
            return float(moment) / 1000
        page.wait_for_timeout(20)
    raise SystemExit(f"{page.url} has shown no row for {PATIENCE} s")


@contextmanager
def page_of(browser: Browser, address: str, cookie: str) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        viewport={"width": 1920, "height": 1080}
    )
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    context.add_init_script(FIRST_ROW)
    yield context.new_page()
    context.close()


# -- memory


def sampled(page: Page, seconds: float) -> Iterator[Memory]:
    """Samples at equal distances, the first when the page is as full as it gets."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    started = time.monotonic()
    for number in range(SAMPLES + 1):
        wait = started + number * seconds / SAMPLES - time.monotonic()
        page.wait_for_timeout(max(0.0, wait) * 1000)
        yield sample(tools, (time.monotonic() - started) / 60)


def sample(tools: CDPSession, minute: float) -> Memory:
    tools.send("HeapProfiler.collectGarbage")
    metrics = tools.send("Performance.getMetrics")["metrics"]
    found = {one["name"]: one["value"] for one in metrics}
    heap, nodes = found["JSHeapUsedSize"], found["Nodes"]
    return Memory(minute, heap / MIB, int(nodes), renderers() / MIB)


def renderers() -> int:
    """Bytes in memory of the pages' processes."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                total += process.memory_info().rss
        except psutil.Error:
            continue  # it has just ended
    return total


def growth(values: list[float]) -> float:
    """The mean of the last third against that of the middle one."""
    third = max(1, len(values) // 3)
    last, middle = values[-third:], values[-2 * third : -third]
    return (sum(last) / len(last)) / (sum(middle) / len(middle))


# -- what is printed


def tell(found: Found, events: int) -> None:
    report.table(
        "The dashboards: weight and first row",
        ["page", "script files", "script, gzip KB (≤ 90)", "first row s (≤ 1)"],
        [
            [name, one.files, one.script / 1000, one.first_row]
            for name, one in found.visits.items()
        ],
    )
    report.table(
        f"Real-Time at {events:,} matching events/s",
        ["frames/s (≥ 50)", "longest frame ms"],
        [[found.frames, found.longest]],
    )
    tell_memory(found.memory, events)


def tell_memory(memory: list[Memory], events: int) -> None:
    report.table(
        f"Real-Time at {events:,} matching events/s: memory",
        ["minute", "JS heap MiB", "DOM nodes", "process MiB"],
        [[one.minute, one.heap, one.nodes, one.process] for one in memory],
    )
    grown = {
        "JS heap": growth([one.heap for one in memory]),
        "DOM nodes": growth([float(one.nodes) for one in memory]),
        "process": growth([one.process for one in memory]),
    }
    report.table(
        "Growth, last third against the middle one",
        ["of", "times", "flat"],
        [
            [name, times, "yes" if times <= FLAT else "no"]
            for name, times in grown.items()
        ],
    )


if __name__ == "__main__":
    main()
