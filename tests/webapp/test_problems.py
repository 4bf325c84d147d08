import errno

from fastapi import FastAPI
from starlette.testclient import TestClient

from webapp.api.problems import add_problem_handlers


def test_a_full_disk_is_a_problem_of_its_own_wherever_it_is_met() -> None:
    api = FastAPI()
    add_problem_handlers(api)

    @api.post("/{number}")
    def fail(number: int) -> None:
        raise OSError(number, "no luck")

    client = TestClient(api, raise_server_exceptions=False)
    full = client.post(f"/{errno.ENOSPC}")
    assert full.status_code == 507
    assert full.json()["detail"] == "The disk is full; free some space and try again."
    other = client.post(f"/{errno.EIO}")
    assert other.status_code == 500
    assert "no luck" not in other.text
