"""HTTP (and HTTPS on the same port) for programs that post: see `ingest/posted/`.

A request is answered when its events are in the journal and on the disk; when there is
no room, with 503, so that the sender keeps them. h11 reads the protocol. Sizes, times
and the memory of all requests together are bounded; bodies are decompressed and read in
threads, so that no other connection waits for a large one.
"""

import asyncio
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, unquote

import h11

from ingest.intake import State
from ingest.posted import Way, bodies, find
from ingest.posted.exchange import JSON, Answer, Refused, Request
from ingest.posted.lines import dumped
from ingest.receivers.listener import Setup
from ingest.receivers.streams import HANDSHAKE_SECONDS, Conversation
from ingest.receivers.tls import SecureStreams

HEAD_BYTES = 16_384  # request line and headers
SMALL = 16_384  # a body that is read at once
MOST_HELD = 128 << 20  # bytes of all bodies that are being read
SECONDS = 120.0  # for a request to come, and between two of them
KEEP_SECONDS = 30.0  # for the journal to take what was sent
WASTED = 4  # a refused body is read on to so many times the limit, then it is cut off
AT_ONCE = 64  # parts of requests that are read before other connections have their turn
ASTRAY = {404, 405}  # no place of ours: the connection ends
HELLO = b"\x16"


class Http(SecureStreams):
    def __init__(self, port: int, setup: Setup) -> None:
        super().__init__("http", port, setup, Talk, "none")
        self.pool = ThreadPoolExecutor(2, "http")
        self.held = 0
        self.answered: Counter[int] = Counter()

    async def begin(self, connection: Conversation, sock: socket.socket) -> None:
        """A handshake when the first byte is one's beginning."""
        if await first_byte(sock) == HELLO:
            await super().begin(connection, sock)
        else:
            await self.make(connection, sock)

    def owes(self) -> bool:
        return any(isinstance(one, Talk) and one.task for one in self.open)

    def close(self) -> None:
        super().close()
        self.pool.shutdown(wait=False, cancel_futures=True)


async def first_byte(sock: socket.socket) -> bytes:
    """Without taking it. ConnectionError when nothing comes."""
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sock, came.set)
    try:
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            await came.wait()
        return sock.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        raise ConnectionError("nothing came") from None
    finally:
        loop.remove_reader(sock)


