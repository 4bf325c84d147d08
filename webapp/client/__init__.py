"""A thin Python client of the API: imports nothing of the application but this package."""

from webapp.client.connection import Refused, ServerGone
from webapp.client.dyncell import Dyncell, JobEnded
from webapp.client.uploads import UploadBroken

__all__ = ["Dyncell", "JobEnded", "Refused", "ServerGone", "UploadBroken"]
