"""Segments."""


def empty() -> None: ...
