"""System checks: each combination that cannot work is named with its cure."""

from typing import Any

import pytest

from mssweb import checks

GOOD = (180_006, 1024, "on", "UTF8", True)


@pytest.mark.parametrize(
    ("server", "code"),
    [
        ((160_004, 1024, "on", "UTF8", True), "mssweb.E001"),
        ((180_006, 64, "on", "UTF8", True), "mssweb.E002"),
        ((180_006, 1024, "on", "UTF8", False), "mssweb.E003"),
        ((180_006, 1024, "off", "UTF8", True), "mssweb.E004"),
        ((180_006, 1024, "on", "LATIN1", True), "mssweb.E005"),
    ],
)
def test_a_server_that_cannot_work_is_named(server: Any, code: str) -> None:
    (message,) = checks.server_messages(*server)
    assert message.id == code and message.hint


def test_a_good_server_passes() -> None:
    assert checks.server_messages(*GOOD) == []


@pytest.mark.django_db
def test_the_embedded_server_passes() -> None:
    assert list(checks.server(databases=["default"])) == []


def test_without_a_database_none_is_asked() -> None:
    assert list(checks.server(databases=None)) == []


def test_the_defaults_pass(settings: Any) -> None:
    assert [
        *checks.limits(),
        *checks.sniffing(),
        *checks.ports(),
        *checks.pages(),
    ] == []


def test_a_limit_out_of_range_is_named(settings: Any) -> None:
    settings.MAX_LINE_BYTES = 10
    (message,) = checks.limits()
    assert "MSS_MAX_LINE_BYTES" in (message.hint or "")


def test_a_wrong_port_is_named(settings: Any) -> None:
    settings.SYSLOG_PORTS = [5514, 70_000]
    (message,) = checks.ports()
    assert message.id == "mssweb.E012"


def test_an_interface_that_cannot_be_is_named(settings: Any) -> None:
    settings.SNIFF, settings.SNIFF_PORTS = ["eth1", "an/other"], [0]
    assert [one.id for one in checks.sniffing()] == ["mssweb.E016", "mssweb.E017"]


def test_pages_open_to_a_network_are_warned_of(monkeypatch: Any) -> None:
    monkeypatch.setenv("MSS_WEB_HOST", "0.0.0.0")  # noqa: S104
    assert [message.id for message in checks.pages()] == ["mssweb.W011", "mssweb.W012"]
