"""Files that grow: rotation, truncation, restart, and no line lost or doubled."""

import asyncio
import errno
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest import folder as folders
from ingest import patterns, tail
from ingest.counters import Mark
from ingest.journal import Writer
from ingest.reader import Reader
from ingest.receive import Receive
from ingest.receivers.listener import Plan
from ingest.recovery import recount
from ingest.tail import Piece, Tailing
from ingest.tests.processes import ROOT, until
from ingest.tests.receiving import LIMITS, free_port, receiving

LIMIT = 1_000


class Followed:
    """Tailing of a folder, and a clock of its own."""

    def __init__(self, folder: Path, marks: dict[str, Mark] | None = None) -> None:
        self.tailing = Tailing((f"{folder}/*.log",), LIMIT, marks or {})
        self.marks = dict(marks or {})
        self.now = 0.0

    def pieces(self, seconds: float = 2) -> list[Piece]:
        self.now += seconds
        found: list[Piece] = []
        while new := self.tailing.turn(self.now):
            found += new
        for piece in found:
            self.marks.pop(piece.key, None)
            if piece.mark is not None:
                self.marks[piece.key] = piece.mark
        return found

    def lines(self, seconds: float = 2) -> list[bytes]:
        return [line for piece in self.pieces(seconds) for line in piece.lines]

    def again(self) -> "Followed":
        """After a kill: what was read last is known, nothing else."""
        self.tailing.close()
        folder = Path(self.tailing.patterns[0]).parent
        return Followed(folder, self.marks)


