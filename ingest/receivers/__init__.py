"""The ways in, one per file. A new one: write the file, add it here, add samples."""

from ingest.receivers import files, http, sniff, tcp, tls, udp, unix
from ingest.receivers.listener import Listen

# On every port of syslog, and on those of sensors.
SYSLOG = ("udp", "tcp")
RECEIVERS: dict[str, Listen] = {
    "udp": udp.listen,
    "tcp": tcp.listen,
    "tls": tls.listen,
    "http": http.listen,
    "unix": unix.listen,
    "files": files.listen,
    "sniff": sniff.listen,
}
