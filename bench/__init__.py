"""Benchmarks: each module is a program, `script/bench NAME [--minutes N]`."""
