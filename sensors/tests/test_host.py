"""What the machine suggests."""

import pytest

from sensors import host, zones


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("search corp.example lan\nnameserver 192.0.2.1", "corp.example"),
        ("domain example.org.", "example.org"),
        ("search a.example\nsearch b.example", "b.example"),
        ("# search commented.example\nnameserver ::1", ""),
        ("search", ""),
        ("", ""),
    ],
)
def test_the_search_domain_of_the_resolver(text: str, domain: str) -> None:
    assert host.first_search_domain(text.splitlines()) == domain


def test_loopback_is_an_interface_and_comes_last() -> None:
    assert host.interfaces()[-1] == "lo"


def test_a_zone_is_suggested() -> None:
    assert zones.check("UTC") == "UTC"
    with pytest.raises(ValueError, match="did you mean America/New_York"):
        zones.check("america/new york")
