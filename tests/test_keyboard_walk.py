"""The main paths of an analyst, from the log-in on, without a mouse."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from events.database import Connection
from sensors.models import User
from tests.browser import visit
from tests.test_history_browser import asked, keys, moved, rows, words
from tests.test_pages_browser import row, save

pytestmark = pytest.mark.browser

HOUR = timedelta(hours=1)
VILLAIN = "203.0.113.66"


@pytest.fixture
def walker(context: BrowserContext, ada: User) -> Page:
    """A tab in which nobody is logged in, and which may use the clipboard."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context.new_page()


@pytest.fixture
def logged_in(walker: Page, link: Connection) -> Page:
    """By keyboard, as everything here."""
    visit(walker, "/history")
    expect(walker.get_by_label("Name", exact=False).first).to_be_focused()
    keys(walker, "ada", "Tab", "x", "Enter")
    walker.wait_for_url("**/history*")
    walker.locator("body[data-ready]").wait_for()
    return walker


def tab_to(page: Page, name: str, most: int = 40) -> None:
    """Presses Tab until what is called so has the focus."""
    for _ in range(most):
        keys(page, "Tab")
        focused = page.evaluate("document.activeElement.textContent.trim()")
        if focused.startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name}")


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def last_tuesday() -> datetime:
    """Its noon, as somebody in Berlin says it."""
    now = timezone.localtime(timezone=ZoneInfo("Europe/Berlin"))
    day = now - timedelta(days=(now.weekday() - 1) % 7 or 7)
    return day.replace(hour=12, minute=0, second=0, microsecond=0)


def save_a_tuesday(link: Connection) -> None:
    """A failed log-in, six other things that its address did, and somebody else's."""
    noon, words = last_tuesday(), "Failed password for root"
    save(link, message=words, time=noon, src=VILLAIN, host="jump-1")
    save(link, 4, message="port scan", time=noon - HOUR, src=VILLAIN)
    save(link, 2, message="answered", time=noon + HOUR, dst=VILLAIN)
    save(link, 5, message="of somebody else", time=noon, src="10.0.0.1")


def found_on_tuesday(page: Page) -> None:
    visit(page, "/history")
    expect(words(page)).not_to_have_text("Counting…")
    keys(page, "/", "failed password", "Enter")
    moved(page, "0 events")
    keys(page, "t", "last tuesday", "Enter")
    moved(page, "1 event")


def test_a_failed_log_in_is_followed_and_handed_on(
    logged_in: Page, link: Connection
) -> None:
    """A failed log-in of last Tuesday, everything else of its address, one link."""
    save_a_tuesday(link)
    found_on_tuesday(logged_in)
    keys(logged_in, "j", "i")
    moved(logged_in, "7 events")
    assert asked(logged_in)["q"] == f"ip:{VILLAIN}"
    keys(logged_in, "c")
    expect(logged_in.get_by_text("Link copied")).to_be_visible()
    shared = clipboard(logged_in)
    assert {"start", "end", "q"} <= set(parse_qs(urlsplit(shared).query))
    colleague = logged_in.context.new_page()
    visit(colleague, shared)
    expect(rows(colleague)).to_have_count(7)


def test_live_rows_are_filtered_held_and_asked(
    logged_in: Page, link: Connection
) -> None:
    page = logged_in
    tab_to(page, "Real-Time")
    keys(page, "Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    page.locator("body[data-ready]").wait_for()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    keys(page, "/", "app:sshd", "Enter")
    expect(page.get_by_text("No event matches this filter")).to_be_visible()
    keys(page, "Escape")
    save(link, message="Failed password", app="sshd", src=VILLAIN)
    save(link, message="of another program", app="cron")
    expect(row(page, "Failed password")).to_be_visible()
    expect(row(page, "of another program")).to_have_count(0)
    keys(page, " ")
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    save(link, message="while paused", app="sshd")
    expect(page.locator("[data-figure=waiting]")).to_have_text("1")
    expect(row(page, "while paused")).to_have_count(0)
    keys(page, "j", "m")
    expect(page.get_by_role("menu")).to_be_visible()
    for _ in range(20):
        if "Filter for" in page.evaluate("document.activeElement.textContent"):
            break
        keys(page, "ArrowDown")
    keys(page, "Enter")
    expect(page.locator("#filter")).to_have_value(f"app:sshd src:{VILLAIN}")


def test_an_event_is_read_and_copied_beside_its_neighbours(
    logged_in: Page, link: Connection
) -> None:
    save_a_tuesday(link)
    found_on_tuesday(logged_in)
    keys(logged_in, "j", "Enter", "Enter")
    logged_in.wait_for_url("**/events/1")
    expect(logged_in.locator("tr.this")).to_be_visible()
    keys(logged_in, "J")
    expect(logged_in.get_by_text("Copied")).to_be_visible()
    assert '"Failed password for root"' in clipboard(logged_in)


def test_a_search_is_saved_and_found_again(logged_in: Page, link: Connection) -> None:
    save_a_tuesday(link)
    found_on_tuesday(logged_in)
    keys(logged_in, "o")
    tab_to(logged_in, "Save what is shown")
    keys(logged_in, "Enter")
    expect(logged_in.get_by_label("Name", exact=True)).to_be_focused()
    keys(logged_in, "guesses", "Enter")
    expect(logged_in.locator("#saved-dialog")).to_be_hidden()
    visit(logged_in, "/history")
    keys(logged_in, "o")
    expect(logged_in.get_by_role("link", name="guesses")).to_be_visible()
    tab_to(logged_in, "guesses")
    keys(logged_in, "Enter")
    moved(logged_in, "1 event")


def test_what_was_found_is_downloaded(
    logged_in: Page, link: Connection, tmp_path: Path
) -> None:
    save_a_tuesday(link)
    found_on_tuesday(logged_in)
    tab_to(logged_in, "Download")
    keys(logged_in, "Enter")
    with logged_in.expect_download() as download:
        tab_to(logged_in, "Download")
        keys(logged_in, "Enter")
    path = tmp_path / "found"
    download.value.save_as(path)
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    assert b"Failed password for root" in data
