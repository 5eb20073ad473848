"""The Real-Time page in a real Chromium: what a person sees, presses and is spared."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, WebSocketRoute, expect

from events.database import Connection
from tests.browser import visit
from tests.test_pages_browser import ALL, CONTRAST, HOSTILE, row, save, violations

pytestmark = pytest.mark.browser


def open_live(page: Page, path: str = "/", state: str = "Live") -> None:
    visit(page, path)
    expect(figure(page, "state")).to_have_text(state)


def figure(page: Page, name: str) -> Any:
    return page.locator(f"[data-figure={name}]")


def tabs(page: Page) -> Any:
    return page.locator(".live-tabs .pick")


def headings(page: Page) -> list[str]:
    found = page.locator(".log-head [data-column]")
    return [one.get_attribute("data-column") or "" for one in found.all()]


def width(page: Page, column: str) -> float:
    box = page.locator(f".log-head [data-column={column}]").bounding_box()
    assert box is not None
    return box["width"]


def apply(page: Page, query: str) -> None:
    page.fill("#filter", query)
    page.press("#filter", "Enter")


def kept(page: Page) -> Any:
    """Waits until a preference was sent to the server."""
    return page.expect_response(
        lambda answer: (
            "/api/v1/preferences/" in answer.url and answer.request.method == "PUT"
        )
    )


# -- rows


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


def test_an_arrow_leads_to_a_destination_or_is_not_there(
    page: Page, link: Connection
) -> None:
    save(link, message="both", src="10.0.0.1", dst="10.0.0.2")
    save(link, message="came in", src="192.0.2.1", dst="10.0.0.2", inbound=True)
    save(link, message="alone", src="10.0.0.1")
    open_live(page)
    expect(row(page, "both").locator(".c-dir")).to_have_text("→")
    expect(row(page, "came in").locator(".c-dir")).to_have_text("←")
    expect(row(page, "alone").locator(".c-dir")).to_be_empty()


def test_a_class_has_a_number_beside_its_colour(page: Page, link: Connection) -> None:
    save(link, message="classed", cls=3)
    open_live(page)
    cell = row(page, "classed").locator(".c-class")
    expect(cell).to_have_text("3")
    expect(cell).to_have_attribute("title", "class 3")


def test_pause_and_resume_lose_nothing(page: Page, link: Connection) -> None:
    open_live(page)
    page.keyboard.press("Space")
    expect(figure(page, "state")).to_have_text("Paused")
    save(link, 30, message=[f"paused {number:02}" for number in range(30)])
    expect(figure(page, "waiting")).to_have_text("30")
    expect(figure(page, "rows")).to_have_text("0")
    page.keyboard.press("Space")
    expect(figure(page, "rows")).to_have_text("30")
    expect(figure(page, "waiting")).to_be_hidden()
    expect(row(page, "paused 29")).to_have_attribute("aria-rowindex", "2")


def test_steps_bring_the_oldest_that_wait(page: Page, link: Connection) -> None:
    open_live(page)
    page.keyboard.press("Space")
    save(link, 40, message=[f"waits {number:02}" for number in range(40)])
    expect(figure(page, "waiting")).to_have_text("40")
    page.keyboard.press("n")
    expect(row(page, "waits 00")).to_be_visible()
    expect(figure(page, "rows")).to_have_text("1")
    expect(figure(page, "waiting")).to_have_text("39")
    page.get_by_role("button", name="Step").click(modifiers=["Shift"])
    expect(row(page, "waits 05")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".log").focus()
    page.keyboard.press("Space")
    expect(figure(page, "rows")).to_have_text("40")


def test_rows_never_move_under_the_reader(page: Page, link: Connection) -> None:
    save(link, 60)
    open_live(page)
    expect(figure(page, "rows")).to_have_text("60")
    page.keyboard.press("j")
    before = page.locator("[aria-selected=true]").bounding_box()
    save(link, 5, message="new one")
    expect(page.get_by_role("button", name="5 new")).to_be_visible()
    assert page.locator("[aria-selected=true]").bounding_box() == before
    page.keyboard.press("Escape")
    expect(figure(page, "rows")).to_have_text("65")


def test_hovering_and_scrolling_hold_new_rows(page: Page, link: Connection) -> None:
    save(link, 200)
    open_live(page)
    expect(figure(page, "rows")).to_have_text("200")
    page.locator(".log-row").nth(3).hover()
    save(link, 2)
    expect(page.get_by_role("button", name="2 new")).to_be_visible()
    page.mouse.wheel(0, 900)
    page.mouse.move(5, 5)
    save(link, 1)
    held = page.get_by_role("button", name="3 new")
    held.click()
    expect(figure(page, "rows")).to_have_text("203")
    expect(held).to_be_hidden()


def test_too_many_rows_are_counted_exactly(page: Page, link: Connection) -> None:
    open_live(page)
    save(link, 1_200)
    expect(figure(page, "rows")).to_have_text("500")
    expect(figure(page, "missed")).to_have_text("700")


def test_the_cap_is_chosen_and_kept(page: Page, link: Connection) -> None:
    open_live(page)
    for _ in range(3):
        before = int((figure(page, "rows").inner_text()).replace(",", ""))
        save(link, 450)
        expect(figure(page, "rows")).to_have_text(f"{before + 450:,}")
    with kept(page):
        page.get_by_label("Rows that are kept").select_option("1000")
    expect(figure(page, "rows")).to_have_text("1,000")
    visit(page, "/")
    expect(page.get_by_label("Rows that are kept")).to_have_value("1000")


def test_the_filter_is_applied_and_kept_in_the_address(
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
    expect(figure(page, "rows")).to_have_text("1")
    assert page.url.endswith("/?q=host%3Afw2")


def test_a_wrong_filter_is_marked_at_its_place(page: Page, link: Connection) -> None:
    open_live(page)
    apply(page, "host:a zz:1")
    error = page.locator("#filter-error")
    expect(error).to_contain_text("There is no field zz")
    expect(error.locator(".place mark")).to_have_text("zz:1")
    apply(page, "host:a")
    expect(error).to_be_hidden()


def test_hostile_text_does_nothing(page: Page, link: Connection) -> None:
    open_live(page)
    save(
        link,
        message=HOSTILE,
        host="<b>h",
        app="<i>a",
        user="%n",
        raw=HOSTILE.encode(),
        data='{"<b>k": "<img src=x onerror=1>"}',
    )
    expect(row(page, "onerror")).to_contain_text("‹ESC›[31m %s {0} =1+1")
    row(page, "onerror").click()
    expect(page.locator("[data-peek] .raw")).to_contain_text("onerror=")
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
    expect(figure(page, "state")).to_contain_text("Connection lost")
    save(link, message="meanwhile")
    expect(row(page, "meanwhile")).to_have_attribute("aria-rowindex", "2")
    expect(figure(page, "rows")).to_have_text("2")


def through(route: WebSocketRoute, routes: list[WebSocketRoute]) -> None:
    """Between page and server, so that a test can cut the connection."""
    route.connect_to_server()
    routes.append(route)


# -- columns


def test_columns_are_chosen_moved_and_sized_by_keyboard_and_kept(
    page: Page, link: Connection
) -> None:
    save(link, user="eve", message="columns", data='{"url": "http://e.org/"}')
    open_live(page)
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Columns")
    dialog.get_by_role("checkbox", name="User").check()
    dialog.get_by_role("checkbox", name="Application").uncheck()
    dialog.get_by_label("A key of data").fill("url")
    with kept(page):
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(row(page, "columns").locator(".c-user")).to_have_text("eve")
    expect(row(page, "columns").locator(".c-data")).to_have_text("http://e.org/")
    assert "app" not in headings(page)

    page.locator(".log-head [data-column=time] button").focus()
    before = width(page, "time")
    with kept(page):
        for key in ("Shift+ArrowRight", "+", "+"):
            page.keyboard.press(key)
    assert headings(page)[:2] == ["sensor", "time"]
    assert width(page, "time") > before + 20

    chosen, wide = headings(page), width(page, "time")
    page.reload()
    expect(row(page, "columns").locator(".c-user")).to_have_text("eve")
    assert headings(page) == chosen
    assert abs(width(page, "time") - wide) < 2


def test_columns_are_moved_and_sized_by_mouse(page: Page, link: Connection) -> None:
    save(link, message="m", src="10.11.12.13", sport=50_123)
    open_live(page)
    expect(row(page, "10.11.12.13")).to_be_visible()
    drag(page, ".log-head [data-column=type]", ".log-head [data-column=sensor]")
    assert headings(page)[:2] == ["time", "type"]
    before = width(page, "src")
    edge = page.locator(".log-head [data-column=src] .edge")
    box = edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 3, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 63, box["y"] + 10, steps=4)
    page.mouse.up()
    assert abs(width(page, "src") - before - 60) < 3
    edge.dblclick()
    text = row(page, "10.11.12.13").locator(".c-src")
    room = text.evaluate("cell => cell.scrollWidth - cell.clientWidth")
    assert room == 0
    assert width(page, "src") < before + 5


def drag(page: Page, what: str, before: str) -> None:
    page.locator(what).hover()
    page.mouse.down()
    box = page.locator(before).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 10, steps=6)
    page.mouse.up()


def test_the_usual_columns_come_back(page: Page, link: Connection) -> None:
    open_live(page)
    usual = headings(page)
    page.keyboard.press("c")
    page.get_by_role("checkbox", name="Host").check()
    assert "host" in headings(page)
    page.get_by_role("button", name="Usual columns").click()
    assert headings(page) == usual


# -- times


def test_times_are_in_the_zone_or_in_utc(page: Page, link: Connection) -> None:
    now = timezone.now()
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    save(link, message="noon", time=noon if noon <= now else noon - timedelta(days=1))
    open_live(page)
    clock = row(page, "noon").locator(".c-time .clock")
    expect(clock).to_have_text(re.compile("^1[34]:00:00"))
    in_berlin = clock.inner_text()
    with kept(page):
        page.keyboard.press("u")
    expect(clock).to_have_text(re.compile("^12:00:00"))
    page.reload()
    expect(clock).to_have_text(re.compile("^12:00:00"))
    page.get_by_role("button", name="Times in UTC").click()
    expect(clock).to_have_text(in_berlin)


# -- tabs and the address


def test_tabs_follow_in_the_background(page: Page, link: Connection) -> None:
    open_live(page)
    page.keyboard.press("t")
    page.keyboard.type("host:fw2")
    page.keyboard.press("Enter")
    expect(tabs(page)).to_have_count(2)
    expect(figure(page, "state")).to_have_text("Live")
    save(link, 7, message="for the first tab", host="fw1")
    expect(tabs(page).first).to_contain_text("7")
    expect(figure(page, "rows")).to_have_text("0")
    page.locator(".log").focus()
    page.keyboard.press("[")
    expect(figure(page, "rows")).to_have_text("7")
    expect(tabs(page).first).to_have_text("All events")
    page.keyboard.press("2")
    expect(tabs(page).nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("x")
    expect(tabs(page)).to_have_count(1)


def test_there_are_at_most_six_tabs(page: Page, link: Connection) -> None:
    open_live(page)
    add = page.get_by_role("button", name="New tab")
    for _ in range(5):
        add.click()
    expect(tabs(page)).to_have_count(6)
    expect(add).to_be_disabled()


def test_the_address_restores_everything(page: Page, link: Connection) -> None:
    save(link, message="to be seen", host="fw1")
    open_live(page, "/?q=host%3Afw1")
    row(page, "to be seen").click()
    expect(page.locator("[data-peek]")).to_be_visible()
    page.locator(".log").focus()
    page.keyboard.press("Space")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.keyboard.type("host:fw2")
    page.keyboard.press("Enter")
    page.locator(".log").focus()
    page.keyboard.press("f")
    page.keyboard.press("[")
    expect(figure(page, "state")).to_have_text("Paused")
    address = page.url
    other = page.context.new_page()
    visit(other, address)
    expect(other).to_have_url(address)
    expect(figure(other, "state")).to_have_text("Paused")
    expect(other.locator("#filter")).to_have_value("host:fw1")
    expect(tabs(other)).to_have_text([re.compile("host:fw1"), re.compile("host:fw2")])
    expect(other.locator("[data-graphs]")).to_be_hidden()
    expect(other.locator("[data-peek]")).to_contain_text("to be seen")
    tabs(other).nth(1).click()
    flows = other.get_by_role("button", name="Flows")
    expect(flows).to_have_attribute("aria-pressed", "true")


# -- details


def test_details_stand_beside_the_stream_that_goes_on(
    page: Page, link: Connection
) -> None:
    save(link, message="open me", src="10.0.0.1", raw=b"<13>open me")
    open_live(page)
    row(page, "open me").locator(".c-message").click()
    peek = page.locator("[data-peek]")
    expect(peek.locator("pre")).to_have_text("<13>open me")
    peek.locator("h2").hover()
    save(link, message="it goes on")
    expect(row(page, "it goes on")).to_have_attribute("aria-rowindex", "2")
    expect(peek).to_contain_text("open me")
    peek.get_by_role("button", name="Filter out src:10.0.0.1").click()
    expect(page.locator("#filter")).to_have_value("-src:10.0.0.1")
    page.locator(".log").focus()
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()


def test_a_long_key_leaves_room_for_the_values(page: Page, link: Connection) -> None:
    page.set_viewport_size({"width": 420, "height": 900})
    save(link, message="short", data='{"' + "k" * 300 + '": "value"}')
    open_live(page)
    row(page, "short").click()
    message = page.locator("[data-peek] dd").first.bounding_box()
    assert message is not None
    assert message["width"] > 180
    expect(page.locator(".log-row").first).to_be_in_viewport()


def test_rows_are_read_by_keyboard(page: Page, link: Connection) -> None:
    save(link, 50, message=[f"number {number:02}" for number in range(50)])
    open_live(page)
    expect(figure(page, "rows")).to_have_text("50")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    peek = page.locator("[data-peek]")
    expect(peek).to_contain_text("number 49")
    page.keyboard.press("ArrowDown")
    expect(peek).to_contain_text("number 48")
    page.keyboard.press("End")
    expect(peek).to_contain_text("number 00")
    page.keyboard.press("PageUp")
    expect(peek).not_to_contain_text("number 00")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name=re.compile("Event"))).to_be_visible()


def test_alt_and_a_click_filter_for_a_value(page: Page, link: Connection) -> None:
    save(link, message="one", src="10.0.0.1", sport=22, app="sshd")
    save(link, message="two", src="10.0.0.2", sport=22, app="sshd")
    open_live(page)
    row(page, "one").locator(".addr").first.click(modifiers=["Alt"])
    expect(page.locator("#filter")).to_have_value("src:10.0.0.1")
    expect(row(page, "two")).to_have_count(0)
    row(page, "one").locator(".c-app").click(modifiers=["Alt"])
    expect(page.locator("#filter")).to_have_value("src:10.0.0.1 app:sshd")


def test_the_menu_opens_by_keyboard_and_filters(page: Page, link: Connection) -> None:
    save(link, message="menu", src="10.0.0.1", host="fw1")
    open_live(page)
    expect(row(page, "menu")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    row(page, "menu").locator(".c-src .addr").click(button="right")
    page.get_by_role("menuitem", name="Filter for").first.click()
    expect(page.locator("#filter")).to_have_value("src:10.0.0.1")


# -- graphs and the wall


def test_the_rate_is_exact_and_filters_by_keyboard(
    page: Page, link: Connection
) -> None:
    open_live(page)
    rate = page.locator("[data-graph=rate]")
    expect(rate).to_contain_text("Nothing new")
    save(link, 3, type=[1, 5, 5])
    expect(rate.get_by_role("button", name=re.compile("^log"))).to_be_visible()
    rate.get_by_role("button", name="Enlarge").click()
    dialog = page.get_by_role("dialog", name=re.compile("New events"))
    expect(dialog.get_by_role("row", name=re.compile("^log"))).to_contain_text("2")
    expect(dialog.get_by_role("row", name=re.compile("^ids"))).to_contain_text("1")
    assert violations(page, ALL) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    rate.get_by_role("button", name=re.compile("^ids")).press("Enter")
    expect(page.locator("#filter")).to_have_value("type:ids")


def test_the_rate_begins_with_the_minutes_before(page: Page, link: Connection) -> None:
    save(link, 4, time=timezone.now() - timedelta(minutes=1))
    open_live(page)
    rate = page.locator("[data-graph=rate]")
    expect(rate.get_by_role("button", name=re.compile("^log"))).to_be_visible()
    rate.get_by_role("button", name="Enlarge").click()
    figures = page.get_by_role("row", name=re.compile("^log")).get_by_role("cell")
    expect(figures.last).to_have_text("4")


def test_the_rate_says_that_it_waits_while_paused(page: Page, link: Connection) -> None:
    open_live(page)
    rate = page.locator("[data-graph=rate]")
    expect(rate).to_contain_text("Nothing new in the last 5 minutes")
    page.keyboard.press("Space")
    save(link, 3)
    expect(figure(page, "waiting")).to_have_text("3")
    expect(rate).to_contain_text("Paused: what waits is counted when you resume")
    page.keyboard.press("Space")
    expect(rate.get_by_role("button", name=re.compile("^log"))).to_be_visible(
        timeout=15_000
    )
    page.keyboard.press("Space")
    expect(rate.locator(".value")).to_have_text("paused")


def test_a_clock_that_is_wrong_hides_no_new_event(page: Page, link: Connection) -> None:
    page.clock.install()
    page.clock.set_system_time(timezone.now() - timedelta(hours=3))
    open_live(page)
    save(link, 2)
    rate = page.locator("[data-graph=rate]")
    expect(rate.get_by_role("button", name=re.compile("^log"))).to_be_visible()


def test_a_bar_of_the_ranking_filters(page: Page, link: Connection) -> None:
    save(link, 3, src="203.0.113.9", rank=40)
    save(link, 5, src="203.0.113.77", rank=20)
    open_live(page)
    bars = page.locator("[data-graph=top] .bar-button")
    expect(bars).to_have_text([re.compile("113.9 40"), re.compile("113.77 20")])
    page.get_by_label("Ordered").select_option("count")
    expect(bars).to_have_text([re.compile("113.77 5"), re.compile("113.9 3")])
    bars.last.press("Enter")
    expect(page.locator("#filter")).to_have_value("ip:203.0.113.9")
    expect(bars).to_have_text([re.compile("113.9 3")])


def test_graphs_without_data_say_so_and_collapse(page: Page, link: Connection) -> None:
    open_live(page)
    expect(page.get_by_text("No flow seen yet")).to_be_visible()
    assert page.locator(".graph.none canvas").count() == 0
    with kept(page):
        page.keyboard.press("g")
    expect(page.locator("[data-graphs]")).to_be_hidden()
    visit(page, "/")
    expect(page.locator("[data-graphs]")).to_be_hidden()


def test_the_wall_has_no_chrome_and_is_never_held(page: Page, link: Connection) -> None:
    save(link, 30)
    open_live(page, "/?wall=1")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator("[data-clock-face]")).to_contain_text("Europe/Berlin")
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    assert page.locator(".log-row").first.evaluate(size) >= 18
    page.locator(".log-row").nth(2).hover()
    save(link, message="on the wall")
    expect(row(page, "on the wall")).to_have_attribute("aria-rowindex", "2")
    page.keyboard.press("Escape")
    expect(page.locator("header.top")).to_be_visible()
    assert "wall" not in page.url


# -- help and reading aids


def test_a_small_wall_cuts_no_message_without_a_sign(
    page: Page, link: Connection
) -> None:
    save(link, message="long " * 60, src="203.0.113.101", dst="198.51.100.143")
    for width in (1280, 1000):
        page.set_viewport_size({"width": width, "height": 800})
        open_live(page, "/?wall=1")
        log = page.locator(".log")
        assert log.evaluate("one => one.scrollWidth <= one.clientWidth")
        cell = row(page, "long").locator(".c-message").bounding_box()
        assert cell is not None
        assert cell["x"] + cell["width"] <= width


def test_keys_are_told(page: Page, link: Connection) -> None:
    open_live(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Pause and resume")
    assert violations(page, ALL) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_axe_finds_nothing_serious_in_any_state(page: Page, link: Connection) -> None:
    save(link, 30, type=[1 + number % 13 for number in range(30)], cls=2, rank=20)
    open_live(page, "/?q=*&q=rank%3E0")
    row(page, "20").first.click()
    page.keyboard.press("c")
    assert violations(page, ALL) == []
    page.emulate_media(color_scheme="light")
    assert violations(page, CONTRAST) == []
    page.keyboard.press("Escape")
    assert violations(page, ALL) == []


def test_it_works_on_a_telephone(page: Page, link: Connection) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    save(link, message="small", src="10.0.0.1")
    open_live(page)
    row(page, "small").click()
    expect(page.locator("[data-peek]")).to_contain_text("small")
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


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
