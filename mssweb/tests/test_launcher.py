"""The launcher's parts: environment, ports, configuration, logs, order of stop."""

import configparser
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from mssweb.embedded.services import free_port
from mssweb.launcher import (
    environment,
    leftovers,
    ports,
    run,
    servers,
    stop,
    supervision,
)
from mssweb.launcher.environment import MARK, Environment
from mssweb.launcher.exceptions import LauncherError
from mssweb.launcher.home import Home, locked, open_home
from mssweb.launcher.logs import Tail, harmless
from mssweb.launcher.options import parse
from mssweb.launcher.processes import PROCESSES, chosen
from mssweb.launcher.welcome import page_host

NO_SERVERS = {"DATABASE_URL": "postgresql://db/x", "REDIS_URL": "redis://cache"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if environment.is_ours(name)]:
        monkeypatch.delenv(name)
    return open_home(str(tmp_path / "a %home"))


def test_a_new_home_is_for_its_owner(home: Home) -> None:
    assert home.path.stat().st_mode & 0o066 == 0
    assert (home.path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LauncherError, match=r"cannot be used: .*directory\.$"):
        open_home(str(tmp_path / "file" / "home"))


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir(mode=0o755)
    with pytest.raises(LauncherError, match="is no home; name a new folder"):
        open_home(str(tmp_path))
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o755
    assert [one.name for one in tmp_path.iterdir()] == ["log"]


def test_a_folder_that_was_prepared_becomes_a_home(tmp_path: Path) -> None:
    for name in ("local.env", ".keep"):
        (tmp_path / name).touch()
    assert open_home(str(tmp_path)) == open_home(str(tmp_path), new=False)


def test_a_named_home_that_is_not_there_is_not_made_by_a_command(
    tmp_path: Path,
) -> None:
    with pytest.raises(LauncherError, match="There is no home in"):
        open_home(str(tmp_path / "typo"), new=False)
    assert not (tmp_path / "typo").exists()


def test_only_one_launcher_holds_a_home(home: Home) -> None:
    with locked(home), pytest.raises(LauncherError, match="Another"), locked(home):
        pass


def test_the_secret_key_stays(home: Home) -> None:
    first = environment.compose(home, {}).values["MSS_SECRET_KEY"]
    assert environment.compose(home, {}).values["MSS_SECRET_KEY"] == first


def test_the_command_line_stands_over_the_environment_over_the_file(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.path / "local.env").write_text(
        "# mine\nMSS_WEB_PORT=1\nMSS_SYSLOG_PORT = 1\nMSS_IDLE_SECONDS=7\n"
    )
    monkeypatch.setenv("MSS_SYSLOG_PORT", "2")
    monkeypatch.setenv("MSS_WEB_PORT", "2")
    found = environment.compose(home, {"MSS_WEB_PORT": "3"}).values
    names = ("MSS_WEB_PORT", "MSS_SYSLOG_PORT", "MSS_IDLE_SECONDS")
    assert [found[name] for name in names] == ["3", "2", "7"]


def test_servers_that_are_named_are_not_embedded(home: Home) -> None:
    assert environment.compose(home, {}).embedded == {"postgres", "valkey"}
    (home.path / "local.env").write_text("DATABASE_URL_FILE=/run/secrets/database\n")
    found = environment.compose(home, {})
    assert found.embedded == {"valkey"} and "DATABASE_URL" not in found.values


def test_what_was_saved_is_read(home: Home) -> None:
    values = environment.compose(home, {}).values
    environment.save(home, values)
    assert environment.read(home, "environment") == values


def test_a_line_that_is_no_setting_is_named(home: Home) -> None:
    (home.path / "local.env").write_text("export it\n")
    with pytest.raises(LauncherError, match=r"local\.env"):
        environment.compose(home, {})


