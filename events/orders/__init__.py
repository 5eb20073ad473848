"""The orders of a listing: by time, either way, or by another column.

An order says the same in SQL (for one statement) and in Python (to merge what several
statements gave); in which order the walk visits segments, and when a page is certain.
"""

from events.orders.by_column import KEY, ByColumn, without_keys
from events.orders.by_time import ByTime
from events.orders.sort import Sort, SortError, parse
from events.query import Sensors
from events.tables import Table

__all__ = [
    "KEY", "ByColumn", "ByTime", "Order", "Sort", "SortError", "order", "parse",
    "without_keys",
]  # fmt: skip

Order = ByTime | ByColumn


def order(table: Table, sort: Sort | None, sensors: Sensors) -> Order:
    if sort is None or sort.column == table.time:
        return ByTime(table, sort is None or sort.descending)
    return ByColumn(table, sort, sensors)
