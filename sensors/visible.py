"""Text from outside as a person may safely see it. Pure.

Django escapes HTML; this names what HTML escaping leaves alone: control characters
(ESC is shown as ‹ESC›; a tab stays a tab) and characters that turn the reading order
or have no width. A NUL that PostgreSQL cannot hold is stored as its picture, U+2400:
it is named as the other control characters are. `static/js/parts/visible.js` does the
same in the browser.
"""

import re

UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2400\ufeff]"
)
NAMES = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT",
    "FF", "CR", "SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
    "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
OTHERS = {0x7F: "DEL", 0x2400: "NUL"}


def name(character: str) -> str:
    code = ord(character)
    known = NAMES[code] if code < len(NAMES) else OTHERS.get(code, f"U+{code:04X}")
    return f"‹{known}›"


def text(value: str) -> str:
    """The value with every unseen character named."""
    return UNSEEN.sub(lambda found: name(found[0]), value)


def parts(value: str) -> list[tuple[str, bool]]:
    """The value cut into pieces, each with whether it is a named character."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in UNSEEN.finditer(value):
        if found.start() > end:
            pieces.append((value[end : found.start()], False))
        pieces.append((name(found[0]), True))
        end = found.end()
    if end < len(value):
        pieces.append((value[end:], False))
    return pieces