@pytest.mark.parametrize("value", ["", "http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_named(value: str) -> None:
    with pytest.raises(LauncherError, match="MSS_WEB_PORT must be a port"):
        Environment({"MSS_WEB_PORT": value}, set()).number("MSS_WEB_PORT")


def test_the_options_become_settings() -> None:
    found = parse(["--home", "x", "--web", "8001", "--syslog", "5515", "--demo"])
    assert found.given == {"MSS_WEB_PORT": "8001", "MSS_SYSLOG_PORT": "5515"}
    assert (found.home, found.demo, found.detach) == ("x", True, False)


@pytest.mark.parametrize("port", ["0", "65536", "http", "²"])
def test_an_option_that_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(SystemExit):
        parse(["--web", port])


@pytest.mark.parametrize("kind", [ports.TCP, ports.UDP])
def test_a_taken_port_is_named_with_who_has_it(kind: int) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        if kind == ports.TCP:
            taken.listen()
        with pytest.raises(LauncherError) as refused:
            ports.require(number, kind, "127.0.0.1", "--web PORT")
    assert f"{ports.KINDS[kind]} port {number} is in use by" in str(refused.value)
    assert "--web PORT" in str(refused.value)


def test_a_free_port_is_not_refused() -> None:
    ports.require(free_port(), ports.TCP, "127.0.0.1", "--web PORT")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(LauncherError, match=r"cannot be opened on 192\.0\.2\.1"):
        ports.require(free_port(), ports.TCP, "192.0.2.1", "--web PORT")


def test_supervisord_reads_every_process_whatever_the_home_is_called(
    home: Home,
) -> None:
    found = environment.compose(home, {})
    every = chosen(found.embedded, demo=True, sniff=True)
    text = supervision.configuration(home, home.run / "s", every, found.values)
    read = configparser.RawConfigParser(delimiters="=")
    read.read_string(text)
    assert {f"program:{process.name}" for process in PROCESSES} <= set(read.sections())
    assert "a %%home'" in read["program:postgres"]["command"]


def test_foreign_servers_have_no_process(home: Home) -> None:
    names = [process.name for process in chosen(set(), demo=False)]
    assert "postgres" not in names and "valkey" not in names and "demo" not in names
    assert "sniff" not in names and "sniff" in {
        p.name for p in chosen(set(), False, True)
    }


def test_every_process_has_its_place_in_the_stop() -> None:
    stopped = [name for step in stop.STEPS for name in step]
    assert sorted(stopped) == sorted(process.name for process in PROCESSES)


def test_a_socket_below_a_long_path_is_put_elsewhere(tmp_path: Path) -> None:
    home = open_home(str(tmp_path / ("long" * 30)))
    path = supervision.socket_path(home)
    assert len(os.fsencode(path)) <= supervision.UNIX_PATH_LIMIT
    assert path.parent.stat().st_mode & 0o077 == 0
    (home.run / "socket").write_text(str(path))
    assert supervision.socket_path(home) == path
    path.parent.rmdir()


@pytest.fixture
def marked(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """A process that a killed supervisord left."""
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    mark = {MARK: str(home.path)}
    with subprocess.Popen(sleep, env=os.environ | mark) as process:
        yield process
        process.kill()


def test_what_a_killed_supervisord_left_is_ended(
    home: Home, marked: subprocess.Popen[bytes]
) -> None:
    assert leftovers.end(home) == 1
    assert not psutil.pid_exists(marked.pid)


def test_another_homes_processes_stay(
    home: Home, marked: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert leftovers.end(open_home(str(tmp_path / "other"))) == 0
    assert psutil.pid_exists(marked.pid)


def test_a_pid_that_is_another_process_by_now_is_not_ours(home: Home) -> None:
    home.pid_file.write_text(str(os.getpid()))
    assert supervision.find(home) is None


def test_only_important_lines_are_shown_once(home: Home) -> None:
    log = home.log / "web.log"
    log.write_text("2026 ERROR before the start\n")
    tail = Tail(home)
    with log.open("a") as file:
        file.write("2026 INFO nothing\n2026 ERROR one\n2026 WARNING hal")
    assert list(tail.lines()) == ["web: 2026 ERROR one"]
    with log.open("a") as file:
        file.write("f\n")
    assert list(tail.lines()) == ["web: 2026 WARNING half"]


def test_a_rotated_log_is_read_from_its_begin(home: Home) -> None:
    log = home.log / "web.log"
    log.write_text("x" * 100 + "\n")
    tail = Tail(home)
    log.rename(home.log / "web.log.1")
    log.write_text("2026 ERROR after\n")
    assert list(tail.lines()) == ["web: 2026 ERROR after"]


def test_a_log_line_cannot_command_the_terminal() -> None:
    assert harmless("a\x1b[2Jb\x9bc\n") == "a�[2Jb�c"


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "localhost"), ("", "localhost"), ("fe80::1", "[fe80::1]")],
)
def test_the_address_of_the_pages_can_be_opened(host: str, shown: str) -> None:
    assert page_host(host) == shown


@pytest.mark.parametrize(
    ("check", "url", "said"),
    [
        (servers.check_database, "mysql://localhost/x", "must begin with postgresql"),
        (servers.check_redis, "localhost", "REDIS_URL: "),
        (servers.check_redis, "redis://:hidden@127.0.0.1:1/0", "cannot be used"),
    ],
)
def test_a_wrong_address_is_one_sentence(
    check: Callable[[str], None], url: str, said: str
) -> None:
    with pytest.raises(LauncherError) as refused:
        check(url)
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value) and "\n" not in str(refused.value)


def test_a_database_that_is_away_is_one_sentence_without_its_password() -> None:
    with pytest.raises(LauncherError) as refused:
        servers.check_database("postgresql://me:hidden@127.0.0.1:1/x")
    assert "hidden" not in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "setting", ["MSS_SYSLOG_PORT", "MSS_WEB_PORT", "MSS_SYSLOG_ALSO", "MSS_HTTP_PORT"]
)
def test_a_default_takes_no_port_that_another_setting_has(setting: str) -> None:
    port = free_port()
    values = {setting: str(port)}
    said = run.further(
        Environment(values, set()), "MSS_SYSLOG_TLS_PORT", port, "syslog over TLS"
    )
    assert values["MSS_SYSLOG_TLS_PORT"] == "0"
    assert f"Port {port} is in use by another setting" in said
