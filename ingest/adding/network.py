"""Firewalls, switches, routers."""

from ingest.adding.snippet import TCP, TLS, UDP, Kind, Way

CLI = "the command line"
CA_THERE = "Import the CA as a trusted certificate first."

KINDS = (
    Kind("fortigate", "Fortinet FortiGate", (
        Way(UDP, CLI, """
config log syslogd setting
    set status enable
    set server "@HOST@"
    set port @PORT@
    set mode udp
    set format default
end
"""),
        Way(TCP, CLI, """
config log syslogd setting
    set status enable
    set server "@HOST@"
    set port @PORT@
    set mode reliable
    set format default
end
"""),
        Way(TLS, CLI, """
config log syslogd setting
    set status enable
    set server "@HOST@"
    set port @PORT@
    set mode reliable
    set enc-algorithm high
    set format default
end
""", note=f"{CA_THERE} (System → Certificates → Import → CA certificate).",
            ca="the FortiGate"),
    )),
    Kind("panos", "Palo Alto PAN-OS", (
        Way(UDP, f"{CLI}, in configure", """
set shared log-settings syslog mssweb server mssweb \
server @HOST@ transport UDP port @PORT@ format BSD facility LOG_USER
set shared log-settings profiles mssweb match-list traffic \
log-type traffic send-syslog mssweb
set shared log-settings profiles mssweb match-list threat \
log-type threat send-syslog mssweb
set shared log-settings system match-list mssweb send-syslog mssweb
set shared log-settings config match-list mssweb send-syslog mssweb
commit
""", note="Then choose the log forwarding profile mssweb in the security rules."),
        Way(TLS, f"{CLI}, in configure", """
set shared log-settings syslog mssweb server mssweb \
server @HOST@ transport SSL port @PORT@ format IETF facility LOG_USER
set shared log-settings profiles mssweb match-list traffic \
log-type traffic send-syslog mssweb
set shared log-settings profiles mssweb match-list threat \
log-type threat send-syslog mssweb
set shared log-settings system match-list mssweb send-syslog mssweb
set shared log-settings config match-list mssweb send-syslog mssweb
commit
""", note=f"{CA_THERE} Then choose the log forwarding profile mssweb in the security "
                 "rules.", ca="the firewall"),
    )),
    Kind("asa", "Cisco ASA", (
        Way(UDP, f"{CLI}, in configure terminal", """
logging enable
logging timestamp
logging trap informational
logging device-id hostname
logging host inside @HOST@ udp/@PORT@
""", "write memory", "inside is the name of the interface towards this machine."),
        Way(TCP, f"{CLI}, in configure terminal", """
logging enable
logging timestamp
logging trap informational
logging device-id hostname
logging permit-hostdown
logging host inside @HOST@ tcp/@PORT@
""", "write memory", "inside is the name of the interface towards this machine. "
             "permit-hostdown: without it the ASA stops traffic when logs cannot be "
             "sent."),
    )),
    Kind("ios", "Cisco IOS, IOS XE", (
        Way(UDP, f"{CLI}, in configure terminal", """
service timestamps log datetime msec show-timezone year
service sequence-numbers
logging origin-id hostname
logging trap informational
logging host @HOST@ transport udp port @PORT@
""", "write memory"),
        Way(TCP, f"{CLI}, in configure terminal", """
service timestamps log datetime msec show-timezone year
service sequence-numbers
logging origin-id hostname
logging trap informational
logging host @HOST@ transport tcp port @PORT@
""", "write memory"),
    )),
    Kind("nxos", "Cisco NX-OS", (
        Way(UDP, f"{CLI}, in configure terminal", """
logging timestamp milliseconds
logging origin-id hostname
logging server @HOST@ 6 port @PORT@ use-vrf management
""", "copy running-config startup-config",
            "use-vrf names the VRF in which this machine is reached."),
    )),
    Kind("pfsense", "pfSense, OPNsense", (
        Way(UDP, "pfSense: Status → System Logs → Settings; "
            "OPNsense: System → Settings → Logging → Remote", """
pfSense   Enable Remote Logging:  on
          Remote log servers:     @URLHOST@:@PORT@
          Remote Syslog Contents: Everything
OPNsense  Enabled: on   Transport: UDP(4)
          Hostname: @HOST@   Port: @PORT@
""", "Save."),
        Way(TCP, "OPNsense: System → Settings → Logging → Remote", """
Enabled: on   Transport: TCP(4)
Hostname: @HOST@   Port: @PORT@
""", "Save, Apply.", "pfSense sends by UDP, unless its package syslog-ng is "
            "installed."),
        Way(TLS, "OPNsense: System → Settings → Logging → Remote", """
Enabled: on   Transport: TLS(4)
Hostname: @HOST@   Port: @PORT@
""", "Save, Apply.", "Import the CA first: System → Trust → Authorities.",
            ca="OPNsense"),
    )),
    Kind("mikrotik", "MikroTik RouterOS", (
        Way(UDP, "the terminal", """
/system logging action add name=mssweb target=remote remote=@HOST@ \
remote-port=@PORT@ remote-log-format=syslog
/system logging add topics=info action=mssweb
/system logging add topics=warning action=mssweb
/system logging add topics=error action=mssweb
/system logging add topics=critical action=mssweb
/system logging add topics=firewall action=mssweb
""", note="Before RouterOS 7.18 write bsd-syslog=yes instead of remote-log-format."),
    )),
    Kind("unifi", "Ubiquiti UniFi", (
        Way(UDP, "UniFi Network: Settings → CyberSecure → Traffic Logging "
            "(or System → SIEM)", """
Activity Logging (Syslog):  SIEM Server
Server Address:             @HOST@
Port:                       @PORT@
Categories:                 all
""", "Apply."),
    )),
    Kind("network", "Any other device that sends syslog", (
        Way(UDP, "its settings of remote logging", """
Server:    @HOST@
Port:      @PORT@
Protocol:  UDP
"""),
        Way(TCP, "its settings of remote logging", """
Server:    @HOST@
Port:      @PORT@
Protocol:  TCP, lines or octet-counted
"""),
        Way(TLS, "its settings of remote logging", """
Server:    @HOST@
Port:      @PORT@
Protocol:  TLS 1.2 or later (RFC 5425)
""", note=CA_THERE, ca="the device"),
    )),
)  # fmt: skip
