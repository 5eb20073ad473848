"""Killed at random points, with the database away, and nothing is lost or doubled."""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.tests.processes import ROOT, Cluster, Pipeline, sending, until

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("cluster")
    for folder in (home.parent, home.parent.parent):
        folder.chmod(0o755)  # the account of the database passes through
    found = Cluster(home)
    migrate = Pipeline(home, found)
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env=migrate.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    yield found
    found.stop()


@pytest.fixture
def pipeline(tmp_path: Path, cluster: Cluster) -> Iterator[Pipeline]:
    found = Pipeline(tmp_path, cluster)
    yield found
    found.end()


def settled(pipeline: Pipeline, cluster: Cluster, before: int) -> bool:
    return cluster.events() - before == pipeline.journalled()


def doubled(cluster: Cluster) -> list[object]:
    return cluster.rows(
        "SELECT message FROM events WHERE message LIKE 'number%'"
        " GROUP BY message HAVING count(*) > 1"
    )


def test_everything_journalled_is_stored_once_whatever_is_killed(
    pipeline: Pipeline, cluster: Cluster
) -> None:
    pipeline.listen()
    pipeline.start("ingest")
    until(lambda: pipeline.status("ingest"))
    with sending(pipeline.port):
        for name in ("ingest", "receive", "ingest"):
            time.sleep(random.uniform(0.5, 1.5))
            pipeline.kill(name)
            pipeline.start(name)
            until(lambda n=name: pipeline.status(n)["pid"] == pipeline.running[n].pid)  # type: ignore[misc]
        time.sleep(1)
    assert pipeline.stop("receive") == 0
    until(lambda: settled(pipeline, cluster, 0))
    assert doubled(cluster) == []
    assert cluster.events() > 500
    assert pipeline.stop("ingest") == 0


def test_the_database_goes_away_and_comes_back(
    pipeline: Pipeline, cluster: Cluster
) -> None:
    cluster.rows("SELECT 1")
    before = cluster.events()
    pipeline.listen()
    pipeline.start("ingest")
    with sending(pipeline.port):
        until(lambda: cluster.events() > before)
        cluster.stop()
        until(lambda: pipeline.status("ingest").get("trouble"))
        assert (
            "The database has been away since" in pipeline.status("ingest")["trouble"]
        )
        assert "Traceback" not in pipeline.log.read_text()
        pipeline.kill("ingest")
        pipeline.start("ingest")
        time.sleep(3)
        journalled = pipeline.journalled()
        time.sleep(0.5)
        assert pipeline.journalled() > journalled
        cluster.start()
        until(lambda: cluster.events() - before > journalled)
        cluster.stop(3)  # SIGQUIT: as in a crash
        cluster.start()
        time.sleep(0.5)
    pipeline.stop("receive")
    until(lambda: settled(pipeline, cluster, before))
    until(lambda: pipeline.status("ingest")["trouble"] is None)


def test_a_stopped_ingest_says_nothing_and_leaves_nothing(
    pipeline: Pipeline, cluster: Cluster
) -> None:
    before = cluster.events()
    pipeline.listen()
    with sending(pipeline.port):
        time.sleep(1)
    pipeline.stop("receive")
    pipeline.start("ingest")
    until(lambda: pipeline.status("ingest"))
    assert pipeline.stop("ingest") == 0
    assert settled(pipeline, cluster, before)
    assert "Traceback" not in pipeline.log.read_text()


def test_a_port_in_use_is_one_sentence(pipeline: Pipeline) -> None:
    with socket.create_server(("127.0.0.1", pipeline.port)):
        process = pipeline.start("receive")
        assert process.wait(60) == 1
    said = pipeline.log.read_text()
    assert f"cannot listen on tcp port {pipeline.port}: another program uses it" in said
    assert "Traceback" not in said


def rejected(pipeline: Pipeline) -> int:
    return sum(pipeline.status("receive").get("rejected", {}).values())


def connected(pipeline: Pipeline) -> socket.socket:
    return socket.create_connection(("127.0.0.1", pipeline.port), 10)


def test_ten_thousand_connections_are_survived(pipeline: Pipeline) -> None:
    pipeline.environment["MSS_MAX_CONNECTIONS"] = "300"
    pipeline.environment["MSS_MAX_CONNECTIONS_PER_PEER"] = "300"
    pipeline.listen()
    held = [connected(pipeline) for _ in range(300)]
    for _ in range(9_700):
        with connected(pipeline) as more:
            assert more.recv(1) == b"", "a connection too many is closed"
    held[0].sendall(b"<13>still here\n")
    until(lambda: pipeline.journalled() == 1)
    until(lambda: rejected(pipeline) >= 9_700)
    for sock in held:
        sock.close()
