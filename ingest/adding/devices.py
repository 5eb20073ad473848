"""The table of kinds of devices, as the page lists them."""

from ingest.adding import network, programs, unix, windows
from ingest.adding.snippet import Kind

GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Linux and Unix", unix.KINDS),
    ("Windows", windows.KINDS),
    ("Network", network.KINDS),
    ("Programs and agents", programs.KINDS),
)
KINDS = {kind.key: kind for _, kinds in GROUPS for kind in kinds}


def kind_of(key: str) -> Kind:
    """The one that is asked for, else the first."""
    return KINDS.get(key) or next(iter(KINDS.values()))
