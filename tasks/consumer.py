"""The Celery worker inside our worker: it hears "look" and wakes the slots, nothing else."""

import logging
import threading
from collections.abc import Callable

from celery import Celery
from celery.worker import WorkController, state

from core.settings import Settings
from tasks.app import LOOK, QUEUE, build_app

logger = logging.getLogger("dyncell")

_PAUSE = 2.0  # seconds before the consumer is started again after a failure


class Consumer:
    """Listens for messages on a thread of its own, however often the broker goes away.

    Args:
        settings: They name the transport.
        slots: Threads of the Celery pool.
        look: Called for every message, on a pool thread.
        stopping: Set when the worker is to end.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        slots: int,
        look: Callable[[], None],
        stopping: threading.Event,
    ) -> None:
        self._app: Celery = build_app(settings)
        self._look = look
        self._app.task(self._hear, name=LOOK)
        self._slots = slots
        self._stopping = stopping
        self._thread = threading.Thread(target=self._run, name="messages", daemon=True)

    def start(self) -> None:
        """Begins to listen."""
        _quieten_celery()
        self._thread.start()

    def stop(self) -> None:
        """Ends listening; a broker that does not answer is not waited for."""
        state.should_stop = 0
        self._thread.join(1.0)

    def _hear(self) -> None:
        self._look()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._forget_old_messages()
                self._listen()
            except Exception as error:
                logger.warning("messages cannot be read, the queue is polled: %s", error)
            self._stopping.wait(_PAUSE)

    def _listen(self) -> None:
        controller = WorkController(
            app=self._app,
            pool="threads",
            concurrency=self._slots,
            use_eventloop=False,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        controller.start()

    def _forget_old_messages(self) -> None:
        """Slots look when they start: what was sent before says nothing new."""
        with self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
            connection.default_channel.queue_declare(queue=QUEUE, durable=True)
            connection.default_channel.queue_purge(QUEUE)


class _WithoutTraceback(logging.Filter):
    """A broker that goes away is a line of log, not forty."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        record.exc_text = None
        record.msg = str(record.getMessage()).strip().splitlines()[0] if record.msg else ""
        record.args = None
        return True


def _quieten_celery() -> None:
    for name in ("celery", "kombu"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("celery.worker.consumer.consumer", "celery.worker", "celery.worker.worker"):
        found = logging.getLogger(name)
        if not any(isinstance(kept, _WithoutTraceback) for kept in found.filters):
            found.addFilter(_WithoutTraceback())
