"""The Sources page in a real Chromium: it follows what arrives by itself."""

import shutil
from collections.abc import Iterator
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from ingest import folder as folders
from ingest.journal import Writer
from ingest.lines import Gathered
from ingest.tests.test_worker import append, work
from tests.browser import visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("empty_store")]
SERIOUS = {"serious", "critical"}


@pytest.fixture
def writer() -> Iterator[Writer]:
    folder = settings.JOURNAL_DIR / "0"
    yield Writer(folder, 1 << 30)
    shutil.rmtree(settings.JOURNAL_DIR)


def store(writer: Writer) -> None:
    """From a thread of its own: Playwright keeps an event loop in this one."""
    thread = Thread(target=work, args=[writer.folder])
    thread.start()
    thread.join()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in SERIOUS]


def test_sources_follow_what_arrives(page: Page, writer: Writer) -> None:
    visit(page, "/sources/")
    expect(page.get_by_text("Nothing has arrived yet")).to_be_visible()
    expect(page.get_by_text("logger -n 127.0.0.1 -P")).to_be_visible()
    assert serious(page) == []
    append(writer, "<13>one", "<13>two", peer="192.0.2.7")
    append(writer, "<13>three", peer="2001:db8::7")
    batch = Gathered()
    batch.reject("192.0.2.7", "empty", 1_234)
    batch.counted.drop("udp [::]:5514", 17)
    writer.append(None, batch.counted)
    store(writer)
    append(writer, "<13>waits", peer="192.0.2.7")
    status = {
        "at": timezone.now().isoformat(),
        "trouble": "The journal is full (4096 MiB of 4096): TCP senders wait.",
        "bytes": 3_900 << 20,
        "max_bytes": 4_096 << 20,
        "connections": 12,
        "listeners": ["tcp [::]:5514", "udp [::]:5514"],
    }
    folders.write_json(writer.folder / "receive.json", status)
    row = page.get_by_role("row").filter(has_text="192.0.2.7")
    expect(row).to_contain_text("1,234", timeout=10_000)
    expect(row).to_contain_text("complete")
    expect(page.get_by_text("Every received frame is accounted for")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("The journal is full")
    assert serious(page) == []


def test_the_light_turns_green_with_the_first_line(page: Page, writer: Writer) -> None:
    visit(page, "/sources/new/?kind=rsyslog&way=udp&device=192.0.2.7")
    light = page.locator("#light")
    expect(light).to_contain_text("Waiting for a line of 192.0.2.7")
    append(writer, "<34>Nov 24 10:00:00 fw1 app: <b>hello</b>", peer="192.0.2.7")
    store(writer)
    expect(light).to_contain_text("192.0.2.7 arrives at", timeout=10_000)
    expect(light.locator("pre")).to_contain_text("<b>hello</b>")
    assert serious(page) == []
    page.keyboard.press("Tab")  # all of it by keyboard: skip link, then the page
    page.get_by_role("link", name="TCP", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lines")).to_contain_text('protocol="tcp"')
