"""Octet counting and newlines on TCP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.framing import Decoder, Frames

Result = tuple[list[bytes], list[tuple[int, int]], int]

STREAMS = [
    ("a line", b"<13>one\n", [b"<13>one"]),
    ("two lines", b"<13>one\n<13>two\n", [b"<13>one", b"<13>two"]),
    ("no end", b"<13>one\n<13>tw", [b"<13>one", b"<13>tw"]),
    ("CRLF", b"<13>one\r\n<13>two\r\n", [b"<13>one", b"<13>two"]),
    ("NUL at the end", b"<13>one\0\n<13>two\0", [b"<13>one", b"<13>two"]),
    ("NUL inside", b"<13>o\0ne\n", [b"<13>o\0ne"]),
    ("counted", b"7 <13>one7 <13>two", [b"<13>one", b"<13>two"]),
    ("counted JSON", b'7 {"a":1}', [b'{"a":1}']),
    ("counted, with newlines", b"8 <13>o\nne7 <13>two", [b"<13>o\nne", b"<13>two"]),
    ("counted, LF after", b"7 <13>one\n7 <13>two\r\n", [b"<13>one", b"<13>two"]),
    ("counted, LF inside the count", b"8 <13>one\n7 <13>two", [b"<13>one", b"<13>two"]),
    ("counted, any content later", b"7 <13>one5 hello", [b"<13>one", b"hello"]),
    ("Cisco's space", b"7 <13>one 7 <13>two", [b"<13>one", b"<13>two"]),
    ("mixed", b"<1>a\n4 <1>b<1>c\n4 <1>d", [b"<1>a", b"<1>b", b"<1>c", b"<1>d"]),
    ("a year", b"2024 was good\n<1>a\n", [b"2024 was good", b"<1>a"]),
    ("a year with a dash", b"2024-01-01 x\n", [b"2024-01-01 x"]),
    ("a number alone", b"12", [b"12"]),
    ("a huge number", b"9999999 <13>x\n<1>a\n", [b"9999999 <13>x", b"<1>a"]),
    (
        "wrong length, counting goes on",
        b"6 <13>one tail7 <13>two 7 <13>tri",
        [b"<13>on", b"e tail", b"<13>two", b"<13>tri"],
    ),
    ("HTTP", b"GET / HTTP/1.1\r\n\r\n", [b"GET / HTTP/1.1"]),
]


@pytest.mark.parametrize(("what", "stream", "lines"), STREAMS)
def test_frames_of_a_stream(what: str, stream: bytes, lines: list[bytes]) -> None:
    decoder = Decoder(100)
    assert decoder.feed(stream).lines + decoder.close().lines == lines


def test_a_counted_frame_that_ends_early_is_kept_and_flagged() -> None:
    decoder = Decoder(100)
    decoder.feed(b"50 <13>half")
    closed = decoder.close()
    assert (closed.lines, closed.cuts) == ([b"<13>half"], [(0, 50)])


def test_a_long_line_is_cut_once_and_says_its_length() -> None:
    decoder = Decoder(10)
    frames = decoder.feed(b"<13>" + b"a" * 96 + b"\n<13>next\n")
    assert frames.lines == [b"<13>aaaaaa", b"<13>next"]
    assert frames.cuts == [(0, 100)]


def test_a_long_counted_frame_is_cut_once_and_says_its_length() -> None:
    decoder = Decoder(10)
    frames = decoder.feed(b"100 <13>" + b"a" * 96 + b"8 <13>next")
    assert frames.lines == [b"<13>aaaaaa", b"<13>next"]
    assert frames.cuts == [(0, 100)]


def test_an_endless_line_needs_no_endless_memory() -> None:
    decoder = Decoder(1_000)
    for _ in range(100):
        decoder.feed(b"a" * 10_000)
        assert len(decoder.rest) < 1_100
    assert decoder.feed(b"\n").cuts == [(0, 1_000_000)]


def test_empty_lines_are_counted_and_not_kept() -> None:
    decoder = Decoder(100)
    frames = decoder.feed(b"\n\r\n<13>a\n\n\0\n")
    assert (frames.lines, frames.empty) == ([b"<13>a"], 4)


def whole(stream: bytes, limit: int) -> Result:
    return pieces([stream], limit, fast=False)


def pieces(chunks: list[bytes], limit: int, fast: bool) -> Result:
    decoder, total = Decoder(limit, fast), Frames()
    for chunk in chunks:
        join(total, decoder.feed(chunk))
    join(total, decoder.close())
    return total.lines, total.cuts, total.empty


def join(total: Frames, more: Frames) -> None:
    total.cuts += [(row + len(total.lines), length) for row, length in more.cuts]
    total.lines += more.lines
    total.empty += more.empty


PART = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b"\0", b" ", b"<13>", b"{", b"1", b"7 ", b"12 <1>", b"a"]
) | st.binary(max_size=6)
STREAM = st.lists(PART, max_size=40).map(b"".join)


@given(STREAM, st.data(), st.integers(1, 40))
def test_frames_do_not_depend_on_where_the_stream_was_cut(
    stream: bytes, data: st.DataObject, limit: int
) -> None:
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
    ends = [*places, len(stream)]
    chunks = [stream[a:b] for a, b in zip([0, *places], ends, strict=True)]
    expected = whole(stream, limit)
    assert pieces(chunks, limit, fast=True) == expected
    assert pieces(chunks, limit, fast=False) == expected
    assert pieces([stream], limit, fast=True) == expected


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=20))
def test_counted_frames_come_out_as_they_went_in(contents: list[bytes]) -> None:
    messages = [b"<13>" + content + b"." for content in contents]
    stream = b"".join(b"%d %s" % (len(m), m) for m in messages)
    assert Decoder(1_000).feed(stream).lines == messages
