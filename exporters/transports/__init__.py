"""How lines travel: one transport per file.

A new one: write the file, add it here, add it to the tests.
"""

from exporters.transports.base import Transport
from exporters.transports.tcp import Tcp
from exporters.transports.tls import Tls
from exporters.transports.udp import Udp

TRANSPORTS: dict[str, type[Transport]] = {"udp": Udp, "tcp": Tcp, "tls": Tls}
