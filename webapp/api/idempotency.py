"""`Idempotency-Key`: a POST that is repeated with its key is answered again, not done again."""

import hashlib
import logging
import re
from collections import deque
from collections.abc import Callable
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.data_folder import DataFolder
from core.errors import DyncellError
from webapp.api.problems import problem, problem_of
from webapp.kept_answers import AnswerPending, KeptAnswer, KeptAnswers

REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""

_LOG = logging.getLogger(__name__)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_READ_AHEAD = 1 << 20  # a larger body is hashed on its way
_COUNTED = ("content-type", "upload-length", "upload-metadata")


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class Idempotency:
    """ASGI middleware that keeps the answers to POST requests that have a key and succeed.

    A refusal is not kept: what was asked was not done, and may be asked again.

    Args:
        app: The application behind it.
        open_folder: Gives the data folder, where the answers lie.
    """

    def __init__(self, app: ASGIApp, *, open_folder: Callable[[], DataFolder]) -> None:
        self._app = app
        self._open_folder = open_folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands it on."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        key = Headers(scope=scope).get("idempotency-key")
        if key is None:
            await self._app(scope, receive, send)
        elif _KEY.fullmatch(key) is None:
            text = "An Idempotency-Key has 1 to 255 characters of ASCII, without blanks."
            await problem(400, text)(scope, receive, send)
        else:
            await self._once(key, scope, receive, send)

    async def _once(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answers = KeptAnswers(self._open_folder().settings.answers)
            with answers.alone(key):
                body = _Body(receive, _begun(scope))
                known = answers.get(key)
                if known is None:
                    await self._first(key, answers, scope, body, send)
                else:
                    await _again(known, await body.digest())(scope, receive, send)
        except AnswerPending as error:
            await problem(409, str(error), headers={"Retry-After": "1"})(scope, receive, send)
        except DyncellError as error:
            await problem_of(error)(scope, receive, send)

    async def _first(
        self, key: str, answers: KeptAnswers, scope: Scope, body: "_Body", send: Send
    ) -> None:
        """Hands the request on; the answer leaves once it is kept."""
        await body.read_ahead()
        answer = _Answer()
        await self._app(scope, body, answer)
        if 200 <= answer.status < 300:
            kept = KeptAnswer(body.known, answer.status, answer.headers, bytes(answer.body))
            await run_in_threadpool(_keep, answers, key, kept)
        for message in answer.messages:
            await send(message)


class _Body:
    """Receives the body of a request and hashes what passes; its beginning is read ahead."""

    def __init__(self, receive: Receive, digest: _Hash) -> None:
        self._receive = receive
        self._digest = digest
        self._ahead: deque[Message] = deque()

    @property
    def known(self) -> str:
        """The hash of what has passed."""
        return self._digest.hexdigest()

    async def __call__(self) -> Message:
        return self._ahead.popleft() if self._ahead else await self._next()

    async def read_ahead(self) -> None:
        """Reads a small body whole, for those who answer without reading it."""
        size, has_more = 0, True
        while has_more and size < _READ_AHEAD:
            message = await self._next()
            self._ahead.append(message)
            size += len(message.get("body", b""))
            has_more = bool(message.get("more_body"))

    async def digest(self) -> str:
        """The hash of the whole body, of which nothing is kept."""
        while (await self._next()).get("more_body"):
            pass
        return self.known

    async def _next(self) -> Message:
        message = await self._receive()
        self._digest.update(message.get("body", b""))
        return message


class _Answer:
    """Keeps what an application answers."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.status = 500
        self.headers: tuple[tuple[str, str], ...] = ()
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = tuple(Headers(scope=message).items())
        else:
            self.body += message.get("body", b"")


def _keep(answers: KeptAnswers, key: str, answer: KeptAnswer) -> None:
    """Keeps an answer where there is room: what was asked is done, and that is to be told."""
    try:
        answers.put(key, answer)
    except OSError as error:
        _LOG.warning("The answer to %s could not be kept: %s", key, error)


def _begun(scope: Scope) -> _Hash:
    """The hash of everything of a request that comes before its body."""
    headers = Headers(scope=scope)
    told = [scope["path"], scope["query_string"].decode("latin-1")]
    told += [headers.get(name, "") for name in _COUNTED]
    return hashlib.sha256("\n".join(told).encode())


def _again(known: KeptAnswer, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        text = (
            "This Idempotency-Key belongs to another request; take a new key for what is new, and "
            "repeat a request with its key exactly as it was."
        )
        return problem(422, text)
    answer = Response(known.body, status_code=known.status)
    for name, value in (*known.headers, (REPLAYED, "true")):
        answer.headers[name] = value
    return answer
