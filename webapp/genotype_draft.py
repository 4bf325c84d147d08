"""Nodes on their way to a cell: read from JSON, changed one by one, written down again.

A draft may lack what a cell needs, as long as its nodes can be drawn; the sentence says what.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.genotype import (
    INPUTS,
    MAX_NODES,
    VERSION,
    Genotype,
    InvalidGenotype,
    Node,
)
from core.genotype_node import NODE_KEYS, node_from_dict
from core.genotype_text import read_object

FIELDS = ("left", "left_op", "right", "right_op", "combine")
"""The fields of a node in the order in which people choose them."""


@dataclass(frozen=True)
class Draft:
    """Nodes that can be drawn.

    Attributes:
        nodes: Each reads inputs and nodes before it.
        genotype: The cell they make; None where they make none.
        problem: Why they make none, in a sentence; empty where they do.
        name: What the document calls it; empty where it does not.
    """

    nodes: tuple[Node, ...]
    genotype: Genotype | None
    problem: str = ""
    name: str = ""

    @classmethod
    def of(cls, nodes: Sequence[Node], *, name: str = "") -> "Draft":
        """The draft of nodes that read what is there."""
        try:
            return cls(tuple(nodes), Genotype(tuple(nodes)), name=name)
        except InvalidGenotype as error:
            return cls(tuple(nodes), None, problem=str(error), name=name)


def read_draft(text: str | bytes) -> Draft:
    """Reads the JSON of a genotype.

    Raises:
        InvalidGenotype: It is none, and its nodes cannot even be drawn.
    """
    try:
        genotype = Genotype.from_json(text)
    except InvalidGenotype as error:
        draft = Draft.of(_drawable(text))
        if draft.nodes and draft.problem == str(error):  # nothing else is wrong with it
            return draft
        raise
    return Draft(genotype.nodes, genotype, name=str(read_object(text).get("name", "")))


def draft_json(nodes: Sequence[Node], *, name: str = "", indent: int | None = None) -> str:
    """The nodes as `read_draft` reads them: on one short line, or indented."""
    document = {"version": VERSION} | ({"name": name} if name else {})
    rows = [{key: getattr(node, key) for key in NODE_KEYS} for node in nodes]
    separators = (",", ":") if indent is None else None
    return json.dumps(document | {"nodes": rows}, separators=separators, indent=indent)


def with_field(nodes: Sequence[Node], number: int, field: str, value: str) -> tuple[Node, ...]:
    """The nodes with another value in one field of one of them."""
    changed = list(nodes)
    changed[number] = replace(changed[number], **{field: value})
    return tuple(changed)


def with_another_node(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes and one more, which adds `low` to the last one."""
    return (*nodes, Node(str(len(nodes) - 1), "low", "identity", "sep3x3", "sum"))


def without_node(nodes: Sequence[Node], number: int) -> tuple[Node, ...]:
    """The nodes but one; what read it now reads what its left half read."""
    kept = [node for place, node in enumerate(nodes) if place != number]
    instead = nodes[number].left

    def moved(source: str) -> str:
        source = instead if source == str(number) else source
        if source in INPUTS or int(source) < number:
            return source
        return str(int(source) - 1)

    return tuple(replace(node, left=moved(node.left), right=moved(node.right)) for node in kept)


def source_choices(number: int) -> tuple[str, ...]:
    """What the node of that number may read."""
    return (*INPUTS, *map(str, range(number)))


def _drawable(text: str | bytes) -> tuple[Node, ...]:
    """The nodes of a document; none where they could not be drawn."""
    try:
        rows = read_object(text).get("nodes")
        if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_NODES:
            return ()
        nodes = tuple(node_from_dict(row) for row in rows)
    except (InvalidGenotype, ValueError):
        return ()
    sources = [(number, s) for number, node in enumerate(nodes) for s in (node.left, node.right)]
    return nodes if all(source in source_choices(number) for number, source in sources) else ()
