"""The grammar of the language: terms, lists after a field, brackets, AND, OR, NOT.

A field stands before its value without a space between; which values a place may have
is the grammar's business, what they mean is that of `values`.
"""

from events.query.aliases import ALIASES
from events.query.fields import FIELDS, LATER

# What may be written without a colon: `rank>0`. Any other `a>b` is a text.
KNOWN = "|".join(
    sorted((name.replace(".", r"\.") for name in (*FIELDS, *LATER, *ALIASES)), key=len)[
        ::-1
    ]
)
END = r"(?=[\s()]|$)"
PART = r'\.(?:[^."\s:()<>=]+|"(?:\\.|[^"\\])*")'
NAMED = f"{KNOWN}|data(?:{PART})+"
# A backslash before one of these makes it a plain character: `\\(`.
ESCAPED = r"\\[!-\/:-@\[-^`{-~]"

# A regular expression; its first and last character is no space.
SLASHED = r"\/(?:\\.|[^\/\\\s])(?:(?:\\.|[^\/\\])*?(?:\\.|[^\/\\\s]))?\/i?"

GRAMMAR = rf"""
start: either?
?either: both (_OR both)*
?both: one (_AND? one)*
?one: (_NOT | _MINUS | _BANG) one -> negated
    | "(" either ")"
    | FIELD value -> condition
    | FIELD "(" values ")" -> listed
    | EQUALS -> equals
    | PHRASE -> phrase
    | REGEX -> expression
    | FLAGGED -> flagged
    | WORD -> word
value: PHRASE | REGEX | FLAGGED | RANGE | VALUE
values: _item (_between? _item)*
_item: PHRASE | REGEX | LISTED | ITEM
_between: _COMMA | _OR

_OR.9: /(?:OR|\|\|)(?![^\s()"])/
_AND.9: /(?:AND|&&)(?![^\s()"])/
_NOT.9: /NOT(?![^\s()"])/
_MINUS.8: /-(?=[^\s)\->])/
_BANG.8: /!(?=[^\s)!=])/
_COMMA: ","
EQUALS.7: /(?i:{NAMED})(?:!=|==?)(?=\S)/s
FIELD.6: /[A-Za-z_@]+(?:{PART})*:(?:>=|<=|>|<)?|(?i:{NAMED})(?:>=|<=|>|<)/s
RANGE.5: /[\[{{]\s*(?:"[^"]*"|[^\s\]}}"]+)\s+TO\s+(?:"[^"]*"|[^\s\]}}"]+)\s*[\]}}]/
REGEX.4: /{SLASHED}{END}/s
LISTED.5: /{SLASHED}(?=\s*,)/s
FLAGGED.3: /\/(?=\S*[(\[|^$+\\])(?:\\.|[^\/\\\s])+\/[gimsuxy]{{1,5}}{END}/s
PHRASE.3: /"(?:\\.|[^"\\])*"/s
VALUE.2: /(?:{ESCAPED}|[^\s()"])+/
ITEM.2: /(?:{ESCAPED}|[^\s()",])+/
WORD.1: /(?!(?:OR|AND|NOT|&&|\|\|)(?![^\s()"]))(?:{ESCAPED}|[^\s()"])+/
%ignore /\s+/
"""
