"""`python -m mssweb.demo`: sends the network's lines to the syslog port of this
machine, in real time, until it is ended."""

import os
import socket
import time
from datetime import UTC, datetime

from mssweb.demo.schedule import lines


def main() -> None:
    port = int(os.environ.get("MSS_SYSLOG_PORT", "5514"))
    began, start = time.monotonic(), datetime.now(UTC)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for after, line in lines(int(start.timestamp()), start):
            time.sleep(max(0.0, began + after - time.monotonic()))
            sender.sendto(line.encode(), ("127.0.0.1", port))


if __name__ == "__main__":
    main()
