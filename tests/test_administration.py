"""From the one-time password to the trail, in a real browser."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sensors import passwords
from sensors.models import Sensor, User
from tests import worlds

pytestmark = pytest.mark.browser
NEW = "a much better phrase"


def log_in_by_hand(page: Page, name: str, password: str) -> None:
    page.goto("/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def change_password(page: Page, old: str, new: str) -> None:
    page.get_by_label("Old password").fill(old)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password again").fill(new)
    page.get_by_role("button", name="Change password").click()


def test_from_one_time_password_to_the_trail(
    context: BrowserContext, ada: User, empty_store: None
) -> None:
    text = passwords.issue(ada)
    ada.save()
    sensor = Sensor.objects.get(is_default=True)
    page = context.new_page()
    log_in_by_hand(page, "ada", text)
    expect(page.get_by_text("Choose your own before you go on")).to_be_visible()
    page.goto("/sensors/")
    expect(page.get_by_role("heading", name="Change your password")).to_be_visible()
    change_password(page, text, NEW)
    page.goto(f"/sensors/{sensor.pk}/")
    home_net = page.get_by_label("HOME_NET")
    home_net.fill("10.0.0.1/8")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("did you mean 10.0.0.0/8?")).to_be_visible()
    home_net.fill("10.0.0.0/8")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved and in force")).to_be_visible()
    page.goto("/audit/")
    row = page.get_by_role("row").filter(has_text="sensor changed")
    expect(row.locator("del")).to_contain_text("192.168.0.0/16")
    expect(row.locator("ins")).to_have_text("10.0.0.0/8")


def test_a_source_and_a_destination_on_one_page(page: Page, empty_store: None) -> None:
    world = worlds.make("site", "tovel", "192.0.2.1")
    page.goto(f"/sensors/{world.sensor.pk}/")
    sources = page.locator("#sources")
    sources.get_by_label("Address or network").fill("192.0.2.77")
    sources.get_by_label("Name").fill("printer")
    sources.get_by_role("button", name="Add").click()
    expect(sources.get_by_text("192.0.2.77")).to_be_visible()
    sources.get_by_role("button", name="Remove").nth(1).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(sources.get_by_text("192.0.2.77")).to_have_count(0)
    expect(page.get_by_text("tovel-siem", exact=True)).to_be_visible()


def test_the_page_says_when_destinations_cannot_be_read(
    page: Page, empty_store: None
) -> None:
    sensor = Sensor.objects.get(is_default=True)
    path = f"**/sensors/{sensor.pk}/destinations/"
    page.route(path, lambda route: route.fulfill(status=500, body="oops"))
    page.goto(f"/sensors/{sensor.pk}/")
    expect(page.get_by_text("The destinations could not be read")).to_be_visible()
    page.unroute(path)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("could not be read")).to_have_count(0)
