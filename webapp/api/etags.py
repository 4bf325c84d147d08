"""Entity tags: what one is made of, and whether a header names it (RFC 9110)."""

import hashlib
import re

_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def etag_of(*parts: str | bytes) -> str:
    """A strong tag of bytes, or of words that name bytes which never change."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return f'"{digest.hexdigest()[:32]}"'


def names(header: str, etag: str, *, strongly: bool = False) -> bool:
    """Whether a header with tags names `etag`, or anything at all (`*`).

    Args:
        header: The value of `If-None-Match` or `If-Match`.
        etag: A strong tag.
        strongly: Weak tags match nothing, as `If-Match` wants it.
    """
    if header.strip() == "*":
        return True
    found = _TAG.findall(header)
    return any(tag == etag and not (strongly and weak) for weak, tag in found)
