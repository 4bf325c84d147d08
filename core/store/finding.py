"""Finding rows by a part of their names, and lining them up: the same for every list."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, Text, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

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
