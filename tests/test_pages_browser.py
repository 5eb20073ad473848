"""The pages in a real Chromium: what a person sees, presses and is spared."""

import re
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from events import notify, store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from sensors import audit, visible
from sensors.models import Sensor, User
from tests.browser import visit

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=document.title='owned'> \x1b[31m %s {0} =1+1"
SERIOUS = {"serious", "critical"}
GONE = timedelta(minutes=5)


def save(link: Connection, count: int = 1, **columns: Any) -> int:
    """Stores events as ingest does and wakes the live pages."""
    sensor = Sensor.objects.get(is_default=True)
    now = timezone.now()
    values = {"sensor": sensor.pk, "time": now, "received": now}
    first = store.position(link, "t")
    batch = frames.events(count, **(values | columns))
    saved = store.save(link, Origin("t", first, first + count - 1), events=batch)
    wake(saved.head)
    return saved.head


def wake(head: int) -> None:
    """From a thread of its own: Playwright keeps an event loop in this one."""
    thread = Thread(target=notify.Notifier().committed, args=[head])
    thread.start()
    thread.join()


def save_varied(link: Connection, count: int = 40) -> None:
    save(
        link,
        count,
        src=[f"10.0.0.{number}" for number in range(count)],
        sport=[50_000 + number for number in range(count)],
        dst="2001:db8:85a3:8d3:1319:8a2e:370:7348",
        dport=443,
        type=[1 + number % 13 for number in range(count)],
        rank=[(-10, 0, 20)[number % 3] for number in range(count)],
        host="fw1",
        app="kernel",
        data='{"url": "http://example.org/"}',
    )


def row(page: Page, text: str) -> Any:
    return page.locator(".log-row", has_text=text)


CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
ALL = {"resultTypes": ["violations"]}


def violations(page: Page, options: dict[str, list[str]]) -> list[str]:
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def check_page(page: Page, path: str) -> None:
    """Everything in the dark theme, then what the light one can change."""
    page.emulate_media(color_scheme="dark")
    visit(page, path)
    expect(page.locator(".log-row, .facts, h2:visible").first).to_be_visible()
    assert violations(page, ALL) == [], path
    page.emulate_media(color_scheme="light")
    assert violations(page, CONTRAST) == [], path


# -- everywhere


def test_the_theme_is_kept(page: Page, link: Connection) -> None:
    visit(page, "/history")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(ground)
    switch = page.get_by_role("button", name="Colour theme")
    switch.click()
    assert page.evaluate(ground) == dark
    switch.click()
    light = page.evaluate(ground)
    assert light != dark
    page.reload()
    assert page.evaluate(ground) == light


def test_no_page_is_wider_than_a_telephone(page: Page, link: Connection) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    save_varied(link)
    for path in ("/", "/history", "/events/1"):
        visit(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 420, path


NAMED = """async () => {
  const { visible } = await import("/static/js/parts/visible.js");
  const codes = [...Array(0x11000).keys()];
  const isText = (code) => code < 0xd800 || code > 0xdfff;
  const shown = (code) => [code, visible(String.fromCodePoint(code))];
  return codes.filter(isText).map(shown);
}"""


def test_the_trail_is_read_on_a_telephone(page: Page, ada: User) -> None:
    audit.record(ada, "sensor changed", "one", changes={"zone": ["UTC", "Asia/Tokyo"]})
    page.set_viewport_size({"width": 420, "height": 800})
    visit(page, "/audit/")
    expect(page.get_by_text("Asia/Tokyo")).to_be_in_viewport()


def test_a_new_sensor_has_a_zone_and_a_refused_one_its_first_error_in_focus(
    page: Page, link: Connection
) -> None:
    visit(page, "/sensors/new/")
    expect(page.get_by_label("Clock zone")).to_have_value("Europe/Berlin")
    page.get_by_label("Name", exact=True).fill("one")
    page.get_by_label("HOME_NET").fill("10.0.0.0/99")
    page.get_by_label("Clock zone").fill("Atlantis")
    page.get_by_role("button", name="Add the sensor").click()
    wrong = page.get_by_label("HOME_NET")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_accessible_description(re.compile("10.0.0.0/99"))


def test_browser_and_server_name_the_same_characters(page: Page) -> None:
    visit(page, "/pins")
    for code, shown in page.evaluate(NAMED):
        assert shown == visible.text(chr(code)), hex(code)


# -- Historical and event


def test_a_value_of_an_event_finds_its_like(page: Page, link: Connection) -> None:
    save_varied(link)
    visit(page, "/events/7")
    page.get_by_role("link", name="10.0.0.6", exact=True).click()
    expect(page.get_by_text("1 event", exact=True)).to_be_visible()
    expect(row(page, "10.0.0.6:50006")).to_be_visible()


def test_the_exact_line_is_copied(page: Page, link: Connection) -> None:
    line = b"a \x1b[1m line\twith \0 all"
    save(link, raw=line)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, "/events/1")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert (
        page.evaluate("navigator.clipboard.readText()") == "a \x1b[1m line\twith \0 all"
    )
