"""Totals → what a line of the answer shows of them. Pure."""

from typing import Any

import polars as pl

from events import rows
from events.overview.asked import Overview
from events.overview.fields import CODES, FACETS, SERIES, Facet
from events.overview.totals import Found


def figures(asked: Overview, found: Found) -> dict[str, Any]:
    """`total`, `histogram` and `facets` of the contract (ARCHITECTURE.md)."""
    total = int(found.bars["n"].sum())
    by_field = found.facets.partition_by("field", as_dict=True)
    none = found.facets.clear()
    of = {
        name: by_field.get((CODES[FACETS[name].column],), none) for name in asked.fields
    }
    return {
        "total": total,
        "histogram": histogram(asked, found.bars),
        "facets": {
            name: facet(asked, FACETS[name], mine, total) for name, mine in of.items()
        },
    }


def histogram(asked: Overview, bars: pl.DataFrame) -> dict[str, Any]:
    steps = asked.steps
    return {
        "start": rows.moment(steps.moment),
        "step": steps.step,
        "by": asked.by,
        "series": [
            one_series(asked, value, frame)
            for (value,), frame in sorted(
                bars.filter(pl.col("n") != 0)
                .partition_by("value", as_dict=True)
                .items(),
                key=lambda pair: in_order(pair[0][0]),
            )
        ],
    }


def in_order(value: object) -> tuple[bool, int]:
    """Series by their number; what has none at the end."""
    return value is None, int(str(value)) if value is not None else 0


def one_series(asked: Overview, value: object, bars: pl.DataFrame) -> dict[str, Any]:
    steps = asked.steps
    counts = [0] * steps.count
    for bucket, n in bars.select("bucket", "n").iter_rows():
        place = (bucket - steps.start) // steps.step
        counts[min(max(place, 0), steps.count - 1)] += n
    if value is None:
        none = {"value": None, "label": "none", "query": f"NOT {asked.by}:*"}
        return none | {"counts": counts}
    shown = SERIES[asked.by].show(str(value), asked.asked.sensors)
    return {
        "value": shown.value,
        "label": shown.label,
        "query": shown.query,
        "counts": counts,
    }


def facet(
    asked: Overview, facet: Facet, mine: pl.DataFrame, total: int
) -> dict[str, Any]:
    """The most frequent values. `others` is how many rows have another one, `missing`
    how many have none, `error` by how much a count may be too low."""
    named = mine.filter(pl.col("value").is_not_null() & (pl.col("n") > 0))
    if facet.name == "domain":
        named = by_domain(named, asked)
    elif facet.folds:
        named = folded(named)
    rest = mine.filter(pl.col("value").is_null())
    missing = int(rest.filter(~pl.col("rest"))["n"].sum())
    least = named["n"].top_k(asked.values).min() or 0  # of many few are sorted
    top = named.filter(pl.col("n") >= least)
    top = top.sort(["n", "value"], descending=[True, False]).head(asked.values)
    shown = int(top["n"].sum())
    return {
        "values": [
            value(facet, asked, text, n) for text, n in top.select("value", "n").rows()
        ],
        "others": max(total - missing - shown, 0),
        "missing": missing,
        "error": int(rest.filter("rest")["lost"].sum()),
    }


def value(facet: Facet, asked: Overview, text: str, count: int) -> dict[str, Any]:
    shown = facet.show(text, asked.asked.sensors)
    return {
        "value": shown.value,
        "label": shown.label,
        "count": count,
        "query": shown.query,
    }


def folded(named: pl.DataFrame) -> pl.DataFrame:
    """What the query language takes for the same text, under its most frequent form."""
    ordered = named.sort(["n", "value"], descending=[True, False])
    return ordered.group_by(
        pl.col("value").str.to_lowercase().alias("folded"), maintain_order=True
    ).agg(pl.col("value").first(), pl.col("n").sum())


def by_domain(named: pl.DataFrame, asked: Overview) -> pl.DataFrame:
    domains = {
        str(number): domain for number, (_, domain) in asked.asked.sensors.items()
    }
    of = pl.col("value").replace_strict(domains, default=None, return_dtype=pl.String)
    return named.group_by(of.alias("value")).agg(pl.col("n").sum())
