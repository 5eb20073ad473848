"""Add a source: what is to be pasted is really run, and the light says what arrives."""

import asyncio
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ingest import certificates
from ingest import folder as folders
from ingest.adding import devices, place
from ingest.adding.snippet import fill
from ingest.journal import Writer
from ingest.lines import Gathered
from ingest.tests.receiving import (
    Running,
    free_port,
    rsyslog_module,
    through_rsyslog,
)
from ingest.tests.test_http import TOKEN, serving
from ingest.tests.test_worker import append, work
from sensors import routing
from sensors.models import Domain, SenderToken, Sensor, User

WAYS = [(kind.key, way) for kind in devices.KINDS.values() for way in kind.ways]


def test_every_place_is_filled_in() -> None:
    for key, way in WAYS:
        said = fill(way.text, "logs.example.com", 5514, "secret", way.ca)
        assert not re.search("@[A-Z]+@", said), key
        if way.transport != "file":
            assert "logs.example.com" in said and "5514" in said, key
        assert ("secret" in said) == (way.transport in {"http", "https"}), key
        assert bool(way.ca) == (way.transport in {"tls", "https"}), key


LOCAL = """
global(workDirectory="{0}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{0}/in")
"""
MODULES = {"tls": "lmnsd_gtls", "http": "omelasticsearch"}


def pasted(kind: str, transport: str, running: Running, folder: Path) -> str:
    """The lines of the page, for a receiver of a test."""
    plan = running.receive.plan
    ports = {"tls": plan.tls_port, "http": plan.http_port, "https": plan.http_port}
    port = ports.get(transport) or running.port
    way = devices.kind_of(kind).way(transport)
    known = certificates.covered(certificates.read(folder / "tls" / "server.pem"))
    peer = place.peer("127.0.0.1", known)
    return fill(way.text, "127.0.0.1", port, TOKEN, f"{folder}/tls/ca.pem", peer)


@pytest.mark.asyncio
async def test_rsyslog_does_what_is_pasted(tmp_path: Path) -> None:
    async with serving(tmp_path, tls_port=free_port()) as running:
        for transport in ("udp", "tcp", "tls", "http"):
            if not rsyslog_module(MODULES.get(transport, "lmnet")):
                pytest.skip(f"rsyslog has no {MODULES[transport]}")
            text = pasted("rsyslog", transport, running, tmp_path)
            row = await through(running, tmp_path / f"by-{transport}", text)
            assert b"through rsyslog" in row["line"]
            assert row["transport"] == transport


@pytest.mark.asyncio
async def test_rsyslog_follows_files_as_it_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        text = pasted("suricata", "tcp", running, tmp_path)
        text = text.replace("/var/log/suricata/eve.json", f"{tmp_path}/eve.json")
        (tmp_path / "eve.json").write_text('{"event_type": "through rsyslog"}\n')
        row = await through(running, tmp_path / "suricata", text)
    assert row["line"].endswith(b'{"event_type": "through rsyslog"}')


async def through(running: Running, folder: Path, text: str) -> dict[str, Any]:
    folder.mkdir()
    return await through_rsyslog(running, folder, LOCAL.format(folder) + text + "\n")


SHELLS = [
    ("logger", "tcp"),
    ("logger", "udp"),
    ("curl", "http"),
    ("curl", "https"),
    ("splunk", "http"),
    ("splunk", "https"),
]


@pytest.mark.asyncio
async def test_a_shell_does_what_is_pasted(tmp_path: Path) -> None:
    async with serving(tmp_path) as running:
        for kind, transport in SHELLS:
            command = pasted(kind, transport, running, tmp_path)
            done = await asyncio.to_thread(
                subprocess.run, ["sh", "-c", command], capture_output=True, timeout=20
            )
            assert done.returncode == 0, done.stderr
            assert b"hello" in (await running.lines(1))[0], command


# -- the page


@pytest.fixture
def writer(tmp_path: Path, settings: Any, empty_store: None) -> Writer:
    settings.JOURNAL_DIR = tmp_path
    writer = Writer(tmp_path / "0", 1 << 30)
    listeners = ["udp [::]:5514", "tcp [::]:5514", "udp [::]:5600", "http [::]:8088"]
    status = {"at": timezone.now().isoformat(), "listeners": listeners}
    folders.write_json(tmp_path / "0" / "receive.json", status)
    return writer


