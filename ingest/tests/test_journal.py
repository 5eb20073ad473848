"""The journal on a real disk: what was appended is read, whatever happened between."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import folder as folders
from ingest import journal, recovery
from ingest.folder import JournalError
from ingest.journal import Writer
from ingest.lines import CLAIM, LINES, Gathered
from ingest.reader import Chunk, Reader, drop_before

BIG = 1 << 30


def gathered(lines: list[bytes], peer: str = "10.0.0.1") -> Gathered:
    found = Gathered()
    found.add(1_000_000, peer, "udp", 514, lines)
    return found


def append(writer: Writer, lines: list[bytes], peer: str = "10.0.0.1") -> None:
    batch = gathered(lines, peer)
    writer.append(batch.frame(), batch.counted)


def kill(writer: Writer) -> None:
    """What is left of a writer after kill -9."""
    os.close(writer.fd)
    os.close(writer.lock)


def reader(writer: Writer, position: int = 0) -> Reader:
    return Reader(writer.folder, writer.identity, position)


def read_all(found: Reader) -> list[bytes]:
    lines: list[bytes] = []
    while (chunk := found.read()) is not None:
        lines += chunk.lines["line"].to_list()
    return lines


def newest(folder: Path) -> Path:
    return folders.files(folder)[-1].path


def test_lines_come_back_as_they_went_in(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG)
    batch = gathered([b"one", b"\xff\0two"])
    batch.cuts.append((1, 99))
    batch.add(2_000_000, "::1", "tcp", 6514, [b"three"])
    writer.append(batch.frame(), batch.counted)
    chunk = reader(writer).read()
    assert chunk is not None
    assert (chunk.first, chunk.last) == (0, 2)
    assert dict(chunk.lines.schema) == LINES | {CLAIM: pl.String}
    assert chunk.lines["line"].to_list() == [b"one", b"\xff\0two", b"three"]
    assert chunk.lines["cut"].to_list() == [0, 99, 0]
    assert chunk.lines["peer"].to_list() == ["10.0.0.1", "10.0.0.1", "::1"]


def test_blocks_of_before_there_were_claims_are_read(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG)
    old, new = gathered([b"old"]), gathered([b"new"])
    writer.append(old.frame().drop(CLAIM), old.counted)
    writer.append(new.frame(), new.counted)
    chunk = reader(writer).read()
    assert chunk and chunk.lines.select("line", CLAIM).rows() == [
        (b"old", ""),
        (b"new", ""),
    ]


def test_small_blocks_are_read_together(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG)
    for number in range(10):
        append(writer, [b"%d" % number] * 10)
    found = reader(writer)
    ranges = [found.read(35), found.read(35), found.read(35), found.read(35)]
    assert [(c.first, c.last) for c in ranges if isinstance(c, Chunk)] == [
        (0, 39),
        (40, 79),
        (80, 99),
    ]


def test_reading_begins_at_any_position(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG)
    for number in range(4):
        append(writer, [b"%d" % (number * 3 + n) for n in range(3)])
    for position in range(13):
        lines = [b"%d" % n for n in range(position, 12)]
        assert read_all(reader(writer, position)) == lines


def test_a_reader_follows_the_files_of_a_writer(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG, file_bytes=2_000)
    found, lines = reader(writer), []
    for number in range(50):
        append(writer, [os.urandom(100).hex().encode(), b"%d" % number])
        lines += read_all(found)
    assert [int(line) for line in lines[1::2]] == list(range(50))
    assert len(folders.files(writer.folder)) > 3


def test_stored_files_are_deleted_but_never_the_newest(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG, file_bytes=1_000)
    for _ in range(5):
        append(writer, [os.urandom(1_000).hex().encode()])
    drop_before(writer.folder, 3)
    assert read_all(reader(writer, 3)) != []
    assert folders.files(writer.folder)[0].position == 3
    drop_before(writer.folder, 5)
    assert len(folders.files(writer.folder)) == 1


def test_positions_and_counts_go_on_after_a_clean_end(tmp_path: Path) -> None:
    first = Writer(tmp_path / "0", BIG)
    append(first, [b"one", b"two"])
    first.close()
    second = Writer(tmp_path / "0", BIG)
    append(second, [b"three"])
    assert (second.identity, second.position) == (first.identity, 3)
    assert second.totals.sources["10.0.0.1"].received == 3
    assert read_all(reader(second)) == [b"one", b"two", b"three"]


def test_positions_and_counts_survive_kill_9(tmp_path: Path) -> None:
    first = Writer(tmp_path / "0", BIG)
    append(first, [b"one", b"two"])
    batch = gathered([])
    batch.reject("10.0.0.2", "empty", 5)
    first.append(None, batch.counted)
    kill(first)
    second = Writer(tmp_path / "0", BIG)
    assert second.position == 2
    assert (second.totals.received, second.totals.lines) == (7, 2)
    assert second.totals.rejected() == {"empty": 5}


@pytest.mark.parametrize("keep", [1, 30, 60, -1])
def test_a_torn_end_is_cut_off(tmp_path: Path, keep: int) -> None:
    first = Writer(tmp_path / "0", BIG)
    append(first, [b"one"])
    size = first.size
    append(first, [b"never finished"])
    os.ftruncate(first.fd, size + keep if keep > 0 else first.size - 1)
    kill(first)
    second = Writer(tmp_path / "0", BIG)
    append(second, [b"two"])
    found = reader(second)
    assert read_all(found) == [b"one", b"two"]
    assert found.lost == 0


def test_a_reader_waits_for_the_rest_of_a_block(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG)
    append(writer, [b"one"])
    whole, size = newest(writer.folder).read_bytes(), writer.size
    append(writer, [b"two"])
    more = newest(writer.folder).read_bytes()[len(whole) :]
    os.ftruncate(writer.fd, size)
    found = reader(writer)
    lines = read_all(found)
    for byte in more:
        os.write(writer.fd, bytes([byte]))
        lines += read_all(found)
    assert (lines, found.lost) == ([b"one", b"two"], 0)


@pytest.mark.parametrize("where", ["header", "lines", "last"])
def test_a_damaged_block_costs_its_own_lines_only(
    tmp_path: Path, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    writer = Writer(tmp_path / "0", BIG)
    append(writer, [b"one"])
    start = writer.size
    append(writer, [b"two", b"three"])
    at = start + 20 if where == "header" else writer.size - 20
    if where != "last":
        append(writer, [b"four"])
    with newest(writer.folder).open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 8)
    found = reader(writer)
    with caplog.at_level(logging.ERROR):
        lines = read_all(found)
    assert lines == [b"one"] + [b"four"] * (where != "last")
    assert found.lost == 2
    assert "lines lost" in caplog.text
    assert found.read() is None


def test_a_machine_that_went_down_makes_positions_jump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Writer(tmp_path / "0", BIG)
    append(first, [b"one", b"two"])
    kill(first)
    monkeypatch.setattr(recovery, "boot", lambda: "another")
    monkeypatch.setattr(journal, "boot", lambda: "another")
    second = Writer(tmp_path / "0", BIG)
    append(second, [b"three"])
    found = reader(second)
    assert read_all(found) == [b"one", b"two", b"three"]
    assert found.position == second.position == 3 + journal.JUMP
    assert found.lost == 0


def test_a_database_ahead_of_the_journal_is_never_confused(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG)
    append(writer, [b"old"])
    found = reader(writer, 500)
    writer.raise_to(500)
    append(writer, [b"new"])
    assert read_all(found) == [b"new"]
    assert writer.position > 500


def test_a_new_folder_is_another_journal(tmp_path: Path) -> None:
    first = Writer(tmp_path / "0", BIG)
    found = reader(first)
    (tmp_path / "0").rename(tmp_path / "gone")
    second = Writer(tmp_path / "0", BIG)
    assert second.identity != first.identity
    with pytest.raises(JournalError, match="replaced"):
        found.read()


def test_two_writers_never_share_a_folder(tmp_path: Path) -> None:
    first = Writer(tmp_path / "0", BIG)
    with pytest.raises(JournalError, match="another receive process"):
        Writer(tmp_path / "0", BIG)
    first.close()


def test_a_full_journal_says_so_and_has_room_when_files_are_stored(
    tmp_path: Path,
) -> None:
    writer = Writer(tmp_path / "0", max_bytes=40_000)
    while not writer.full:
        append(writer, [os.urandom(1_000).hex().encode()])
    writer.measure()
    assert writer.full
    drop_before(writer.folder, writer.position)
    writer.measure()
    assert not writer.full


def test_a_full_disk_refuses_the_block_and_keeps_the_journal_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(tmp_path / "0", BIG)
    append(writer, [b"one"])

    def half(fd: int, block: bytes) -> None:
        os.write(fd, block[: len(block) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "write_all", half)
        with pytest.raises(journal.JournalFull):
            append(writer, [b"two"])
    append(writer, [b"three"])
    assert read_all(reader(writer)) == [b"one", b"three"]
    assert writer.totals.lines == 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.binary(max_size=200), max_size=30), max_size=12), st.data())
def test_any_damage_costs_nothing_else_and_never_hangs(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[bytes]],
    data: st.DataObject,
) -> None:
    writer = Writer(tmp_path_factory.mktemp("journal") / "0", BIG)
    for batch in batches:
        if batch:
            append(writer, batch)
    sent = [line for batch in batches for line in batch]
    content = bytearray(newest(writer.folder).read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    newest(writer.folder).write_bytes(bytes(content))
    found = reader(writer)
    lines = read_all(found)
    harmed = [batch for batch in batches if batch]
    assert len(lines) >= len(sent) - max(map(len, harmed), default=0)
    rest = iter(sent)
    assert all(line in rest for line in lines)  # in order, nothing invented
    kill(writer)


def test_frames_of_no_lines_have_the_columns() -> None:
    assert dict(Gathered().frame().schema) == LINES | {CLAIM: pl.String}
    assert isinstance(Gathered().frame(), pl.DataFrame)


def test_a_status_may_have_several_writers(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"

    def write(number: int) -> None:
        for _ in range(200):
            folders.write_json(file, {"ports": [number] * 500})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))  # raises what was raised
    assert folders.read_json(file)
    assert os.listdir(tmp_path) == ["ports.json"]
