"""Text from outside as a person may safely see it. Pure.

Django escapes HTML; this names what HTML escaping leaves alone: control characters
(ESC is shown as ␛) and characters that turn the reading order or have no width.
`static/js/parts/visible.js` does the same in the browser.
"""

import re

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def name(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"‹U+{code:04X}›"


def text(value: str) -> str:
    """One line: every unseen character is named."""
    return UNSEEN.sub(lambda found: name(found[0]), value)


def parts(value: str) -> list[tuple[str, bool]]:
    """The line cut into pieces, each with whether it is a named character."""
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
