"""Zones as stamps name them. Names that mean several zones are left out."""

import re
from typing import cast

import polars as pl

HOURS = {
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "MET": 1,
    "CEST": 2,
    "MEST": 2,
    "EET": 2,
    "SAST": 2,
    "EEST": 3,
    "MSK": 3,
    "SGT": 8,
    "HKT": 8,
    "AWST": 8,
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "HST": -10,
    "AKST": -9,
    "AKDT": -8,
    "PST": -8,
    "PDT": -7,
    "MST": -7,
    "MDT": -6,
    "CDT": -5,
    "EST": -5,
    "EDT": -4,
}
MINUTES = {"Z": 0, "IST": 330, "ACST": 570, "ACDT": 630, "NST": -210, "NDT": -150}
MINUTES |= {name: hours * 60 for name, hours in HOURS.items()}

NAMES = "|".join(sorted(set(MINUTES) - {"Z"}, key=lambda name: (-len(name), name)))
OFFSET = r"^[A-Za-z]*([+-])([0-9]{1,2}):?([0-9]{2})?$"


def offset(zone: pl.Expr) -> pl.Expr:
    """Minutes east of UTC that `+02:00`, `CEST` or `GMT+2` means; null if unknown."""
    sign = zone.str.extract(OFFSET, 1).replace_strict(
        {"+": 1, "-": -1}, default=None, return_dtype=pl.Int32
    )
    hours = zone.str.extract(OFFSET, 2).cast(pl.Int32)
    minutes = zone.str.extract(OFFSET, 3).cast(pl.Int32).fill_null(0)
    named = zone.str.to_uppercase().replace_strict(
        MINUTES, default=None, return_dtype=pl.Int32
    )
    return pl.coalesce(sign * (hours * 60 + minutes), named)


WRITTEN = re.compile(r":[0-9]{2}(?:[.,][0-9]+)? ?([+-][0-9]{2}:?[0-9]{2}|[A-Z]{3,5})$")


def minutes(stamp: str) -> int | None:
    """Minutes east of UTC of a stamp's own zone; None when it names none."""
    found = WRITTEN.search(stamp)
    if not found:
        return None
    series = pl.select(offset(pl.lit(found[1]))).to_series()
    return cast("int | None", series[0])
