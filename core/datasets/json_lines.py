"""JSON that knows on which line each of its values stands, for messages to whoever wrote it."""

import json
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

_MOST_DEPTH = 20
_SPACE = " \t\r\n"


@dataclass(frozen=True)
class JsonLines:
    """A JSON document.

    Attributes:
        value: The document as Python objects.
        lines: Line, from 1, of the value at each path of keys and positions; () is the document.
    """

    value: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest value around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


class JsonError(ValueError):
    """JSON that cannot be read.

    Attributes:
        line: The line, from 1.
    """

    def __init__(self, text: str, *, line: int) -> None:
        super().__init__(text)
        self.line = line


def read_json(text: str) -> JsonLines:
    """Reads a JSON document with the line of each value.

    Raises:
        JsonError: It is no JSON, a key stands twice in an object, or it is nested too deeply.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise JsonError(f"this is no JSON ({error.msg})", line=error.lineno) from error
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise JsonError("this JSON cannot be read", line=1) from error
    walk = _Walk(text)
    walk.value((), walk.skip(0))
    return JsonLines(value, walk.lines)


class _Walk:
    """Goes once through a text that is known to be sound JSON."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._decoder = json.JSONDecoder()
        self._counted = (0, 1)  # up to this place, this line

    def skip(self, at: int) -> int:
        while at < len(self._text) and self._text[at] in _SPACE:
            at += 1
        return at

    def value(self, path: Path, at: int) -> int:
        """Notes the value that begins at `at`; returns the place after it."""
        line = self.lines[path] = self._line(at)
        if len(path) > _MOST_DEPTH:
            raise JsonError("this is nested too deeply", line=line)
        opening = self._text[at]
        if opening not in "{[":
            return self._decoder.raw_decode(self._text, at)[1]
        at, number = self.skip(at + 1), 0
        while self._text[at] not in "}]":
            key: str | int = number
            if opening == "{":
                key, at = self._key(path, at)
            at = self.skip(self.value((*path, key), at))
            number += 1
            if self._text[at] == ",":
                at = self.skip(at + 1)
        return at + 1

    def _key(self, path: Path, at: int) -> tuple[str, int]:
        key, end = self._decoder.raw_decode(self._text, at)
        if (*path, key) in self.lines:
            raise JsonError(f"the key {key!r} stands there twice", line=self._line(at))
        return key, self.skip(self.skip(end) + 1)  # past the colon

    def _line(self, at: int) -> int:
        place, line = self._counted
        self._counted = (at, line + self._text.count("\n", place, at))
        return self._counted[1]
