"""The kernel's filter: only packets to syslog ports ever reach this process.

A classic BPF program, made from tables of instructions with names for the places they
jump to. It sees packets from the network header on (a cooked socket), whatever carries
them. Fragments and IPv6 extension headers pass: `wire` looks at them exactly.
"""

import struct
from collections.abc import Iterable, Iterator

Line = tuple[str, int, str]  # instruction, its number, where it jumps when true
Code = list[Line | str]  # a text alone names the place of the next instruction

OPERATIONS = {
    "ld": 0x20,  # A = 32 bits at k
    "ldh": 0x28,  # 16 bits
    "ld x": 0x40,  # the same at X + k
    "ldh x": 0x48,
    "ldb x": 0x50,
    "ld m": 0x60,  # A = memory k
    "st": 0x02,
    "ldx": 0x01,  # X = k
    "ldx m": 0x61,
    "stx": 0x03,
    "tax": 0x07,
    "and": 0x54,
    "lsh": 0x64,
    "add x": 0x0C,
    "jeq": 0x15,
    "jset": 0x45,
    "ret": 0x06,
}
INSTRUCTION = struct.Struct("=HBBI")
PROTOCOL, KIND = 0xFFFFF000, 0xFFFFF004  # what the kernel knows besides the bytes
OUTGOING = 4
BASE, PORT = 0, 1  # memory: where the IP header begins, the port of the destination
WHOLE = 0x40000
MOST_OWN = 64  # addresses, and ports, that the kernel compares; `wire` knows all

START: Code = [
    ("ld", KIND, ""),
    ("jeq", OUTGOING, "drop"),
    ("ldx", 0, ""),
    ("ld", PROTOCOL, ""),
    ("jeq", 0x0800, "ipv4"),
    ("jeq", 0x86DD, "ipv6"),
    ("jeq", 0x8100, "tagged"),
    ("jeq", 0x88A8, "tagged"),
    "drop",
    ("ret", 0, ""),
    "tagged",  # the kernel takes one tag away, and leaves what is below it
    ("ldx", 4, ""),
    ("ldh", 2, ""),
    ("jeq", 0x0800, "ipv4"),
    ("jeq", 0x86DD, "ipv6"),
    ("ldx", 8, ""),
    ("ldh", 6, ""),
    ("jeq", 0x0800, "ipv4"),
    ("jeq", 0x86DD, "ipv6"),
    ("ret", 0, ""),
]
IPV6: Code = [
    "ipv6",
    ("ldb x", 6, ""),
    ("jeq", 17, "ipv6 port"),
    ("jeq", 6, "ipv6 port"),
    *[("jeq", header, "pass") for header in (0, 43, 44, 60)],
    ("ret", 0, ""),
    "ipv6 port",
    ("ldh x", 42, ""),
]
IPV4: Code = [
    "ipv4",
    ("stx", BASE, ""),
    ("ldb x", 9, ""),
    ("jeq", 17, "ipv4 port"),
    ("jeq", 6, "ipv4 port"),
    ("ret", 0, ""),
    "ipv4 port",
    ("ldh x", 6, ""),
    ("jset", 0x3FFF, "pass"),  # a fragment
    ("ldb x", 0, ""),
    ("and", 15, ""),
    ("lsh", 2, ""),
    ("add x", 0, ""),
    ("tax", 0, ""),
    ("ldh x", 2, ""),
    ("st", PORT, ""),
]
RECEIVER: Code = ["receiver", ("ldx m", BASE, ""), ("ld x", 16, "")]


def program(
    ports: Iterable[int], own: Iterable[bytes] = (), listening: Iterable[int] = ()
) -> bytes:
    """For packets to `ports`, but for those to one of our `own` IPv4 addresses at a
    port that we are `listening` on."""
    addresses = [int.from_bytes(one) for one in own if len(one) == 4][:MOST_OWN]
    wanted = sorted(set(ports))
    code: Code = [*START, *IPV6, *compare(wanted, "pass"), *IPV4]
    code += [*compare(wanted, "receiver"), *RECEIVER]
    code += [("jeq", address, "ours") for address in addresses]
    code += [("ret", WHOLE, ""), "ours", ("ld m", PORT, "")]
    code += [("jeq", port, "no") for port in sorted(listening)[:MOST_OWN]]
    code += [("ret", WHOLE, ""), "no", ("ret", 0, "")]
    # Last: the kernel takes what stands after it for reached without any memory.
    code += ["pass", ("ret", WHOLE, "")]
    return b"".join(assembled(code))


def compare(numbers: Iterable[int], place: str) -> Code:
    """To the place when A is one of them, else it is dropped."""
    return [*(("jeq", number, place) for number in numbers), ("ret", 0, "")]


def assembled(code: Code) -> Iterator[bytes]:
    places: dict[str, int] = {}
    lines: list[Line] = []
    for each in code:
        if isinstance(each, str):
            places[each] = len(lines)
        else:
            lines.append(each)
    for number, (name, value, place) in enumerate(lines):
        skip = places[place] - number - 1 if place else 0
        yield INSTRUCTION.pack(OPERATIONS[name], skip, 0, value)
