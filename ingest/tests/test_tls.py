"""Syslog over TLS: real senders, certificates, and what goes wrong in a handshake."""

import asyncio
import contextlib
import datetime as dt
import shutil
import socket
import ssl
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtensionOID
from django.core.management import call_command

from ingest import certificates
from ingest.identity import Identity, Wish, own_names
from ingest.reader import drop_before
from ingest.receivers import streams
from ingest.tests.receiving import (
    Running,
    free_port,
    receiving,
    rsyslog_module,
    through,
    through_rsyslog,
)

pytestmark = pytest.mark.asyncio
NOW = dt.datetime.now(dt.UTC)


def secured(folder: Path, **more: Any) -> dict[str, Any]:
    """Arguments of `receiving` with TLS on a free port."""
    return {"more": {"tls_port": free_port()}, "wish": Wish(folder / "tls", **more)}


def port_of(running: Running) -> int:
    return running.receive.plan.tls_port


def trusting(folder: Path, client: Path | None = None) -> ssl.SSLContext:
    """A client that checks the certificate and the name."""
    context = ssl.create_default_context(cafile=str(folder / "tls" / "ca.pem"))
    if client is not None:
        context.load_cert_chain(client)
    return context


async def connect(
    running: Running, context: ssl.SSLContext, host: str = "127.0.0.1"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    port = port_of(running)
    return await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname=host
    )


def client_certificate(folder: Path, name: str, ca: Path | None = None) -> Path:
    """Certificate and key in one file, signed by the CA of a folder."""
    signer = Identity(Wish(ca or folder / "tls")).make(NOW)
    key, certificate = certificates.client(signer, name, NOW)
    file = folder / f"{name}.pem"
    file.write_bytes(certificates.pem(certificate) + certificates.key_pem(key))
    return file


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", socket.gethostname()])
async def test_both_framings_arrive_under_every_name(tmp_path: Path, host: str) -> None:
    async with receiving(tmp_path, **secured(tmp_path)) as running:
        _, stream = await connect(running, trusting(tmp_path), host)
        stream.write(b"<13>by newline\n12 <13>by\ncount" + b"<13>without an end")
        await stream.drain()
        stream.close()
        rows = await running.rows(3)
    assert [row["line"] for row in rows] == [
        b"<13>by newline",
        b"<13>by\ncount",
        b"<13>without an end",
    ]
    assert {(row["transport"], row["port"], row["claim"]) for row in rows} == {
        ("tls", port_of(running), "")
    }


async def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    async with receiving(tmp_path, **secured(tmp_path)):
        pass
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700


async def test_openssl_verifies_us(tmp_path: Path) -> None:
    command = ["openssl", "s_client", "-quiet", "-no_ign_eof", "-verify_return_error"]
    ca = ["-CAfile", str(tmp_path / "tls" / "ca.pem"), "-verify_hostname", "localhost"]
    async with receiving(tmp_path, **secured(tmp_path)) as running:
        where = ["-connect", f"127.0.0.1:{port_of(running)}"]
        process = await asyncio.create_subprocess_exec(
            *command, *where, *ca, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdin
        process.stdin.write(b"<13>from openssl\n")
        assert await running.lines(1) == [b"<13>from openssl"]
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)


RSYSLOG = """
global(workDirectory="{folder}" defaultNetstreamDriver="{driver}"
       defaultNetstreamDriverCAFile="{folder}/tls/ca.pem"
       defaultNetstreamDriverCertFile="{client}"
       defaultNetstreamDriverKeyFile="{client}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{folder}/in")
action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp"
       TCP_Framing="{framing}" StreamDriver="{driver}" StreamDriverMode="1"
       StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="localhost")
"""


@pytest.mark.parametrize("driver", ["gtls", "ossl"])
@pytest.mark.parametrize("framing", ["traditional", "octet-counted"])
async def test_rsyslog_sends(tmp_path: Path, driver: str, framing: str) -> None:
    if not rsyslog_module(f"lmnsd_{driver}"):
        pytest.skip(f"rsyslog has no driver {driver}: apt install rsyslog-gnutls …")
    async with receiving(tmp_path, **secured(tmp_path, clients="required")) as running:
        client = client_certificate(tmp_path, "relay.example")
        text = RSYSLOG.format(
            folder=tmp_path, port=port_of(running), driver=driver, framing=framing,
            client=client,
        )  # fmt: skip
        row = await through_rsyslog(running, tmp_path, text)
    assert row["line"].endswith(b"through rsyslog")
    assert "certificate:relay.example" in row["claim"].splitlines()


