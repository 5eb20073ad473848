"""Of root's rights, the one to read packets is kept."""

import ctypes
import os
from pathlib import Path

NET_RAW = 13  # <linux/capability.h>
VERSION = 0x20080522  # of the call: 64 capabilities in two parts
NO_NEW_PRIVILEGES, KEEP = 38, 8  # <linux/prctl.h>


class Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class Part(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def keep_only_raw(folder: Path) -> None:
    """Root becomes the owner of the folder (of the journals), and keeps CAP_NET_RAW
    alone, where it has it, for interfaces that come back; nobody else is changed.
    OSError when the system refuses. Call it before there are threads: each has rights
    of its own."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    owner = folder.stat() if folder.is_dir() else None
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if owner is not None and owner.st_uid != 0:
        libc.prctl(KEEP, 1, 0, 0, 0)
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)
    header = ctypes.byref(Header(VERSION, 0))
    for kept in (1 << NET_RAW, 0):
        parts = (Part * 2)(Part(kept, kept, 0), Part(0, 0, 0))
        if libc.capset(header, parts) == 0:
            return
    raise OSError(ctypes.get_errno(), "rights cannot be given up")
