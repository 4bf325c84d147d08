"""One node of a dynamic cell, and the words that nodes are written in."""

import re
from dataclasses import dataclass, fields
from typing import Any

from core.errors import DyncellError
from core.genotype_text import shown

INPUTS = ("low", "high", "prev_low", "prev_high")
"""What a node may read besides earlier nodes, of this frame and of the previous one."""

CURRENT = ("low", "high")
PREVIOUS = ("prev_low", "prev_high")

_PAPER_OPS = (
    "identity",
    "conv1x1",
    "conv3x3",
    "sep3x3",
    "sep5x5",
    "sep3x3_dilated3",
    "sep3x3_dilated6",
    "global_pool",
)
OPS: dict[str, tuple[str, ...]] = {
    "paper": _PAPER_OPS,
    "extended": (*_PAPER_OPS, "max_pool3x3", "avg_pool3x3", "channel_gate"),
}
"""Space -> operations on one half."""

_PAPER_COMBINES = ("sum", "concat", "product", "gate", "blend")
COMBINES: dict[str, tuple[str, ...]] = {
    "paper": _PAPER_COMBINES,
    "extended": (*_PAPER_COMBINES, "correlate", "align"),
}
"""Space -> ways to join the halves a and b: gate is s(b) * a, blend is z * a + (1 - z) * b,
correlate where places of b lie in a, align warps a by offsets learned from that."""

SYMMETRIC = ("sum", "concat", "product")
"""Combines whose halves can be swapped."""

MAX_NODES = 8

_NUMBER = re.compile(r"0|[1-9][0-9]*")


class InvalidGenotype(DyncellError):
    """A description of no cell; the text names the value and says what is allowed."""


@dataclass(frozen=True)
class Node:
    """Two halves, each something read and an operation on it, and how they are joined.

    Attributes:
        left: An input, or the number of an earlier node as text: `"0"`.
        right: The same.
        left_op: Operation on what `left` names.
        right_op: Operation on what `right` names.
        combine: How the halves are joined.

    Raises:
        InvalidGenotype: A value is none of the known ones.
    """

    left: str
    right: str
    left_op: str
    right_op: str
    combine: str

    def __post_init__(self) -> None:
        for side in ("left", "right"):
            source, op = getattr(self, side), f"{side}_op"
            if not isinstance(source, str) or (
                source not in INPUTS and not _NUMBER.fullmatch(source)
            ):
                raise InvalidGenotype(
                    f"{side} is {shown(source)}; {', '.join(INPUTS)} or the number of an earlier "
                    "node is allowed."
                )
            _check_choice(op, getattr(self, op), OPS["extended"])
        _check_choice("combine", self.combine, COMBINES["extended"])

    def __str__(self) -> str:
        """The node as people read it: `blend(identity(prev_high), sep3x3(low))`."""
        return f"{self.combine}({self.left_op}({self.left}), {self.right_op}({self.right}))"


NODE_KEYS = tuple(field.name for field in fields(Node))
"""The keys of a node's JSON object."""


def node_from_dict(document: Any) -> Node:
    """Builds a node from its JSON object; references may be whole numbers.

    Raises:
        InvalidGenotype: A key is missing or unknown, or a value is wrong.
    """
    check_keys("it", document, needed=NODE_KEYS)
    values = dict(document)
    for side in ("left", "right"):
        if type(values[side]) is int:
            values[side] = str(values[side])
    return Node(**values)


def check_keys(
    what: str, document: object, *, needed: tuple[str, ...], extra: tuple[str, ...] = ()
) -> None:
    """Demands a JSON object with all `needed` keys and none besides these and `extra`.

    Raises:
        InvalidGenotype: It is none, or a key is missing or unknown.
    """
    if not isinstance(document, dict):
        raise InvalidGenotype(f"{what} is {shown(document)}, not a JSON object {{...}}.")
    known = (*needed, *extra)
    for key in document:
        if key not in known:
            raise InvalidGenotype(f"{what} has the key {shown(key)}; known are {', '.join(known)}.")
    for key in needed:
        if key not in document:
            raise InvalidGenotype(f"{what} lacks the key {key!r}; {', '.join(needed)} are needed.")


def _check_choice(field: str, value: object, allowed: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise InvalidGenotype(f"{field} is {shown(value)}; one of {', '.join(allowed)} is allowed.")
