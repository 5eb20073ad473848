"""Why frames are rejected, in words, and what helps."""

REASONS = {
    "empty": "empty frames",
    "http_bad_token": "unknown tokens",
    "http_item_refused": "no documents",
    "http_malformed": "malformed requests",
    "http_no_place": "requests of unknown addresses",
    "http_no_token": "requests without a token",
    "http_plain": "plain HTTP where TLS is required",
    "http_timeout": "requests too slow",
    "http_too_large": "requests too large",
    "idle": "idle connections",
    "journal_full": "journal full",
    "journal_damaged": "journal damaged",
    "plain_on_tls_port": "plain text on the TLS port",
    "tls_bad_certificate": "client certificate not accepted",
    "tls_handshake": "TLS handshake failed",
    "tls_no_certificate": "no client certificate",
    "tls_on_plain_port": "TLS on the plain port",
    "tls_timeout": "TLS handshake too slow",
    "tls_too_old": "TLS older than 1.2",
    "too_many_connections": "too many connections",
    "too_many_connections_of_peer": "too many connections of one sender",
}
HELP = {
    "tls_on_plain_port": "Let it send to the TLS port, or choose TCP without TLS.",
    "plain_on_tls_port": "Switch TLS on in the device, or let it send to the TCP port.",
    "tls_handshake": "The device does not trust the certificate: give it the CA, and "
    "call this machine by a name or address that the certificate has.",
    "tls_no_certificate": "This product asks for client certificates: script/manage "
    "certificate makes one.",
    "tls_bad_certificate": "Its client certificate is not of the CA that is accepted.",
    "tls_too_old": "The device has to speak TLS 1.2 or later.",
    "http_no_token": "Put the token into the Authorization header.",
    "http_bad_token": "Make a token here and let the device send it.",
    "http_plain": "This port wants TLS: send to https.",
    "http_malformed": "It sends something else than what the address takes.",
    "http_no_place": "The path of the address is wrong.",
    "http_too_large": "Let it send less at once.",
    "journal_full": "The journal is full; see the page Sources.",
    "empty": "It sends empty messages.",
}