def add(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_whole_lines_are_read_as_they_come(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    add(log, "one\r\n\ntwo\nthr")
    followed = Followed(tmp_path)
    [piece] = followed.pieces()
    assert (piece.lines, piece.empty, piece.path) == ([b"one", b"two"], 1, str(log))
    add(log, "ee\n")
    assert followed.lines() == [b"three"]
    assert followed.lines() == []


def test_a_rotated_file_is_read_to_its_end(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    add(log, "one\n")
    followed = Followed(tmp_path)
    assert followed.lines() == [b"one"]
    add(log, "two\n")
    old = log.rename(tmp_path / "a.log.1")
    add(log, "new\n")
    assert sorted(followed.lines()) == [b"new", b"two"]
    add(old, "late\nno end")
    assert followed.lines() == [b"late"]
    assert followed.lines(tail.LINGER_SECONDS + 2) == [b"no end"]
    assert [mark[0] for mark in followed.marks.values()] == [str(log)]


def test_a_name_of_the_same_pattern_is_the_same_file(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    add(log, "one\n")
    followed = Followed(tmp_path)
    followed.lines()
    log.rename(tmp_path / "b.log")
    assert followed.lines() == []


@pytest.mark.parametrize("fresh", ["x\n", "other beginning and much longer\nx\n"])
def test_a_truncated_file_is_read_anew(tmp_path: Path, fresh: str) -> None:
    log = tmp_path / "a.log"
    add(log, "one\ntwo\n")
    followed = Followed(tmp_path)
    followed.lines()
    log.write_text(fresh)  # truncates, as copytruncate does
    assert followed.lines()[-1] == b"x"
    add(log, "next\n")
    assert followed.lines() == [b"next"]


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    add(log, "one\ntwo\nth")
    followed = Followed(tmp_path)
    followed.lines()
    add(log, "ree\n")
    assert followed.again().lines() == [b"three"]


def test_what_was_rotated_meanwhile_is_found(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    add(log, "one\n")
    followed = Followed(tmp_path)
    followed.lines()
    add(log, "two\n")
    log.rename(tmp_path / "a.log.1")
    add(log, "new\n")
    assert sorted(followed.again().lines()) == [b"new", b"two"]


def test_what_is_gone_meanwhile_is_told_and_forgotten(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = tmp_path / "a.log"
    add(log, "one\n")
    followed = Followed(tmp_path)
    followed.lines()
    log.unlink()
    after = followed.again()
    assert after.lines() == [] and after.marks == {}
    assert "a.log is gone" in caplog.text


def test_a_replaced_file_with_the_old_number_is_read_anew(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    add(log, "one\n")
    followed = Followed(tmp_path)
    followed.lines()
    log.write_text("another file, longer\n")
    assert followed.again().lines() == [b"another file, longer"]


def test_a_folder_that_is_away_keeps_its_place(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    add(logs / "a.log", "one\n")
    followed = Followed(logs)
    followed.lines()
    logs.rename(tmp_path / "away")
    after = followed.again()
    assert after.lines() == []
    (tmp_path / "away").rename(logs)
    add(logs / "a.log", "two\n")
    assert after.lines() == [b"two"]


@pytest.mark.parametrize("length", [LIMIT + 1, tail.CHUNK, 3 * tail.CHUNK + 7])
def test_long_lines_are_cut_with_their_length(tmp_path: Path, length: int) -> None:
    log = tmp_path / "a.log"
    add(log, "before\n" + "x" * length + "\nafter\n")
    followed = Followed(tmp_path)
    pieces = [followed.pieces() for _ in range(5)]
    found = [piece for some in pieces for piece in some]
    assert [line[:6] for piece in found for line in piece.lines] == [
        b"before",
        b"xxxxxx",
        b"after",
    ]
    assert [cut for piece in found for _, cut in piece.cuts] == [length]


def test_what_is_no_file_to_read_is_told(tmp_path: Path) -> None:
    add(tmp_path / "real", "x\n")
    (tmp_path / "link.log").symlink_to(tmp_path / "real")
    (tmp_path / "folder.log").mkdir()
    os.mkfifo(tmp_path / "pipe.log")
    (tmp_path / "packed.log.gz").write_bytes(b"x\n")
    followed = Followed(tmp_path)
    assert followed.lines() == []
    told = " ".join(followed.tailing.troubles.values())
    assert "link.log is a symbolic link" in told
    assert "folder.log is a folder" in told and "pipe.log is no regular" in told


def test_a_file_that_may_not_be_read_is_told_until_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path / "a.log", "one\n")
    followed = Followed(tmp_path)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:  # root may read everything
        patch.setattr(os, "open", refuse)
        assert followed.lines() == []
        assert "cannot be read: Permission denied" in str(followed.tailing.troubles)
    assert followed.lines() == [b"one"]
    assert followed.tailing.troubles == {}


def failing(*_: object) -> int:
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("after", ["a.log", "a.log.1"])
def test_an_error_that_passes_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    log = tmp_path / "a.log"
    add(log, "one\n")
    followed = Followed(tmp_path)
    assert followed.lines() == [b"one"]
    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", failing)
        for _ in range(3):
            assert followed.lines() == []
            assert "Input/output error" in str(followed.tailing.troubles)
    add(log.rename(tmp_path / after), "two\n")
    assert followed.lines() == [b"two"]


def test_devices_may_be_numbered_anew(tmp_path: Path) -> None:
    for name in ("a.log", "b.log"):
        add(tmp_path / name, f"one of {name}\n")
    followed = Followed(tmp_path)
    followed.lines()
    marks = {f"9{key}": mark for key, mark in followed.marks.items()}
    add(tmp_path / "a.log", "two\n")
    (tmp_path / "b.log").write_text("another beginning\n")
    after = Followed(tmp_path, marks)
    assert sorted(after.lines()) == [b"another beginning", b"two"]
    assert after.marks == after.again().marks
    assert set(after.marks) == set(followed.marks)


@pytest.mark.parametrize("device", ["", "9"])
def test_a_file_that_may_not_be_read_keeps_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    log = tmp_path / "a.log"
    add(log, "one\n")
    followed = Followed(tmp_path)
    followed.lines()
    marks = {f"{device}{key}": mark for key, mark in followed.marks.items()}
    after = Followed(tmp_path, marks)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", failing)
        assert after.lines() == []
    add(log, "two\n")
    assert after.lines() == [b"two"]


def test_every_file_has_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "TURN_BYTES", 8)
    monkeypatch.setattr(tail, "CHUNK", 8)
    for name in "abc":
        add(tmp_path / f"{name}.log", f"{name} first\n{name} again\n")
    tailing = Followed(tmp_path).tailing
    turns = [[piece.lines for piece in tailing.turn(1)] for _ in range(7)]
    texts = [f"{name} {text}" for text in ("first", "again") for name in "abc"]
    assert turns == [[[text.encode()]] for text in texts] + [[]]


def test_linked_folders_are_followed_in_the_fixed_beginning_only(
    tmp_path: Path,
) -> None:
    deep = tmp_path / "real" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "begins").symlink_to(tmp_path / "real")
    (deep / "again").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "linked").symlink_to(deep)
    for name in ("a.log", ".hidden.log", "deep/b.log"):
        add(tmp_path / "real" / name, "x\n")
    begins = f"{tmp_path}/begins"
    for pattern, names in {
        "a.log": ["a.log"],
        "*.log": ["a.log"],
        ".*.log": [".hidden.log"],
        "**/*.log": ["a.log", "deep/b.log"],
        "**/**/b.log": ["deep/b.log"],
        "*/*.log": ["deep/b.log"],
        "**": ["a.log", "deep", "deep/again", "deep/b.log", "linked"],
        "d*/again/*.log": [],
        "none/*": [],
    }.items():
        found = patterns.expand(f"{begins}/{pattern}")
        assert found == [f"{begins}/{name}" for name in names]


def test_a_deep_tree_is_walked(tmp_path: Path) -> None:
    below = [tmp_path / "d"]
    while len(below) < sys.getrecursionlimit():
        below.append(below[-1] / "d")
    for folder in below:
        folder.mkdir()
    log = below[-1] / "a.log"
    add(log, "x\n")
    assert patterns.expand(f"{tmp_path}/**/*.log") == [str(log)]
    log.unlink()
    for folder in reversed(below):  # what pytest removes is less deep
        folder.rmdir()


def test_no_line_is_lost_or_doubled_whatever_happens(tmp_path: Path) -> None:
    chance, log = random.Random(7), tmp_path / "a.log"  # noqa: S311
    followed, written, read = Followed(tmp_path), 0, []
    for _ in range(300):
        match chance.choice(["write", "write", "part", "read", "rotate", "kill"]):
            case "write":
                add(log, f"{written}\n")
                written += 1
            case "part":
                add(log, f"{written}")
                read += followed.lines(0.1)
                add(log, "\n")
                written += 1
            case "read":
                read += followed.lines(chance.choice([0.1, 3]))
            case "rotate":
                add(log, f"{written}\n")
                read += followed.lines(3)  # seen once, it is followed
                add(log, f"{written + 1}\n")
                written += 2
                if log.exists():
                    log.rename(tmp_path / f"old.{written}.{chance.random()}")
            case "kill":
                read += followed.lines(3)
                followed = followed.again()
    read += followed.lines(3) + followed.lines(3)
    assert sorted(read, key=int) == [b"%d" % number for number in range(written)]


@pytest.mark.asyncio
async def test_files_are_journalled_with_their_place(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    more = {"files": (str(log),)}
    for text in ("one\n", "two\n"):
        add(log, text)
        async with receiving(tmp_path, more=more) as running:
            running.reader.position = running.receive.writer.position
            [row] = await running.rows(1)
            figures = running.receive.followed()[str(log)]
        assert row["line"] == text.strip().encode()
        assert (row["transport"], row["peer"]) == ("file", "")
        assert row["claim"] == f"file:{log}"
        assert figures["position"] == figures["size"]


@pytest.mark.asyncio
async def test_a_name_that_is_no_utf_8_is_journalled(tmp_path: Path) -> None:
    log = tmp_path / os.fsdecode(b"\xff.log")
    add(log, "one\n")
    (tmp_path / os.fsdecode(b"\xfe.log")).symlink_to(log)
    more = {"files": (f"{tmp_path}/*.log",)}
    async with receiving(tmp_path, more=more) as running:
        [row] = await running.rows(1)
        assert list(running.receive.followed()) == [f"{tmp_path}/\ufffd.log"]
        assert "\ufffd.log is a symbolic link" in (running.receive.trouble() or "")
    assert row["claim"] == f"file:{tmp_path}/\ufffd.log"


@pytest.mark.asyncio
async def test_files_that_are_read_no_more_end_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[Piece]:
        raise RecursionError

    monkeypatch.setattr(Tailing, "turn", fail)
    plan = Plan("", (free_port(),), LIMITS, files=(f"{tmp_path}/*.log",))
    receive = Receive(tmp_path / "0", Writer(tmp_path / "0", 1 << 30), plan)
    with pytest.raises(RecursionError):
        await asyncio.wait_for(receive.run(), 10)


@pytest.mark.asyncio
async def test_a_full_journal_makes_files_wait(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    more = {"files": (str(log),)}
    async with receiving(tmp_path, max_bytes=60_000, more=more) as running:
        numbers = 0
        while running.receive.intake.state.value != "full":
            add(log, f"{numbers} {os.urandom(400).hex()}\n")
            numbers += 1
            await asyncio.sleep(0.002)
        totals = running.receive.writer.totals
        before = totals.lines
        add(log, "the last\n")
        await asyncio.sleep(1)
        assert totals.lines == before and not running.rejected()


def test_kill_9_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """A real process, killed again and again while a file is written and rotated."""
    log, journal = tmp_path / "a.log", tmp_path / "journal"
    environment = os.environ | {
        "MSS_JOURNAL_DIR": str(journal), "MSS_FILES": f"{log}*", "MSS_HTTP_PORT": "0",
        "MSS_SYSLOG_PORT": str(free_port()), "MSS_SYSLOG_TLS_PORT": "0",
    }  # fmt: skip
    written = 0

    def write() -> int:
        """Fifty lines more; how many are received."""
        nonlocal written
        add(log, "".join(f"{written + n}\n" for n in range(50)))
        written += 50
        if written % 5_000 == 0:
            log.rename(tmp_path / f"a.log.{written}")
        return status(journal)

    for _ in range(3):
        goal = status(journal) + 2_000
        with receiver(environment):
            until(lambda goal=goal: write() > goal)  # type: ignore[misc]
    with receiver(environment):
        until(lambda: status(journal) >= written)
    files = folders.files(journal / "0")
    assert recount(files).totals.lines == written
    reader, lines = Reader(journal / "0", files[-1].identity, 0), []
    while (chunk := reader.read()) is not None:
        lines += chunk.lines["line"].to_list()
    assert sorted(map(int, lines)) == list(range(written))


@contextmanager
def receiver(environment: dict[str, str]) -> Iterator[None]:
    """A process that ends by kill -9."""
    command = [sys.executable, "manage.py", "receive"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield
    finally:
        process.kill()
        process.wait(10)


def status(journal: Path) -> int:
    return int(folders.read_json(journal / "0" / "receive.json").get("received", 0))
