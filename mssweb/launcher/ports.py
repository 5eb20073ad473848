"""Ports and socket buffers: what can be had here, found out before anything starts."""

import errno
import socket
from contextlib import closing
from pathlib import Path

import psutil

from mssweb.launcher.exceptions import LauncherError

SO_RCVBUFFORCE = 33  # Linux; not in Python's socket module
TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
KINDS: dict[int, str] = {TCP: "TCP", UDP: "UDP"}
REDIRECT = (
    "nft 'add table inet mssweb; add chain inet mssweb incoming "
    "{{ type nat hook prerouting priority dstnat; }}; add rule inet mssweb incoming "
    "meta l4proto {{ tcp, udp }} th dport 514 redirect to :{port}'"
)


def require(port: int, kind: int, host: str, option: str) -> None:
    """LauncherError when the port cannot be bound; `option` chooses another."""
    reason = refusal(port, kind, host)
    if reason is None:
        return
    name = f"{KINDS[kind]} port {port}"
    if reason == errno.EADDRINUSE:
        raise LauncherError(
            f"{name} is in use{by_whom(port, kind)}; choose another with {option}."
        )
    if reason in (errno.EACCES, errno.EPERM):
        raise LauncherError(f"{name} needs root; choose another with {option}.")
    raise LauncherError(
        f"{name} cannot be opened on {host or 'this machine'}: {os_error(reason)}."
    )


def refusal(port: int, kind: int, host: str) -> int | None:
    """The error number of a trial bind, None when it works."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.socket(family, kind)) as probe:
            if kind == TCP:  # closed connections that linger do not matter
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno
    return None


def os_error(number: int) -> str:
    return OSError(number, errno.errorcode.get(number, "")).strerror or str(number)


def by_whom(port: int, kind: int) -> str:
    """` by NAME (process N)` where the system tells."""
    try:
        for found in psutil.net_connections("tcp" if kind == TCP else "udp"):
            if found.laddr and found.laddr.port == port and found.pid:
                return f" by {psutil.Process(found.pid).name()} (process {found.pid})"
    except psutil.Error:
        pass
    return ""


def advice_on_514(port: int) -> tuple[bool, str]:
    """Whether 514 can be served as well, and what to say when not."""
    reasons = {refusal(514, kind, "") for kind in KINDS} - {None}
    if not reasons:
        return True, ""
    if errno.EADDRINUSE in reasons:
        taken = by_whom(514, UDP) or by_whom(514, TCP)
        return False, f"Port 514 is in use{taken}, so only {port} is served."
    redirect = REDIRECT.format(port=port)
    return False, f"Port 514 needs root. To serve it here, as root:\n  {redirect}"


def advice_on_sniffing() -> str:
    """What to do when packets may not be read."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0).close()
    except PermissionError:
        return (
            "Nothing is sniffed: reading packets needs CAP_NET_RAW. As root:\n"
            "  setpriv --reuid=USER --init-groups --inh-caps=+net_raw "
            "--ambient-caps=+net_raw script/server"
        )
    return ""


def advice_on_buffer(wanted: int) -> str:
    """What to do when the kernel will not give sockets the wanted receive buffer."""
    with closing(socket.socket(socket.AF_INET, UDP)) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, wanted)
            return ""
        except OSError:
            pass
    limit = Path("/proc/sys/net/core/rmem_max")
    if not limit.exists() or int(limit.read_text()) >= wanted:
        return ""
    return (
        "UDP bursts may be lost: the kernel limits receive buffers. As root:\n"
        f"  sysctl -w net.core.rmem_max={wanted}"
    )
