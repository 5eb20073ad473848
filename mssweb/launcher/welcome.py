"""What script/server prints when everything is up."""

from collections.abc import Mapping, Sequence

from mssweb.embedded.services import services
from mssweb.launcher.environment import Environment
from mssweb.launcher.home import Home, stop_command


def welcome(
    home: Home, environment: Environment, password: str, advice: Sequence[str]
) -> None:
    print("\n".join(["", *lines(home, environment, password), *advice, ""]), flush=True)


def lines(home: Home, environment: Environment, password: str) -> list[str]:
    values = environment.values
    port = values["MSS_SYSLOG_PORT"]
    listening = " and ".join(x for x in (port, values.get("MSS_SYSLOG_ALSO")) if x)
    found = {
        "Pages": f"http://{page_host(values['MSS_WEB_HOST'])}:{values['MSS_WEB_PORT']}/",
        "Log in": f"admin, one-time password {password}" if password else "",
        "Syslog": f"UDP and TCP, port {listening}{further(values)}",
        "Try": f'logger -n 127.0.0.1 -P {port} -T "hello from $(hostname)"',
        "Kept in": f"{home.path} (logs in log/)",
        "Database": elsewhere(home, environment),
        "Stop": f"Ctrl-C here, or {stop_command(home)}",
    }
    return [f"  {name + ':':10}{text}" for name, text in found.items() if text]


def further(values: Mapping[str, str]) -> str:
    found = {
        "TLS": values.get("MSS_SYSLOG_TLS_PORT", "0"),
        "logs over HTTP": values.get("MSS_HTTP_PORT", "0"),
    }
    return "".join(f"; {what}, port {at}" for what, at in found.items() if at != "0")


def elsewhere(home: Home, environment: Environment) -> str:
    """The data of the embedded servers, when they are not in the home."""
    if not environment.embedded:
        return ""
    data = services(home.path).data.resolve()
    return "" if data == home.path else str(data)


def page_host(host: str) -> str:
    if host in {"127.0.0.1", "::1", "0.0.0.0", "::", ""}:  # noqa: S104
        return "localhost"
    return f"[{host}]" if ":" in host else host
