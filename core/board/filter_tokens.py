"""The words, numbers and signs that a filter of the leaderboard is made of."""

import math
import re
from dataclasses import dataclass
from typing import Literal, cast

from core.errors import BadInput

_Kind = Literal["number", "quoted", "word", "sign", "end"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[kMG%]?(?![\w.]))
      | (?P<quoted>"[^"]*"|'[^']*')
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign><=|>=|!=|<>|==|[<>=~()])""",
    re.VERBOSE,
)
_SCALES = {"k": 1e3, "M": 1e6, "G": 1e9, "%": 1.0}


class BadFilter(BadInput):
    """A text that is no filter; one sentence says where and how to mend it."""


@dataclass(frozen=True)
class Token:
    """A piece of the text; `place` counts characters from 1."""

    kind: _Kind
    text: str
    place: int

    @property
    def keyword(self) -> str:
        """The word in lower case; empty for anything else."""
        return self.text.lower() if self.kind == "word" else ""


def tokens(text: str) -> list[Token]:
    """Divides the text; the last token is its end.

    Raises:
        BadFilter: Something in it is no word, number or sign.
    """
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadFilter(_unreadable(text, place))
        kind = match.lastgroup
        if kind != "space":
            found.append(Token(cast(_Kind, kind), match[0], place + 1))
        place = match.end()
    found.append(Token("end", "", len(text) + 1))
    return found


def _unreadable(text: str, place: int) -> str:
    character = text[place]
    if character in "\"'":
        return (
            f"The quote {character} at character {place + 1} of the filter is not closed; "
            "put another one behind the text."
        )
    if character.isdigit() or character in "+-.":
        word = re.match(r"[\w.+-]*", text[place:])
        start = (word[0] if word else character)[:20]
        return f"{start!r} at character {place + 1} of the filter is no number; write it as 12.5."
    return (
        f"The filter cannot be read from {character!r} at character {place + 1} on; it is made of "
        "comparisons such as miou > 60, with and, or, not and parentheses."
    )


def number(token: Token) -> float:
    """The value of a number.

    Raises:
        BadFilter: It is too large.
    """
    text, scale = token.text, 1.0
    if text[-1] in _SCALES:
        text, scale = text[:-1], _SCALES[text[-1]]
    value = float(text) * scale
    if not math.isfinite(value):
        raise BadFilter(f"The number {shown(token.text)} is too large to compare with.")
    return value


def shown(text: str) -> str:
    """The text, cut where it is long."""
    return text if len(text) <= 40 else f"{text[:40]}..."
