"""The download menu of the Historical page."""

import csv
import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from events.database import Connection
from exporters.models import Download
from tests.browser import visit
from tests.test_pages_browser import save_varied, violations

pytestmark = pytest.mark.browser


def downloaded(page: Page) -> Path:
    with page.expect_download() as found:
        page.get_by_role("button", name="Download", exact=True).click()
    return Path(found.value.path())


def open_menu(page: Page) -> None:
    page.locator("[data-downloads] summary").press("Enter")


def test_everything_that_matches_is_saved(page: Page, link: Connection) -> None:
    save_varied(link, 150)
    visit(page, "/history?q=type:ids&range=1h")
    open_menu(page)
    with downloaded(page).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12 and {row["type_name"] for row in rows} == {"ids"}
    entry = page.locator(".downloads-list li")
    expect(entry).to_contain_text("CSV: type:ids")
    expect(entry).to_contain_text("done")
    expect(entry).to_contain_text("12 rows")


def test_the_shown_columns_packed(page: Page, link: Connection) -> None:
    save_varied(link)
    visit(page, "/history?range=1h&columns=time,rank,src,dir,dst,type")
    open_menu(page)
    page.get_by_label("The columns that are shown").check()
    page.get_by_label("packed").check()
    first = gzip.decompress(downloaded(page).read_bytes()).decode().splitlines()[0]
    assert first.startswith("time,rank,src,sport,inbound,dst,dport,type_name")


def test_what_is_refused_is_said_in_the_menu(page: Page) -> None:
    visit(page, "/history?range=1h")
    open_menu(page)
    page.evaluate("history.replaceState(null, '', '?range=custom&start=soon')")
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.locator("[data-downloads] [data-problem]")).to_contain_text("date/time")
    assert not Download.objects.exists()


def test_flows_have_the_formats_that_fit(page: Page) -> None:
    visit(page, "/history?table=flows&range=1h")
    open_menu(page)
    expect(page.locator("option[value=cef]")).to_be_disabled()
    expect(page.locator("option[value=jsonl]")).to_be_enabled()


def test_the_menu_is_accessible(page: Page, link: Connection) -> None:
    save_varied(link)
    visit(page, "/history?range=1h")
    open_menu(page)
    downloaded(page)
    expect(page.locator(".downloads-list li")).to_contain_text("done")
    assert violations(page, {"resultTypes": ["violations"]}) == []