@pytest.fixture
def root(empty_store: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def other(writer: Writer) -> Sensor:
    """A sensor of the default sensor's domain, with a port of its own."""
    sensor = Sensor.objects.create(domain=Domain.objects.get(), name="other", port=5600)
    routing.bump()
    return sensor


def lines(client: Client, **asked: Any) -> str:
    """What is to be pasted."""
    text = client.get("/sources/new/", asked).content.decode()
    found = re.search(r'id="lines"[^>]*>(.*?)</pre>', text, re.S)
    assert found
    return found[1]


def test_ports_are_those_that_are_listened_on(root: Client, other: Sensor) -> None:
    asked = {"kind": "rsyslog", "host": "logs.example.com"}
    assert lines(root, way="udp", **asked) == "*.* @logs.example.com:5514"
    mine = lines(root, way="udp", sensor=other.pk, **asked)
    assert mine == "*.* @logs.example.com:5600"
    page = root.get("/sources/new/", {"kind": "rsyslog", "way": "tls"}).content
    assert b"Nothing listens for TLS at the moment." in page
    assert "port=&quot;PORT&quot;" in lines(root, way="tls", **asked)
    assert "port=&quot;5514&quot;" in lines(root, **asked)  # TLS is usual, but closed


def test_what_is_typed_is_checked(root: Client, writer: Writer) -> None:
    asked = {"host": 'x" ; rm', "device": "10.0.0.0/8", "kind": "rsyslog"}
    text = root.get("/sources/new/", asked).content.decode()
    assert "Write a name or an address" in text and "; rm" not in lines(root, **asked)
    assert 'value="x&quot; ; rm"' in text  # to be mended, not typed anew
    assert "Write one address, not a network." in text


def test_it_says_when_the_certificate_lacks_the_name(
    root: Client, writer: Writer, settings: Any, tmp_path: Path
) -> None:
    settings.TLS_DIR = tmp_path
    now = timezone.now()
    ca = certificates.authority("a CA", now)
    made = certificates.server(ca, ["logs.example.com"], now)
    (tmp_path / "server.pem").write_bytes(certificates.pem(made[1]))
    asked = {"kind": "rsyslog", "way": "tls"}
    for host, lacks in {"logs.example.com": False, "10.0.0.1": True}.items():
        page = root.get("/sources/new/", asked | {"host": host}).content
        assert (b"does not have the name" in page) == lacks


def test_a_token_is_made_and_shown_once_in_the_lines(
    root: Client, writer: Writer
) -> None:
    page = "/sources/new/?kind=curl&way=http"
    text = root.post(page, {"name": "curl of web-1"}).content.decode()
    assert re.search(r"Bearer mss_in_\S+&quot;", text)
    assert SenderToken.objects.get().name == "curl of web-1"
    assert "Bearer TOKEN" in root.get(page).content.decode()


def light_at(client: Client, query: str) -> str:
    return client.get(f"/sources/new/light/?{query}").content.decode()


def opened(client: Client, **asked: Any) -> str:
    return str(client.get("/sources/new/", asked).context["again"])


def test_the_light_turns_green_with_the_first_line(
    root: Client, writer: Writer
) -> None:
    append(writer, "<13>known before", peer="10.0.0.9")
    work(writer.folder)
    query, known = opened(root), opened(root, device="10.0.0.9")
    assert light_at(root, query) == ""  # nothing new to say
    append(writer, "<34>Nov 24 10:00:00 fw1 sshd[1]: hello <b>\a", peer="10.0.0.7")
    append(writer, "<13>again", peer="10.0.0.9")
    assert "it waits to be stored" in light_at(root, known)
    work(writer.folder)
    text = light_at(root, query)
    assert 'data-light="good"' in text and "hx-get" not in text
    assert "10.0.0.7 arrives at" in text and "hello &lt;b&gt;‹BEL›" in text
    assert "<dd>rfc3164, sshd</dd>" in text or "<dd>rfc3164</dd>" in text
    assert "10.0.0.9 arrives at" in light_at(root, known)


def test_it_says_which_other_sensor_has_the_lines(
    root: Client, writer: Writer, other: Sensor
) -> None:
    query = opened(root, sensor=other.pk)
    append(writer, "<13>hello", peer="10.0.0.7")
    work(writer.folder)
    text = light_at(root, query)
    assert "Lines of 10.0.0.7 arrive, but at sensor" in text
    assert f"Name 10.0.0.7 as a source of {other}" in text


def test_it_says_that_lines_are_ignored(root: Client, writer: Writer) -> None:
    Sensor.objects.update(log_management=False)
    routing.bump()
    query = opened(root, device="10.0.0.7")
    append(writer, "<13>hello", peer="10.0.0.7")
    work(writer.folder)
    assert "is off: switch it on" in light_at(root, query)


def test_it_says_why_something_is_rejected(root: Client, writer: Writer) -> None:
    def reject(reason: str, count: int) -> None:
        batch = Gathered()
        batch.reject("10.0.0.7", reason, count)
        writer.append(None, batch.counted)

    reject("empty", 5)
    query, anybody = opened(root, device="10.0.0.7"), opened(root)
    assert light_at(root, query) == ""
    reject("tls_on_plain_port", 1)
    text = light_at(root, query)
    assert "rejected: TLS on the plain port." in text and "another sender" not in text
    assert "It may be another sender" in light_at(root, anybody)
