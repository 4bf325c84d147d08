"""Finding rows by a part of their names, and lining them up: the same for every list."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, Text, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from core.natural_order import DIGITS

Query = TypeVar("Query", bound=Select[Any])


class _lowered(FunctionElement[str]):
    """A text in small letters, whatever its alphabet."""

    type = Text()
    inherit_cache = True
    name = "lowered"


@compiles(_lowered, "sqlite")
def _sqlite_lowered(element: Any, compiler: Any, **words: Any) -> str:
    return f"unicode_lower({compiler.process(element.clauses, **words)})"


@compiles(_lowered, "postgresql")
def _postgresql_lowered(element: Any, compiler: Any, **words: Any) -> str:
    return f"lower({compiler.process(element.clauses, **words)})"


class naturally(FunctionElement[str]):
    """A name as `core.natural_order.natural_key` has it, to be sorted by on every database."""

    type = Text()
    inherit_cache = True


@compiles(naturally, "sqlite")
def _sqlite_naturally(element: Any, compiler: Any, **words: Any) -> str:
    return f"natural_key({compiler.process(element.clauses, **words)})"


@compiles(naturally, "postgresql")
def _postgresql_naturally(element: Any, compiler: Any, **words: Any) -> str:
    small = f'lower({compiler.process(element.clauses, **words)} COLLATE "default")'
    longer = rf"regexp_replace({small}, '([0-9]+)', '{'0' * DIGITS}\1', 'g')"
    cut = rf"regexp_replace({longer}, '[0-9]*([0-9]{{{DIGITS}}})', '\1', 'g')"
    return f'({cut} COLLATE "C")'


def found_by(query: Query, text: str, *columns: Any) -> Query:
    """Only rows that have `text` in one of the columns, in small or large letters; blank = all."""
    part = text.strip().lower()
    if not part:
        return query
    return query.where(or_(*(_lowered(each).contains(part, autoescape=True) for each in columns)))


def lined_up(query: Query, order: str, orders: Mapping[str, Sequence[Any]]) -> Query:
    """The rows in one of several orders.

    Raises:
        KeyError: There is no such order.
    """
    return query.order_by(*orders[order])
