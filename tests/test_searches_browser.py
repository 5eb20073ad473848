"""The menu of saved searches, by keyboard, on the Historical page."""

import re

import pytest
from playwright.sync_api import Page, expect

from events.models import SavedSearch
from sensors.models import Domain, User
from sensors.tests.factories import make_user
from tests.browser import log_in, visit
from tests.test_pages_browser import check_page, violations

pytestmark = pytest.mark.browser


def saved(user: User, name: str, address: str, **more: object) -> SavedSearch:
    values = {"user": user, "name": name, "page": "history", "address": address}
    return SavedSearch.objects.create(**(values | more))


def save_shown(page: Page, name: str) -> None:
    """By keyboard: open the menu, to its last entry, fill in the dialog."""
    page.keyboard.press("o")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.type(name)


def test_a_search_is_saved_and_opened_again_by_keyboard(page: Page, ada: User) -> None:
    visit(page, "/history?q=denied&range=7d")
    save_shown(page, "Denied")
    page.keyboard.press("Enter")
    expect(page.locator("[data-searches] summary")).to_have_text("Denied")
    visit(page, "/history?range=1h")
    saved(ada, "Another", "q=x")
    page.keyboard.press("o")
    page.keyboard.type("den")
    expect(page.locator(".saved-list li")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/history?q=denied&range=7d")


def test_the_default_opens_the_page(page: Page) -> None:
    visit(page, "/history?q=denied")
    save_shown(page, "Denied")
    page.get_by_label("Open Historical with it").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#saved-dialog")).to_be_hidden()
    page.goto("/history")
    page.wait_for_url("**/history?q=denied")


def test_a_search_is_shared_changed_and_deleted(page: Page, ada: User) -> None:
    found = saved(ada, "Denied", "q=denied")
    visit(page, "/history?q=failed")
    page.keyboard.press("o")
    page.get_by_label("Change Denied").click()
    page.get_by_label("Share with").select_option("home")
    page.get_by_label("Replace it by what is shown now").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#saved-dialog")).to_be_hidden()
    found.refresh_from_db()
    assert (str(found.shared), found.address) == ("home", "q=failed")
    page.keyboard.press("o")
    page.get_by_label("Change Denied").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("#saved-dialog")).to_be_hidden()
    assert not SavedSearch.objects.exists()


def test_what_is_refused_is_said_in_the_dialog(page: Page, ada: User) -> None:
    saved(ada, "Denied", "q=denied")
    visit(page, "/history?q=failed")
    save_shown(page, "Denied")
    page.keyboard.press("Enter")
    expect(page.locator("#saved-problem")).to_have_text(
        "You have a search of this name already."
    )


def test_a_hostile_name_is_text_and_others_only_use_it(page: Page, ada: User) -> None:
    home = Domain.objects.get(name="home")
    saved(ada, "<img src=x onerror=alert(1)>", "q=x", shared=home)
    log_in(page, make_user("victor", home, "viewer"))
    visit(page, "/history?range=1h")
    page.keyboard.press("o")
    expect(page.locator(".saved-list .name")).to_have_text(
        "<img src=x onerror=alert(1)>"
    )
    page.locator(".saved-list button").click()
    expect(page.get_by_label("Share with")).to_be_hidden()
    expect(page.get_by_role("button", name="Delete")).to_be_hidden()


def test_menu_and_dialog_are_accessible(page: Page, ada: User) -> None:
    check_page(page, "/history?range=1h")
    page.keyboard.press("o")
    expect(page.get_by_text("No search is saved yet.")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("summary:focus")).to_have_text(re.compile("Saved"))
    saved(ada, "Denied", "q=denied")
    page.keyboard.press("o")
    expect(page.locator(".saved-list li")).to_have_count(1)
    assert violations(page, {"resultTypes": ["violations"]}) == []
