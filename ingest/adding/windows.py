"""Windows, by the standard shippers."""

from ingest.adding.snippet import HTTP, HTTPS, TCP, TLS, UDP, Kind, Way

NXLOG = r"C:\Program Files\nxlog\conf\nxlog.conf"
NXLOG_CA = r"C:\Program Files\nxlog\cert\mssweb-ca.pem"
AGAIN = "Restart-Service nxlog"
WINLOGBEAT = r"C:\Program Files\Winlogbeat\winlogbeat.yml"
WINLOGBEAT_CA = "C:/Program Files/Winlogbeat/mssweb-ca.pem"


def nxlog(output: str) -> str:
    return f"""
<Extension syslog>
    Module      xm_syslog
</Extension>
<Input events>
    Module      im_msvistalog
</Input>
<Output mssweb>
{output}
    Exec        to_syslog_snare();
</Output>
<Route logs>
    Path        events => mssweb
</Route>
"""


def winlogbeat(scheme: str, more: str = "") -> str:
    return f"""
winlogbeat.event_logs:
  - name: Security
  - name: System
  - name: Application
setup.ilm.enabled: false
setup.template.enabled: false
output.elasticsearch:
  hosts: ["{scheme}://@URLHOST@:@PORT@"]
  api_key: "mssweb:@TOKEN@"
{more}"""


TRUSTED = '  ssl.certificate_authorities: ["@CA@"]\n'

KINDS = (
    Kind("nxlog", "Windows with NXLog CE", (
        Way(TLS, NXLOG, nxlog(
            "    Module      om_ssl\n    Host        @HOST@\n    Port        @PORT@\n"
            "    CAFile      @CA@\n    AllowUntrusted FALSE"
        ), AGAIN, "Add it below what the file has.", NXLOG_CA),
        Way(TCP, NXLOG, nxlog(
            "    Module      om_tcp\n    Host        @HOST@\n    Port        @PORT@"
        ), AGAIN, "Add it below what the file has."),
        Way(UDP, NXLOG, nxlog(
            "    Module      om_udp\n    Host        @HOST@\n    Port        @PORT@"
        ), AGAIN, "Add it below what the file has. Long events are cut by UDP."),
    )),
    Kind("winlogbeat", "Windows with Winlogbeat", (
        Way(HTTPS, WINLOGBEAT, winlogbeat("https", TRUSTED),
            "Restart-Service winlogbeat",
            "Instead of the parts of these names that the file has.", WINLOGBEAT_CA),
        Way(HTTP, WINLOGBEAT, winlogbeat("http"), "Restart-Service winlogbeat",
            "Instead of the parts of these names that the file has. Without TLS the "
            "token can be read on the way."),
    )),
    Kind("snare", "Windows with a Snare agent", (
        Way(UDP, "the agent's page: Destination Configuration", """
Destination Snare Server address:  @HOST@
Destination port:                  @PORT@
Protocol:                          UDP
Format:                            SYSLOG (RFC 3164)
""", "Save, then Apply the latest audit configuration."),
        Way(TCP, "the agent's page: Destination Configuration", """
Destination Snare Server address:  @HOST@
Destination port:                  @PORT@
Protocol:                          TCP
Format:                            SYSLOG (RFC 3164)
""", "Save, then Apply the latest audit configuration."),
    )),
)  # fmt: skip
