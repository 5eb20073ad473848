"""What is sorted by: a column of a table and a direction."""

from dataclasses import dataclass

from events.tables import Table

UNSORTABLE = frozenset({"data", "head", "raw"})


class SortError(ValueError):
    """No such order; the message is one sentence for the caller."""


@dataclass(frozen=True)
class Sort:
    """A column of the table and the direction of its values."""

    column: str
    descending: bool = True

    def __str__(self) -> str:
        return f"{'-' * self.descending}{self.column}"


def parse(text: str, table: Table) -> Sort:
    """`column`, or `-column` for descending; without text the newest first."""
    if not text:
        return Sort(table.time)
    column = text.removeprefix("-")
    if column not in sortable(table):
        raise SortError(
            f"{column[:40]!r} is nothing to sort by; there are: "
            f"{', '.join(sortable(table))}."
        )
    return Sort(column, text.startswith("-"))


def sortable(table: Table) -> list[str]:
    return [name for name in table.schema if name not in UNSORTABLE]
