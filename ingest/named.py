"""Which formats read a line, by their names."""

import polars as pl

from ingest import parsers
from ingest.parsers import chain


def formats(text: str) -> tuple[str, str]:
    """The header's and the content's; that is empty where only the general finder
    reads the message."""
    line = pl.DataFrame({"row": [0], "text": [text]}, schema_overrides=chain.ROW)
    header = next(form for form in parsers.HEADERS if len(chain.read(line, form)))
    found = chain.formats_of(chain.first(line, parsers.HEADERS), parsers.CONTENTS)
    return header.name, next((name for name, rows in found if len(rows)), "")
