"""The ways in, one per file. A new one: write the file, add it here, add samples."""

from ingest.receivers import tcp, udp
from ingest.receivers.listener import Listen

RECEIVERS: dict[str, Listen] = {
    "udp": udp.listen,
    "tcp": tcp.listen,
}
