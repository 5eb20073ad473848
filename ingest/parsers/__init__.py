"""Every format that is understood, in the order in which they are tried.

A new one is a file beside this one, a line in a table, and samples in its test.
"""

from ingest.parsers import plain
from ingest.parsers.format import Format

HEADERS: tuple[Format, ...] = (plain.FORMAT,)
