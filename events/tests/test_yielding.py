"""Searches give way to ingest where they can."""

import os

import pytest

from events import pools
from events.database import Connection
from events.overview import reading
from events.yielding import NICE, is_server


@pytest.mark.parametrize("pool", [pools.readers, reading.pool])
def test_a_search_has_a_lower_priority_than_a_batch(
    link: Connection, pool: object
) -> None:
    with pool().connection() as searching:  # type: ignore[operator]
        process = searching.info.backend_pid
        assert os.getpriority(os.PRIO_PROCESS, process) == NICE
    assert os.getpriority(os.PRIO_PROCESS, link.info.backend_pid) == 0


def test_another_process_of_that_number_is_left_alone() -> None:
    assert not is_server(os.getpid())
