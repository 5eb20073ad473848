"""Facts found in messages of devices that no parser knows. The lines are made up."""

import json

import pytest

from ingest import actions
from ingest.tests.parsing import event

HEAD = "<13>Jul 26 11:59:58 box app: "


def facts(message: str, *names: str) -> tuple[object, ...]:
    found = event(HEAD + message)
    return tuple(found[name] for name in names)


NOBODY = ".".join("0000")  # whoever asks for an address by DHCP
# message → src, sport, dst, dport
ENDS = {
    "nothing here": (None, None, None, None),
    "hello from 192.0.2.1": ("192.0.2.1", None, None, None),
    "sent to 192.0.2.1": (None, None, "192.0.2.1", None),
    "Failed password for root from 192.0.2.1 port 4711 ssh2": (
        "192.0.2.1", 4711, None, None,
    ),
    "IN=eth0 SRC=192.0.2.1 DST=10.0.0.2 LEN=40 PROTO=TCP SPT=4711 DPT=22": (
        "192.0.2.1", 4711, "10.0.0.2", 22,
    ),
    "dst=10.0.0.2 dport=443 src=192.0.2.1 sport=4711": (
        "192.0.2.1", 4711, "10.0.0.2", 443,
    ),
    "[1:2009375:3] Chat {TCP} 10.0.0.1:1234 -> 192.0.2.2:80": (
        "10.0.0.1", 1234, "192.0.2.2", 80,
    ),
    "{UDP} [2001:db8::1]:53 -> [2001:db8:0:0::2]:5353": (
        "2001:db8::1", 53, "2001:db8::2", 5353,
    ),
    "%ASA-4-106023: Deny tcp src outside:192.0.2.1/4711 dst inside:10.0.0.2/80 by": (
        "192.0.2.1", 4711, "10.0.0.2", 80,
    ),
    "list 101 denied tcp 192.0.2.1(4711) -> 10.0.0.2(80), 1 packet": (
        "192.0.2.1", 4711, "10.0.0.2", 80,
    ),
    "from 192.0.2.1 to 10.0.0.2": ("192.0.2.1", None, "10.0.0.2", None),
    "connection to 10.0.0.2:80 from 192.0.2.1:4711": (
        "192.0.2.1", 4711, "10.0.0.2", 80,
    ),
    "authentication failure; user=ann rhost=192.0.2.1": (
        "192.0.2.1", None, None, None,
    ),
    '{"src_ip":"192.0.2.1","src_port":4711,"dest_ip":"10.0.0.2","dest_port":80}': (
        "192.0.2.1", 4711, "10.0.0.2", 80,
    ),
    "failed for gate.example.net ([198.51.100.9]) [192.0.2.1]:4711: 535 Incorrect": (
        "192.0.2.1", 4711, None, None,
    ),
    "box (192.0.2.1[192.0.2.1]) - USER ann (Login failed)": (
        "192.0.2.1", None, None, None,
    ),
    "10.0.0.2, 10.0.0.1, 192.0.2.1 - - [26/Jul/2026:11:59:58 +0000] GET /": (
        "192.0.2.1", None, "10.0.0.2", None,
    ),
    "TLS connection established to 192.0.2.1[192.0.2.1]:25: TLSv1.3": (
        None, None, "192.0.2.1", 25,
    ),
    "conversation with mx.example.net[192.0.2.1] timed out": (
        None, None, "192.0.2.1", None,
    ),
    "ACCEPT from IP=192.0.2.1:4711 (IP=10.0.0.2:389)": (
        "192.0.2.1", 4711, "10.0.0.2", 389,
    ),
    "DHCPACK on 192.0.2.1 to 00:11:22:33:44:55 via eth0 relay 10.0.0.1": (
        "192.0.2.1", None, None, None,
    ),
    "D tcp 192.0.2.1 10.0.0.2 4711  443 (1 packets)": (
        "192.0.2.1", 4711, "10.0.0.2", 443,
    ),
    "id 192.0.2.1 4711 10.0.0.2 443\nGET / HTTP/1.1\nHost: 198.51.100.9": (
        "192.0.2.1", 4711, "10.0.0.2", 443,
    ),
    "ClientIP 192.0.2.1 - ClientPort 4711 - ServerIP 10.0.0.2 - ServerPort 443 -": (
        "192.0.2.1", 4711, "10.0.0.2", 443,
    ),
    '"Pc","10.0.0.1","198.51.100.9","192.0.2.1","","ALLOWED"': (
        "10.0.0.1", None, "192.0.2.1", None,
    ),
    "[client 2001:db8::1:47110] [client 2001:db8::1] denied": (
        "2001:db8::1", 47110, None, None,
    ),
    '-:4711 [26/Jul/2026:11:59:58.208] web app/one "GET / HTTP/1.1"': (
        None, 4711, None, None,
    ),
    "61 192.0.2.1 TCP_TUNNEL/200 8811 CONNECT web.example.net:443 - NONE/-": (
        "192.0.2.1", None, None, 443,
    ),
    '192.0.2.1 - - [26/Jul/2026:11:59:58 +0000] "GET /" 200 9 "CONNECT a:9 "': (
        "192.0.2.1", None, None, None,
    ),
    "H=(me) [192.0.2.1]:4711 I=[10.0.0.2]:25 rejected": (
        "192.0.2.1", 4711, "10.0.0.2", 25,
    ),
    "localinterfaceip=10.0.0.2 remoteinterfaceip=192.0.2.1 remotenetwork=10.9.0.0/16": (
        "192.0.2.1", None, "10.0.0.2", None,
    ),
    "client 192.0.2.1#4711: query": ("192.0.2.1", 4711, None, None),
    "connect from mail.example.net[192.0.2.1]:4711": ("192.0.2.1", 4711, None, None),
    "relay=mx.example.net[192.0.2.1]:25, delay=1": (None, None, "192.0.2.1", 25),
    "192.0.2.1 - - GET / HTTP/1.1": ("192.0.2.1", None, None, None),
    "blocked 192.0.2.1:4711 10.0.0.2:80": ("192.0.2.1", 4711, "10.0.0.2", 80),
    "from ::ffff:192.0.2.1 port 4711": ("192.0.2.1", 4711, None, None),
    "from fe80::1%eth0": ("fe80::1", None, None, None),
    "from 2001:0DB8:0000:0000:0000:0000:0000:0001 port 9": (
        "2001:db8::1", 9, None, None,
    ),
    "from 192.168.001.010": ("192.168.1.10", None, None, None),
    "src=10.0.0.1 nat_src_ip=192.0.2.9 dst=192.0.2.2": (
        "10.0.0.1", None, "192.0.2.2", None,
    ),
    "destination-address=\"10.0.0.2\" nat-source-address=\"192.0.2.9\"": (
        None, None, "10.0.0.2", None,
    ),
    "Teardown UDP for outside:192.0.2.1/53 to inside:10.0.0.2/4711": (
        "192.0.2.1", 53, "10.0.0.2", 4711,
    ),
    "for outside:192.0.2.1/80 (192.0.2.7/80) to inside:10.0.0.2/1 (192.0.2.8/1)": (
        "192.0.2.1", 80, "10.0.0.2", 1,
    ),
    "user root@192.0.2.1 logged out": ("192.0.2.1", None, None, None),
    "sip:1000@10.0.0.2 failed for 192.0.2.1": ("192.0.2.1", None, None, None),
    "tcp/accept ]: 192.0.2.1.57178 10.0.0.2.1080: error": (
        "192.0.2.1", 57178, "10.0.0.2", 1080,
    ),
    "Login failed. IP: 192.0.2.1": ("192.0.2.1", None, None, None),
    "realm=x, ipAddress=192.0.2.1, y=2": ("192.0.2.1", None, None, None),
    'GET / "Mozilla/5.0 Chrome/111.0.0.0"': (None, None, None, None),
    "error,relay=::ffff:192.0.2.1,from=<a@example.net>,to=<b@example.net>": (
        "192.0.2.1", None, None, None,
    ),
    "ruleset=check_rcpt, relay=mail [192.0.2.1], reject=553": (
        "192.0.2.1", None, None, None,
    ),
    "host mx.example.net[192.0.2.1] said: 450": (None, None, "192.0.2.1", None),
    "progress IPsec remip=192.0.2.1 locip=10.0.0.1 remport=500 locport=501": (
        "10.0.0.1", 501, "192.0.2.1", 500,
    ),
    'LocalAddress="10.0.0.1",RemoteAddress="192.0.2.1"': (
        "192.0.2.1", None, "10.0.0.1", None,
    ),
    "x 192.0.2.1 4711 10.0.0.2 443 y": ("192.0.2.1", 4711, "10.0.0.2", 443),
    '"192.0.2.1","4711","10.0.0.2","443","web"': ("192.0.2.1", 4711, "10.0.0.2", 443),
    f"{{UDP}} {NOBODY}:68 -> 192.0.2.1:67": (NOBODY, 68, "192.0.2.1", 67),
    "IP 10.0.0.1.22 > 192.0.2.1.4711: Flags": ("10.0.0.1", 22, "192.0.2.1", 4711),
    "calling station 00:11:22:33:44:55:66:77 x": (None, None, None, None),
    "10.0.0.9 - node - [192.0.2.1] ann(REALM)[ROLE] - in": (
        "192.0.2.1", None, "10.0.0.9", None,
    ),
    "port 99999 from 192.0.2.1:70000": ("192.0.2.1", None, None, None),
}  # fmt: skip

