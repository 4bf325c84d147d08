"""The heap of a process that computes maps one after another."""

import ctypes
import sys
from functools import cache

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD of malloc.h
_MAP_BYTES = 128 * 2**20  # larger than a map of a network on frames of 1280x720
_KEPT_BYTES = 2 * _MAP_BYTES


@cache
def keep_freed_memory() -> None:
    """Has this process keep the memory of freed maps for the next ones, up to 256 MiB.

    glibc gives a freed map's pages back to the system, which clears them when the next map touches
    them: that took half of the early encoder's time. With another C library this does nothing.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    # A trim threshold alone would have every map mapped anew, which is slower than either.
    if mallopt is not None and mallopt(_MMAP_THRESHOLD, _MAP_BYTES):
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
