"""What is wrong with a dataset, said to the person who brought it."""

from collections.abc import Sequence
from typing import Self

from core.errors import BadInput

MOST = 20
"""Problems that are collected before a look at a dataset gives up."""


class BadDataset(BadInput):
    """Files that cannot be taken as a dataset; the text names file and line and how to go on.

    Attributes:
        problems: All that was found, one sentence each, at most `MOST`.
    """

    def __init__(self, text: str, *, problems: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems) or (text,)

    @classmethod
    def of(cls, problems: Sequence[str]) -> Self:
        """The error that stands for several problems: one to a line."""
        if len(problems) == 1:
            return cls(problems[0])
        shown = problems[:MOST]
        count = f"{len(shown)} problems" + (" and maybe more" if len(problems) >= MOST else "")
        return cls("\n".join([f"{count} were found:", *shown]), problems=shown)


def file_problem(name: str, error: ValueError | OSError) -> str:
    """The sentence about a file that could not be read, or holds what it must not."""
    if isinstance(error, OSError):
        return f"{name} cannot be read ({error.strerror}): replace or remove it."
    text = str(error)
    return f"{name}: {text}" if text.endswith(".") else f"{name}: {text}; replace or remove it."


class Problems:
    """Collects sentences about a dataset, in the order they are found, each only once."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.warnings: list[str] = []

    def add(self, text: str) -> None:
        """Notes something that must be mended before the dataset can be taken."""
        if text not in self.found and not self.are_many:
            self.found.append(text)

    def warn(self, text: str) -> None:
        """Notes something that is worth knowing and prevents nothing."""
        if text not in self.warnings and len(self.warnings) < MOST:
            self.warnings.append(text)

    @property
    def are_many(self) -> bool:
        """Whether further looking is not worth it."""
        return len(self.found) >= MOST

    def raise_if_any(self) -> None:
        """Ends the work where something must be mended.

        Raises:
            BadDataset: Something was found.
        """
        if self.found:
            raise BadDataset.of(self.found)
