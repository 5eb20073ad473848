"""The row menu in a real Chromium: by mouse, by finger and by keyboard."""

import json
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Locator, Page, expect

from events import pins, pools
from events.database import Connection
from events.query import parse
from events.query.tree import Like, Not, Pattern
from events.terms import quoted
from sensors.models import User
from tests.browser import visit
from tests.test_pages_browser import ALL, save, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def pinned(link: Connection, page: Page, ada: User) -> Page:
    """The Pins page with two events, and a tab in which copying is allowed."""
    save(
        link, 2, src="10.0.0.1", sport=1234, dst=["192.0.2.9", None], host="fw 1",
        message="look <b>here</b>", raw=b"exactly this \0 line",
    )  # fmt: skip
    for number in (1, 2):
        pins.keep(ada, number)
    pools.readers().close()
    pools.readers.cache_clear()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, "/pins")
    return page


def cell(page: Page, column: str, event: int = 1) -> Locator:
    line = page.locator("[data-row]").filter(
        has=page.locator(f"a[href='/events/{event}']")
    )
    return line.locator(f"[data-column={column}]")


def open_on(page: Page, column: str, event: int = 1) -> Locator:
    cell(page, column, event).click(button="right")
    return page.get_by_role("menu")


def names(menu: Locator) -> list[str]:
    found: list[str] = menu.get_by_role("menuitem").evaluate_all(
        "all => all.map(item => item.dataset.name)"
    )
    return found


def choose(page: Page, name: str) -> None:
    page.locator(f"[role=menuitem][data-name={name}]").click()


