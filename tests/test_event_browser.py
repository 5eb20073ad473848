"""The page of one event in a real Chromium."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.database import Connection
from tests.browser import visit
from tests.test_pages_browser import ALL, CONTRAST, save, violations

pytestmark = pytest.mark.browser

LINE = b"<38>fw1 sshd[2211]: Failed password for root from 10.0.0.1 port 51002"
RECEIVED = 'pre[aria-label="Line as received"]'
HOSTILE = "\u202egpj.exe <img src=x onerror=document.title='owned'> \x1b[31m"


def save_three(link: Connection) -> None:
    """Events 1 to 3 of one host, a minute apart; the second is whole."""
    now = timezone.now()
    save(
        link, 3, time=[now - timedelta(minutes=minutes) for minutes in (3, 2, 1)],
        src="10.0.0.1", sport=51_002, dst=["192.0.2.1", "192.0.2.2", "192.0.2.3"],
        dport=22, host="fw1", app="sshd", user="root", rank=20, type=1,
        message="Failed password", raw=LINE, data='{"tls": {"sni": "a.example"}}',
    )  # fmt: skip


def check(page: Page, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    visit(page, path)
    expect(page.locator("tr.this")).to_be_visible()
    expect(page.get_by_text("as source").first).to_be_visible()
    assert violations(page, ALL) == []
    page.emulate_media(color_scheme="light")
    assert violations(page, CONTRAST) == []


def test_a_hostile_event_is_shown_harmlessly(link: Connection, page: Page) -> None:
    raw = (HOSTILE + "x" * 65_000).encode() + b"\xff\0"
    save(
        link, src="10.0.0.1", host=HOSTILE, app="<i>a", message=HOSTILE + "y" * 60_000,
        raw=raw, data='{"<b>\\" x": "<i>", "long": "' + "z" * 9_000 + '"}',
    )  # fmt: skip
    check(page, "/events/1")
    line = page.locator(RECEIVED)
    expect(line).to_contain_text("‹U+202E›gpj.exe <img src=x")
    expect(line).to_contain_text("‹NUL›")
    assert page.locator("img[src=x]").count() == 0
    assert "owned" not in page.title()
    page.set_viewport_size({"width": 420, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


def test_the_meaning_of_a_field_is_told_on_focus_and_on_hover(
    link: Connection, page: Page
) -> None:
    save_three(link)
    visit(page, "/events/2")
    word, meaning = page.locator("dfn", has_text="Rank"), page.locator("#about-rank")
    expect(meaning).to_be_hidden()
    word.focus()
    expect(meaning).to_be_visible()
    expect(word).to_have_accessible_description(
        "below 0 false positive, 0 nothing known, above 0 threat"
    )
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    word.hover()
    expect(meaning).to_be_visible()


def test_values_of_the_line_are_marked_where_they_stand(
    link: Connection, page: Page
) -> None:
    save_three(link)
    visit(page, "/events/2")
    marks = page.locator(f"{RECEIVED} mark")
    expect(marks).to_have_text(["fw1", "sshd", "root", "10.0.0.1", "51002"])
    page.locator("dd[data-column=src]").hover()
    expect(page.locator("mark.found")).to_have_text("10.0.0.1")


LINKS = [
    ("10.0.0.1", "src:10.0.0.1"),
    ("Filter out src:10.0.0.1", "-src:10.0.0.1"),
    ("ids (1)", "type:ids"),
    ("a.example", "data.tls.sni:a.example"),
]


@pytest.mark.parametrize(("name", "query"), LINKS)
def test_every_value_is_a_filter(
    link: Connection, page: Page, name: str, query: str
) -> None:
    save_three(link)
    visit(page, "/events/2")
    facts = page.locator("dd[data-column]")
    facts.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_url("**/history?**")
    expect(page.locator("#query")).to_have_value(query)


def test_neighbours_in_time_by_tabs(link: Connection, page: Page) -> None:
    save_three(link)
    visit(page, "/events/2")
    rows = page.locator(".near tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("+1.0 min")
    expect(rows.last).to_contain_text("−1.0 min")
    page.get_by_role("tab", name="Same host").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Same destination")).to_be_focused()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("tabpanel")).to_have_accessible_name("Same destination")


def test_older_and_newer_by_keyboard(link: Connection, page: Page) -> None:
    save_three(link)
    visit(page, "/events/2")
    expect(page.get_by_role("link", name="Older")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Event 1")).to_be_visible()
    expect(page.get_by_role("link", name="Newer")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Event 2")).to_be_visible()


def test_what_is_known_of_both_ends(link: Connection, page: Page) -> None:
    save_three(link)
    visit(page, "/events/2")
    source = page.locator("[data-known='10.0.0.1']")
    expect(source).to_contain_text("3 as source, 0 as destination")
    expect(page.locator("[data-known='192.0.2.2']")).to_contain_text("1 as destination")
    range_buttons = page.get_by_role("group", name="known of 10.0.0.1")
    range_buttons.get_by_role("button", name="last 24 h").click()
    expect(source).to_contain_text("3 as source")
    source.get_by_role("link", name="192.0.2.3").click()
    page.wait_for_url("**/history?**")
    expect(page.locator("#query")).to_have_value("ip:10.0.0.1 ip:192.0.2.3")


def test_the_event_is_copied_as_a_line(link: Connection, page: Page) -> None:
    save_three(link)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, "/events/2")
    page.get_by_role("button", name="CEF").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("CEF:0|")


def test_pinned_with_a_key(link: Connection, page: Page) -> None:
    save_three(link)
    visit(page, "/events/2")
    page.keyboard.press("Shift+P")
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    visit(page, "/pins")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_label("Note on event 2").fill("why")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Note on event 2")).to_have_value("why")


def test_a_pin_is_read_on_a_telephone(link: Connection, page: Page) -> None:
    save_three(link)
    visit(page, "/events/2")
    page.get_by_role("button", name="Pin", exact=True).click()
    page.set_viewport_size({"width": 420, "height": 800})
    visit(page, "/pins")
    note = page.get_by_label("Note on event 2").bounding_box()
    unpin = page.get_by_role("button", name="Unpin").bounding_box()
    assert note is not None and unpin is not None
    assert unpin["x"] >= note["x"] + note["width"] or unpin["y"] > note["y"] + 20
    assert unpin["x"] + unpin["width"] <= 420


def test_without_a_script_the_page_is_whole(
    link: Connection, page: Page, chromium: Any, live_server_url: str
) -> None:
    save_three(link)
    plain = chromium.new_context(base_url=live_server_url, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    tab = plain.new_page()
    tab.goto("/events/2")
    expect(tab.get_by_role("link", name="Same host, an hour around")).to_be_visible()
    expect(tab.get_by_text("What was seen with it").first).to_be_visible()
    tab.get_by_role("button", name="Pin", exact=True).click()
    expect(tab.get_by_role("button", name="Unpin")).to_be_visible()
    plain.close()


def test_a_field_shows_its_proved_place_and_a_place_its_field(
    link: Connection, page: Page
) -> None:
    line = LINE[: LINE.index(b"root")] + b"eve from 10.0.0.1 port 51002 ssh2"
    save(link, user="old", message=line[4:].decode(), head=line[:4].decode())
    visit(page, "/events/1")
    expect(page.locator("#explanation")).to_contain_text("rfc3164, content sshd")
    place = page.locator(f"{RECEIVED} mark[data-marks=src]")
    expect(place).to_have_text("10.0.0.1")
    page.locator("#explanation tr[data-column=src]").hover()
    expect(place).to_have_class("found")
    place.hover()
    expect(page.locator("#explanation tr[data-column=src]")).to_have_class("found")
    assert violations(page, ALL) == []
    page.get_by_role("button", name="Reparse").click()
    expect(page.get_by_text("The line was read again. Changed:")).to_be_visible()
