"""The kernel's ring of packets: a packet socket whose buffer is mapped (TPACKET_V3).

The kernel fills blocks of a MiB; no call is needed for a packet, only a wait for the
next block. Needs CAP_NET_RAW, and nothing else. Linux only.
"""

import ctypes
import mmap
import socket
import struct
from collections.abc import Callable

BLOCK_BYTES = 1 << 20  # more than the largest packet
BLOCKS = 64
FRAME_BYTES = 2_048  # the kernel asks for it; packets may be larger
RETIRE_MS = 50  # a block that is not full is handed over after it

# Linux; not in Python's socket module. <linux/if_packet.h>, <asm-generic/socket.h>
SOL_PACKET, SO_ATTACH_FILTER = 263, 26
ADD_MEMBERSHIP, RX_RING, STATISTICS, VERSION, IGNORE_OUTGOING = 1, 5, 6, 10, 23
TPACKET_V3, PROMISCUOUS, EVERY_PROTOCOL = 2, 1, 3
OUTGOING = 4

REQUEST = struct.Struct("=7I")
MEMBERSHIP = struct.Struct("=iHH8s")
STATISTIC = struct.Struct("=3I")
# version, offset of private data, status, number of packets, offset of the first
BLOCK = struct.Struct("=5I")
STATUS = struct.Struct("=I")
KERNEL, USER = STATUS.pack(0), 1
STATUS_AT = 8
# next, second, nanosecond, snapped length, length, status, link header, network header,
# then a sockaddr_ll from byte 48 on: its protocol and the kind of packet
PACKET = struct.Struct("=6I2H20x2x2s4x2xB")

Take = Callable[[int, int, mmap.mmap, int, int], None]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


class Ring:
    """Packets of one interface. OSError when it cannot be opened."""

    def __init__(self, interface: str, code: bytes, blocks: int = BLOCKS) -> None:
        self.interface = interface
        self.index = socket.if_nametoindex(interface)
        self.blocks, self.turn = blocks, 0
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        try:
            self.filter(code)
            self.prepare()
            self.sock.bind((interface, EVERY_PROTOCOL))
            self.map = mmap.mmap(self.sock.fileno(), BLOCK_BYTES * blocks)
        except BaseException:
            self.sock.close()
            raise

    def prepare(self) -> None:
        request = REQUEST.pack(
            BLOCK_BYTES,
            self.blocks,
            FRAME_BYTES,
            BLOCK_BYTES // FRAME_BYTES * self.blocks,
            RETIRE_MS,
            0,
            0,
        )
        everything = MEMBERSHIP.pack(self.index, PROMISCUOUS, 0, b"")
        self.sock.setblocking(False)
        self.sock.setsockopt(SOL_PACKET, VERSION, TPACKET_V3)
        self.sock.setsockopt(SOL_PACKET, RX_RING, request)
        self.sock.setsockopt(SOL_PACKET, ADD_MEMBERSHIP, everything)
        self.sock.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)

    def filter(self, code: bytes) -> None:
        """The program of `bpf`, in place of the one before."""
        program = Program(len(code) // 8, code)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(program))

    def read(self, take: Take) -> bool:
        """Hands over the packets of the next block: microseconds since 1970, Ethernet
        type, and where in the ring they begin and end. False when there is none."""
        base = self.turn * BLOCK_BYTES
        _, _, status, count, first = BLOCK.unpack_from(self.map, base)
        if not status & USER:
            self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)  # forgets it
            return False
        at = base + first
        for _ in range(count):
            found = PACKET.unpack_from(self.map, at)
            following, second, nano, length, _, _, _, start, kind, sent = found
            if sent != OUTGOING:
                begin = at + start
                time = second * 1_000_000 + nano // 1_000
                take(time, int.from_bytes(kind), self.map, begin, begin + length)
            at += following
        self.map[base + STATUS_AT : base + STATUS_AT + 4] = KERNEL
        self.turn = (self.turn + 1) % self.blocks
        return True

    def dropped(self) -> int:
        """Packets that the kernel had no room for since the last call."""
        found = self.sock.getsockopt(SOL_PACKET, STATISTICS, STATISTIC.size)
        return int(STATISTIC.unpack(found)[1])

    def close(self) -> None:
        self.map.close()
        self.sock.close()
