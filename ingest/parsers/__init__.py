"""Every format that is understood, in the order in which they are tried.

A new one is a file beside this one, a line in a table, and samples in its test.
"""

from ingest.parsers import (
    asa,
    auditpr,
    cef,
    cisco,
    cluster,
    dhcp,
    dovecot,
    filterlog,
    leef,
    nagios,
    objects,
    ossec,
    pairs,
    panos,
    plain,
    request,
    rfc3164,
    rfc5424,
    snare,
    sshd,
    w3c,
    weblog,
)
from ingest.parsers.format import Format

HEADERS: tuple[Format, ...] = (
    rfc5424.FORMAT,
    cluster.FORMAT,
    rfc3164.FORMAT,
    plain.FORMAT,
)
CONTENTS: tuple[Format, ...] = (
    ossec.FORMAT,
    cef.FORMAT,
    leef.FORMAT,
    snare.FORMAT,
    panos.FORMAT,
    filterlog.FORMAT,
    w3c.FORMAT,
    asa.FORMAT,
    cisco.FORMAT,
    sshd.FORMAT,
    dovecot.FORMAT,
    weblog.FORMAT,
    dhcp.FORMAT,
    nagios.FORMAT,
    auditpr.FORMAT,
    objects.FORMAT,
    pairs.FORMAT,
    request.FORMAT,
)
