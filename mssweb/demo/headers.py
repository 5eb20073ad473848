"""Syslog headers as the devices write them."""

from datetime import datetime


def bsd(priority: int, now: datetime, host: str, tag: str) -> str:
    """RFC 3164; the day is padded with a space."""
    return f"<{priority}>{now:%b} {now.day:2} {now:%H:%M:%S} {host} {tag}"


def ietf(priority: int, now: datetime, host: str, app: str, pid: int) -> str:
    """RFC 5424 without structured data."""
    stamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"<{priority}>1 {stamp} {host} {app} {pid} - - "
