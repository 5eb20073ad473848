"""script/server from its first check to its end."""

import http.client
import importlib
import os
import signal
import time
import xmlrpc.client
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from mssweb import journals
from mssweb.embedded.services import move_from_taken_ports
from mssweb.launcher import leftovers, ports, servers, start, stop, supervision
from mssweb.launcher.environment import Environment, compose, save
from mssweb.launcher.exceptions import LauncherError, StopRequested
from mssweb.launcher.home import Home, locked, open_home, stop_command
from mssweb.launcher.logs import Tail, say
from mssweb.launcher.options import Options
from mssweb.launcher.processes import chosen
from mssweb.launcher.welcome import welcome

# Ports that are opened when they can be had: setting, default, what it is for.
FURTHER = (
    ("MSS_SYSLOG_TLS_PORT", 6514, "syslog over TLS"),
    ("MSS_HTTP_PORT", 8088, "logs over HTTP"),
)
UDP_BUFFER = 8 << 20
# What a conversation with supervisord raises when another stop was quicker.
ENDED_BESIDE = (OSError, http.client.HTTPException, xmlrpc.client.Fault)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def server(options: Options) -> None:
    home = open_home(options.home, new=not options.stop)
    if options.stop:
        stop_other(home)
        return
    with locked(home):
        refuse_second(home)
        listen_for_stop()
        try:
            begin(home, options)
            if options.detach:
                return
            watch(home)
        except ENDED_BESIDE:
            end(home)
            raise LauncherError("It was stopped while it started.") from None
        except StopRequested:
            say("stopping; what was received is kept")
        except BaseException:
            end(home)
            raise
        end(home)
        say("stopped")


def end(home: Home) -> None:
    ignore_signals()
    stop.running(home)


def stop_other(home: Home) -> None:
    if stop.running(home):
        say("stopped")
    elif left := leftovers.end(home):
        say(f"stopped {left} processes of a run that was killed")
    else:
        say(f"nothing runs in {home.path}")


def refuse_second(home: Home) -> None:
    daemon = supervision.find(home)
    if daemon is not None:
        raise LauncherError(
            f"It already runs in {home.path} (process {daemon.pid}); "
            f"this ends it: {stop_command(home)}"
        )


def listen_for_stop() -> None:
    """The first signal asks for the end, further ones change nothing. Under nohup the
    closing of the terminal is none; SIGINT always is one, though a shell that runs us
    with `&` has it ignored."""
    for number in SIGNALS:
        ignored = signal.getsignal(number) is signal.SIG_IGN
        if not (ignored and number == signal.SIGHUP):
            signal.signal(number, request_stop)


def request_stop(number: int, frame: Any) -> None:
    ignore_signals()
    raise StopRequested


def ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def begin(home: Home, options: Options) -> None:
    began = time.monotonic()
    if left := leftovers.end(home):
        say(f"ended {left} processes of a run that was killed")
    move_from_taken_ports(home.path)
    environment = compose(home, options.given)
    check_settings(environment)
    advice = check_ports(environment)
    servers.check_foreign(environment)
    save(home, environment.values)
    sniff = bool(environment.values.get("MSS_SNIFF"))
    processes = chosen(environment.embedded, options.demo, sniff)
    journals.forget(journals.folder(environment.values))
    supervisor = supervision.launch(home, processes, environment.values)
    password = start.everything(supervisor, home, environment, processes)
    say(f"everything is up after {time.monotonic() - began:.1f} s")
    welcome(home, environment, password, advice)


def check_settings(environment: Environment) -> None:
    """Reads the settings as every process will."""
    os.environ.update(environment.values)
    try:
        importlib.import_module("mssweb.settings")
    except (ImproperlyConfigured, ValueError) as problem:
        raise LauncherError(f"A setting is wrong: {problem}.") from None


def check_ports(environment: Environment) -> list[str]:
    """LauncherError when a port cannot be had; else what the operator may improve."""
    values = environment.values
    syslog = environment.number("MSS_SYSLOG_PORT")
    web = environment.number("MSS_WEB_PORT")
    ports.require(web, ports.TCP, values["MSS_WEB_HOST"], "--web PORT")
    for kind in ports.KINDS:
        host = values.get("MSS_SYSLOG_HOST", "")
        ports.require(syslog, kind, host, "--syslog PORT")
    advice = [ports.advice_on_buffer(UDP_BUFFER)]
    advice += [further(environment, *one) for one in FURTHER]
    if values.get("MSS_SNIFF"):
        advice.append(ports.advice_on_sniffing())
    if syslog == 5514 and "MSS_SYSLOG_ALSO" not in values:
        served, redirect = ports.advice_on_514(syslog)
        values["MSS_SYSLOG_ALSO"] = "514" if served else ""
        advice.append(redirect)
    return [line for line in advice if line]


def further(environment: Environment, name: str, default: int, what: str) -> str:
    """A port that may be missing: nothing else waits for it. Chosen by the operator, it
    must be there; else what to say when it cannot."""
    values = environment.values
    host = values.get("MSS_SYSLOG_HOST", "")
    if name in values:
        if values[name] != "0":
            ports.require(environment.number(name), ports.TCP, host, name)
        return ""
    ours = str(default) in named(values)
    refused = ours or ports.refusal(default, ports.TCP, host)
    values[name] = "0" if refused else str(default)
    if not refused:
        return ""
    taken = " by another setting" if ours else ports.by_whom(default, ports.TCP)
    return f"Port {default} is in use{taken}, so there is no {what}; see {name}."


def named(values: Mapping[str, str]) -> set[str]:
    """The ports that settings have, as they are written."""
    also = values.get("MSS_SYSLOG_ALSO", "").replace(",", " ").split()
    names = ("MSS_SYSLOG_PORT", "MSS_WEB_PORT", *(name for name, *_ in FURTHER))
    return {*also, *(values[name] for name in names if name in values)}


def watch(home: Home) -> None:
    """Shows what matters in the logs, until a signal or the end of supervisord."""
    tail = Tail(home)
    while supervision.find(home) is not None:
        for line in tail.lines():
            print(line, flush=True)
        time.sleep(1)
    if left := leftovers.end(home):
        raise LauncherError(f"supervisord was killed; its {left} processes were ended.")
