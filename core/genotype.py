"""What one dynamic cell computes, as plain data: nodes that read features and earlier nodes.

`str(node)` is a node as people read it, `Genotype.to_json` as files hold it. Two genotypes that
differ only in the numbering of their nodes, or in the halves of a symmetric combine, are the same
cell: they have one `canonical` form and one `key`.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from core.errors import DyncellError, NotFound
from core.genotype_canonical import canonical_rows
from core.genotype_node import (
    COMBINES,
    CURRENT,
    INPUTS,
    NODE_KEYS,
    OPS,
    PREVIOUS,
    SYMMETRIC,
    InvalidGenotype,
    Node,
    check_keys,
    node_from_dict,
)
from core.genotype_text import MAX_BYTES, read_object, shown
from core.names import checked_name

__all__ = (
    "COMBINES",
    "CURRENT",
    "INPUTS",
    "MAX_NODES",
    "OPS",
    "PREVIOUS",
    "SYMMETRIC",
    "VERSION",
    "Genotype",
    "InvalidGenotype",
    "Node",
    "load_genotype",
    "parse_genotype",
)

VERSION = 1
"""The version of the JSON form."""

MAX_NODES = 8

_EXTRA_KEYS = ("name", "key", "light", "params", "macs_steady", "macs_key")
"""What a document may say besides; `key` and `light` must be those of its nodes."""


@dataclass(frozen=True)
class Genotype:
    """The description of one dynamic cell.

    Attributes:
        nodes: 1 to `MAX_NODES` nodes; each reads inputs and nodes before it.

    Raises:
        InvalidGenotype: A node reads one that is not before it, or the cell reads nothing of the
            previous frame or nothing of the current one.
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.nodes, tuple):
            raise InvalidGenotype(f"nodes is {shown(self.nodes)}; a tuple of nodes is needed.")
        _check_count(len(self.nodes))
        for number, node in enumerate(self.nodes):
            if not isinstance(node, Node):
                raise InvalidGenotype(f"Node {number} is {shown(node)}, not a Node.")
            for source in (node.left, node.right):
                _check_source(number, source)
        for inputs, frame in ((PREVIOUS, "previous"), (CURRENT, "current")):
            if not set(self.inputs) & set(inputs):
                raise InvalidGenotype(
                    f"No node reads anything of the {frame} frame, only {' and '.join(self.inputs)}"
                    f"; let one read {' or '.join(inputs)}."
                )

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs that are read, in the order of `INPUTS`."""
        return tuple(name for name in INPUTS if name in self._sources)

    @property
    def outputs(self) -> tuple[int, ...]:
        """The numbers of the nodes that no node reads."""
        return tuple(n for n in range(len(self.nodes)) if str(n) not in self._sources)

    @property
    def is_light(self) -> bool:
        """Whether it never reads `high`, so that the deep encoder rests on the cell's frames."""
        return "high" not in self._sources

    @cached_property
    def canonical(self) -> "Genotype":
        """The same cell in the smallest encoding, see `core.genotype_canonical`.

        Nodes are never merged or dropped: two equal nodes have weights of their own.
        """
        rows = [(n.left, n.left_op, n.right, n.right_op, n.combine) for n in self.nodes]
        return Genotype(
            tuple(
                Node(left, right, left_op, right_op, combine)
                for left, left_op, right, right_op, combine in canonical_rows(
                    rows, symmetric=SYMMETRIC
                )
            )
        )

    @cached_property
    def key(self) -> str:
        """The identity of the cell: the first 16 hex digits of its canonical JSON's SHA-256."""
        return hashlib.sha256(self.canonical.to_json().encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """The genotype as plain JSON, nodes in their order."""
        nodes = [{key: getattr(node, key) for key in NODE_KEYS} for node in self.nodes]
        return {"version": VERSION, "nodes": nodes}

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the genotype from what `to_dict` gave, or from a document written by hand.

        Args:
            document: `version` and `nodes`, whose references may be whole numbers. It may also
                hold `name`, `key`, `light`, `params`, `macs_steady` and `macs_key`.

        Raises:
            InvalidGenotype: A value is wrong, or `key` or `light` tell of another genotype.
        """
        check_keys("The genotype", document, needed=("version", "nodes"), extra=_EXTRA_KEYS)
        version, nodes = document["version"], document["nodes"]
        if type(version) is not int or version != VERSION:
            raise InvalidGenotype(
                f"The genotype's version is {shown(version)}; this program reads version {VERSION}."
            )
        if not isinstance(nodes, list):
            raise InvalidGenotype(f"nodes is {shown(nodes)}; a list of nodes is needed.")
        _check_count(len(nodes))
        genotype = cls(tuple(_node(number, node) for number, node in enumerate(nodes)))
        _check_extras(genotype, document)
        return genotype

    def to_json(self) -> str:
        """Writes the genotype as one line of JSON."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Reads what `to_json` wrote, or what `from_dict` takes as JSON.

        Raises:
            InvalidGenotype: The text is longer than 4 MB, no JSON or UTF-8, or no genotype.
        """
        try:
            document = read_object(text)
        except ValueError as error:
            raise InvalidGenotype(f"The genotype cannot be read: {error}.") from error
        return cls.from_dict(document)

    @cached_property
    def _sources(self) -> frozenset[str]:
        return frozenset(source for node in self.nodes for source in (node.left, node.right))


def parse_genotype(data: bytes, *, source: str) -> Genotype:
    """Reads the bytes of a JSON document.

    Args:
        data: UTF-8 text, of which `MAX_BYTES` + 1 bytes are enough.
        source: Where the bytes come from; messages begin with it.

    Raises:
        InvalidGenotype: They hold no genotype.
    """
    try:
        return Genotype.from_json(data)
    except InvalidGenotype as error:
        raise InvalidGenotype(f"{source}: {error}") from error


def load_genotype(path: Path) -> Genotype:
    """Reads a JSON file of at most 4 MB.

    Raises:
        NotFound: There is no such file.
        InvalidGenotype: It cannot be read, or it holds no genotype.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound(f"There is no genotype file {shown(str(path))}; check the path.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or error
        raise InvalidGenotype(
            f"The genotype file {shown(str(path))} cannot be read ({reason}); name another."
        ) from error
    return parse_genotype(data, source=shown(path.name))


def _check_count(nodes: int) -> None:
    if not 1 <= nodes <= MAX_NODES:
        raise InvalidGenotype(f"The genotype has {nodes} nodes; 1 to {MAX_NODES} are allowed.")


def _check_source(number: int, source: str) -> None:
    if source in INPUTS or source in map(str, range(number)):
        return
    what = "itself" if source == str(number) else f"{shown(source)}, which is no earlier node"
    earlier = f"the nodes 0 to {number - 1}" if number > 1 else "node 0"
    allowed = ", ".join(INPUTS) + (f" and {earlier}" if number else "")
    raise InvalidGenotype(f"Node {number} reads {what}; it may read {allowed}.")


def _node(number: int, document: Any) -> Node:
    try:
        return node_from_dict(document)
    except InvalidGenotype as error:
        raise InvalidGenotype(f"Node {number}: {error}") from error


def _check_extras(genotype: Genotype, document: dict[str, Any]) -> None:
    name = document.get("name", "unnamed")
    if not isinstance(name, str) or not _is_name(name):
        raise InvalidGenotype(
            f"name is {shown(name)}; a short text without slashes and control characters is needed."
        )
    for key in ("params", "macs_steady", "macs_key"):
        value = document.get(key, 0)
        if type(value) is not int or value < 0:
            raise InvalidGenotype(f"{key} is {shown(value)}; a whole number from 0 up is needed.")
    if "key" in document:  # what it is called costs more than all the rest of the reading
        _check_agrees("key", document["key"], genotype.key)
    if "light" in document:
        _check_agrees("light", document["light"], genotype.is_light)


def _is_name(text: str) -> bool:
    try:
        checked_name(text, noun="genotype")
    except DyncellError:
        return False
    return True


def _check_agrees(field: str, value: object, is_so: object) -> None:
    if type(value) is not type(is_so) or value != is_so:
        raise InvalidGenotype(
            f"{field} is {shown(value)}, but that of these nodes is {is_so!r}; correct the nodes "
            f"or leave {field} out."
        )
