"""Syslog lines to send: a mix of a firewall, sshd, web and mail, without repeats."""

import random
from datetime import UTC, datetime

MIX = (
    "<134>{when} fw-{n} kernel: [UFW BLOCK] IN=eth0 OUT= SRC={a} DST={b} LEN=60 TTL=52"
    " PROTO=TCP SPT={p} DPT={q} WINDOW=29200 SYN",
    "<86>{when} bastion-{n} sshd[{p}]: Failed password for invalid user u{q} from {a}"
    " port {p} ssh2",
    '<190>{when} web-{n} nginx[{q}]: {a} - - "GET /item/{p} HTTP/1.1" 200 {q}'
    ' "-" "Mozilla/5.0 (X11; Linux x86_64)"',
    "<22>{when} mail-{n} postfix/smtpd[{p}]: connect from mx{q}.example.net[{a}]",
    "<30>{when} dns-{n} named[{q}]: client {a}#{p} (host{p}.example.org): query:"
    " host{p}.example.org IN A + ({b})",
)


def make(count: int, size: int = 0, seed: int = 1) -> list[bytes]:
    """`count` lines without their line end; padded or cut to `size` bytes if given."""
    chance = random.Random(seed)
    when = datetime.now(UTC).strftime("%b %e %H:%M:%S")
    return [fit(line(chance, when), size) for _ in range(count)]


def line(chance: random.Random, when: str) -> bytes:
    return (
        chance.choice(MIX)
        .format(
            when=when,
            n=chance.randrange(20),
            a=f"198.51.{chance.randrange(256)}.{chance.randrange(1, 255)}",
            b=f"10.1.{chance.randrange(8)}.{chance.randrange(1, 255)}",
            p=chance.randrange(1024, 65_536),
            q=chance.randrange(1, 10_000),
        )
        .encode()
    )


def fit(text: bytes, size: int) -> bytes:
    return text if not size else text[:size].ljust(size, b".")
