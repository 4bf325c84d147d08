"""Random filters, each as a text and as what it must mean, made without the parser."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from core.board.columns import COLUMNS
from core.board.row import Row

Means = Callable[[Row], bool]


@dataclass(frozen=True)
class Written:
    """A filter, what it means, and whether it binds tighter than `and`."""

    text: str
    means: Means
    is_tight: bool = True

    def inside(self) -> str:
        return self.text if self.is_tight else f"({self.text})"


NUMBERS = ("miou", "latency_p50", "seeds", "nodes", "aba_flicker_ratio", "params", "tc_ratio")
TEXTS = ("name", "kind", "dataset", "static", "setting")
FLAGS = ("light", "cell", "ranked", "failed", "archived")

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<>": lambda a, b: a != b,
    "~": lambda a, b: b in a,
}


def value(row: Row, column: str) -> float | str | bool | None:
    """What a row has in a column; None where a number is missing."""
    match COLUMNS[column].kind:
        case "text":
            return row.texts[column]
        case "flag":
            return row.flags.get(column, False)
    return row.counts[column] if column in row.counts else row.means.get(column)


def _compared(column: str, sign: str, wanted: float | str) -> Means:
    def means(row: Row) -> bool:
        found = value(row, column)
        return found is not None and _COMPARED[sign](found, wanted)

    return means


def _flag(column: str) -> Written:
    return Written(column, lambda row: bool(value(row, column)))


def _missing(column: str, is_negated: bool) -> Written:
    text = f"{column} is {'not ' if is_negated else ''}missing"
    return Written(text, lambda row: (value(row, column) is None) is not is_negated)


def _number(column: str, sign: str, wanted: float) -> Written:
    return Written(f"{column} {sign} {wanted!r}", _compared(column, sign, wanted))


def _text(column: str, sign: str, wanted: str) -> Written:
    quote = '"' if "'" in wanted else "'"
    return Written(f"{column}{sign}{quote}{wanted}{quote}", _compared(column, sign, wanted))


_WANTED = st.one_of(
    st.sampled_from(["", "trial", "camvid", "cell 5", "streets", "Ünïcode 'quoted'", "%", "_"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\"'\x7f")),
)
_TESTS = st.one_of(
    st.builds(
        _number,
        st.sampled_from(NUMBERS),
        st.sampled_from(["<", "<=", ">", ">=", "=", "!=", "==", "<>"]),
        st.one_of(st.integers(-5, 105).map(float), st.floats(-1e9, 1e9)),
    ),
    st.builds(_text, st.sampled_from(TEXTS), st.sampled_from(["=", "!=", "~"]), _WANTED),
    st.builds(_flag, st.sampled_from(FLAGS)),
    st.builds(_missing, st.sampled_from(NUMBERS), st.booleans()),
)


def _and(parts: list[Written]) -> Written:
    text = " and ".join(part.inside() for part in parts)
    return Written(text, lambda row: all(part.means(row) for part in parts), is_tight=False)


def _or(parts: list[Written]) -> Written:
    # `and` binds tighter than `or`: what it joins needs no parentheses here
    text = " OR ".join(part.text if " OR " not in part.text else part.inside() for part in parts)
    return Written(text, lambda row: any(part.means(row) for part in parts), is_tight=False)


def _not(part: Written) -> Written:
    return Written(f"not {part.inside()}", lambda row: not part.means(row))


def _joined(inner: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(several.map(_and), several.map(_or), inner.map(_not))


FILTERS = st.recursive(_TESTS, _joined, max_leaves=10)
