"""The pages in a real Chromium: what a person sees, presses and is spared."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, WebSocketRoute, expect

from events import notify, store
from events.database import Connection
from events.store import Origin
from events.tests import frames
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


def test_axe_finds_nothing_serious(link: Connection, page: Page) -> None:
    for path in ["/", "/history?q=nothing", "/history?q=zz:1", "/events/9"]:
        check_page(page, path)
    save_varied(link)
    for path in ["/", "/history?q=host:fw1", "/events/2"]:
        check_page(page, path)


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


# -- Historical and event


def test_history_is_read_by_keyboard(page: Page, link: Connection) -> None:
    save(link, 150)
    visit(page, "/history")
    page.keyboard.press("n")
    expect(page.get_by_text("50 events on the last page")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("100 shown, more below")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Event 149")).to_be_visible()


def test_a_preset_keeps_the_query_and_a_short_address(
    page: Page, link: Connection
) -> None:
    visit(page, "/history")
    page.keyboard.press("/")
    page.keyboard.type("host:fw1")
    page.get_by_role("button", name="7 days").click()
    page.wait_for_url("**/history?q=host%3Afw1&range=7d")


def test_a_value_of_an_event_finds_its_like(page: Page, link: Connection) -> None:
    save_varied(link)
    visit(page, "/events/7")
    page.get_by_role("link", name="10.0.0.6").click()
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


# -- Real-Time


def open_live(page: Page, path: str = "/") -> None:
    visit(page, path)
    expect(page.locator("[data-figure=state]")).to_have_text("Live")


def test_rows_appear_as_they_are_stored(page: Page, link: Connection) -> None:
    open_live(page)
    expect(page.get_by_text("Nothing has arrived yet")).to_be_visible()
    save(link, message="the first", src="10.0.0.1", sport=1234)
    expect(row(page, "the first")).to_contain_text("10.0.0.1:1234")
    save(link, message="the second", dst="2001:db8::1", dport=443)
    expect(row(page, "the second")).to_contain_text("[2001:db8::1]:443")
    expect(page.locator(".log-row").first).to_be_visible()
    expect(row(page, "the second")).to_have_attribute("aria-rowindex", "2")
    expect(row(page, "the first")).to_have_attribute("aria-rowindex", "3")


def test_what_was_there_before_is_shown_below(page: Page, link: Connection) -> None:
    save(link, message="earlier")
    open_live(page)
    expect(row(page, "earlier")).to_be_visible()
    save(link, message="later")
    expect(row(page, "later")).to_have_attribute("aria-rowindex", "2")


def test_pause_and_resume_lose_nothing(page: Page, link: Connection) -> None:
    open_live(page)
    page.keyboard.press("Space")
    expect(page.locator("[data-figure=state]")).to_have_text("Paused")
    save(link, 30, message=[f"paused {number:02}" for number in range(30)])
    page.wait_for_timeout(600)
    expect(page.locator("[data-figure=rows]")).to_have_text("0")
    page.keyboard.press("Space")
    expect(page.locator("[data-figure=rows]")).to_have_text("30")
    expect(row(page, "paused 29")).to_have_attribute("aria-rowindex", "2")


def test_rows_never_move_under_the_reader(page: Page, link: Connection) -> None:
    save(link, 60)
    open_live(page)
    expect(page.locator("[data-figure=rows]")).to_have_text("60")
    page.keyboard.press("j")
    before = page.locator("[aria-selected=true]").bounding_box()
    save(link, 5, message="new one")
    expect(page.get_by_role("button", name="5 new")).to_be_visible()
    assert page.locator("[aria-selected=true]").bounding_box() == before
    page.keyboard.press("Escape")
    expect(page.locator("[data-figure=rows]")).to_have_text("65")


def test_hovering_and_scrolling_hold_new_rows(page: Page, link: Connection) -> None:
    save(link, 200)
    open_live(page)
    expect(page.locator("[data-figure=rows]")).to_have_text("200")
    page.locator(".log-row").nth(3).hover()
    save(link, 2)
    expect(page.get_by_role("button", name="2 new")).to_be_visible()
    page.mouse.wheel(0, 900)
    page.mouse.move(5, 5)
    save(link, 1)
    held = page.get_by_role("button", name="3 new")
    held.click()
    expect(page.locator("[data-figure=rows]")).to_have_text("203")
    expect(held).to_be_hidden()


def test_a_filter_is_applied_and_kept_in_the_address(
    page: Page, link: Connection
) -> None:
    save(link, message="of fw1", host="fw1")
    open_live(page)
    page.keyboard.press("/")
    page.keyboard.type("host:fw2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No event matches this filter")).to_be_visible()
    save(link, message="of fw2", host="fw2")
    save(link, message="again fw1", host="fw1")
    expect(row(page, "of fw2")).to_be_visible()
    expect(page.locator("[data-figure=rows]")).to_have_text("1")
    assert page.url.endswith("/?q=host%3Afw2")


def test_a_wrong_filter_is_marked_at_its_place(page: Page, link: Connection) -> None:
    open_live(page)
    page.fill("#filter", "host:a zz:1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no field zz")
    expect(page.locator(".place mark")).to_have_text("zz:1")
    page.fill("#filter", "host:a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_too_many_rows_are_counted_exactly(page: Page, link: Connection) -> None:
    open_live(page)
    save(link, 1_200)
    expect(page.locator("[data-figure=rows]")).to_have_text("500")
    expect(page.locator("[data-figure=missed]")).to_have_text("700")


def test_hostile_text_does_nothing(page: Page, link: Connection) -> None:
    open_live(page)
    save(
        link, message=HOSTILE, host="<b>h", app="<i>a", user="%n", raw=HOSTILE.encode()
    )
    expect(row(page, "onerror")).to_contain_text("‹ESC›[31m %s {0} =1+1")
    for path in ("/history", "/events/1"):
        visit(page, path)
        expect(page.get_by_text("onerror=").first).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
    assert "owned" not in page.title()


def test_a_broken_connection_comes_back_and_catches_up(
    page: Page, link: Connection
) -> None:
    routes: list[WebSocketRoute] = []
    page.route_web_socket("**/ws/live", lambda route: through(route, routes))
    open_live(page)
    save(link, message="before")
    expect(row(page, "before")).to_be_visible()
    routes[-1].close(code=1012)
    expect(page.locator("[data-figure=state]")).to_contain_text("Connection lost")
    save(link, message="meanwhile")
    expect(row(page, "meanwhile")).to_have_attribute("aria-rowindex", "2")
    expect(page.locator("[data-figure=rows]")).to_have_text("2")


def through(route: WebSocketRoute, routes: list[WebSocketRoute]) -> None:
    """Between page and server, so that a test can cut the connection."""
    route.connect_to_server()
    routes.append(route)


def test_a_row_opens_its_event(page: Page, link: Connection, ada: User) -> None:
    save(link, message="open me")
    open_live(page)
    row(page, "open me").locator(".c-message").click()
    expect(page.get_by_role("heading", name="Event 1")).to_be_visible()


def test_keys_are_told(page: Page, link: Connection) -> None:
    open_live(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Pause and resume")
    assert violations(page, ALL) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_line_to_try_stays_inside_a_narrow_page(
    page: Page, link: Connection
) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    visit(page, "/")
    line = page.locator(".empty pre:visible")
    expect(line).to_contain_text("logger -n")
    box = line.bounding_box()
    assert box is not None
    assert box["x"] >= 10
    assert box["x"] + box["width"] <= 410
