"""Making and reading a report."""

import pytest
from playwright.sync_api import Page, expect

from events.database import Connection
from events.models import Report
from tests.browser import visit
from tests.test_pages_browser import ALL, check_page, save_varied, violations

pytestmark = pytest.mark.browser


def test_a_report_is_made_read_and_deleted(page: Page, link: Connection) -> None:
    save_varied(link)
    visit(page, "/history?q=type:ids&range=1h")
    page.get_by_role("button", name="Report", exact=True).click()
    page.get_by_label("Title").fill("Intrusions of the last hour")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Intrusions of the last hour"
    )
    expect(page.locator(".report-rows tbody tr")).to_have_count(4)
    with page.expect_download() as found:
        page.get_by_role("link", name="Download").click()
    assert found.value.suggested_filename.endswith(".html")
    page.get_by_role("link", name="Search again").click()
    expect(page.locator("[data-history] .log-body .log-row")).to_have_count(4)
    page.go_back()
    page.get_by_role("button", name="Delete").click()
    page.locator("#report-delete").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("was deleted")
    assert not Report.objects.exists()


def test_report_pages_are_accessible(page: Page, link: Connection) -> None:
    check_page(page, "/reports")
    save_varied(link)
    visit(page, "/history?range=1h")
    page.get_by_role("button", name="Report", exact=True).click()
    page.get_by_label("Title").fill("All")
    page.get_by_role("button", name="Make it").click()
    page.locator(".report").wait_for()
    check_page(page, f"/reports/{Report.objects.get().pk}")
    visit(page, "/reports")
    assert violations(page, ALL) == []