NONE = [
    "999.1.1.1",
    "256.1.1.1",
    "version 1.2.3.4",
    "1.2.3.4.5",
    "v1.2.3.4",
    "at 12:34:56",
    "MAC 00:11:22:33:44:55",
    "std::string",
    "a::b",
    "1.0.0.10.in-addr.arpa",
    "host-192.0.2.1.example.net",
    "mask 255.255.255.0",
    "1234.5.6.7.8",
    "10.0.0",
]


@pytest.mark.parametrize(("message", "expected"), ENDS.items())
def test_addresses_and_ports_have_their_roles(
    message: str, expected: tuple[object, ...]
) -> None:
    assert facts(message, "src", "sport", "dst", "dport") == expected


@pytest.mark.parametrize("message", NONE)
def test_what_only_looks_like_an_address_is_none(message: str) -> None:
    assert facts(message, "src", "dst") == (None, None)


PROTOCOLS = {
    "PROTO=TCP": "tcp",
    "proto: 17": "udp",
    '"protocol":"ICMP"': "icmp",
    "Built inbound TCP connection": "tcp",
    "{UDP} 10.0.0.1": "udp",
    "PROTO=58": "ipv6-icmp",
    "protocol=HTTP": None,
    "tcpdump started": None,
}


@pytest.mark.parametrize(("message", "expected"), PROTOCOLS.items())
def test_protocols(message: str, expected: str | None) -> None:
    assert facts(message, "proto") == (expected,)


