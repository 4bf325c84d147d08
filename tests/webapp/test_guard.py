import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from webapp.api.guard import Guard


async def _answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


async def _talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("inside")
    await socket.close()


INSIDE = Starlette(
    routes=[
        Route("/", _answer, methods=["GET", "POST", "DELETE"]),
        WebSocketRoute("/talk", _talk),
    ]
)


@pytest.fixture
def guarded() -> TestClient:
    return TestClient(Guard(INSIDE, hosts=("video.example",)), base_url="http://localhost:8501")


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8501", "127.0.0.1:9", "127.1.2.3", "[::1]:80", "Video.Example:8080"],
)
def test_our_own_hosts_are_answered(guarded: TestClient, host: str) -> None:
    assert guarded.get("/", headers={"Host": host}).text == "inside"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8501",
        "10.0.0.7",
        "localhost@evil.example",
        "evil.example/localhost",
        "localhost:x",
        "",
        "0.0.0.0",
    ],
)
def test_foreign_hosts_are_refused_with_a_sentence(guarded: TestClient, host: str) -> None:
    answer = guarded.get("/", headers={"Host": host})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "DYNCELL_HOSTS" in answer.json()["detail"]


def test_two_host_headers_are_refused() -> None:
    async def inside(_scope: object, _receive: object, _send: object) -> None:
        raise AssertionError("the guard let it through")

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"host", b"evil.example")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    # On a thread of its own: the browser of other tests keeps a loop running on this one.
    with ThreadPoolExecutor(1) as pool:
        asked = Guard(inside)(scope, None, send)  # type: ignore[arg-type]
        pool.submit(asyncio.run, asked).result()
    assert sent[0]["status"] == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://localhost:3000",
        "file://",
        "chrome-extension://abc",
        "http://localhost:8501.evil.example",
        "localhost:8501",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_pages_of_other_origins_are_refused(guarded: TestClient, origin: str, method: str) -> None:
    answer = guarded.request(method, "/", headers={"Origin": origin})
    assert answer.status_code == 403
    assert "other web sites" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8501", "localhost:8501"),
        ("http://localhost", "localhost:80"),
        ("https://video.example", "video.example"),
        ("http://[::1]:8501", "[::1]:8501"),
    ],
)
def test_our_own_pages_may_write(guarded: TestClient, origin: str, host: str) -> None:
    answer = guarded.post("/", headers={"Origin": origin, "Host": host})
    assert answer.text == "inside"


def test_a_forged_form_of_another_site_is_refused_even_without_an_origin(
    guarded: TestClient,
) -> None:
    assert guarded.post("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert guarded.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_socket_of_another_site_is_refused(guarded: TestClient) -> None:
    address = "ws://localhost:8501/talk"
    with guarded.websocket_connect(address, headers={"Origin": "http://localhost:8501"}) as own:
        assert own.receive_text() == "inside"
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        guarded.websocket_connect(address, headers={"Origin": "http://evil.example"}),
    ):
        pass
    assert refused.value.code == 1008


def test_answers_cannot_be_framed_sniffed_or_read_elsewhere(guarded: TestClient) -> None:
    headers = guarded.get("/").headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
