"""The box for queries in a real Chromium, by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from events import store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from sensors.models import Sensor
from tests.browser import visit

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=document.title='owned'>\x1b"


@pytest.fixture
def box(link: Connection, page: Page) -> Locator:
    """The empty box of the Historical page; hosts web1 and a hostile one exist."""
    sensor = Sensor.objects.get(is_default=True).pk
    batch = frames.events(4, sensor=sensor, host=["web1", "web1", "web1", HOSTILE])
    store.save(link, Origin("t", 0, 3), batch)
    visit(page, "/history")
    found = page.get_by_role("combobox", name="Query")
    found.focus()
    return found


def options(page: Page) -> Locator:
    return page.locator(".query-options > [role=option]")


def said(page: Page) -> Locator:
    return page.locator(".query-said")


def test_fields_and_values_are_completed_by_tab(page: Page, box: Locator) -> None:
    box.press_sequentially("hos")
    expect(options(page).first).to_contain_text("host")
    box.press("Tab")
    expect(box).to_have_value("host:")
    expect(options(page).first).to_contain_text("web1")
    box.press("Tab")
    expect(box).to_have_value("host:web1 ")
    expect(said(page)).to_have_text("finds host is web1")


def test_arrows_choose_and_enter_takes_it(page: Page, box: Locator) -> None:
    box.press_sequentially("type:l")
    expect(options(page).first).to_contain_text("log")
    box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("log")
    expect(box).to_have_attribute(
        "aria-activedescendant", chosen.get_attribute("id") or ""
    )
    box.press("Enter")
    expect(box).to_have_value("type:log ")
    assert "q=" not in page.url


def test_enter_with_nothing_chosen_searches(page: Page, box: Locator) -> None:
    box.press_sequentially("host:we")
    expect(options(page).first).to_be_visible()
    box.press("Enter")
    page.wait_for_url("**q=host*")


def test_escape_closes_the_list_and_keeps_the_text(page: Page, box: Locator) -> None:
    box.press_sequentially("hos")
    expect(options(page).first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("hos")
    expect(box).to_be_focused()


def test_control_space_offers_everything(page: Page, box: Locator) -> None:
    box.press("Control+Space")
    expect(options(page).first).to_be_visible()
    assert options(page).count() > 20


def test_a_mistake_is_shown_at_its_place_and_mended_by_a_key(
    page: Page, box: Locator
) -> None:
    box.press_sequentially("hots:web1 app:x")
    expect(said(page)).to_contain_text("Did you mean host?")
    expect(page.locator(".query-said mark")).to_have_text("hots:web1 app:x")
    box.press("Tab")
    expect(box).to_have_value("host:web1 app:x")
    expect(said(page)).to_contain_text("finds host is web1, and application is x")


def test_the_place_is_right_beyond_the_first_plane(page: Page, box: Locator) -> None:
    box.press_sequentially("😀 zz:1 a")
    expect(page.locator(".query-said mark")).to_have_text("zz:1 a")


def test_the_place_is_right_in_the_filter_of_real_time(
    page: Page, box: Locator
) -> None:
    visit(page, "/")
    filter_box = page.get_by_role("combobox", name="Filter")
    filter_box.fill("😀 𝔸 zz:1 a")
    filter_box.press("Enter")
    expect(page.locator("#filter-error mark")).to_have_text("zz:1 a")
    expect(page.locator("#filter-error .place")).to_have_text("😀 𝔸 zz:1 a")


def test_a_warning_stands_under_the_reading_and_is_taken_by_the_arrows(
    page: Page, box: Locator
) -> None:
    box.press_sequentially("😀 and denied")
    warning = page.locator(".query-warning")
    expect(warning).to_contain_text("to combine write AND")
    expect(said(page)).to_contain_text('finds "😀" in')
    box.press("ArrowUp")
    expect(options(page).last).to_have_text("ANDfor and")
    box.press("Enter")
    expect(box).to_have_value("😀 AND denied")
    expect(warning).to_have_count(0)


def test_tab_leaves_the_box_past_a_warning(page: Page, box: Locator) -> None:
    box.press_sequentially("a and denied ")
    box.press("Escape")
    box.blur()
    box.focus()
    expect(page.locator(".query-warning")).to_be_visible()
    box.press("Tab")
    expect(box).not_to_be_focused()
    expect(box).to_have_value("a and denied ")


def test_no_warning_of_what_is_still_typed(page: Page, box: Locator) -> None:
    box.press_sequentially("domain:zz")
    expect(said(page)).to_have_text("finds domain is zz")
    box.blur()
    box.focus()
    expect(page.locator(".query-warning")).to_have_text("You see no domain zz.")


def test_splunk_is_mended_by_one_key(page: Page, box: Locator) -> None:
    box.press_sequentially("index=main src = 10.0.0.1 | stats count by dst ")
    expect(said(page)).to_contain_text("leave it out")
    box.press("Tab")
    expect(box).to_have_value("src:10.0.0.1")
    expect(said(page)).to_contain_text("source address is 10.0.0.1")


def test_what_is_typed_last_is_not_called_wrong_yet(page: Page, box: Locator) -> None:
    box.press_sequentially("src:")
    expect(said(page)).to_contain_text("needs a value")
    expect(page.locator(".query-said.wrong")).to_have_count(0)


def test_values_are_text_whatever_is_in_them(page: Page, box: Locator) -> None:
    box.press_sequentially("host:")
    expect(options(page).filter(has_text="<img")).to_contain_text("‹ESC›")
    assert page.title() != "owned"
    assert page.locator(".query-panel img").count() == 0


def test_own_queries_are_kept_and_come_back(page: Page, box: Locator) -> None:
    box.press_sequentially("host:web1")
    with page.expect_response(lambda answer: "preferences/queries" in answer.url):
        box.press("Enter")
    page.wait_for_url("**q=host*")
    visit(page, "/history")
    box.focus()
    box.press("ArrowUp")
    expect(options(page)).to_have_text(["host:web1"])
    box.press("Enter")
    expect(box).to_have_value("host:web1")


@pytest.mark.parametrize("text", ["hots:web1 sr", "failed and domain:zz "])
def test_the_box_has_no_serious_finding(page: Page, box: Locator, text: str) -> None:
    box.press_sequentially(text)
    expect(options(page).first).to_be_visible()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, context=".query-box").response["violations"]
        assert [
            one["id"] for one in found if one["impact"] in {"serious", "critical"}
        ] == []


def test_real_time_has_the_same_box(page: Page, box: Locator) -> None:
    visit(page, "/")
    filter_box = page.get_by_role("combobox", name="Filter")
    filter_box.press_sequentially("typ")
    expect(options(page).first).to_contain_text("type")
    filter_box.press("Tab")
    expect(filter_box).to_have_value("type:")
