"""What the words of a genotype mean, and its numbers as people read them."""

from core.genotype import COMBINES, OPS

FRAMES = {
    "low": "this frame",
    "high": "this frame",
    "prev_low": "the frame before",
    "prev_high": "the frame before",
}
"""Input -> the frame it belongs to."""

INPUT_MEANINGS = {
    "low": "What the early encoder stages make of this frame; they run on every frame.",
    "high": "What the deep encoder and the decoder make of this frame: the costly part, which a "
    "light cell never reads.",
    "prev_low": "The early encoder stages' output on the frame before, kept as state.",
    "prev_high": "The frame before in the space of high: the cell's own answer, or high of a key "
    "frame; kept as state.",
}
"""Input -> what it is."""

OP_MEANINGS = {
    "identity": "as it is",
    "conv1x1": "ReLU, a 1x1 convolution",
    "conv3x3": "ReLU, a 3x3 convolution",
    "sep3x3": "ReLU, a depthwise 3x3 and a 1x1 convolution",
    "sep5x5": "ReLU, a depthwise 5x5 and a 1x1 convolution",
    "sep3x3_dilated3": "ReLU, a depthwise 3x3 with steps of 3 and a 1x1 convolution",
    "sep3x3_dilated6": "ReLU, a depthwise 3x3 with steps of 6 and a 1x1 convolution",
    "global_pool": "the mean over the frame, mixed by a 1x1 convolution",
    "max_pool3x3": "the largest of 3x3 places",
    "avg_pool3x3": "the mean of 3x3 places",
    "channel_gate": "channels scaled by what the whole frame holds",
}
"""Operation -> what it does to a half."""

COMBINE_MEANINGS = {
    "sum": "a + b, with learned weights per channel",
    "concat": "a and b side by side, mixed by a 1x1 convolution",
    "product": "a * b",
    "gate": "s(b) * a: b decides how much of a passes",
    "blend": "z * a + (1 - z) * b, the share z read from both",
    "correlate": "where the places of b are found in a: shows motion",
    "align": "a, warped by an offset learned from where b is found in it",
}
"""Combine -> what it makes of the halves a and b."""


def is_extended(word: str) -> bool:
    """Whether an operation or a combine is in the extended space only."""
    words = {*OPS["extended"], *COMBINES["extended"]}
    return word in words.difference(OPS["paper"], COMBINES["paper"])


def source_name(source: str) -> str:
    """What a half reads: `low`, `node 0`."""
    return f"node {source}" if source.isdigit() else source


def short(number: float) -> str:
    """A count with three digits: `853`, `2.64 k`, `12.4 M`, `1.23 G`."""
    if number < 999.5:
        return f"{number:.0f}"
    for unit in ("k", "M", "G"):
        number /= 1000
        if number < 999.5 or unit == "G":
            break
    digits = 0 if number >= 99.95 else 1 if number >= 9.995 else 2
    return f"{number:.{digits}f} {unit}"


def milliseconds_text(milliseconds: float) -> str:
    """A time: `12.3 ms`, `0.71 ms`."""
    return f"{milliseconds:.1f} ms" if milliseconds >= 10 else f"{milliseconds:.2f} ms"
