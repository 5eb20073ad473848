"""A store filled with believable events over 48 hours, fast, for benchmarks of reading.

Frames are made column by column and go through the write door. All but the newest
segment are sealed, with their text indexes; the newest is as full as an open one gets.
A few rows are marked, so that a rare thing is known to be rare.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import django
import polars as pl

from bench import product
from bench.product import Product
from events import database, schema, sealing, store
from events.database import Connection
from events.tables import EVENTS

BATCH = 50_000
SPAN = timedelta(hours=48)
SENSORS = ("north", "south", "east", "west")

# One row in so many has these; the word of the oldest is in the first rows alone.
RARE_EVERY = 500_000
RARE_ADDRESS, RARE_WORD, RARE_USER = "203.0.113.77", "quokka", "mallory"
OLDEST_WORD, OLDEST_ROWS = "wombat", 3


@dataclass(frozen=True)
class Kind:
    """A kind of line: its share of a thousand, its constants, its message.

    `{a}` source, `{b}` destination, `{p}` its port, `{s}` source port, `{u}` user,
    `{n}` any number.
    """

    share: int
    host: str
    app: str | None
    message: str
    type: int = 5
    severity: int = 6
    proto: str | None = "tcp"
    action: str | None = None
    rank: int = 0
    cls: int | None = None
    data: str | None = None


KINDS = (
    Kind(
        400, "fw", "kernel", "[UFW BLOCK] IN=eth0 OUT= SRC={a} DST={b} LEN=60 TTL=52"
        " PROTO=TCP SPT={s} DPT={p} WINDOW=29200 SYN", severity=4, action="deny", cls=1,
    ),
    Kind(
        180, "bastion", "sshd", "Failed password for invalid user {u} from {a} port"
        " {s} ssh2", action="fail", cls=2,
    ),
    Kind(
        150, "web", "nginx", '{a} - - "GET /item/{n} HTTP/1.1" 200 {s} "-"'
        ' "Mozilla/5.0 (X11; Linux x86_64)"', data='{"status": "200"}',
    ),
    Kind(100, "mail", "postfix/smtpd", "connect from mx{n}.example.net[{a}]"),
    Kind(
        100, "dns", "named", "client {a}#{s} (host{n}.example.org): query:"
        " host{n}.example.org IN A + ({b})", proto="udp",
    ),
    Kind(
        49, "bastion", "sshd", "Accepted publickey for {u} from {a} port {s} ssh2",
        action="allow",
    ),
    Kind(10, "app", None, "session {n} closed after {s} ms", severity=7, proto=None),
    Kind(
        8, "ids", "suricata", "ET SCAN Potential SSH Scan {n} {a} -> {b}:{p}", type=1,
        severity=3, rank=40, cls=3, data='{"rev": "27"}',
    ),
    Kind(
        3, "web", "modsec", "SQL Injection Attack Detected at /item/{n} from {a}",
        type=12, severity=3, rank=60, cls=4,
    ),
)  # fmt: skip


def fill(
    connection: Connection, rows: int, sensors: Sequence[int], segment_rows: int
) -> None:
    """`rows` sealed events and an open segment that lacks one row to be full.

    `segment_rows` is what `settings.SEGMENT_ROWS` says. The last rows are of now.
    """
    total = rows + segment_rows - 1
    start = datetime.now(UTC) - SPAN
    for first in range(0, total, BATCH):
        count = min(BATCH, total - first)
        frame = events(first, count, total, start, sensors)
        origin = store.Origin("bench-filled", first, first + count - 1)
        store.save(connection, origin, events=frame, tallies=tallies(frame))


def seal(connection: Connection) -> None:
    """Every full segment with all of its indexes; takes a minute per two million."""
    while sealing.backlog(connection, EVENTS):
        if not sealing.seal_due(connection, EVENTS):
            time.sleep(1)


@contextmanager
def running(rows: int, segment_rows: int = 1_000_000) -> Iterator[Product]:
    """The product with a filled store, and Django set up to ask it from here."""
    size = {"MSS_SEGMENT_ROWS": str(segment_rows)}
    with product.running(**size) as found:
        os.environ |= found.environment | size
        os.environ["DJANGO_SETTINGS_MODULE"] = "mssweb.settings"
        django.setup()
        with database.connect() as connection:
            fill(connection, rows, make_sensors(), segment_rows)
            seal(connection)
        yield found


def make_sensors() -> list[int]:
    """Four sensors in two domains, and their ids."""
    from sensors.models import Domain, Sensor

    domains = [Domain.objects.create(name=f"bench-{n}") for n in (1, 2)]
    return [
        Sensor.objects.create(domain=domains[n % 2], name=name).pk
        for n, name in enumerate(SENSORS)
    ]


def events(
    first: int, count: int, total: int, start: datetime, sensors: Sequence[int]
) -> pl.DataFrame:
    """Rows `first` … of `total`, spread evenly over the span, a few seconds jumbled."""
    numbers = pl.DataFrame({"row": pl.int_range(first, first + count, eager=True)})
    base = numbers.with_columns(
        kind=dice(0) % 1000,
        when=when(total, start),
        sensor=one_of(sensors, 1),
        a=address("198.51", 2, 256),
        b=address("10.1", 3, 8),
        s=(1024 + dice(4) % 60_000).cast(pl.Int32),
        p=one_of((22, 80, 443, 25, 53, 3389, 8080, 5060), 5),
        u=pl.format("u{}", skewed(6, 5_000)),
        n=(dice(7) % 100_000),
        host_number=skewed(8, 20),
    )
    parts, low = [], 0
    for kind in KINDS:
        chosen = base.filter(pl.col("kind").is_between(low, low + kind.share, "left"))
        parts.append(of_kind(kind, chosen))
        low += kind.share
    together = pl.concat(parts, how="vertical").sort("row")
    return schema.conform(marked(together).drop("row"), schema.EVENT)


def dice(number: int) -> pl.Expr:
    """An unsigned number that is fixed by the row, another for each `number`."""
    return pl.col("row").hash(number)


def skewed(number: int, size: int) -> pl.Expr:
    """0 … size - 1, the small ones much more often."""
    share = (dice(number) % 1_000_003).cast(pl.Float64) / 1_000_003
    return (share.pow(3) * size).floor().cast(pl.Int32)


def one_of(values: Sequence[int], number: int) -> pl.Expr:
    """One of a few values, the first ones more often."""
    chosen = skewed(number, len(values))
    return chosen.replace_strict(
        list(range(len(values))), list(values), return_dtype=pl.Int32
    )


def address(prefix: str, number: int, networks: int) -> pl.Expr:
    last = 1 + (dice(number + 20) % 254)
    return pl.format(prefix + ".{}.{}", skewed(number, networks), last)


def when(total: int, start: datetime) -> pl.Expr:
    step = SPAN / total / timedelta(microseconds=1)
    offset = (pl.col("row") * step).cast(pl.Int64) - (dice(9) % 4_000_000).cast(
        pl.Int64
    )
    return (pl.lit(start).cast(schema.TIME) + pl.duration(microseconds=offset)).alias(
        "when"
    )


def of_kind(kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of the rows of one kind."""
    head = f"<38>1 - {kind.host}-{{}} - - - - "
    return rows.select(
        "row",
        pl.col("when").alias("time"),
        pl.col("when").alias("received"),
        "sensor",
        given("s", "sport", kind, pl.Int32),
        given("p", "dport", kind, pl.Int32),
        pl.lit(kind.cls, pl.Int32).alias("cls"),
        pl.lit(kind.type, pl.Int16).alias("type"),
        pl.lit(kind.rank, pl.Int16).alias("rank"),
        pl.lit(4, pl.Int16).alias("facility"),
        pl.lit(kind.severity, pl.Int16).alias("severity"),
        given("a", "src", kind),
        given("b", "dst", kind),
        pl.lit("192.0.2.1").alias("source"),
        pl.lit(kind.proto, pl.String).alias("proto"),
        pl.format(kind.host + "-{}", "host_number").alias("host"),
        pl.lit(kind.app, pl.String).alias("app"),
        given("u", "user", kind),
        pl.lit(kind.action, pl.String).alias("action"),
        written(kind.message).alias("message"),
        pl.format(head, "host_number").alias("head"),
        pl.lit(kind.data, pl.String).alias("data"),
    )  # fmt: skip


