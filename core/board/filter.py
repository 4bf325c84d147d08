"""The filter language of the leaderboard: `miou > 60 and light and not (latency_p50 >= 10)`.

A filter is parsed to plain records over the columns of `core.board.columns` and nothing else; it is
never evaluated as code. Every comparison is true or false: a missing number is neither above nor
below nor equal to anything, so each comparison with it is false, and `not` of it is true.

    or_         = and_ {"or" and_}
    and_        = not_ {"and" not_}
    not_        = "not" not_ | "(" or_ ")" | test
    test        = FLAG
                | NUMBER_COLUMN ("<" | "<=" | ">" | ">=" | "=" | "!=") NUMBER
                | TEXT_COLUMN ("=" | "!=" | "~") (QUOTED | WORD)
                | NUMBER_COLUMN "is" ["not"] "missing"

`~` means: contains, upper and lower case told apart. A number may end with k, M or G.
"""

import re
from typing import get_args

from core.board.columns import COLUMNS, Column, nearest
from core.board.condition import (
    All,
    Any_,
    Compare,
    Comparison,
    Filter,
    Flag,
    Missing,
    Not,
)
from core.board.filter_tokens import BadFilter, Token, number, shown, tokens

LONGEST = 2000
"""Characters of a filter."""

DEEPEST = 40
"""Parentheses and `not` within one another."""

_COMPARISONS: dict[str, Comparison] = {
    **{sign: sign for sign in get_args(Comparison)},
    "==": "=",
    "<>": "!=",
}
_NUMBER_SIGNS = ("<", "<=", ">", ">=", "=", "!=")
_TEXT_SIGNS = ("=", "!=", "~")
_KEYWORDS = ("and", "or", "not", "is", "missing")
_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def parse_filter(text: str) -> Filter | None:
    """The filter that a text means; None where it is blank.

    Raises:
        BadFilter: It is none.
    """
    if len(text) > LONGEST:
        raise BadFilter(f"The filter has {len(text):,} characters; at most {LONGEST:,} are read.")
    odd = _UNSTORABLE.search(text)
    if odd:
        raise BadFilter(
            f"Character {odd.start() + 1} of the filter cannot be written; take it out."
        )
    if not text.strip():
        return None
    return _Parser(tokens(text)).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def whole(self) -> Filter:
        found = self._any()
        if self._at.kind != "end":
            raise self._unexpected("and, or, or the end")
        return found

    @property
    def _at(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._at
        if token.kind != "end":
            self._next += 1
        return token

    def _any(self) -> Filter:
        parts = [self._all()]
        while self._at.keyword == "or":
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def _all(self) -> Filter:
        parts = [self._not()]
        while self._at.keyword == "and":
            self._take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self) -> Filter:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadFilter(f"The filter is nested more than {DEEPEST} deep; write it flatter.")
        try:
            if self._at.keyword == "not":
                self._take()
                return Not(self._not())
            if self._at.text == "(" and self._at.kind == "sign":
                return self._parenthesis()
            return self._test()
        finally:
            self._depth -= 1

    def _parenthesis(self) -> Filter:
        opened = self._take()
        found = self._any()
        if self._at.text != ")" or self._at.kind != "sign":
            raise BadFilter(
                f"The parenthesis at character {opened.place} of the filter is not closed"
                f"{self._before()}; put ) behind what belongs together."
            )
        self._take()
        return found

    def _test(self) -> Filter:
        token = self._at
        if token.kind != "word" or token.keyword in _KEYWORDS:
            raise self._unexpected("a column's name")
        self._take()
        column = COLUMNS.get(token.text.lower())
        if column is None:
            raise BadFilter(
                f"There is no column {shown(token.text)}; perhaps: {nearest(token.text)}."
            )
        if column.kind == "flag":
            if self._at.kind == "sign" and self._at.text in _COMPARISONS:
                raise BadFilter(
                    f"{column.key} is true or false: write {column.key} or not {column.key}."
                )
            return Flag(column.key)
        if self._at.keyword == "is":
            return self._missing(column)
        return self._comparison(column)

    def _missing(self, column: Column) -> Filter:
        self._take()
        is_negated = self._at.keyword == "not"
        if is_negated:
            self._take()
        if self._at.keyword != "missing":
            raise self._unexpected("missing")
        self._take()
        if column.kind == "text":
            raise BadFilter(f'{column.key} is text and never missing: compare it with "".')
        return Not(Missing(column.key)) if is_negated else Missing(column.key)

    def _comparison(self, column: Column) -> Filter:
        example = f"{column.key} > 10" if column.kind == "number" else f'{column.key} = "..."'
        signs = _NUMBER_SIGNS if column.kind == "number" else _TEXT_SIGNS
        if self._at.kind != "sign" or self._at.text in "()":
            raise BadFilter(
                f"{column.key} is a {column.kind}: compare it, as in {example}{self._before()}."
            )
        sign = self._take()
        comparison = _COMPARISONS.get(sign.text)
        if comparison is None or comparison not in signs:
            raise BadFilter(
                f"{column.key} is a {column.kind} and compared by {' '.join(signs)}, "
                f"not by {sign.text}."
            )
        value = self._take()
        if column.kind == "number":
            if value.kind != "number":
                raise BadFilter(
                    f"{column.key} is a number: {shown(value.text) or 'the end'} cannot stand "
                    f"behind {sign.text}; write {example}."
                )
            return Compare(column.key, comparison, number(value))
        if value.kind not in ("quoted", "word", "number"):
            raise BadFilter(f"A text must stand behind {column.key} {sign.text}; write {example}.")
        text = value.text[1:-1] if value.kind == "quoted" else value.text
        return Compare(column.key, comparison, text)

    def _unexpected(self, wanted: str) -> BadFilter:
        token = self._at
        found = shown(token.text) if token.text else "the end"
        return BadFilter(
            f"At character {token.place} of the filter {wanted} is expected, but {found} comes."
        )

    def _before(self) -> str:
        return f" before {shown(self._at.text)}" if self._at.text else ""
