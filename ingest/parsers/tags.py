"""What header formats look for: host, program, process, level. No format of its own."""

NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,253}[A-Za-z0-9_\-])?\.?"
FOUR = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
ADDRESS = r"\[?[0-9A-Fa-f]*(?::[0-9A-Fa-f]*){2,7}(?:[0-9.]+)?(?:%[A-Za-z0-9_.\-]+)?\]?"
HOST = rf"(?:slot[0-9]/)?(?<host>{NAME}|{ADDRESS})"
# A tag is one word; `su(pam_unix)[7]:` and `/usr/sbin/cron[7]:` are some.
TAG = r"(?<app>[A-Za-z0-9_/.(\-][^ :\[\]<>{}=,;\"'|]*)"
PID = r"\[(?<pid>[0-9]{1,19})\]"
# What programs write where a number belongs: a thread, a name.
PROCESS = r"\[(?:(?<pid>[0-9]{1,19})|[^\[\]\s]{1,64})\]"
# `Google Chrome[7]:` of macOS.
TITLE = r"(?<app>[A-Z][A-Za-z0-9.\-]*(?: [A-Z(][A-Za-z0-9.()\-]*){1,3})"
LEVELS = ["emerg", "panic", "alert", "crit", "critical", "fatal", "err", "error"]
LEVELS += ["warn", "warning", "notice", "info", "information", "verbose", "debug"]
LEVELS += ["trace"]
LEVEL = f"(?i:{'|'.join(LEVELS)})"

FACILITIES = ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news"]
FACILITIES += ["uucp", "cron", "authpriv", "ftp", "ntp", "security", "console"]
FACILITY_NUMBERS = {name: number for number, name in enumerate(FACILITIES)}
FACILITY_NUMBERS |= {f"local{number}": 16 + number for number in range(8)}
SEVERITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]
SEVERITY_NUMBERS = {name: number for number, name in enumerate(SEVERITIES)}
SEVERITY_NUMBERS |= {"panic": 0, "error": 3, "warn": 4}
