"""Unix hosts: their syslog daemons, and single lines from a shell."""

from ingest.adding.snippet import HTTP, HTTPS, TCP, TLS, UDP, Kind, Way

RESTART = "systemctl restart rsyslog"
RSYSLOG = "/etc/rsyslog.d/60-mssweb.conf"
RSYSLOG_CA = "/etc/rsyslog.d/mssweb-ca.pem"
QUEUE = """
       queue.type="LinkedList" queue.filename="mssweb" queue.maxDiskSpace="1g"
       queue.saveOnShutdown="on" action.resumeRetryCount="-1")
"""
KEEPS = "What cannot be sent is kept on the disk, up to 1 GB, and sent later."
TLS_ACTION = (
    """
*.* action(type="omfwd" target="@HOST@" port="@PORT@" protocol="tcp"
       tcp_framing="octet-counted" streamDriver="gtls" streamDriverMode="1"
       streamDriverAuthMode="x509/name" streamDriverPermittedPeers="@PEER@\""""
    + QUEUE
)
TCP_ACTION = (
    """
*.* action(type="omfwd" target="@HOST@" port="@PORT@" protocol="tcp"
       tcp_framing="octet-counted\""""
    + QUEUE
)
TLS_WHOLE = """
global(defaultNetstreamDriverCAFile="@CA@")
""" + TLS_ACTION.lstrip()
JOURNAL = """
module(load="imjournal" StateFile="imjournal.state" Ratelimit.Interval="0")
"""
SYSLOG_NG = "/etc/syslog-ng/conf.d/mssweb.conf"
SYSLOG_NG_CA = "/etc/syslog-ng/mssweb-ca.pem"

KINDS = (
    Kind("rsyslog", "Linux with rsyslog", (
        Way(TLS, RSYSLOG, TLS_WHOLE, RESTART,
            f"Needs the package rsyslog-gnutls. {KEEPS}", RSYSLOG_CA),
        Way(TCP, RSYSLOG, TCP_ACTION, RESTART, KEEPS),
        Way(UDP, RSYSLOG, "*.* @@URLHOST@:@PORT@", RESTART,
            "UDP promises nothing: lines are lost when the network is busy."),
        Way(HTTP, RSYSLOG, """
module(load="omelasticsearch")
template(name="mssweb" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="program" name="programname" format="jsonf")
  property(outname="severity" name="syslogseverity-text" format="jsonf")
  property(outname="message" name="msg" format="jsonf") }
*.* action(type="omelasticsearch" server="@HOST@" serverport="@PORT@"
       template="mssweb" searchIndex="logs" searchType="" bulkmode="on"
       uid="mssweb" pwd="@TOKEN@")
""", RESTART, "Needs the package rsyslog-elasticsearch."),
    )),
    Kind("journald", "Linux with systemd-journald (by rsyslog)", (
        Way(TLS, RSYSLOG, JOURNAL + TLS_WHOLE.lstrip(), RESTART,
            "Install rsyslog and rsyslog-gnutls first. Where rsyslog reads the journal "
            "already (it does on Red Hat), leave the line with imjournal out.",
            RSYSLOG_CA),
        Way(TCP, RSYSLOG, JOURNAL + TCP_ACTION.lstrip(), RESTART,
            "Where rsyslog reads the journal already (it does on Red Hat), leave the "
            "line with imjournal out."),
    )),
    Kind("syslog-ng", "Linux or BSD with syslog-ng", (
        Way(TLS, SYSLOG_NG, """
destination d_mssweb { syslog("@HOST@" port(@PORT@) transport("tls")
    tls(ca-file("@CA@") peer-verify(required-trusted))); };
log { source(s_src); destination(d_mssweb); };
""", "systemctl restart syslog-ng",
            "s_src is the name that Debian gives its local source; see yours in "
            "syslog-ng.conf.", SYSLOG_NG_CA),
        Way(TCP, SYSLOG_NG, """
destination d_mssweb { syslog("@HOST@" port(@PORT@) transport("tcp")); };
log { source(s_src); destination(d_mssweb); };
""", "systemctl restart syslog-ng", "s_src is the name of the local source."),
        Way(UDP, SYSLOG_NG, """
destination d_mssweb { syslog("@HOST@" port(@PORT@) transport("udp")); };
log { source(s_src); destination(d_mssweb); };
""", "systemctl restart syslog-ng", "s_src is the name of the local source."),
    )),
    Kind("logger", "Any program, by logger", (
        Way(TCP, "a shell", 'logger -n @HOST@ -P @PORT@ -T "hello from $(hostname)"'),
        Way(UDP, "a shell", 'logger -n @HOST@ -P @PORT@ -d "hello from $(hostname)"'),
    )),
    Kind("curl", "Any program, by HTTP (curl)", (
        Way(HTTPS, "a shell", """
curl --cacert @CA@ -H "Authorization: Bearer @TOKEN@" --data-binary "hello" \
https://@URLHOST@:@PORT@/v1/logs
""", note="A line of the body is an event. With Content-Type: application/json it is "
                 "JSON, a record a line or an array.", ca="mssweb-ca.pem"),
        Way(HTTP, "a shell", """
curl -H "Authorization: Bearer @TOKEN@" --data-binary "hello" \
http://@URLHOST@:@PORT@/v1/logs
""", note="A line of the body is an event. With Content-Type: application/json it is "
                 "JSON, a record a line or an array. Without TLS the token can be read "
                 "on the way."),
    )),
)  # fmt: skip
