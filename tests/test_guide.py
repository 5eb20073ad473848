"""The user guide tells what the pages do: its keys, its pictures, its links."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS, TEMPLATES = ROOT / "docs", ROOT / "templates" / "events"
GUIDE = (DOCS / "guide.md").read_text()
MOST_BYTES, MOST_TOGETHER = 120 << 10, 1500 << 10
# The column of the guide's table, and the template whose help says the same.
PAGES = [(1, "realtime.html"), (2, "history_help.html"), (3, "event.html")]


def told(column: int) -> set[str]:
    """The keys that the table gives a meaning in this column."""
    rows = [line.strip("|") for line in GUIDE.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    keys = [re.findall(r"`([^`]+)`", row[0]) for row in cells if row[column]]
    return {key for some in keys for key in some}


def helped(template: str) -> set[str]:
    """The keys that the help of the page lists."""
    terms = re.findall(r"<dt>(.*?)</dt>", (TEMPLATES / template).read_text())
    return {key for term in terms for key in re.findall(r"<kbd>(.*?)</kbd>", term)}


@pytest.mark.parametrize(("column", "template"), PAGES)
def test_the_keys_of_the_guide_are_those_of_the_help(
    column: int, template: str
) -> None:
    missing, unknown = helped(template) - told(column), told(column) - helped(template)
    # The list of saved searches has its key wherever it is, and so in no help twice.
    assert (missing, unknown - {"o"}) == (set(), set())


def test_every_link_of_the_guide_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert [link for link in links if not (DOCS / link).exists()] == []


def test_every_picture_is_small_and_shown() -> None:
    pictures = sorted((DOCS / "guide").iterdir())
    sizes = [picture.stat().st_size for picture in pictures]
    assert max(sizes) <= MOST_BYTES
    assert sum(sizes) <= MOST_TOGETHER
    assert [one.name for one in pictures if f"guide/{one.name}" not in GUIDE] == []
