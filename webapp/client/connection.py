"""Requests to a server of dyncell, and its refusals as exceptions with its own sentence."""

import http.client
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin
from urllib.request import ProxyHandler, Request, build_opener

_PAUSE = 0.5  # seconds before the first repetition; every further one waits twice as long


class Refused(Exception):
    """The server did not do what was asked; the text is its sentence.

    Attributes:
        status: The status of the answer.
        headers: Its headers.
    """

    def __init__(self, status: int, text: str, headers: Message) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


class ServerGone(Exception):
    """The server does not answer, or stopped in the middle of it."""


@dataclass(frozen=True)
class Answer:
    """What the server answered.

    Attributes:
        headers: The headers.
        content: The body.
    """

    headers: Message
    content: bytes

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


class Connection:
    """Sends requests to one server; what it does not hear is asked again.

    A POST carries an `Idempotency-Key` of its own, so that asking again does nothing twice.

    Args:
        address: Where the server is, as in `http://127.0.0.1:8501`.
        timeout: Seconds that the server may be silent.
        tries: How often a request is sent before it is given up.
    """

    def __init__(self, address: str, *, timeout: float = 60.0, tries: int = 4) -> None:
        self.base = address.rstrip("/") + "/api/v1/"
        self._timeout = timeout
        self._tries = tries
        self._opener = build_opener(ProxyHandler({}))

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        document: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        tries: int | None = None,
    ) -> Answer:
        """Sends one request.

        Args:
            method: As in `GET`.
            path: The address below `/api/v1`, or one that begins with it, as in `Link` headers.
            query: Values of the address; those that are None are left out, lists are repeated.
            document: Sent as JSON.
            data: Sent as it is.
            headers: Further headers.
            tries: How often at most, where that is another number than usual.

        Raises:
            Refused: The server said no.
            ServerGone: It did not answer, as often as it was asked.
        """
        sent = dict(headers or {})
        if document is not None:
            data = json.dumps(document).encode()
            sent["Content-Type"] = "application/json"
        if method == "POST":
            sent.setdefault("Idempotency-Key", str(uuid.uuid4()))
        request = Request(self._url(path, query), data=data, headers=sent, method=method)
        return self._sent(request, self._tries if tries is None else tries)

    def _url(self, path: str, query: Mapping[str, Any] | None) -> str:
        url = urljoin(self.base, path if path.startswith("/api/v1/") else path.lstrip("/"))
        told = {name: value for name, value in (query or {}).items() if value is not None}
        return f"{url}?{urlencode(told, doseq=True)}" if told else url

    def _sent(self, request: Request, tries: int) -> Answer:
        for number in range(tries):
            if number:
                time.sleep(_PAUSE * 2 ** (number - 1))
            try:
                with self._opener.open(request, timeout=self._timeout) as answer:
                    return Answer(answer.headers, answer.read())
            except HTTPError as error:
                with error:
                    raise Refused(error.code, _sentence(error), error.headers) from None
            except (URLError, OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", None) or error
        raise ServerGone(f"The server at {self.base} does not answer ({reason}); is it running?")


def _sentence(error: HTTPError) -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"The server answered {error.code} {error.reason}."
