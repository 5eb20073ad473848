"""The Historical page in a real Chromium: everything by mouse and by keyboard."""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Response, Route, expect

from events import pins, store
from events.database import Connection
from events.schema import TYPES
from events.store import Origin
from events.tests import frames
from sensors.models import Sensor, User
from tests.browser import visit
from tests.test_pages_browser import ALL, row, save, violations

pytestmark = pytest.mark.browser

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_SCRIPT = 90 << 10  # bytes of all scripts of the page, gzipped


def asked(page: Page) -> dict[str, str]:
    """The parameters of the address that is shown."""
    return {name: one[0] for name, one in parse_qs(urlsplit(page.url).query).items()}


def keys(page: Page, *pressed: str) -> None:
    """Presses keys; what is no name of a key is typed."""
    for one in pressed:
        if len(one) == 1 or re.fullmatch(r"(Shift\+)?[A-Z][A-Za-z]+", one):
            page.keyboard.press(one)
        else:
            page.keyboard.type(one)


def opened(page: Page, path: str = "/history") -> None:
    visit(page, path)
    expect(words(page)).not_to_have_text("Counting…")


def words(page: Page) -> Locator:
    """What is said of the whole range, over the graph."""
    return page.locator("[data-counting] [data-words]")


def moved(page: Page, text: str) -> None:
    """Waits until another address is shown whose total reads so."""
    expect(words(page)).to_have_text(text)
    page.locator("body[data-ready]").wait_for()


def value(page: Page, facet: str, label: str) -> Locator:
    """The line of a value in the panel of facets."""
    return page.locator(f"[data-facet={facet}] li", has_text=label)


def rows(page: Page) -> Locator:
    return page.locator(".log-row")


def bars(page: Page) -> Locator:
    return page.locator("[data-plot] [role=option]")


def save_two_kinds(link: Connection) -> None:
    """30 of fw1, of them 10 by IDS with rank 20; 5 of fw2; an hour ago."""
    ago = timezone.now() - HOUR
    save(link, 20, time=ago, host="fw1", src="10.0.0.1", action="deny")
    save(link, 10, time=ago, host="fw1", src="10.0.0.2", type=1, rank=20)
    save(link, 5, time=ago - HOUR, host="fw2", src="10.0.0.3", action="allow")


def save_flows(link: Connection, count: int) -> None:
    now = timezone.now()
    values = {"sensor": Sensor.objects.get(is_default=True).pk, "received": now}
    batch = frames.flows(
        count, start=now - HOUR, end=now - HOUR / 2, src="10.0.0.1", sport=5000,
        dst="192.0.2.1", dport=443, proto="tcp", app="tls", state="closed",
        bytes_out=1234567, packets_in=9, **values,
    )  # fmt: skip
    first = store.position(link, "f")
    store.save(link, Origin("f", first, first + count - 1), flows=batch)


# -- the graph


def test_a_drag_in_the_graph_zooms_and_back_unzooms(
    page: Page, link: Connection
) -> None:
    save_two_kinds(link)
    opened(page)
    box = page.locator("[data-plot]").bounding_box()
    assert box
    middle = box["y"] + 40
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, middle, steps=4)
    page.mouse.up()
    moved(page, "0 events")
    start, end = (datetime.fromisoformat(asked(page)[one]) for one in ("start", "end"))
    assert 5 * HOUR < end - start < 7 * HOUR
    page.go_back()
    moved(page, "35 events")