USERS = {
    "Failed password for root from 192.0.2.1": "root",
    "an SA between 192.0.2.1 and 10.0.0.2 (user= abel) has been deleted.": "abel",
    "Group <VPN> User <corp\\bea> IP <192.0.2.1> session started": "bea",
    "[Event] [info] [CORP.EXAMPLE\\cleo] [Site] reconfigured": "cleo",
    "wrote C:\\Temp\\x of HKLM": None,
    "[sub=Net user=dan:EXAMPLE] enabled": "dan",
    "[name=ed@example.net;oip=192.0.2.1;] handler exception": "ed@example.net",
    "[pid 9] [fay] FAIL LOGIN: Client 192.0.2.1": "fay",
    "User 'gus' running command 'USER=root sh'": "gus",
    "rule changed by hal": "hal",
    "x=1 initiated_by=ian y=2": "ian",
    '{"x":"1","performedBy":"ivy"}': "ivy",
    "not enabled by BIOS": None,
    "Logged On Users: (jon), OS: x": "jon",
    "user=S-1-5-18": None,
    "Failed password for invalid user ann from 192.0.2.1": "ann",
    "Accepted publickey for bob from 192.0.2.1": "bob",
    "session opened for user carol by (uid=0)": "carol",
    "authentication failure; logname= uid=0 ruser= rhost=192.0.2.1 user=dave": "dave",
    'user="eve adams" action=x': "eve adams",
    '{"username": "frank"}': "frank",
    "User 'grace' logged in": "grace",
    "  heidi : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh": "heidi",
    "user=CORP\\ivan": "ivan",
    "Accepted password for user judy from 192.0.2.1": "judy",
    "User root@192.0.2.1 logged out": "root",
    '192.0.2.1 - kate [26/Jul/2026:11:59:58 +0000] "GET /"': "kate",
    '192.0.2.1 - - [26/Jul/2026:11:59:58 +0000] "GET /"': None,
    "session opened for user root by leo(uid=1000)": "leo",
    "Failed authentication attempt for mia from 192.0.2.1:4711: bad": "mia",
    "authentication failed for [nina], account not found": "nina",
    "%SYS-5-CONFIG_I: Configured from console by olga on vty1 (192.0.2.1)": "olga",
    "built for outside:192.0.2.1/80(LOCAL\\CORP\\paul) to inside": "paul",
    "2026-07-26 [quinn]: Logout - - ip=192.0.2.1": "quinn",
    "AdminName=rosa, reason=x": "rosa",
    'administrator:"sam"; x:"y"': "sam",
    'user=""tina"" group=""x""': "tina",
    'user="" group="x"': None,
    'dn="uid=uma,ou=people,dc=example"': "uma",
    "SSH session was opened for 'vera@192.0.2.1'.": "vera",
    "[192.0.2.1] wendy(REALM)[ROLE] - logged in": "wendy",
    "(xena) CMD (run-parts)": "xena",
    "User unknown, user 'yves' added": "yves",
    'User \\"zoe\\" logged in': "zoe",
    "submission-login: Remote closed connection": None,
    '"user": {"name": "x"}': None,
    "user unknown": None,
    "no user name given": None,
    "user=- src=192.0.2.1": None,
    "user agent was curl": None,
}


