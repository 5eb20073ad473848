"""How fast lines become events: the parsers alone, one core, by family of formats.

    script/bench parse [--lines N]

Each kind is a batch of made-up lines through `prepare()`, the best of five runs of
processor time, so that a busy machine counts less. A line costs what its facts cost.
Beside it what rsyslog needs for the same lines, where it is installed (`lognorm`).
"""

import argparse
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import django

from bench import lognorm, report

if TYPE_CHECKING:
    import polars as pl

NOW = datetime.now(UTC)
RUNS = 5
TARGET = 250_000  # plain RFC 3164 lines with an address


def address() -> str:
    return ".".join(str(random.randint(1, 254)) for _ in range(4))


def port() -> int:
    return random.randint(1024, 65_535)


def bsd(tag: str) -> str:
    second = random.randint(0, 59)
    return f"<38>{NOW:%b} {NOW.day:2} {NOW:%H:%M}:{second:02} host{port() % 40} {tag}: "


def ssh() -> str:
    words = f"Failed password for invalid user admin{port() % 99} from {address()}"
    return bsd(f"sshd[{port()}]") + f"{words} port {port()} ssh2: no more tries for him"


def quiet() -> str:
    text = "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)"
    return bsd(f"CRON[{port()}]") + text + " finished without any output at all"


def iptables() -> str:
    ends = f"SRC={address()} DST={address()} LEN=52 TTL=64 ID={port()} PROTO=TCP"
    return (
        bsd("kernel") + f"[UFW BLOCK] IN=eth0 OUT= {ends} SPT={port()} DPT=22 WINDOW=8"
    )


def asa() -> str:
    ends = f"src outside:{address()}/{port()} dst inside:{address()}/443"
    return bsd("%ASA-4-106023") + f'Deny tcp {ends} by access-group "outside_in"'


def rfc5424() -> str:
    sd = f'[meta sequenceId="{port()}"]'
    start = (
        f"<38>1 {NOW:%Y-%m-%dT%H:%M:%S}.{port():06}Z host{port() % 40} sshd {port()}"
    )
    return f"{start} - {sd} Accepted publickey for bob from {address()} port {port()}"


def key_values() -> str:
    ends = f"srcip={address()} srcport={port()} dstip={address()} dstport=443"
    return (
        f'<189>date=2026-07-26 devname="fw" {ends} proto=6 action="accept" user="bob"'
    )


def quoted() -> str:
    ends = f'srcip="{address()}" srcport="{port()}" dstip="{address()}" dstport="443"'
    return (
        f'<189>date=2026-07-26 time=11:59:58 devname="fw" logid="{port()}" {ends}'
        f' type="traffic" level="notice" policyid="7" action="accept" user="u{port()}"'
        f' proto="6" service="HTTPS" sentbyte="{port()}" rcvdbyte="{port()}" msg="ok"'
    )


def cef() -> str:
    ends = f"src={address()} spt={port()} dst={address()} dpt=443 proto=TCP"
    return bsd("gate") + f"CEF:0|Acme|Wall|1|{port()}|Deny|5|{ends} act=blocked suser=a"


def eve() -> str:
    ends = f'"src_ip":"{address()}","src_port":{port()},"dest_ip":"{address()}"'
    alert = f'"alert":{{"action":"allowed","signature_id":{port()},"severity":2}}'
    return bsd("suricata") + f'{{"event_type":"alert",{ends},"proto":"TCP",{alert}}}'


def alert() -> str:
    start = f"Alert Level: 5; Rule: {port()} - Log-in failed.; Location: (web) 10.0.0.5"
    return bsd("ossec") + f"{start}->/var/log/auth.log; srcip: {address()}; {ssh()}"


KINDS: dict[str, Callable[[], str]] = {
    "RFC 3164, no facts": quiet,
    "RFC 3164, sshd": ssh,
    "RFC 3164, iptables": iptables,
    "RFC 3164, Cisco ASA": asa,
    "RFC 5424 with structured data": rfc5424,
    "key=value": key_values,
    'name="value"': quoted,
    "CEF": cef,
    "JSON": eve,
    "OSSEC alerts": alert,
}
KINDS["mix of all"] = lambda: random.choice(list(KINDS.values())[:10])()
# What rsyslog has a rule for.
COMPARED = ("RFC 3164, sshd", "RFC 3164, iptables", "key=value", 'name="value"')


def set_up() -> None:
    """One thread, and Django's models, which `routing` names but this never asks."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mssweb.settings")
    os.environ.setdefault("MSS_SECRET_KEY", "only-for-benches")
    django.setup()


def journal(lines: list[bytes]) -> "pl.DataFrame":
    from ingest.evaluation import Setting, frame

    return frame(lines, Setting(NOW))


def seconds(lines: "pl.DataFrame") -> float:
    """Processor time of one batch with HOME_NET and a zone to reckon with."""
    from ingest.pipeline import prepare
    from sensors import networks
    from sensors.routing import Route, Routes

    home = tuple(networks.parse(text) for text in networks.PRIVATE)
    routes = Routes(1, Route(1, True, "Europe/Berlin", home), {}, ())
    start = time.process_time()
    prepare(lines, routes)
    return time.process_time() - start


def measured(kind: str, count: int, peer: bool) -> list[object]:
    texts = [KINDS[kind]().encode() for _ in range(count)]
    lines = journal(texts)
    best = min(seconds(lines) for _ in range(RUNS)) / count
    other = lognorm.seconds(texts) / count if peer and kind in COMPARED else None
    size = sum(map(len, texts)) // count
    beside = "" if other is None else round(other * 1e6, 1)
    return [kind, size, round(best * 1e6, 1), round(1 / best), beside]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=20_000, help="in a batch")
    options = parser.parse_args()
    set_up()
    random.seed(1)
    peer = lognorm.available()
    rows = [measured(kind, options.lines, peer) for kind in KINDS]
    title = f"Lines to events, one core (target {TARGET:,}/s for RFC 3164, sshd)"
    head = ["lines", "bytes", "µs a line", "events/s", "rsyslog, µs a line"]
    report.table(title, head, rows)
    if not peer:
        print(lognorm.INSTALL)


if __name__ == "__main__":
    main()
