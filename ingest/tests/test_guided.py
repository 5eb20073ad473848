"""Parsers hold against lines that a fuzzer makes by what they reach in the code."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(
    find_spec("atheris") is None, reason="atheris has no package for this machine"
)
def test_no_line_breaks_a_parser() -> None:
    command = [sys.executable, "-m", "bench.guided", "-runs=20000", "-seed=1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "Done 20000 runs" in done.stderr