@pytest.mark.parametrize(("message", "expected"), USERS.items())
def test_users(message: str, expected: str | None) -> None:
    assert facts(message, "user") == (expected,)


ACTIONS = {
    "RT_UTM - AV_VIRUS_DETECTED_MT [a]": "virus_detected_mt",
    "RT_FLOW - APPTRACK_SESSION_ROUTE_UPDATE [a]": "session_route_update",
    "events dhcp lease of ip 192.0.2.1": "lease",
    "conn=11 op=1 BIND dn=x": "bind",
    "2026-07-26 [ann]: Logout - - ip=192.0.2.1": "logout",
    "AAA user accounting Successful : server = 192.0.2.1": "successful",
    "Disposition: Bad,First action: Clean,Actual action: Left alone,x": "left alone",
    "action=Deny src=192.0.2.1": "deny",
    'action="block all"': "block all",
    '"action":"allowed"': "allowed",
    "[UFW BLOCK] IN=eth0": "block",
    "access-list permitted tcp": "permitted",
    "Accepted password for root": "accepted",
    "Failed password for root": "failed",
    "Login succeeded for bob": "succeeded",
    "the dropbox client": None,
    "Actual action: Left alone, Requested action: x": "left alone",
    'fw_action="NA"': None,
    "GET /?action=list&x=1": None,
    "to=<a@example.net>, status=sent (ok)": "sent",
    "DHCPACK on 10.0.0.1 to 00:11:22:33:44:55": "dhcpack",
    "disconnect from mail[192.0.2.1]": "disconnect",
    "[lan-in-default-D]IN=eth0 OUT= SRC=192.0.2.1": "drop",
    "iptables DROP_INPUT: IN=eth0 OUT= SRC=192.0.2.1": "drop",
    "access-list a est-allowed tcp": "allowed",
    "TCP_DENIED/407 3980 GET": "denied",
    "Access not allowed": "not allowed",
    "requested ASA to bypass further": "bypass",
}

