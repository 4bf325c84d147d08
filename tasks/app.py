"""Celery: carries the one message "look", which saves free slots the wait for their next poll.

A message says nothing about any job: the database does. So losing one costs two seconds, and
getting one twice costs nothing.
"""

from typing import Any

from celery import Celery

from core.settings import Settings

LOOK = "tasks.look"
"""The name of the only task."""

LOOK_EXPIRES = 10.0
"""Seconds after which a message that nobody read means nothing."""

QUEUE = "dyncell"
"""The only queue."""


def build_app(settings: Settings, *, socket_timeout: float | None = None) -> Celery:
    """The Celery application over the transport that `settings` name.

    Args:
        settings: The embedded transport's folders are made where they are missing.
        socket_timeout: Seconds a sender waits for a broker; None waits as long as it takes.
    """
    app = Celery("dyncell", set_as_current=False)
    app.conf.update(
        broker_url="filesystem://localhost" if settings.is_embedded else settings.broker_url,
        broker_transport_options=_transport_options(settings, socket_timeout),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_heartbeat=0,
        task_default_queue=QUEUE,
        task_acks_late=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        result_backend=None,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
    )
    return app


def _transport_options(settings: Settings, socket_timeout: float | None) -> dict[str, Any]:
    if settings.is_embedded:
        queue, control = settings.messages / "queue", settings.messages / "control"
        for folder in (queue, control):
            folder.mkdir(parents=True, exist_ok=True)
        return {
            "data_folder_in": str(queue),
            "data_folder_out": str(queue),
            "control_folder": str(control),
            "polling_interval": 0.1,
        }
    options: dict[str, Any] = {"socket_connect_timeout": socket_timeout or 5.0}
    if socket_timeout is not None:
        options["socket_timeout"] = socket_timeout
    return options
