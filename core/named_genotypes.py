"""Cells written by hand after known methods: baselines beside the searched ones."""

import os
import re
from pathlib import Path

from core.errors import NotFound
from core.genotype import Genotype, Node, load_genotype
from core.genotype_text import shown

COPY = "copy"
"""The baseline that keeps the key frame's labels: it computes nothing and has no genotype."""

_MOTION = Node("prev_low", "low", "identity", "identity", "correlate")
_ALIGNED_PAST = Node("prev_high", "0", "identity", "identity", "align")

NAMED: dict[str, Genotype] = {
    "blend": Genotype(
        (
            Node("prev_high", "high", "identity", "sep3x3", "gate"),
            Node("high", "0", "identity", "sep3x3", "sum"),
            Node("1", "prev_high", "identity", "identity", "blend"),
        )
    ),
    "propagate": Genotype(
        (_MOTION, _ALIGNED_PAST, Node("1", "low", "identity", "sep3x3", "sum")),
    ),
    "clockwork": Genotype((Node("prev_high", "low", "identity", "sep3x3", "sum"),)),
    "correct": Genotype(
        (
            _MOTION,
            _ALIGNED_PAST,
            Node("low", "low", "sep5x5", "sep3x3_dilated3", "sum"),
            Node("1", "2", "identity", "sep3x3", "concat"),
        )
    ),
    "realign": Genotype(
        (
            Node("low", "low", "identity", "sep3x3", "sum"),
            Node("prev_high", "0", "identity", "identity", "align"),
            Node("1", "0", "identity", "identity", "sum"),
        )
    ),
}
"""Name -> genotype."""

DESCRIPTIONS: dict[str, str] = {
    "blend": (
        "Full: a gated recurrent unit; the past, let through by the present, is added to it, and "
        "a learned share of the result replaces the past (after ConvGRU: Ballas et al., ICLR 2016)."
    ),
    "propagate": (
        "Light: the past is warped by an alignment learned from the motion that low features show, "
        "then low is added (after Deep Feature Flow, without its optical flow: Zhu et al., CVPR "
        "2017)."
    ),
    "clockwork": (
        "Light: the deep features stand still between key frames while the shallow ones go on "
        "(after Clockwork Convnets: Shelhamer et al., ECCV Workshops 2016)."
    ),
    "correct": (
        "Light, because the branch that sees the present must be cheaper than the one it corrects: "
        "the aligned past and a small network on low are fused by a 1x1 convolution (after Accel: "
        "Jain et al., CVPR 2019)."
    ),
    "realign": (
        "Light: the past is warped to where a small network on low finds it, and that network's "
        "answer is added (after the flow alignment module of SFNet, between frames instead of "
        "between levels: Li et al., ECCV 2020)."
    ),
}
"""Name -> what it is after, in one sentence with its source."""

_KEY = re.compile(r"[0-9a-f]{16}")


def is_key(text: str) -> bool:
    """Whether the text has the form of a genotype's key."""
    return _KEY.fullmatch(text) is not None


def resolve_genotype(text: str) -> Genotype:
    """The genotype behind a name, its key or the path of a JSON file; a name wins over a file.

    Raises:
        NotFound: Nothing of that name or path exists, or it has no genotype.
        InvalidGenotype: The file holds no genotype.
    """
    if text in NAMED:
        return NAMED[text]
    if os.path.exists(text) or "/" in text or text.endswith(".json"):
        return load_genotype(Path(os.path.expanduser(text)))
    names = ", ".join(NAMED)
    if text == COPY:
        raise NotFound(f"copy keeps labels and has no genotype; genotypes with a name are {names}.")
    if is_key(text):
        for found in NAMED.values():
            if found.key == text:
                return found
        raise NotFound(
            f"No named genotype has the key {text}; give a JSON file or a name: {names}."
        )
    raise NotFound(f"There is no genotype {shown(text)}; give a JSON file or a name: {names}.")