def test_a_click_on_a_bar_zooms_into_it(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    bars(page).filter(has=page.locator("rect[class^=hue]")).last.click()
    moved(page, "30 events")
    expect(rows(page)).to_have_count(30)


def test_the_graph_is_brushed_by_keyboard(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    keys(page, "h", "End", "Shift+PageUp", *["Shift+ArrowRight"] * 3)
    expect(page.locator("[aria-selected=true]")).to_have_count(8)
    active = page.locator("[data-plot] svg").get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-label")
    keys(page, "Enter")
    page.wait_for_url("**start=*")
    moved(page, "30 events")
    expect(page.locator("[data-plot] svg")).to_be_focused()


def test_the_legend_filters(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    page.locator("[data-legend]").get_by_role("button", name="ids 10").click()
    moved(page, "10 events")
    assert asked(page)["q"] == "type:ids"


def test_bars_are_coloured_by_type_or_rank(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    expect(page.locator("[data-plot] .hue-red").first).to_be_visible()
    page.get_by_text("By type").click()
    page.locator("[data-menu=by]").get_by_role("link", name="Rank").click()
    expect(page.locator("[data-legend]").get_by_text("1–49 10")).to_be_visible()
    assert asked(page)["by"] == "rank"


def test_the_same_range_before_is_compared(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    save(link, 20, time=timezone.now() - DAY - HOUR, host="fw1", action="deny")
    opened(page, "/history?range=4h&compare=day")
    expect(words(page)).to_have_text("35 events · 20 the day before: +75 %")
    expect(page.locator("[data-plot] .ghost")).to_be_attached()
    expect(value(page, "host", "fw1").locator(".by")).to_have_text("+10")
    expect(value(page, "host", "fw2").locator(".by")).to_have_text("+5")


def test_a_difference_is_shown_only_where_both_counts_are_known(
    page: Page, link: Connection
) -> None:
    ago = timezone.now() - HOUR
    save(link, 40, time=ago - DAY, host=[f"busy {n // 2}" for n in range(40)])
    save(link, time=ago - DAY, host="rare")
    save(link, 3, time=ago, host="rare")
    opened(page, "/history?range=4h&compare=day")
    expect(words(page)).to_have_text("3 events · 41 the day before: −93 %")
    expect(value(page, "host", "rare").locator(".count")).to_have_text("3")
    expect(value(page, "host", "rare").locator(".by")).to_be_empty()


# -- facets


def test_a_value_filters_for_out_and_only(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page, "/history?q=action:*")
    value(page, "host", "fw1").locator(".value").click()
    moved(page, "20 events")
    assert asked(page)["q"] == "action:* host:fw1"
    page.go_back()
    moved(page, "25 events")
    value(page, "host", "fw1").hover()
    page.get_by_role("button", name="Filter out host:fw1").click()
    moved(page, "5 events")
    page.go_back()
    moved(page, "25 events")
    value(page, "host", "fw1").hover()
    page.get_by_role("button", name="Only host:fw1").click()
    moved(page, "30 events")


def test_facets_are_used_by_keyboard_and_keep_the_focus(
    page: Page, link: Connection
) -> None:
    save_two_kinds(link)
    opened(page)
    keys(page, "f")
    for _ in range(30):
        if page.evaluate("document.activeElement.textContent").startswith("fw2"):
            break
        keys(page, "ArrowDown")
    keys(page, "-")
    moved(page, "30 events")
    assert asked(page)["q"] == "-host:fw2"
    expect(value(page, "host", "fw1").locator(".value")).to_be_focused()
    keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "Enter")
    moved(page, "30 events")
    assert asked(page)["q"] == "host:fw1"


def test_which_facets_are_shown_is_kept(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    page.get_by_label("Choose facets").click()
    page.get_by_role("checkbox", name="Protocol").check()
    page.get_by_role("checkbox", name="User").uncheck()
    keys(page, "Escape")
    page.get_by_role("button", name="Sensor", exact=True).click()
    with page.expect_response("**/preferences/facets"):
        page.get_by_role("button", name="Hide facets").click()
    expect(page.locator("[data-facets]")).to_be_hidden()
    visit(page, "/history")
    expect(page.locator("[data-facets]")).to_be_hidden()
    keys(page, "f")
    expect(page.locator("[data-facet=proto]")).to_be_visible()
    expect(page.locator("[data-facet=user]")).to_have_count(0)
    expect(page.locator("[data-facet=sensor] ul")).to_be_hidden()


STEPS = {
    "stage": "sample", "progress": 0.25, "done": False, "total": 12_300,
    "sampled": 0.01, "histogram": None,
    "facets": {"host": {"values": [
        {"value": "fw1", "label": "fw1", "count": 12_000, "query": "host:fw1"},
    ], "others": 300, "missing": 0}},
}  # fmt: skip


def test_a_sample_says_so_and_can_be_left_at_that(page: Page, link: Connection) -> None:
    def answer(route: Route) -> None:
        route.fulfill(
            body=json.dumps(STEPS) + "\n", content_type="application/x-ndjson"
        )

    page.route("**/api/v1/overview?*", answer)
    visit(page, "/history")
    expect(words(page)).to_have_text("≈12,300 events (sample of 1 %)")
    expect(value(page, "host", "fw1")).to_contain_text("≈12K")
    counting = page.locator("[data-counting]")
    expect(counting.get_by_role("progressbar")).to_have_js_property("value", 0.25)
    counting.get_by_role("button", name="Stop").click()
    expect(words(page)).to_have_text("≈12,300 events (sample of 1 %), stopped")
    expect(counting.get_by_role("progressbar")).to_be_hidden()


# -- groups


def test_the_condensed_view_groups_and_opens_into_rows(
    page: Page, link: Connection
) -> None:
    save(link, 7, message="scan", src="10.0.0.1", dst="192.0.2.1", signature="1:9:1")
    save(link, 3, message="probe", src="10.0.0.2", dst="192.0.2.1", rank=20)
    opened(page)
    keys(page, "v")
    group = row(page, "scan")
    expect(group).to_contain_text("10.0.0.1")
    expect(group).to_contain_text("1:9:1")
    expect(group.locator(".c-count")).to_have_text("7")
    expect(row(page, "probe").locator(".c-rank")).to_have_text("20")
    expect(page.get_by_text("2 groups of 10 events")).to_be_visible()
    keys(page, "j", "Enter")
    moved(page, "7 events")
    expect(rows(page)).to_have_count(7)
    assert "group" not in asked(page)


def test_rows_are_grouped_by_chosen_columns_and_ordered(
    page: Page, link: Connection
) -> None:
    save_two_kinds(link)
    opened(page)
    keys(page, "g")
    page.keyboard.type("Host")
    keys(page, "Tab")
    page.keyboard.type("Action")
    keys(page, "Tab", "Tab", "Tab", "Enter")
    page.wait_for_url("**group=host,action")
    expect(page.get_by_text("3 groups of 35 events")).to_be_visible()
    expect(page.locator(".log-row .c-count")).to_have_text(["20", "10", "5"])
    page.get_by_role("link", name="Count").click()
    expect(page.locator(".log-row .c-count")).to_have_text(["5", "10", "20"])
    heading = page.locator(".log-head .c-count")
    expect(heading).to_have_attribute("aria-sort", "ascending")


# -- rows


def test_rows_are_sorted_by_a_heading(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    page.get_by_role("link", name="Source", exact=True).click()
    expect(rows(page).first).to_contain_text("10.0.0.1")
    page.get_by_role("link", name="Source", exact=True).focus()
    keys(page, "Enter")
    expect(rows(page).first).to_contain_text("10.0.0.3")
    heading = page.locator(".log-head .c-src")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert asked(page)["sort"] == "-src"


def test_pages_turn_by_keyboard(page: Page, link: Connection) -> None:
    save(link, 150)
    opened(page)
    keys(page, "n")
    expect(page.get_by_text("50 events on the last page")).to_be_visible()
    moved(page, "150 events")
    keys(page, "p")
    expect(page.get_by_text("100 shown, more below")).to_be_visible()


def test_details_stand_beside_and_lead_to_the_page(
    page: Page, link: Connection
) -> None:
    save(link, 3, host="fw1", raw=b"<13>the exact line")
    opened(page)
    keys(page, "j", "j", "Enter")
    details = page.locator("[data-peek]")
    expect(details.get_by_role("heading", name="Event 2")).to_be_visible()
    expect(details.get_by_text("<13>the exact line")).to_be_visible()
    keys(page, "j")
    expect(details.get_by_role("heading", name="Event 1")).to_be_visible()
    keys(page, "Escape")
    expect(details).to_be_hidden()
    keys(page, "Enter", "Enter")
    page.wait_for_url("**/events/1")


def test_the_menu_of_a_row_filters(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    rows(page).first.locator(".c-src").click(button="right")
    page.get_by_role("menuitem", name="Filter out src:10.0.0.2").click()
    moved(page, "25 events")
    assert asked(page)["q"] == "-src:10.0.0.2"


def test_an_address_can_name_the_columns(page: Page, link: Connection) -> None:
    save(link, 2, host="fw1", user="jane")
    opened(page, "/history?columns=time,user,message")
    expect(page.locator(".log-head > *")).to_have_count(3)
    expect(page.locator(".log-row .c-user").first).to_have_text("jane")


def test_flows_have_a_tab_of_their_own(page: Page, link: Connection) -> None:
    save_flows(link, 3)
    opened(page)
    keys(page, "e")
    moved(page, "3 flows")
    expect(rows(page)).to_have_count(3)
    expect(rows(page).first).to_contain_text("192.0.2.1:443")
    expect(rows(page).first.locator(".c-state")).to_have_text("closed")
    expect(rows(page).first.locator(".c-bytes_out")).to_have_text("1,234,567")
    opened(page, "/history?q=type:flow+src:10.0.0.1")
    assert asked(page) == {"q": "src:10.0.0.1", "table": "flows"}


# -- ranges


def test_a_range_is_written_as_one_says_it(page: Page, link: Connection) -> None:
    save(link, 2, time=timezone.now() - DAY)
    opened(page)
    keys(page, "t", "yesterday", "Enter")
    moved(page, "2 events")
    assert asked(page)["start"].endswith(("22:00:00Z", "23:00:00Z"))  # of Berlin
    keys(page, "]")
    moved(page, "0 events")
    keys(page, "[")
    moved(page, "2 events")
    keys(page, "w")
    page.wait_for_url(re.compile("start=.*(10|11):00:00Z"))
    moved(page, "2 events")
    keys(page, "t", "soonish", "Enter")
    said = page.get_by_role("alert")
    expect(said).to_contain_text("'soonish' is no time.")
    expect(page.locator("#when")).to_have_value("soonish")
    assert set(asked(page)) == {"when", "was"}


def test_a_refused_range_keeps_the_rest_of_the_search(
    page: Page, link: Connection
) -> None:
    save(link, 2, time=timezone.now() - HOUR, host="fw1", src="10.0.0.1")
    opened(page, "/history?q=host:fw1&group=src,host&order=-last")
    keys(page, "t", "soonish", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("'soonish' is no time.")
    assert asked(page)["group"] == "src,host"
    page.get_by_role("button", name="4 h", exact=True).click()
    page.wait_for_url("**/history?q=host:fw1&range=4h&group=src,host&order=-last")
    expect(rows(page).first).to_contain_text("10.0.0.1")


def test_a_preset_keeps_the_query_and_a_short_address(
    page: Page, link: Connection
) -> None:
    opened(page)
    keys(page, "/", "host:fw1")
    page.get_by_role("button", name="7 d").click()
    page.wait_for_url("**/history?q=host:fw1&range=7d")


def test_times_are_in_the_zone_or_in_utc(page: Page, link: Connection) -> None:
    time = timezone.now().replace(microsecond=123_000) - HOUR
    save(link, time=time)
    opened(page)
    clock = rows(page).locator(".clock")
    with page.expect_response("**/preferences/clock"):
        page.get_by_role("button", name="Times in Europe/Berlin").click()
    expect(clock).to_have_text(f"{time.astimezone(UTC):%H:%M:%S}.123")
    opened(page)
    expect(clock).to_have_text(f"{time.astimezone(UTC):%H:%M:%S}.123")
    until = page.locator("#when").input_value()[-8:-3]
    assert until == f"{timezone.now():%H:%M}"


# -- what takes long, what finds nothing


@contextmanager
def closed(link: Connection) -> Iterator[None]:
    """A store in which no event can be read: every search runs out of time."""
    with link.transaction(force_rollback=True):
        link.execute("LOCK TABLE events_1 IN ACCESS EXCLUSIVE MODE")
        yield


def test_a_long_search_goes_on_by_itself(page: Page, link: Connection) -> None:
    save(link, 3)
    searching = page.locator("[data-searching]")
    with closed(link):
        visit(page, "/history")
        expect(searching.get_by_text("Searching… 0 found")).to_be_visible()
        expect(page.get_by_text("Nothing found yet")).to_be_visible()
    expect(rows(page)).to_have_count(3)
    expect(searching).to_be_hidden()
    expect(page.get_by_text("Nothing found yet")).to_be_hidden()


def test_a_long_search_is_stopped_and_taken_up(page: Page, link: Connection) -> None:
    save(link, 3)
    searching = page.locator("[data-searching]")
    with closed(link):
        visit(page, "/history")
        searching.get_by_role("button", name="Stop").click()
        expect(searching).to_contain_text("Stopped.")
    expect(rows(page)).to_have_count(0)
    searching.get_by_role("button", name="Search on").click()
    expect(rows(page)).to_have_count(3)


def test_nothing_found_says_where_the_nearest_are(page: Page, link: Connection) -> None:
    save(link, 2, time=timezone.now() - timedelta(days=3), host="fw1")
    opened(page, "/history?q=host:fw1")
    page.get_by_role("link", name="2 days earlier").click()
    moved(page, "2 events")
    assert asked(page)["q"] == "host:fw1"


def test_a_value_that_does_not_exist_is_mended(page: Page, link: Connection) -> None:
    save(link, 2, host="firewall")
    opened(page, "/history?q=host:firewal")
    page.get_by_role("link", name="host:firewall").click()
    moved(page, "2 events")


# -- the whole


def test_a_link_has_absolute_times(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, "/history?range=4h&sort=src&by=rank")
    page.get_by_role("button", name="Copy link").click()
    shared = parse_qs(urlsplit(page.evaluate("navigator.clipboard.readText()")).query)
    start, end = (datetime.fromisoformat(shared[one][0]) for one in ("start", "end"))
    assert end - start == 4 * HOUR
    assert (shared["sort"], shared["by"]) == (["src"], ["rank"])


def test_an_address_opens_the_details_of_an_event(page: Page, link: Connection) -> None:
    save(link, 3, time=timezone.now() - HOUR)
    opened(page, "/history?q=type:log&event=2")
    expect(page.locator("[data-peek] h2")).to_contain_text("Event 2")
    expect(page.locator(".log-row.selected a[href='/events/2']")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    assert "event=2" in page.evaluate("navigator.clipboard.readText()")
    keys(page, "Escape")
    expect(page.locator("[data-peek]")).to_be_hidden()
    assert asked(page) == {"q": "type:log"}
    keys(page, "j", "Enter")
    assert asked(page)["event"] == "1"  # the next one
    opened(page, "/history?event=999")
    expect(page.locator(".said")).to_contain_text("Event 999 is not stored")


def test_pinned_events_are_marked(page: Page, link: Connection, ada: User) -> None:
    save(link, 3, time=timezone.now() - HOUR)
    pins.keep(ada, 2)
    opened(page)
    pinned = page.locator(".log-row.pinned a")
    expect(pinned).to_have_count(1)
    expect(pinned).to_have_attribute("href", "/events/2")
    rows(page).first.locator(".c-src").click(button="right")
    page.get_by_role("menuitem", name="Pin").click()
    expect(pinned).to_have_count(2)


def test_every_type_has_a_colour_of_its_own(page: Page, link: Connection) -> None:
    types = sorted(number for number in TYPES if number)
    save(link, len(types), time=timezone.now() - HOUR, type=types)
    opened(page)
    colour = "all => all.map(one => getComputedStyle(one).color)"
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        chips = page.locator(".log-row .chip").evaluate_all(colour)
        assert len(set(chips)) == len(types)
    fills = "all => all.map(one => getComputedStyle(one).backgroundColor)"
    assert len(set(page.locator(".series i").evaluate_all(fills))) == len(types)


def test_every_key_is_told(page: Page, link: Connection) -> None:
    opened(page)
    keys(page, "?")
    told = page.locator("#keys kbd").all_inner_texts()
    assert {"/", "t", "[", "]", "f", "h", "v", "g", "e", "c", "m", "i"} <= set(told)


def test_details_and_help_pass_axe(page: Page, link: Connection) -> None:
    save_two_kinds(link)
    opened(page)
    keys(page, "j", "Enter")
    assert violations(page, ALL) == []
    keys(page, "?")
    assert violations(page, ALL) == []


@pytest.mark.parametrize("path", ["/history", "/history?group=src,host,app,user"])
def test_it_works_on_a_telephone(page: Page, link: Connection, path: str) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    save_two_kinds(link)
    opened(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    expect(rows(page).first).to_be_visible()
    expect(page.locator("[data-facets]")).to_be_hidden()
    page.get_by_role("button", name="Facets").click()
    expect(value(page, "host", "fw1")).to_be_visible()
    opened(page, path)
    expect(page.locator("[data-facets]")).to_be_hidden()


def test_tools_scroll_on_a_telephone_and_their_menus_are_whole(
    page: Page, link: Connection
) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    opened(page)
    bar = page.locator(".actions").bounding_box()
    assert bar is not None
    assert bar["height"] < 50
    for menu in ("Group by", "Compare", "Download"):
        page.locator(".page-head summary", has_text=menu).click()
        panel = page.locator(".page-head details[open] .menu-panel").bounding_box()
        assert panel is not None
        assert panel["x"] >= 0
        assert panel["x"] + panel["width"] <= 420
        page.keyboard.press("Escape")


def test_flows_are_read_on_a_telephone(page: Page, link: Connection) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    save_flows(link, 1)
    opened(page, "/history?table=flows")
    shown = rows(page).first
    for column in ("end", "src", "dst", "app", "state", "bytes_out"):
        expect(shown.locator(f".c-{column}")).to_be_in_viewport()


def test_the_scripts_of_the_page_are_small(page: Page, link: Connection) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    opened(page)
    scripts = [one.body() for one in answers if urlsplit(one.url).path.endswith(".js")]
    sizes: list[Any] = [len(gzip.compress(script)) for script in scripts]
    assert 0 < sum(sizes) <= MOST_SCRIPT
