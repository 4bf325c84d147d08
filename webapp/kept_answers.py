"""Answers to requests that may be repeated, kept on the web host's disk.

`<name>.json` holds the answer. `<name>.lock` is locked while the request is under way: the lock
ends with the process, so what was killed leaves nothing that keeps others waiting.
"""

import base64
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.durable import replace_file
from core.errors import DyncellError

KEPT_SECONDS = 24 * 3600.0
"""How long a request can be repeated."""


class AnswerPending(DyncellError):
    """The same request is under way at the moment."""


@dataclass(frozen=True)
class KeptAnswer:
    """What a request was answered with.

    Attributes:
        fingerprint: The hash of the request, its body included.
        status: The status of the answer.
        headers: Its headers.
        body: Its body.
    """

    fingerprint: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON."""
        return asdict(self) | {"body": base64.b64encode(self.body).decode()}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> "KeptAnswer":
        """What `to_dict` gave."""
        return cls(
            fingerprint=document["fingerprint"],
            status=document["status"],
            headers=tuple((name, value) for name, value in document["headers"]),
            body=base64.b64decode(document["body"]),
        )


@dataclass(frozen=True)
class KeptAnswers:
    """The answers in one folder."""

    folder: Path

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Keeps others away who ask with the same key.

        Raises:
            AnswerPending: Another request with this key is under way.
        """
        path = self._path(key, "lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _pending() from None
            if not _is_still(file.fileno(), path):
                raise _pending()
            yield

    def get(self, key: str) -> KeptAnswer | None:
        """The answer that is kept under the key; None where there is none, or it is too old."""
        path = self._path(key, "json")
        try:
            if _is_old(path):
                return None
            return KeptAnswer.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def put(self, key: str, answer: KeptAnswer) -> None:
        """Keeps an answer, durably."""
        with replace_file(self._path(key, "json")) as path:
            path.write_text(json.dumps(answer.to_dict()), encoding="utf-8")

    def remove_expired(self) -> None:
        """Forgets the answers that are too old."""
        for lock in list(self.folder.glob("*.lock")):
            answer = lock.with_suffix(".json")
            with lock.open("ab") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                if _is_old(lock) and (not answer.exists() or _is_old(answer)):
                    answer.unlink(missing_ok=True)
                    lock.unlink(missing_ok=True)

    def _path(self, key: str, ending: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.{ending}"


def _pending() -> AnswerPending:
    return AnswerPending(
        "A request with this Idempotency-Key is under way; repeat it when that is answered."
    )


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < time.time() - KEPT_SECONDS


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one of that path, which may have been removed meanwhile."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
