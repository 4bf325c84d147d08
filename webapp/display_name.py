"""Names as users gave them, made fit for showing; a name is never part of a path."""

import unicodedata

LONGEST_NAME = 200
"""Characters kept of a name."""


def display_name(raw: str, *, otherwise: str = "video") -> str:
    """The name without control and direction characters, at most `LONGEST_NAME` long.

    Everything else stays as it is, `../` and markup included: names are only ever shown as text.
    Where nothing is left it is `otherwise`.
    """
    spaced = "".join(" " if character.isspace() else character for character in raw)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return kept.strip()[:LONGEST_NAME].strip() or otherwise
