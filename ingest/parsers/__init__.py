"""Every format that is understood, in the order in which they are tried.

A new one is a file beside this one, a line in a table, and samples in its test.
"""

from ingest.parsers import cisco, plain, rfc3164, rfc5424
from ingest.parsers.format import Format

HEADERS: tuple[Format, ...] = (rfc5424.FORMAT, rfc3164.FORMAT, plain.FORMAT)
CONTENTS: tuple[Format, ...] = (cisco.FORMAT,)
