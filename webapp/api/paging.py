"""Lists in pages: `limit` and `offset` in, `total` and a `Link` header (RFC 8288) out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from webapp.api.documents import Page

LARGEST = 10**9
"""No list is that long; a larger number is no place in one."""

Limit = Annotated[int, Query(ge=1, le=200, description="At most so many items.")]
Offset = Annotated[int, Query(ge=0, le=LARGEST, description="Items to skip.")]
_Item = TypeVar("_Item", bound=BaseModel | dict[str, object])


@dataclass(frozen=True)
class Paging:
    """Which part of a list is asked for, and where the answer goes."""

    request: Request
    response: Response
    limit: int
    offset: int

    def page(self, items: list[_Item], total: int) -> Page[_Item]:
        """The answer, whose `Link` header leads to the pages around it."""
        self.response.headers["Link"] = ", ".join(
            f'<{self._address(offset)}>; rel="{relation}"'
            for relation, offset in _places(self.limit, self.offset, total)
        )
        return Page(items=items, total=total, limit=self.limit, offset=self.offset)

    def cut(self, found: Sequence[_Item]) -> Page[_Item]:
        """The answer out of the whole list."""
        return self.page(list(found[self.offset : self.offset + self.limit]), len(found))

    def _address(self, offset: int) -> str:
        url = self.request.url.include_query_params(limit=self.limit, offset=offset)
        return f"{url.path}?{url.query}"


def _paging(request: Request, response: Response, limit: Limit = 50, offset: Offset = 0) -> Paging:
    return Paging(request, response, limit, offset)


Paged = Annotated[Paging, Depends(_paging)]


def _places(limit: int, offset: int, total: int) -> list[tuple[str, int]]:
    last = max(0, total - 1) // limit * limit
    places = [("first", 0)]
    if offset > 0:
        places.append(("prev", max(0, min(offset - limit, last))))
    if offset + limit < total:
        places.append(("next", offset + limit))
    return [*places, ("last", last)]