def copied(page: Page) -> str:
    expect(page.get_by_text("Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def asked(page: Page) -> str:
    page.wait_for_url("**/history?**")
    return parse_qs(urlparse(page.url).query)["q"][0]


# -- what it offers


def test_the_entries_are_those_of_the_value(pinned: Page) -> None:
    of_address = names(open_on(pinned, "src"))
    assert {"for", "out", "only", "pair", "resolve", "known"} <= set(of_address)
    of_empty = names(open_on(pinned, "dst", 2))
    assert not {"for", "copy-value", "pair"} & set(of_empty)
    assert {"for-src", "details", "copy-json", "pin"} <= set(of_empty)
    for_each = [f"{how}-{one}" for one in ("src", "host") for how in HOWS]
    assert [name for name in of_empty if name.endswith(("-src", "-host"))] == for_each


def test_axe_finds_nothing_serious(pinned: Page) -> None:
    expect(open_on(pinned, "src")).to_be_visible()
    assert violations(pinned, ALL) == []


HOWS = ("for", "out", "only")
FILTERS = [
    ("src", "for", "src:10.0.0.1"),
    ("src", "out", "-src:10.0.0.1"),
    ("type", "only", "type:log"),
    ("message", "out", '-message:"look <b>here</b>"'),
    ("src", "pair", "src:10.0.0.1 dst:192.0.2.9"),
    ("src", "history", "src:10.0.0.1"),
    ("time", "for-host", 'host:"fw 1"'),
    ("time", "out-host", '-host:"fw 1"'),
    ("time", "only-src", "src:10.0.0.1"),
]


@pytest.mark.parametrize(("column", "name", "query"), FILTERS)
def test_a_value_becomes_a_filter(
    pinned: Page, column: str, name: str, query: str
) -> None:
    open_on(pinned, column)
    choose(pinned, name)
    assert asked(pinned) == query


def test_everything_is_copied_in_its_form(pinned: Page) -> None:
    texts = {}
    for name in ("value", "json", "cef", "syslog", "raw", "link"):
        open_on(pinned, "message")
        choose(pinned, f"copy-{name}")
        texts[name] = copied(pinned)
        pinned.locator(".said").evaluate("one => one.textContent = ''")
    assert texts["value"] == "look <b>here</b>"
    assert json.loads(texts["json"])["id"] == 1
    assert texts["cef"].startswith("CEF:0|MetaFlows|MSS|")
    assert "{5,0} look <b>here</b>" in texts["syslog"]
    assert texts["raw"] == "exactly this \0 line"
    assert texts["link"].endswith("/events/1")


def test_what_is_known_of_an_address_is_shown(pinned: Page) -> None:
    open_on(pinned, "src")
    choose(pinned, "known")
    card = pinned.get_by_role("dialog")
    expect(card).to_contain_text("2 as source, 0 as destination")
    assert violations(pinned, ALL) == []
    pinned.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_names_are_asked_for_on_demand(pinned: Page) -> None:
    asks: list[str] = []
    pinned.on("request", lambda request: asks.append(request.url))
    open_on(pinned, "dst")
    assert not [url for url in asks if "resolve" in url]
    choose(pinned, "resolve")
    expect(pinned.get_by_role("dialog").locator("p")).not_to_be_empty()
    assert [url for url in asks if "resolve?ip=192.0.2.9" in url]


def test_pin_and_unpin(pinned: Page, ada: User) -> None:
    open_on(pinned, "src")
    choose(pinned, "pin")
    expect(pinned.locator(".gone")).to_have_count(1)
    expect(open_on(pinned, "src").locator("[data-name=pin]")).to_contain_text("Pin")
    choose(pinned, "pin")
    expect(pinned.locator(".gone")).to_have_count(0)


# -- how it is opened and left


@pytest.mark.parametrize("key", ["m", "Shift+F10", "ContextMenu"])
def test_it_opens_by_keyboard_and_gives_the_focus_back(pinned: Page, key: str) -> None:
    link = cell(pinned, "time").get_by_role("link")
    link.focus()
    pinned.keyboard.press(key)
    expect(pinned.get_by_role("menuitem", name="Details")).to_be_focused()
    pinned.keyboard.press("Escape")
    expect(pinned.get_by_role("menu")).to_have_count(0)
    expect(link).to_be_focused()


def test_arrows_letters_and_ends(pinned: Page) -> None:
    open_on(pinned, "src")
    last = pinned.get_by_role("menuitem").last
    pinned.keyboard.press("ArrowUp")
    expect(last).to_be_focused()
    pinned.keyboard.press("ArrowDown")
    expect(pinned.locator("[data-name=details]")).to_be_focused()
    pinned.keyboard.press("c")
    expect(pinned.locator("[data-name=copy-value]")).to_be_focused()
    pinned.keyboard.press("c")
    expect(pinned.locator("[data-name=copy-json]")).to_be_focused()
    pinned.keyboard.press("End")
    expect(last).to_be_focused()
    pinned.keyboard.press("Home")
    pinned.keyboard.press("Enter")
    expect(pinned.get_by_role("heading", name="Event 1")).to_be_visible()


def test_what_stands_beside_is_reached_by_left_and_right(pinned: Page) -> None:
    open_on(pinned, "time")
    walked = []
    for _ in range(pinned.locator("[role=menuitem]:not(.short)").count()):
        walked.append(pinned.locator(":focus").get_attribute("data-name"))
        pinned.keyboard.press("ArrowDown")
    assert {"details", "for-src", "for-host", "pair", "pin"} <= set(walked)
    expect(pinned.locator("[data-name=details]")).to_be_focused()
    pinned.keyboard.press("1")
    assert asked(pinned) == "src:10.0.0.1"
    pinned.go_back()
    open_on(pinned, "time")
    pinned.locator("[data-name=for-src]").focus()
    pinned.keyboard.press("ArrowRight")
    expect(
        pinned.get_by_role("menuitem", name="Filter out src:10.0.0.1")
    ).to_be_focused()
    pinned.keyboard.press("ArrowRight")
    expect(pinned.get_by_role("menuitem", name="Only src:10.0.0.1")).to_be_focused()
    pinned.keyboard.press("ArrowLeft")
    pinned.keyboard.press("Enter")
    assert asked(pinned) == "-src:10.0.0.1"


def test_a_word_that_is_said_is_below_the_menu(pinned: Page) -> None:
    pinned.evaluate("scrollTo(0, 0)")
    open_on(pinned, "src")
    pinned.keyboard.press("Shift+C")
    expect(pinned.get_by_text("Copied")).to_be_visible()
    menu = open_on(pinned, "src")
    layer = "one => Number(getComputedStyle(one).zIndex)"
    assert pinned.locator(".said").evaluate(layer) < menu.evaluate(layer)


def test_a_key_runs_its_entry_in_the_menu_and_without(pinned: Page) -> None:
    open_on(pinned, "src")
    pinned.keyboard.press("Shift+C")
    assert copied(pinned) == "10.0.0.1"
    pinned.locator(".said").evaluate("one => one.textContent = ''")
    cell(pinned, "time").get_by_role("link").focus()
    pinned.keyboard.press("Shift+L")
    assert copied(pinned).endswith("/events/1")


def test_a_key_in_a_field_is_a_letter(pinned: Page) -> None:
    note = pinned.get_by_label("Note on event 1")
    note.fill("")
    note.press("m")
    note.press("Shift+P")
    expect(note).to_have_value("mP")
    expect(pinned.get_by_role("menu")).to_have_count(0)


def test_a_click_elsewhere_a_scroll_and_tab_close_it(pinned: Page) -> None:
    menu = open_on(pinned, "src")
    pinned.mouse.click(5, 700)
    expect(menu).to_have_count(0)
    open_on(pinned, "src")
    pinned.set_viewport_size({"width": 760, "height": 400})
    expect(menu).to_have_count(0)
    open_on(pinned, "src")
    pinned.locator("[data-pins]").evaluate("one => one.scrollBy(20, 0)")
    expect(menu).to_have_count(0)
    open_on(pinned, "src")
    pinned.keyboard.press("Tab")
    expect(menu).to_have_count(0)


def test_the_menu_of_the_browser_is_kept_with_shift(pinned: Page) -> None:
    cell(pinned, "src").click(button="right", modifiers=["Shift"])
    expect(pinned.get_by_role("menu")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 800), (420, 700)])
