"""How an event is written: one format per file, each a pure function rows → lines.

A new one: write the file, add it here, add its samples to the tests.
"""

from exporters.formats import cef, seed_syslog
from exporters.formats.base import Format

FORMATS = {
    "syslog": Format("syslog", seed_syslog.encode),
    "cef": Format("CEF, MetaFlows dialect", cef.encode),
}
