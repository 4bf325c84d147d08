"""Keeps other web sites out: any page on the internet can send requests to 127.0.0.1.

A request must name a host that is ours (against DNS rebinding), come from a page of ours (against
forged requests) and gets answers that no other page may read or frame.
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.api.problems import problem

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_DEFAULT_PORTS = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}


class Guard:
    """ASGI middleware that refuses foreign hosts and foreign pages with a sentence.

    Args:
        app: The application behind it.
        hosts: Host names that are ours beside the loopback ones.
    """

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...] = ()) -> None:
        self._app = app
        self._hosts = frozenset(name.lower().rstrip(".") for name in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, _with_security_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[:120]})
        else:
            await problem(403, refusal)(scope, receive, _with_security_headers(send))

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return (
                "This server does not answer to that host name; open it under localhost, or add "
                "the name to DYNCELL_HOSTS."
            )
        origins = headers.getlist("origin")
        if any(not _is_same_origin(origin, hosts[0]) for origin in origins):
            return "Requests from pages of other web sites are refused."
        is_unsafe = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if is_unsafe and headers.get("sec-fetch-site") == "cross-site":
            return "Requests from pages of other web sites are refused."
        return None

    def _is_ours(self, host: str) -> bool:
        name = _host_name(host)
        return name is not None and (name in self._hosts or _is_loopback(name))


def _host_name(host: str) -> str | None:
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    if parts.netloc != host or parts.username is not None or parts.hostname is None:
        return None
    return parts.hostname.rstrip(".")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_same_origin(origin: str, host: str) -> bool:
    scheme, separator, netloc = origin.lower().partition("://")
    if not separator or scheme not in _DEFAULT_PORTS:
        return False  # `null`, an extension, a file
    default = _DEFAULT_PORTS[scheme]
    return netloc.removesuffix(default) == host.lower().removesuffix(default)


def _with_security_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