class Talk(Conversation):
    """One connection: a request, its answer, the next request."""

    listener: Http

    def __init__(self, listener: Any, peer: str) -> None:
        super().__init__(listener, peer)
        self.h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)
        self.secure = False
        self.task: asyncio.Task[None] | None = None
        self.choked = False  # answers wait until the client reads them
        self.resting = False  # goes on in the loop's next turn
        self.forget()

    def forget(self) -> None:
        """Ready for the next request."""
        self.body = bytearray()  # many small parts cost no more than one
        self.size = self.held = 0
        self.way: Way | None = None
        self.request = Request("", "")
        self.claim = ""
        self.early: Answer | None = None  # known before the body has come

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.secure = transport.get_extra_info("ssl_object") is not None
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.release()
        super().connection_lost(exc)

    def patience(self) -> float:
        return min(super().patience(), SECONDS) if self.task is None else float("inf")

    def expire(self) -> None:
        if self.transport is None or self.transport.is_closing():
            self.end()  # what it does not read is lost
            return
        waits = self.h11.their_state is h11.IDLE and not self.h11.trailing_data[0]
        if waits:  # for its next request
            self.end()
        else:
            self.intake.reject(self.peer, "http_timeout")
            self.give_up(408, "The request took too long.")

    def busy(self) -> bool:
        """An answer is due, or not read: nothing more is taken."""
        return self.task is not None or self.choked or self.resting

    def pause_writing(self) -> None:
        """Who reads no answers asks nothing more."""
        self.choked = True
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.choked = False
        self.rest()

    def rest(self) -> None:
        """Goes on when the other connections have had their turn."""
        if self.transport is None or self.transport.is_closing() or self.resting:
            return
        self.resting = True
        self.transport.pause_reading()
        asyncio.get_running_loop().call_soon(self.go_back)

    def go_back(self) -> None:
        self.resting = False
        at = self.alive_at
        self.follow(self.intake.state)
        self.alive_at = at  # nothing whole has come by this
        self.step()

    def follow(self, state: State) -> None:
        """Crowded, it waits; full, it answers that it is."""
        if not self.busy():
            super().follow(State.OPEN if state is State.FULL else state)

    def data_received(self, data: bytes) -> None:
        """What has come; no byte is the end."""
        self.step(data)

    def eof_received(self) -> bool:
        """A client may close its side and wait for the answer."""
        self.step(b"")
        return self.task is not None

    def step(self, data: bytes | None = None) -> None:
        try:
            if data is not None:
                self.h11.receive_data(data)
            self.advance()
        except h11.RemoteProtocolError as error:
            self.intake.reject(self.peer, "http_malformed")
            self.give_up(error.error_status_hint, f"This is no right HTTP: {error}.")

    def advance(self) -> None:
        """Reads what has come, until an answer is due, at most so much in one turn."""
        left = AT_ONCE
        while self.transport and not self.transport.is_closing() and not self.busy():
            if not left:
                self.rest()
                return
            left -= 1
            event = self.h11.next_event()
            if event is h11.NEED_DATA:
                self.go_on()
                return
            if event is h11.PAUSED:
                return
            if isinstance(event, h11.ConnectionClosed):
                self.finish()
            if isinstance(event, h11.Request):
                self.begin(event)
            elif isinstance(event, h11.Data):
                self.collect(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self.start()

    def go_on(self) -> None:
        """Who waits to be told so sends the body now, or has the answer instead."""
        if not self.h11.they_are_waiting_for_100_continue:
            return
        if self.early is not None:
            self.send(self.early, close=True)
        else:
            self.write(h11.InformationalResponse(status_code=100, headers=[]))

    def begin(self, head: h11.Request) -> None:
        self.forget()
        self.alive_at = time.monotonic()
        path, _, query = head.target.decode("latin-1").partition("?")
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in head.headers}
        self.request = Request(
            head.method.decode("latin-1"),
            unquote(path),
            dict(parse_qsl(query)),
            headers,
        )
        self.early = self.before_the_body()

    def before_the_body(self) -> Answer | None:
        """The answer, when method, address, token or length already say it."""
        self.way, there = find(self.request.method, self.request.path)
        if self.way is None:
            return nothing_here(self.request, there)
        try:
            self.check(self.way)
        except Refused as refused:
            return self.way.dialect.refuse(refused.kind, **refused.more)
        return None

    def check(self, way: Way) -> None:
        setup, headers = self.listener.setup, self.request.headers
        if setup.plan.http_tls == "required" and not self.secure:
            raise Refused("plain")
        if not way.open:
            number = setup.tokens.number(headers.get("authorization", ""))
            self.claim = f"token:{number}"
        if self.intake.state is State.FULL:
            raise Refused("busy")
        if int(headers.get("content-length", 0)) > setup.plan.http_bytes:
            raise Refused("too_large")

    def collect(self, data: bytes) -> None:
        self.size += len(data)
        limit = self.listener.setup.plan.http_bytes
        if self.early is None:
            self.hold(data, limit)
        if self.early is not None and self.size > WASTED * limit:
            self.send(self.early, close=True)

    def hold(self, data: bytes, limit: int) -> None:
        assert self.way is not None  # noqa: S101  (else the answer was early)
        if self.size > limit:
            self.early = self.way.dialect.refuse("too_large")
        elif not self.holds(len(data)):
            self.early = self.way.dialect.refuse("busy")
        else:
            self.body += data
            return
        self.release()

    def holds(self, size: int) -> bool:
        """So many bytes more, if all requests together may have them."""
        if self.listener.held + size > MOST_HELD:
            return False
        self.held += size
        self.listener.held += size
        return True

    def release(self) -> None:
        self.listener.held -= self.held
        self.held, self.body = 0, bytearray()

    def start(self) -> None:
        """The request is whole: its answer, while nothing more is read."""
        if self.early is not None:
            self.send(self.early, close=self.early.status in ASTRAY)
            return
        assert self.transport is not None  # noqa: S101
        self.transport.pause_reading()
        self.task = asyncio.get_running_loop().create_task(self.respond())

    async def respond(self) -> None:
        try:
            answer = await self.answer()
        except Exception:
            self.abort()  # without an answer the sender keeps what it has
            raise
        finally:
            self.release()
            self.task = None
        if self.transport is None or self.transport.is_closing():
            return
        self.send(answer)
        self.follow(self.intake.state)
        self.step()  # the next one may have come already

    async def answer(self) -> Answer:
        assert self.way is not None  # noqa: S101
        body, self.body = bytes(self.body), bytearray()
        try:
            answer = await self.read_apart(self.way, body)
            self.release()  # from here on it is the frames that take room
            if answer.frames:
                await self.keep(answer.frames)
        except Refused as refused:
            return self.way.dialect.refuse(refused.kind, **refused.more)
        return answer

    async def read_apart(self, way: Way, body: bytes) -> Answer:
        """In a thread, when it takes long enough for others to notice."""
        if len(body) <= SMALL and "content-encoding" not in self.request.headers:
            return self.read(way, body)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.listener.pool, self.read, way, body)

    def read(self, way: Way, body: bytes) -> Answer:
        """The body decompressed and taken apart."""
        asked, limit = self.request, self.listener.setup.plan.http_bytes
        whole = bodies.plain(body, asked.headers.get("content-encoding", ""), limit)
        about = asked.method, asked.path, asked.query, asked.headers
        try:
            return way.handler(Request(*about, whole))
        except RecursionError:
            raise Refused("malformed") from None

    async def keep(self, frames: list[bytes]) -> None:
        """Into the journal, and until it is on the disk. Refused when it is not."""
        if self.intake.state is State.FULL:
            raise Refused("busy")
        limit = self.listener.limits.line_bytes
        cuts = [(row, len(f)) for row, f in enumerate(frames) if len(f) > limit]
        for row, _ in cuts:
            frames[row] = frames[row][:limit]
        size = sum(map(len, frames))
        if not self.holds(size):
            raise Refused("busy")
        kind, port = "https" if self.secure else "http", self.listener.port
        self.intake.add(self.peer, kind, port, frames, size, cuts, self.claim)
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                kept = await self.intake.journalled()
        except TimeoutError:
            kept = False
        if not kept:
            raise Refused("busy")

    def send(self, answer: Answer, close: bool = False) -> None:
        """The answer; the connection stays unless it is to be closed."""
        reason, count = answer.refused
        if count:
            self.intake.reject(self.peer, reason, count)
        self.listener.answered[answer.status] += 1
        headers = {"Content-Type": JSON, "Content-Length": str(len(answer.body))}
        headers |= answer.headers
        if close:
            headers["Connection"] = "close"
        head = h11.Response(status_code=answer.status, headers=list(headers.items()))
        self.write(head)
        if self.request.method != "HEAD":
            self.write(h11.Data(data=answer.body))
        self.write(h11.EndOfMessage())
        self.alive_at = time.monotonic()
        if close or self.h11.our_state is h11.MUST_CLOSE:
            self.finish()
        elif self.h11.our_state is h11.DONE and self.h11.their_state is h11.DONE:
            self.h11.start_next_cycle()

    def write(self, event: h11.Event) -> None:
        if self.transport is not None and (data := self.h11.send(event)):
            self.transport.write(data)

    def finish(self) -> None:
        """Closes when all is written."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

    def give_up(self, status: int, why: str) -> None:
        """No further request of this connection can be understood."""
        if self.h11.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self.send(Answer(status, error(why)), close=True)
        self.finish()


def nothing_here(request: Request, there: bool) -> Answer:
    status = 405 if there else 404
    what = "has no such method" if there else "is nothing here"
    return Answer(
        status, error(f"{request.path[:200]} {what}."), refused=("http_no_place", 1)
    )


def error(why: str) -> bytes:
    return dumped({"error": why})


def listen(port: int, setup: Setup) -> Http:
    return Http(port, setup)
