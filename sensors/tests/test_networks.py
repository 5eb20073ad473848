"""Networks as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors import networks

GOOD = [
    ("10.0.0.0/8", "10.0.0.0/8"),
    (" 192.0.2.1 ", "192.0.2.1/32"),
    ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
    ("2001:DB8::/32", "2001:db8::/32"),
    ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
    ("0.0.0.0/0", "0.0.0.0/0"),
]
BAD = [
    ("10.0.0.1/8", "has host bits set; did you mean 10.0.0.0/8?"),
    ("192.168.*.*", "did you mean 192.168.0.0/16?"),
    ("192.168.1.*", "did you mean 192.168.1.0/24?"),
    ("10.0.0.0 - 10.0.0.255", "did you mean 10.0.0.0/24?"),
    ("10.0.0.1-10.0.0.5", "neither an address nor a network"),
    ("10.0.0.1-::5", "neither an address nor a network"),
    ("10.*.1.*", "neither an address nor a network"),
    ("300.1.1.*", "neither an address nor a network"),
    ("fe80::1%eth0/64", "did you mean fe80::/64?"),
    ("fe80::1%eth0", "names an interface; did you mean fe80::1?"),
    ("fe80::%1/64", "did you mean fe80::/64?"),
    ("", "neither an address nor a network"),
    ("10.0.0.0/33", "neither an address nor a network"),
    ("office", "neither an address nor a network"),
]


@pytest.mark.parametrize(("text", "network"), GOOD)
def test_right(text: str, network: str) -> None:
    assert str(networks.parse(text)) == network


@pytest.mark.parametrize(("text", "why"), BAD)
def test_wrong(text: str, why: str) -> None:
    with pytest.raises(ValueError) as error:
        networks.parse(text)
    assert why in str(error.value)


@given(st.text())
def test_any_text_is_a_network_or_one_sentence(text: str) -> None:
    try:
        networks.parse(text)
    except ValueError as error:
        assert str(error).endswith((".", "?"))


@given(st.ip_addresses(), st.integers(0, 128))
def test_the_suggestion_is_right_and_holds_the_address(
    address: object, bits: int
) -> None:
    text = f"{address}/{bits}"
    found = networks.meant(text)
    if found is not None:
        assert networks.parse(str(found)) == found


def test_an_address_is_shown_without_its_length() -> None:
    assert networks.shown("192.0.2.1/32") == "192.0.2.1"
    assert networks.shown("2001:db8::/32") == "2001:db8::/32"
    assert networks.shown("2001:db8::1/128") == "2001:db8::1"
