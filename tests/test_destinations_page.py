"""The destinations section of the sensor page, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from exporters.models import Destination, DestinationStatus
from exporters.tests.conftest import follow, receivers, save, sensor, udp
from exporters.tests.receivers import UdpReceiver, wait_until
from sensors.models import Sensor

__all__ = ["follow", "receivers", "save", "sensor", "udp"]
pytestmark = pytest.mark.browser


def test_a_destination_is_added_tested_and_delivers(
    page: Page,
    sensor: Sensor,
    udp: UdpReceiver,
    save: Callable[..., int],
    follow: Callable[[], Callable[[], None]],
) -> None:
    follow()
    page.goto(f"/sensors/{sensor.pk}/")
    section = page.locator("#destinations")
    section.get_by_text("No destination yet").wait_for()
    section.get_by_role("link", name="Add").click()
    section.get_by_label("Name").fill("SIEM")
    section.get_by_label("Host").fill("127.0.0.1")
    section.get_by_label("Port", exact=True).fill(str(udp.port))
    section.get_by_role("button", name="Save").click()
    expect(section.get_by_text("SIEM is saved and in force.")).to_be_visible()
    section.get_by_role("button", name="Send a test event").click()
    expect(section.get_by_text("nothing confirms that it arrived")).to_be_visible()
    assert wait_until(lambda: len(udp.lines) == 1)
    save(3)
    assert wait_until(lambda: len(udp.lines) == 4)
    expect(section.get_by_text("3 sent")).to_be_visible()
    expect(section.get_by_text("up to date")).to_be_visible()


def test_polling_leaves_an_open_form_and_an_open_dialog_alone(
    page: Page, sensor: Sensor
) -> None:
    made = Destination.objects.create(sensor=sensor, name="SIEM", host="192.0.2.1")
    page.goto(f"/sensors/{sensor.pk}/")
    section = page.locator("#destinations")
    section.get_by_role("button", name="Delete: SIEM").click()
    section.get_by_role("button", name="Cancel").click()
    section.get_by_role("link", name="Edit SIEM").click()
    section.get_by_label("Name").fill("half typed")
    DestinationStatus.objects.create(destination=made, sent=4_321)
    expect(section.get_by_text("4,321 sent")).to_be_visible()
    expect(section.get_by_label("Name")).to_have_value("half typed")
    section.get_by_role("link", name="Cancel").click()
    section.get_by_role("button", name="Delete: SIEM").click()
    dialog = section.get_by_role("dialog")
    DestinationStatus.objects.update(sent=9_999)
    expect(section.get_by_text("9,999 sent")).to_be_attached()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Delete").click()
    expect(section.get_by_text("SIEM is deleted.")).to_be_visible()


def test_errors_stand_at_their_fields(page: Page, sensor: Sensor) -> None:
    page.goto(f"/sensors/{sensor.pk}/")
    section = page.locator("#destinations")
    section.get_by_role("link", name="Add").click()
    section.get_by_label("Name").fill("SIEM")
    section.get_by_label("Host").fill("not a host")
    section.get_by_role("button", name="Save").click()
    expect(section.get_by_text("neither a host name nor an address")).to_be_visible()
    expect(section.get_by_label("Name")).to_have_value("SIEM")
