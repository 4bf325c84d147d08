"""Where the bytes of a stored member lie in a zip, so that they can be read or sent as a range."""

import struct
from collections.abc import Callable

ReadRange = Callable[[int, int], bytes]
"""Gives `length` bytes from `start` of one file, fewer only where the file ends."""

_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, lengths of name and extra field


def data_start(read: ReadRange, header_start: int) -> int:
    """Where the data of a member begins, behind its local header.

    The table of contents does not say: the two may have extra fields of different lengths.

    Args:
        read: Reads the zip.
        header_start: Where the table of contents says that the local header begins.

    Raises:
        ValueError: There is no local header.
    """
    header = read(header_start, _LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise ValueError(f"no file of the zip begins at {header_start}")
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    return header_start + _LOCAL_HEADER.size + int(name_length) + int(extra_length)
