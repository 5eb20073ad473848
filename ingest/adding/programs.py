"""Collectors, agents, and programs that write files."""

from ingest.adding.snippet import FILE, HTTP, HTTPS, TCP, UDP, Kind, Way
from ingest.adding.unix import QUEUE, RESTART, RSYSLOG

CA = "/etc/ssl/mssweb-ca.pem"
FORWARDERS = (
    "Universal forwarders speak a protocol of their own (S2S, by HTTP too), which is "
    "not read here; a heavy forwarder sends as it is told under TCP."
)
UNSAFE = "Without TLS the token can be read on the way."


def followed(path: str, tag: str) -> str:
    """Lines of a file, by rsyslog, in a ruleset of their own."""
    return (
        f"""
module(load="imfile")
input(type="imfile" File="{path}" Tag="{tag}" ruleset="mssweb-{tag}")
ruleset(name="mssweb-{tag}") {{
  action(type="omfwd" target="@HOST@" port="@PORT@" protocol="tcp"
       tcp_framing="octet-counted\""""
        + QUEUE.replace("mssweb", f"mssweb-{tag}").rstrip()
        + "\n}\n"
    )


def fluent_bit(more: str) -> str:
    return f"""
[OUTPUT]
    Name          splunk
    Match         *
    Host          @HOST@
    Port          @PORT@
    Splunk_Token  @TOKEN@
{more}"""


def vector(scheme: str, more: str = "") -> str:
    return f"""
[sinks.mssweb]
type = "http"
inputs = ["YOUR_SOURCE"]
uri = "{scheme}://@URLHOST@:@PORT@/v1/logs"
method = "post"
encoding.codec = "json"
framing.method = "newline_delimited"
request.headers.Content-Type = "application/x-ndjson"
auth.strategy = "bearer"
auth.token = "@TOKEN@"
{more}"""


def wazuh(more: str = "") -> str:
    return f"""
<ossec_config>
  <syslog_output>
    <server>@HOST@</server>
    <port>@PORT@</port>
    <format>json</format>
  </syslog_output>
</ossec_config>
{more}"""


KINDS = (
    Kind("wazuh", "Wazuh, OSSEC", (
        Way(UDP, "/var/ossec/etc/ossec.conf of the manager", wazuh(),
            "/var/ossec/bin/wazuh-control restart",
            "OSSEC: first /var/ossec/bin/ossec-control enable client-syslog. All other "
            "formats (default, cef, splunk) are read as well."),
    )),
    Kind("fluent-bit", "Fluent Bit", (
        Way(HTTPS, "/etc/fluent-bit/fluent-bit.conf", fluent_bit(
            "    TLS           On\n    TLS.CA_File   @CA@\n"
        ), "systemctl restart fluent-bit", ca=CA),
        Way(HTTP, "/etc/fluent-bit/fluent-bit.conf", fluent_bit(
            "    TLS           Off\n"
        ), "systemctl restart fluent-bit", UNSAFE),
    )),
    Kind("vector", "Vector", (
        Way(HTTPS, "/etc/vector/vector.toml",
            vector("https", 'tls.ca_file = "@CA@"\n'), "systemctl restart vector",
            "YOUR_SOURCE is the name of a source or transform of yours.", CA),
        Way(HTTP, "/etc/vector/vector.toml", vector("http"),
            "systemctl restart vector",
            f"YOUR_SOURCE is the name of a source or transform of yours. {UNSAFE}"),
    )),
    Kind("splunk", "Splunk: forwarders, clients of HEC", (
        Way(HTTP, "a shell, or whatever sends to a HTTP Event Collector", """
curl http://@URLHOST@:@PORT@/services/collector/event \
-H "Authorization: Splunk @TOKEN@" -d '{"event": "hello", "sourcetype": "test"}'
""", note=f"{FORWARDERS} {UNSAFE}"),
        Way(HTTPS, "a shell, or whatever sends to a HTTP Event Collector", """
curl --cacert @CA@ https://@URLHOST@:@PORT@/services/collector/event \
-H "Authorization: Splunk @TOKEN@" -d '{"event": "hello", "sourcetype": "test"}'
""", note=FORWARDERS,
            ca="mssweb-ca.pem"),
        Way(TCP, "etc/system/local/outputs.conf of a heavy forwarder", """
[syslog]
defaultGroup = mssweb
[syslog:mssweb]
server = @URLHOST@:@PORT@
type = tcp
""", "splunk restart", "In props.conf and transforms.conf say what is routed to "
            "_SYSLOG_ROUTING = mssweb."),
    )),
    Kind("docker", "Docker", (
        Way(TCP, "/etc/docker/daemon.json", """
{
  "log-driver": "syslog",
  "log-opts": {
    "syslog-address": "tcp://@URLHOST@:@PORT@",
    "syslog-format": "rfc5424micro",
    "tag": "{{.Name}}"
  }
}
""", "systemctl restart docker",
            "For containers that are made from then on."),
        Way(HTTP, "docker run", """
docker run --log-driver splunk --log-opt splunk-url=http://@URLHOST@:@PORT@ \
--log-opt splunk-token=@TOKEN@ --log-opt splunk-format=raw IMAGE
""", note=UNSAFE),
    )),
    Kind("suricata", "Suricata (EVE)", (
        Way(TCP, RSYSLOG, followed("/var/log/suricata/eve.json", "suricata"), RESTART),
    )),
    Kind("zeek", "Zeek", (
        Way(TCP, RSYSLOG, followed("/opt/zeek/logs/current/*.log", "zeek"), RESTART,
            "Let Zeek write JSON: @load policy/tuning/json-logs in local.zeek."),
    )),
    Kind("modsecurity", "ModSecurity, Apache, nginx", (
        Way(TCP, RSYSLOG, followed("/var/log/apache2/*.log", "apache2"), RESTART,
            "With the path of your web server's logs. ModSecurity writes into its "
            "error log; of its audit log choose the format JSON."),
    )),
    Kind("files", "Files on this machine", (
        Way(FILE, "local.env in the folder of script/server --home", """
MSS_FILES=/var/log/nginx/*.log*,/srv/zeek/current/*.log
""", "script/server again",
            "The files must be readable by the account that receives. Their lines "
            "belong to the default sensor."),
    )),
)  # fmt: skip
