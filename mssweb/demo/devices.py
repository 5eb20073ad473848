"""One function per kind of line: (random, now) → the line as the device sends it."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from mssweb.demo import network
from mssweb.demo.headers import bsd, ietf
from mssweb.demo.network import Host, high_port, villain, visitor

Device = Callable[[Random, datetime], str]


def firewall_drop(random: Random, now: datetime) -> str:
    port = random.choice((22, 23, 80, 443, 445, 3389, 5060, 8080))
    return dropped(random, now, villain(random), port)


def dropped(random: Random, now: datetime, source: str, port: int) -> str:
    header = bsd(4, now, network.FIREWALL.name, "kernel: ")
    return (
        f"{header}[{now.timestamp() % 1e6:12.6f}] DROP-IN IN=eth0 OUT= "
        f"MAC=52:54:00:aa:10:01:52:54:00:aa:10:fe:08:00 SRC={source} "
        f"DST={network.PUBLIC} LEN=60 TOS=0x00 PREC=0x00 TTL={random.randint(40, 60)} "
        f"ID={random.randint(1, 65_535)} DF PROTO=TCP SPT={high_port(random)} "
        f"DPT={port} WINDOW=64240 RES=0x00 SYN URGP=0"
    )


def asa_built(random: Random, now: datetime) -> str:
    desk, site = random.choice(network.DESKS), random.choice(network.SITES)
    port = high_port(random)
    header = f"<166>{now:%b %d %Y %H:%M:%S} {network.ASA.name} : "
    return (
        f"{header}%ASA-6-302013: Built outbound TCP connection "
        f"{random.randint(10**6, 10**7)} for outside:{site.address}/443 "
        f"({site.address}/443) to inside:{desk.address}/{port} "
        f"({network.PUBLIC}/{port})"
    )


def asa_denied(random: Random, now: datetime) -> str:
    desk = random.choice(network.DESKS)
    header = f"<164>{now:%b %d %Y %H:%M:%S} {network.ASA.name} : "
    return (
        f"{header}%ASA-4-106023: Deny tcp src inside:{desk.address}/{high_port(random)}"
        f' dst outside:{visitor(random)}/25 by access-group "inside_in" [0x0, 0x0]'
    )


def ssh_accepted(random: Random, now: datetime) -> str:
    desk, user = random.choice(network.DESKS), random.choice(network.PEOPLE)
    return (
        f"{sshd(random, now)}Accepted publickey for {user} from {desk.address} "
        f"port {high_port(random)} ssh2: ED25519 SHA256:{random.randbytes(16).hex()}"
    )


def ssh_failed(random: Random, now: datetime) -> str:
    return guessed(random, now, villain(random), random.choice(network.GUESSES))


def guessed(random: Random, now: datetime, source: str, user: str) -> str:
    return (
        f"{sshd(random, now)}Failed password for invalid user {user} from {source} "
        f"port {high_port(random)} ssh2"
    )


def sshd(random: Random, now: datetime) -> str:
    pid = random.randint(900, 31_000)
    return bsd(38, now, network.SSH.name, f"sshd[{pid}]: ")


def page_read(random: Random, now: datetime) -> str:
    status = random.choices((200, 304, 404, 500), (80, 12, 7, 1))[0]
    return request(random, now, visitor(random), random.choice(network.PAGES), status)


def page_attacked(random: Random, now: datetime) -> str:
    path = random.choice(network.ATTACKS)
    return request(random, now, villain(random), path, random.choice((403, 404)))


def request(random: Random, now: datetime, who: str, path: str, status: int) -> str:
    host = random.choice(network.WEB)
    agent, size = random.choice(network.AGENTS), random.randint(180, 48_000)
    return (
        f"{ietf(190, now, host.name, 'nginx', 812)}{who} - - "
        f'[{now:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} {size} '
        f'"-" "{agent}"'
    )


def mail_received(random: Random, now: datetime) -> str:
    queue = random.randbytes(5).hex().upper()
    user = random.choice(network.PEOPLE)
    header = bsd(
        22, now, network.MAIL.name, f"postfix/qmgr[{random.randint(700, 990)}]: "
    )
    size = random.randint(900, 90_000)
    return (
        f"{header}{queue}: from=<{user}@example.com>, size={size}, nrcpt=1 "
        "(queue active)"
    )


def mail_rejected(random: Random, now: datetime) -> str:
    pid, who = random.randint(2_000, 9_000), villain(random)
    header = bsd(22, now, network.MAIL.name, f"postfix/smtpd[{pid}]: ")
    return (
        f"{header}NOQUEUE: reject: RCPT from unknown[{who}]: 554 5.7.1 <sales@"
        f"example.com>: Relay access denied; from=<win@example.net> "
        f"to=<sales@example.com> proto=ESMTP helo=<example.net>"
    )


def windows_logon(random: Random, now: datetime) -> str:
    desk, user = random.choice(network.DESKS), random.choice(network.PEOPLE)
    text = (
        "An account was successfully logged on.    Subject:   Security ID:  S-1-0-0    "
        f"New Logon:   Account Name:  {user}   Account Domain:  EXAMPLE    "
        f"Network Information:   Workstation Name: {desk.name}   Source Network "
        f"Address: {desk.address}   Source Port:  {high_port(random)}"
    )
    return snare(random, now, network.DOMAIN_CONTROLLER, 4624, "Success Audit", text)


def windows_failure(random: Random, now: datetime) -> str:
    desk, user = random.choice(network.DESKS), random.choice(network.PEOPLE)
    text = (
        "An account failed to log on.    Account For Which Logon Failed:   Account "
        f"Name:  {user}   Account Domain:  EXAMPLE    Failure Information:   Failure "
        "Reason:  Unknown user name or bad password.   Status:   0xC000006D    "
        f"Network Information:   Workstation Name: {desk.name}   Source Network "
        f"Address: {desk.address}   Source Port:  {high_port(random)}"
    )
    return snare(random, now, network.FILES, 4625, "Failure Audit", text)


def snare(
    random: Random, now: datetime, host: Host, event: int, audit: str, text: str
) -> str:
    fields = (
        "MSWinEventLog", "1", "Security", str(random.randint(1_000, 99_999)),
        f"{now:%a %b %d %H:%M:%S %Y}", str(event),
        "Microsoft-Windows-Security-Auditing",
        "N/A", "N/A", audit, host.name, "Logon", "", text,
    )  # fmt: skip
    return bsd(13, now, host.name, "\t".join(fields))


def ossec_alert(random: Random, now: datetime) -> str:
    who, user = villain(random), random.choice(network.GUESSES)
    header = bsd(132, now, network.MANAGER.name, "ossec: ")
    return (
        f"{header}Alert Level: 5; Rule: 5716 - SSHD authentication failed.; Location: "
        f"({network.SSH.name}) {network.SSH.address}->/var/log/auth.log; "
        f"srcip: {who}; user: {user}; {now:%b} {now.day:2} {now:%H:%M:%S} "
        f"{network.SSH.name} sshd[{random.randint(900, 31_000)}]: Failed password for "
        f"{user} from {who} port {high_port(random)} ssh2"
    )


def cef_blocked(random: Random, now: datetime) -> str:
    desk, site = random.choice(network.DESKS), random.choice(network.SITES)
    name = random.choice(("invoice.pdf.exe", "setup.scr", "update.js", "photo.zip"))
    return (
        f"{bsd(134, now, network.GATEWAY.name, '')}CEF:0|Example|Web Gateway|5.1|4104|"
        f"Malicious download blocked|8|src={site.address} spt=443 dst={desk.address} "
        f"dpt={high_port(random)} proto=TCP act=blocked app=https "
        f"duser={random.choice(network.PEOPLE)} fname={name} "
        f"request=https://{site.name}/{name} rt={int(now.timestamp() * 1000)}"
    )


# How often each is seen, of all.
DEVICES: tuple[tuple[int, Device], ...] = (
    (24, page_read),
    (22, asa_built),
    (14, firewall_drop),
    (8, windows_logon),
    (8, mail_received),
    (6, ssh_accepted),
    (5, page_attacked),
    (4, ssh_failed),
    (3, asa_denied),
    (2, windows_failure),
    (2, mail_rejected),
    (1, ossec_alert),
    (1, cef_blocked),
)