def given(
    place: str, column: str, kind: Kind, type_: type[pl.DataType] = pl.String
) -> pl.Expr:
    """The value at the place, in a column, where the kind's message has it."""
    value = pl.col(place) if f"{{{place}}}" in kind.message else pl.lit(None, type_)
    return value.alias(column)


def written(template: str) -> pl.Expr:
    """The message with its places filled."""
    names = [part[0] for part in template.split("{")[1:]]
    for name in names:
        template = template.replace("{" + name + "}", "{}")
    return pl.format(template, *names)


def marked(rows: pl.DataFrame) -> pl.DataFrame:
    """The rare rows: an address, a user and a word; the word of the oldest rows."""
    rare = pl.col("row") % RARE_EVERY == RARE_EVERY // 2
    oldest = pl.col("row").is_between(100, 100 + OLDEST_ROWS, "left")
    return rows.with_columns(
        src=pl.when(rare).then(pl.lit(RARE_ADDRESS)).otherwise("src"),
        user=pl.when(rare).then(pl.lit(RARE_USER)).otherwise("user"),
        message=pl.when(rare)
        .then(pl.format("{} {}", "message", pl.lit(RARE_WORD)))
        .when(oldest)
        .then(pl.format("{} {}", "message", pl.lit(OLDEST_WORD)))
        .otherwise("message"),
    )


def tallies(frame: pl.DataFrame) -> pl.DataFrame:
    """What a batch adds to the ledger, see `events/store.py`."""
    counted = frame.group_by("source", "sensor").agg(
        stored=pl.len().cast(pl.Int64), seen=pl.col("time").max()
    )
    return counted.with_columns(ignored=pl.lit(0, pl.Int64))
