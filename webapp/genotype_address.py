"""What the Genotype page shows, as its address says it.

`/genotype?genotype=propagate&with=blend&static=camvid-static&size=480x360`: a cell, a second one to
compare it with, the model whose static network they are on, and the frame. A cell is the name of
one, its key, `model:ID`, or its JSON, plain or in base64url, so that a link alone can be sent.
"""

import base64
import binascii
from collections.abc import Sequence

import streamlit as st

from core.genotype import Node
from core.genotype_text import MAX_BYTES
from webapp.genotype_draft import draft_json

CELL, OTHER, STATIC, SIZE = "genotype", "with", "static", "size"
"""The parameters."""

MODEL = "model:"
"""What the cell of a model begins with."""


def asked(parameter: str) -> str:
    """The value of a parameter as it is written in the address; empty for none."""
    return st.query_params.get(parameter, "").strip()


def set_asked(parameter: str, value: str) -> None:
    """Writes a parameter into the address; the empty text takes it out."""
    if value:
        st.query_params[parameter] = value
    elif parameter in st.query_params:
        del st.query_params[parameter]


def nodes_text(nodes: Sequence[Node], *, name: str = "") -> str:
    """Nodes in the form that `json_within` reads: base64url of their JSON."""
    return base64.urlsafe_b64encode(draft_json(nodes, name=name).encode()).decode().rstrip("=")


def json_within(text: str) -> bytes | None:
    """The JSON that a parameter holds, plain or in base64url; None where it holds none."""
    if text.startswith("{"):
        return text.encode()
    if len(text) > 2 * MAX_BYTES:
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if data.lstrip().startswith(b"{") else None