VERDICTS = {
    "dns update request failed": "denied",
    "authorized": "allowed",
    "unauthorized": "denied",
    "virus_detected_mt": "denied",
    "no offers": "denied",
    "deny": "denied",
    "dropped": "denied",
    "permit": "allowed",
    "not blocked": "allowed",
    "not allowed": "denied",
    "req_blocked_cookie": "denied",
    "session_deny": "denied",
    "session_close": "allowed",
    "block with reset": "denied",
    "negotiate": None,
    None: None,
}


@pytest.mark.parametrize(("action", "expected"), VERDICTS.items())
def test_verdicts(action: str | None, expected: str | None) -> None:
    assert actions.verdict(action) == expected


@pytest.mark.parametrize(("message", "expected"), ACTIONS.items())
def test_actions(message: str, expected: str | None) -> None:
    assert facts(message, "action") == (expected,)


INBOUND = {
    "from 192.0.2.1 to 10.0.0.2": True,
    "from 10.0.0.1 to 10.0.0.2": False,
    "from 10.0.0.1 to 192.0.2.2": False,
    "from 192.0.2.1 to 192.0.2.2": False,
    "from 2001:db8::1 to fd00::2": True,
    "from 192.0.2.1": None,
    "to 10.0.0.2": None,
}


@pytest.mark.parametrize(("message", "expected"), INBOUND.items())
def test_inbound_is_from_outside_to_home(message: str, expected: bool | None) -> None:
    assert facts(message, "inbound") == (expected,)


def test_facts_of_structured_data_are_facts() -> None:
    sd = '[junos@2636 source-address="192.0.2.1" username="ann" protocol-id="6"]'
    found = event(f"<14>1 2026-07-26T11:59:58Z fw RT - FLOW {sd}")
    assert (found["src"], found["user"], found["proto"]) == ("192.0.2.1", "ann", "tcp")


def test_the_peer_is_never_the_source_address() -> None:
    found = event("<13>Jul 26 11:59:58 box app: login", peer="192.0.2.77")
    assert (found["src"], found["source"]) == (None, "192.0.2.77")


def test_many_addresses_cost_nothing_more() -> None:
    assert facts("10.0.0.1 " * 5_000, "src", "dst") == ("10.0.0.1", "10.0.0.1")


@pytest.mark.parametrize(
    ("written", "user", "domain"),
    [
        (r"CORP\ann", "ann", "CORP"),
        (r"LOCAL\corp\ann", "ann", r"LOCAL\corp"),
        (r"corp\\ann", "ann", "corp"),
        ("ann@REALM", "ann", "REALM"),
        ("ann@CORP.EXAMPLE", "ann", "CORP.EXAMPLE"),
        ("ann@pam", "ann", "pam"),
        ("ann@example.org", "ann@example.org", None),
        ("ann", "ann", None),
    ],
)
def test_the_user_is_the_account_without_its_domain(
    written: str, user: str, domain: str | None
) -> None:
    found = event(f'<38>Jul 26 11:59:58 gate vpn: login ok user="{written}"')
    assert found["user"] == user
    assert json.loads(found["data"] or "{}").get("user_domain") == domain
