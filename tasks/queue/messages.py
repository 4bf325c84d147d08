"""Messages that tell the workers to look; the job rows are the truth."""

import logging
import threading
from functools import lru_cache

from celery import Celery

from core.settings import Settings
from tasks.app import LOOK, LOOK_EXPIRES, build_app

_NOTIFY_WITHIN = 1.0  # seconds a caller waits for the broker at most
_sending = threading.Semaphore(4)  # senders that may hang on a broker at once

logger = logging.getLogger("dyncell")


def notify(settings: Settings) -> None:
    """Tells the workers to look; never fails, and never takes longer than about a second.

    Without it a free slot finds the job at its next poll, within two seconds.
    """
    if not _sending.acquire(blocking=False):
        return
    sender = threading.Thread(target=_send, args=(settings,), name="notify", daemon=True)
    sender.start()
    sender.join(_NOTIFY_WITHIN)


@lru_cache(maxsize=8)
def _sender(settings: Settings) -> Celery:
    return build_app(settings, socket_timeout=_NOTIFY_WITHIN)


def _send(settings: Settings) -> None:
    try:
        _sender(settings).send_task(LOOK, expires=LOOK_EXPIRES, retry=False)
    except Exception as error:
        logger.debug("no message was sent, the workers' poll finds the job: %s", error)
    finally:
        _sending.release()
