"""Addresses and networks after `field:`; what is not quite one is mended."""

import re

from events.query.fields import Field
from events.query.given import Text
from events.query.tree import Address, Leaf, Within
from sensors import networks


def read_address(field: Field, value: Text) -> Leaf:
    if value.operator != "=":
        raise value.error(
            f"Write a range of addresses as {field.name}:10.0.0.1..10.0.0.9."
        )
    stars = networks.of_stars(value.text) if "*" in value.text else None
    if stars:
        return Within(field.name, stars)
    try:
        return Within(field.name, networks.parse(value.text))
    except ValueError as error:
        better = better_address(field, value.text)
        raise value.error(str(error), better) from None


def better_address(field: Field, text: str) -> str | None:
    first, dash, last = text.partition("-")
    if dash and is_address(first) and is_address(last):
        return f"{first}..{last}"
    found = networks.meant(text)
    if found:
        return networks.shown(str(found))
    shortened = re.fullmatch(r"((?:[0-9]{1,3}\.){1,3})\*?", text)
    if shortened:
        known = shortened[1].strip(".").split(".")
        return ".".join([*known, *["0"] * (4 - len(known))]) + f"/{8 * len(known)}"
    with_port = re.fullmatch(r"\[?([0-9a-fA-F.:]+?)\]?:([0-9]{1,5})", text)
    ports = {"src": "sport", "dst": "dport"}
    if with_port and "." in with_port[1]:
        return f"{with_port[1]} {ports.get(field.name, 'port')}:{with_port[2]}"
    return None


def is_address(text: str) -> bool:
    try:
        return bool(address(text))
    except ValueError:
        return False


def address(text: str) -> Address:
    found = networks.parse(text)
    if found.num_addresses != 1:
        raise ValueError(f"{text!r} is no single address.")
    return found.network_address
