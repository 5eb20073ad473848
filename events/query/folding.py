"""Upper and lower case are the same: each character by itself, as PostgreSQL's lower().

Python and Rust lower a whole text, where İ becomes two characters and Σ at the end of a
word another one; here both fold as they do alone. What has no simple mapping stays
apart: ß is not ss, ς not σ, ſ not s.
"""

from functools import cache

# What lower() of a whole text does not do as for a character alone.
ALONE = {"İ": "i", "Σ": "σ"}
LAST_CASED = 0x1E943  # no character beyond it has another case


def fold(text: str) -> str:
    return text.replace("İ", "i").replace("Σ", "σ").lower()


@cache
def others() -> dict[str, tuple[str, ...]]:
    """Characters by what they fold to, where there is more than one of them."""
    found: dict[str, list[str]] = {}
    for code in range(1, LAST_CASED + 1):
        folded = fold(chr(code))
        if folded != chr(code):
            found.setdefault(folded, [folded]).append(chr(code))
    return {folded: tuple(same) for folded, same in found.items()}


def alike(character: str) -> tuple[str, ...]:
    """Every character that counts as the same."""
    folded = fold(character)
    return others().get(folded, (folded,))
