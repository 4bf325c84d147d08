"""A JSON object written by hand, checked value by value, each complaint with its line."""

from collections.abc import Callable
from typing import Any

from core.datasets.json_lines import JsonLines, Path
from core.datasets.problems import Problems


class CheckedObject:
    """The JSON object of a file, and where what is wrong with it is noted.

    Attributes:
        value: The object; empty where the document is something else, which is noted.
    """

    def __init__(self, lines: JsonLines, problems: Problems, *, file: str) -> None:
        self._lines, self._problems, self._file = lines, problems, file
        self.value: dict[str, Any] = lines.value if isinstance(lines.value, dict) else {}
        if not isinstance(lines.value, dict):
            self.fail((), "this must be an object, {...}")

    def fail(self, path: Path, text: str) -> None:
        """Notes what is wrong with the value at a path."""
        self._problems.add(f"{self._file} line {self._lines.line(path)}: {text}.")

    def get(self, key: str, must: str, is_right: Callable[[Any], bool]) -> Any:
        """The value of a key; None where it is absent or wrong, which is noted.

        Args:
            key: The key.
            must: What the value must be, for the message: `must be a text`.
            is_right: Whether a value is that.
        """
        value = self.value.get(key)
        if key not in self.value or is_right(value):
            return value
        self.fail((key,), f'"{key}" {must}, not {value!r:.60}')
        return None

    def text(self, key: str) -> str | None:
        """The text of a key; None where it is absent or wrong, which is noted."""
        found: str | None = self.get(key, "must be a text", lambda value: isinstance(value, str))
        return found

    def only_keys(self, path: Path, entry: dict[str, Any], known: tuple[str, ...]) -> None:
        """Notes keys that mean nothing: misspelt ones would be passed over in silence."""
        for key in entry:
            if key not in known:
                names = ", ".join(known)
                self.fail((*path, key), f"{key!r} means nothing here; known are {names}")


def is_number(value: object) -> bool:
    """Whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
