"""The query language: text → tree (`parsing`) → SQL (`sql`) or Polars (`frames`).

One meaning for every reader: `fields.FIELDS` says what can be asked and how a value
reads; the compilers only translate the tree. The language is described in
`docs/query.md`.
"""

from events.query.frames import compile_frame
from events.query.origins import Sensors
from events.query.parsing import parse
from events.query.reading import reading
from events.query.sql import Fragment, compile_sql
from events.query.tree import Node, QueryError

__all__ = [
    "Fragment",
    "Node",
    "QueryError",
    "Sensors",
    "compile_frame",
    "compile_sql",
    "parse",
    "reading",
]
