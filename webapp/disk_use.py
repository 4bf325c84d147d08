"""How much is stored, and how much room is left."""

import os
import shutil
from dataclasses import dataclass

import streamlit as st

from core.data_folder import DataFolder


@dataclass(frozen=True)
class DiskUse:
    """Bytes stored, None where the files are not on this host; bytes free on this host."""

    stored: int | None
    free: int


def read_disk_use(folder: DataFolder) -> DiskUse:
    """How much is stored and how much room is left; a few seconds old at most."""
    url = str(folder.artifacts.folder) if folder.artifacts.is_local else None
    return _disk_use(url, str(folder.settings.data))


@st.cache_data(ttl=5.0, max_entries=4, show_spinner=False)
def _disk_use(artifacts: str | None, data: str) -> DiskUse:
    free = shutil.disk_usage(data).free
    if artifacts is None:
        return DiskUse(stored=None, free=free)
    if not os.path.isdir(artifacts):
        return DiskUse(stored=0, free=free)
    with os.scandir(artifacts) as entries:
        inodes = {found.st_ino: found.st_size for found in (_stat(entry) for entry in entries)}
    return DiskUse(stored=sum(inodes.values()), free=free)


def _stat(entry: os.DirEntry[str]) -> os.stat_result:
    try:
        return entry.stat()
    except FileNotFoundError:  # removed since the folder was read
        return os.stat_result((0,) * 10)
