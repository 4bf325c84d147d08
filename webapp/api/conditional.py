"""Strong ETags on what is answered whole, and requests that are made on condition (RFC 9110).

`If-None-Match` spares the bytes of what somebody has already (304). `If-Match` on PATCH and DELETE
lets nobody undo what another changed meanwhile (412).
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.api.etags import etag_of, names
from webapp.api.problems import problem

_CHANGES = frozenset({"PATCH", "DELETE"})
_OF_THE_BODY = ("content-length", "content-type")


class Conditional:
    """ASGI middleware; answers that bring a tag of their own keep it.

    Changes on condition are made one after another, so that none comes between looking and
    changing of another in this process.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._changing = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "GET":
            tagged = _Tagged(send, unless=headers.get("if-none-match", ""))
            await self._app(scope, receive, tagged)
        elif scope["method"] in _CHANGES and "if-match" in headers:
            async with self._changing:
                await self._change(scope, receive, send, headers["if-match"])
        else:
            await self._app(scope, receive, send)

    async def _change(self, scope: Scope, receive: Receive, send: Send, wanted: str) -> None:
        status, etag = await self._present(scope)
        if status == 200 and not names(wanted, etag, strongly=True):
            text = "It was changed since you read it: read it again, then decide anew."
            await problem(412, text, headers={"ETag": etag})(scope, receive, send)
        elif status not in (200, 404):
            text = "There is no document here that If-Match could be held against; leave it out."
            await problem(412, text)(scope, receive, send)
        else:  # where there is nothing, the answer to the request itself says what is missing
            await self._app(scope, receive, send)

    async def _present(self, scope: Scope) -> tuple[int, str]:
        """Status and tag of what GET would answer now."""
        kept = [(name, value) for name, value in scope["headers"] if name in (b"host", b"origin")]
        asked = {**scope, "method": "GET", "headers": kept, "query_string": b""}
        answer = _Heard()
        await self._app(asked, _nothing, _Tagged(answer, unless=""))
        return answer.status, answer.etag


class _Tagged:
    """Sends on what an application answers to GET, with a tag where it comes in one piece."""

    def __init__(self, send: Send, *, unless: str) -> None:
        self._send = send
        self._unless = unless
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _wants_tag(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None and message.get("more_body"):
            await self._send(start)
        elif start is not None:
            message = await self._begin(start, message)
        await self._send(message)

    async def _begin(self, start: Message, message: Message) -> Message:
        headers = MutableHeaders(scope=start)
        headers["ETag"] = etag_of(message.get("body", b""))
        headers.setdefault("Cache-Control", "private, no-cache")
        if names(self._unless, headers["ETag"]):
            for name in _OF_THE_BODY:
                del headers[name]
            start["status"], message = 304, {**message, "body": b""}
        await self._send(start)
        return message


class _Heard:
    """Keeps the head of an answer and drops its body."""

    status, etag = 500, ""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.etag = Headers(scope=message).get("etag", "")


def _wants_tag(start: Message) -> bool:
    return start["status"] == 200 and "etag" not in Headers(scope=start)


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
