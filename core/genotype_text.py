"""Genotypes as text: one strict JSON object in, values of strangers out, shortened."""

import json
import reprlib
from typing import Any

MAX_BYTES = 4_000_000
"""A larger text is refused unread; one of 10,000 nodes is smaller, and told how many it has."""

MAX_DIGITS = 30

_LONGEST = 60

_REPR = reprlib.Repr()
_REPR.maxlevel = 2
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = _LONGEST


def shown(value: object) -> str:
    """A value for a message, at most 60 printable characters of its `repr`."""
    text = _REPR.repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def read_object(text: str | bytes) -> dict[str, Any]:
    """Reads one JSON object.

    Args:
        text: JSON, as UTF-8 where it is bytes, without NaN, infinities, numbers of more than
            `MAX_DIGITS` digits or keys that stand twice in an object.

    Raises:
        ValueError: The text is anything else; the message completes `cannot be read: ...`.
    """
    if len(text) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 10**6} MB")
    try:
        document = json.loads(
            text.decode("utf-8-sig") if isinstance(text, bytes) else text,
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise ValueError("it is no UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is no JSON ({error.msg})") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(document, dict):
        raise ValueError(f"it is {shown(document)}, not a JSON object {{...}}")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {shown(key)} stands twice in one object")
        found[key] = value
    return found


def _whole_number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"{shown(digits)} is a number of {len(digits)} digits")
    return int(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