def test_it_stays_inside_the_window(pinned: Page, size: tuple[int, int]) -> None:
    width, height = size
    pinned.set_viewport_size({"width": width, "height": height})
    box = open_on(pinned, "message", 2).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height


def test_a_finger_that_stays_opens_it(pinned: Page) -> None:
    where = {"bubbles": True, "pointerType": "touch", "clientX": 80, "clientY": 120}
    cell(pinned, "src").dispatch_event("pointerdown", where)
    expect(pinned.get_by_role("menu")).to_be_visible()
    cell(pinned, "time").get_by_role("link").dispatch_event("click")
    expect(pinned.get_by_role("heading", name="Pins")).to_be_visible()


def test_a_finger_that_moves_scrolls(pinned: Page) -> None:
    touch = {"bubbles": True, "pointerType": "touch", "clientX": 80, "clientY": 120}
    cell(pinned, "src").dispatch_event("pointerdown", touch)
    cell(pinned, "src").dispatch_event("pointermove", touch | {"clientY": 160})
    pinned.wait_for_timeout(700)
    expect(pinned.get_by_role("menu")).to_have_count(0)


# -- terms: what the script writes, the server reads

STORABLE = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
SIGNS = st.sampled_from('aB1.-_:/*"\\ ()[]<>=|~&,+')
VALUES = st.text(STORABLE, min_size=1, max_size=80) | st.text(SIGNS, min_size=1)

TERMS = """async (values) => {
  const { termOf, combined } = await import("/static/js/parts/terms.js");
  return values.map((value) => {
    const term = termOf({ row: {}, column: "user", value });
    return [term, combined("a OR b", term, "for"), combined("", term, "out")];
  });
}"""


def test_any_value_is_a_term_that_means_just_it(page: Page) -> None:
    visit(page, "/pins")

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(VALUES, min_size=20, max_size=60))
    def check(values: list[str]) -> None:
        for value, terms in zip(values, page.evaluate(TERMS, values), strict=True):
            check_terms(value, terms)

    check()


def check_terms(value: str, terms: list[Any]) -> None:
    term, more, out = terms
    asked = Like("user", Pattern(value))
    assert term == f"user:{quoted(value)}"
    assert parse(term) == asked
    assert parse(more).children[1] == asked  # type: ignore[union-attr]
    assert parse(out) == Not(asked)
