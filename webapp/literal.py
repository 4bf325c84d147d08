"""User text made safe for places that read markdown."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^=@/])")
_JOINER = "\u2060"  # no width; keeps `:name:` and `www.` from being read as icon, colour or link


def literal(text: str) -> str:
    """The text so that markdown shows it as it is, on one line.

    Line breaks become spaces. Backslashes cannot stop Streamlit's `:name:` directives and bare
    addresses, which are looked for after markdown has been read: a joiner of no width does.
    """
    line = " ".join(text.split())
    escaped = _SPECIAL.sub(r"\\\1", line)
    return re.sub(r"(?i)\bwww(?=\\\.)", f"www{_JOINER}", escaped.replace(":", f":{_JOINER}"))
