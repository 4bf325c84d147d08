"""Which rows of the leaderboard are wanted, as plain records."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Comparison = Literal["<", "<=", ">", ">=", "=", "!=", "~"]


@dataclass(frozen=True)
class Compare:
    """A comparison of a number or text column with a value."""

    column: str
    comparison: Comparison
    value: float | str


@dataclass(frozen=True)
class Flag:
    """A column that is true or false."""

    column: str


@dataclass(frozen=True)
class Missing:
    """Whether a number is missing."""

    column: str


@dataclass(frozen=True)
class Not:
    """The opposite."""

    of: "Filter"


@dataclass(frozen=True)
class All:
    """True where every part is."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class Any_:
    """True where at least one part is."""

    parts: tuple["Filter", ...]


Filter: TypeAlias = Compare | Flag | Missing | Not | All | Any_
