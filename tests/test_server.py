"""script/server as an operator meets it. One product is started, used, hurt, stopped
and started again; the tests build on each other in this order."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mssweb.embedded.services import free_port
from mssweb.launcher.home import ROOT
from tests.product import Product, eventually, run

SCRIPT = str(ROOT / "script/server")

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    made = Product()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def token(product: Product) -> str:
    return product.manage("token", "admin")


def found(product: Product, token: str, word: str) -> int:
    status, body = product.get(f"/api/v1/events?q={word}", token)
    assert status == 200, body
    return len(json.loads(body)["results"])


def send(product: Product, text: str) -> None:
    eventually(product.listens, 30)
    port = str(product.syslog)
    subprocess.run(["logger", "-n", "127.0.0.1", "-P", port, "-T", text], check=True)


def test_it_prints_what_to_do_next(product: Product) -> None:
    printed = product.output()
    assert f"http://localhost:{product.web}/" in printed
    assert "admin, one-time password" in printed
    assert f"logger -n 127.0.0.1 -P {product.syslog} -T" in printed


def test_the_log_in_page_answers(product: Product) -> None:
    status, body = product.get("/login/")
    assert status == 200 and "password" in body


def test_every_part_is_up(product: Product) -> None:
    status, body = product.get("/healthz")
    assert (status, json.loads(body)["down"]) == (200, [])


def test_a_line_of_logger_is_found(product: Product, token: str) -> None:
    send(product, "hello-from-logger")
    eventually(lambda: found(product, token, "hello-from-logger"), 20)


def test_secrets_are_for_the_owner_only(product: Product) -> None:
    for name in ("environment", "services.json", "secret-key"):
        assert (product.home / name).stat().st_mode & 0o077 == 0


def test_a_second_start_says_that_it_runs(product: Product) -> None:
    done = product.run()
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and str(product.home) in done.stderr


@pytest.mark.parametrize("words", ["daphne", "manage.py ingest", "manage.py receive"])
def test_a_killed_process_is_restarted(product: Product, words: str) -> None:
    before = product.pid(words)
    subprocess.run(["kill", "-9", str(before)], check=True)
    eventually(lambda: product.pid(words) not in (0, before), 30)
    eventually(lambda: product.get("/healthz")[0] == 200, 60)


def test_a_killed_database_is_restarted_and_nothing_is_missing(
    product: Product, token: str
) -> None:
    before = product.pid("postgresql.conf")
    subprocess.run(["kill", "-9", str(before)], check=True)
    send(product, "while-the-database-was-away")
    eventually(lambda: product.pid("postgresql.conf") not in (0, before), 30)
    eventually(lambda: product.get("/healthz")[0] == 200, 60)
    eventually(lambda: found(product, token, "while-the-database-was-away"), 30)


def test_sigterm_ends_everything_in_order(product: Product, token: str) -> None:
    send(product, "a-moment-before-the-end")
    assert product.process
    product.process.send_signal(signal.SIGTERM)
    assert product.process.wait(120) == 0
    assert product.processes() == []
    printed = product.output()
    steps = ("beat", "receive", "ingest", "valkey", "postgres")
    places = [printed.index(f"stopping {step}") for step in steps]
    assert places == sorted(places)


def test_the_next_start_has_the_last_line(product: Product, token: str) -> None:
    product.start()
    eventually(lambda: found(product, token, "a-moment-before-the-end"), 20)


def test_after_kill_9_of_everything_it_starts_again(
    product: Product, token: str
) -> None:
    product.kill_everything()
    done = product.run("--detach")
    assert done.returncode == 0, done.stderr
    assert "password" not in done.stdout
    assert found(product, token, "hello-from-logger") == 1


def test_stop_waits_for_the_end(product: Product) -> None:
    done = product.run("--stop")
    assert done.returncode == 0 and "stopped" in done.stdout
    assert product.processes() == []


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run([SCRIPT, "--home", str(tmp_path), "--web", port])
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"TCP port {port} is in use" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://nobody:hidden@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://:hidden@127.0.0.1:1/0"),
        ("MSS_IDLE_SECONDS", "many"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    ports = ["--web", str(free_port()), "--syslog", str(free_port())]
    done = run([SCRIPT, "--home", str(tmp_path), *ports], **{name: value})
    assert done.returncode == 1
    assert name in done.stderr and len(done.stderr.splitlines()) == 1
    assert "hidden" not in done.stderr
