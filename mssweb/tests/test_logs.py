"""Foreseen conditions are a sentence in the log; anything else keeps its trace."""

import logging
import sys

import psycopg
import pytest

from mssweb.logs import Foreseen


def record(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        made = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "%s failed", ("GET /",), sys.exc_info()
        )
    assert Foreseen().filter(made)
    return made


def test_a_database_that_is_away_is_a_sentence() -> None:
    text = logging.Formatter().format(record(psycopg.OperationalError("away\nmore")))
    assert text == "GET / failed: away"


@pytest.mark.parametrize("text", ["100 % wrong %s", ""])
def test_any_text_of_a_foreseen_error_can_be_logged(text: str) -> None:
    assert "GET / failed: " in record(psycopg.OperationalError(text)).getMessage()


def test_a_bug_keeps_its_stack_trace() -> None:
    text = logging.Formatter().format(record(KeyError("bug")))
    assert "Traceback" in text