async def test_syslog_ng_sends(tmp_path: Path) -> None:
    if not shutil.which("syslog-ng"):
        pytest.skip("syslog-ng is not installed: apt install syslog-ng-core")
    async with receiving(tmp_path, **secured(tmp_path)) as running:
        (tmp_path / "conf").write_text(SYSLOG_NG.format(tmp_path, port_of(running)))
        own = {"-f": "conf", "-R": "persist", "-c": "control", "-p": "pid"}
        options = [
            word for key, name in own.items() for word in (key, f"{tmp_path}/{name}")
        ]
        command = ["syslog-ng", "-F", *options]
        row = await through(running, tmp_path, command, "through syslog-ng")
    assert row["line"].endswith(b"through syslog-ng")


SYSLOG_NG = """@version: 3.38
source local {{ unix-dgram("{0}/in"); }};
destination ours {{ syslog("localhost" port({1}) transport("tls")
  tls(ca-file("{0}/tls/ca.pem") peer-verify(required-trusted))); }};
log {{ source(local); destination(ours); }};
"""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<13>Nov 24 00:00:00 host app: plain text\n", "plain_on_tls_port"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "plain_on_tls_port"),
        (b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", "tls_handshake"),
    ],
)
async def test_what_is_no_handshake_is_counted(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    async with receiving(tmp_path, **secured(tmp_path)) as running:
        answer, stream = await asyncio.open_connection("127.0.0.1", port_of(running))
        stream.write(content)
        await asyncio.wait_for(answer.read(), 10)
        await running.until(lambda: running.rejected() == {reason: 1})
        stream.close()
    assert running.receive.writer.totals.lines == 0


async def test_who_does_not_trust_us_is_counted(tmp_path: Path) -> None:
    async with receiving(tmp_path, **secured(tmp_path)) as running:
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(running, ssl.create_default_context())
        await running.until(lambda: running.rejected() == {"tls_handshake": 1})


async def test_slow_handshakes_end_and_delay_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HANDSHAKE_SECONDS", 0.5)
    async with receiving(tmp_path, **secured(tmp_path)) as running:
        port = port_of(running)
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        slow[0][1].write(b"\x16\x03\x01\x01")
        _, stream = await connect(running, trusting(tmp_path))
        stream.write(b"<13>meanwhile\n")
        assert await running.lines(1) == [b"<13>meanwhile"]
        await running.until(lambda: running.rejected() == {"tls_timeout": 5})
        for _, other in (*slow, (None, stream)):
            other.close()


async def test_handshakes_count_as_connections(tmp_path: Path) -> None:
    options = secured(tmp_path) | {"connections_per_peer": 2}
    async with receiving(tmp_path, **options) as running:
        port = port_of(running)
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        reason = "too_many_connections_of_peer"
        await running.until(lambda: running.rejected() == {reason: 1})
        for _, stream in held:
            stream.close()


async def test_a_full_journal_makes_the_sender_wait(tmp_path: Path) -> None:
    options = secured(tmp_path) | {"max_bytes": 60_000}
    async with receiving(tmp_path, **options) as running:
        writer = running.receive.writer
        _, stream = await connect(running, trusting(tmp_path))
        noise = bytes(range(128, 256)) * 5 + b"\n"
        while running.receive.intake.state.value != "full":
            stream.write(noise * 10)
            await asyncio.sleep(0.002)
        stream.write(b"<13>the last\n")
        stream.close()
        found: list[bytes] = []
        while b"<13>the last" not in found:
            found += await running.lines(1)
            drop_before(writer.folder, writer.position)
    assert running.rejected() == {}


async def test_a_certificate_names_its_sender(tmp_path: Path) -> None:
    async with receiving(tmp_path, **secured(tmp_path, clients="asked")) as running:
        file = client_certificate(tmp_path, "FW1.example")
        for context in (trusting(tmp_path, file), trusting(tmp_path)):
            _, stream = await connect(running, context)
            stream.write(b"<13>hello\n")
            await stream.drain()
            stream.close()
        claims = {row["claim"] for row in await running.rows(2)}
    der = ssl.PEM_cert_to_DER_cert(file.read_text().partition("-----BEGIN PRIV")[0])
    fingerprint, name = certificates.names_of(der)
    assert name == "fw1.example" and fingerprint.startswith("sha256:")
    assert claims == {"", f"certificate:{fingerprint}\ncertificate:{name}"}


async def test_only_certificates_of_the_ca_count(tmp_path: Path) -> None:
    stranger = Identity(Wish(tmp_path / "elsewhere"))
    stranger.make(NOW)
    async with receiving(tmp_path, **secured(tmp_path, clients="required")) as running:
        foreign = client_certificate(tmp_path, "evil", tmp_path / "elsewhere")
        for context in (trusting(tmp_path), trusting(tmp_path, foreign)):
            with contextlib.suppress(ssl.SSLError, ConnectionError):
                answer, stream = await connect(running, context)
                stream.write(b"<13>not for us\n")  # TLS 1.3 tells the client late
                await asyncio.wait_for(answer.read(), 10)
        await running.until(lambda: sum(running.rejected().values()) == 2)
    assert running.rejected() == {"tls_no_certificate": 1, "tls_bad_certificate": 1}
    assert running.receive.writer.totals.lines == 0


async def test_only_the_fingerprint_looks_like_one() -> None:
    ca = certificates.authority("CA", NOW)
    _, made = certificates.client(ca, "SHA256:00", NOW)
    found = certificates.names_of(made.public_bytes(serialization.Encoding.DER))
    assert found == [f"sha256:{made.fingerprint(hashes.SHA256()).hex()}"]


async def test_an_unreadable_certificate_is_counted(tmp_path: Path) -> None:
    """Its alternative name is an `ediPartyName`, which OpenSSL accepts."""
    name = bytes.fromhex("3007a505a1030c0178")
    ca_key, ca = Identity(Wish(tmp_path / "tls")).make(NOW)
    key = certificates.new_key(certificates.BITS)
    made = certificates.begun(certificates.named("x"), ca.subject, key, NOW, 1)
    oid = ExtensionOID.SUBJECT_ALTERNATIVE_NAME
    made = made.add_extension(x509.UnrecognizedExtension(oid, name), False)
    pem = certificates.pem(made.sign(ca_key, hashes.SHA256()))
    file = tmp_path / "client.pem"
    file.write_bytes(pem + certificates.key_pem(key))
    async with receiving(tmp_path, **secured(tmp_path, clients="required")) as running:
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            answer, _ = await connect(running, trusting(tmp_path, file))
            await asyncio.wait_for(answer.read(), 10)
        await running.until(lambda: running.rejected() == {"tls_bad_certificate": 1})
        listener = running.receive.listeners["tls", port_of(running)]
        await running.until(lambda: listener.connections() == 0)


async def test_the_command_needs_the_ca_only(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.TLS_DIR = tmp_path / "tls"
    call_command("certificate", "printer-3")
    assert "BEGIN CERTIFICATE" in capsys.readouterr().out
    assert {file.name for file in settings.TLS_DIR.iterdir()} == {
        "ca.pem", "ca.key", "lock",
    }  # fmt: skip


async def test_a_certificate_is_renewed_before_it_ends(tmp_path: Path) -> None:
    async with receiving(tmp_path, **secured(tmp_path)) as running:
        identity = running.receive.identity
        made = identity.path("server.pem").read_bytes()
        identity.renew()
        assert identity.path("server.pem").read_bytes() == made
        earlier = NOW - dt.timedelta(days=certificates.SERVER_DAYS - 59)
        pair = identity.authority(NOW)
        identity.keep(
            "server.pem", "server.key", certificates.server(pair, own_names(), earlier)
        )
        identity.renew()
        assert identity.until and identity.until > NOW + dt.timedelta(days=300)
        _, stream = await connect(running, trusting(tmp_path))
        shown = stream.get_extra_info("peercert")["notAfter"]
        stream.close()
    assert ssl.cert_time_to_seconds(shown) == identity.until.timestamp()


async def test_a_new_name_renews_the_certificate(tmp_path: Path) -> None:
    identity = Identity(Wish(tmp_path / "tls"))
    identity.context()
    identity.wish = replace(identity.wish, names=("logs.example.com",))
    identity.renew()
    found = certificates.covered(certificates.read(tmp_path / "tls" / "server.pem"))
    assert found == {"logs.example.com", *own_names()}


async def test_the_operators_certificate_is_used(tmp_path: Path) -> None:
    other = Identity(Wish(tmp_path / "other", names=("logs.example.com",)))
    other.make(NOW)
    files = {"certificate": other.path("server.pem"), "key": other.path("server.key")}
    async with receiving(tmp_path, **secured(tmp_path, **files)) as running:
        context = ssl.create_default_context(cafile=str(other.path("ca.pem")))
        _, stream = await connect(running, context, "logs.example.com")
        stream.write(b"<13>hello\n")
        await running.lines(1)
        stream.close()


async def test_a_missing_certificate_stops_only_tls(tmp_path: Path) -> None:
    options = secured(tmp_path, certificate=tmp_path / "none.pem")
    async with receiving(tmp_path, **options) as running:
        trouble = running.receive.trouble() or ""
        assert "none.pem: No such file or directory" in trouble
        _, stream = await running.connect()
        stream.write(b"<13>plain goes on\n")
        await running.lines(1)
        stream.close()


async def test_the_command_makes_what_is_accepted(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.TLS_DIR = tmp_path / "tls"
    async with receiving(tmp_path, **secured(tmp_path, clients="required")) as running:
        await asyncio.to_thread(call_command, "certificate", "Printer-3")
        file = tmp_path / "printer.pem"
        file.write_text(capsys.readouterr().out)
        _, stream = await connect(running, trusting(tmp_path, file))
        stream.write(b"<13>hello\n")
        [row] = await running.rows(1)
        stream.close()
    assert row["claim"].endswith("\ncertificate:printer-3")
