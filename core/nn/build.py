"""Builds networks from their configs: the one place that knows which parts fit together."""

from core.nn.backbone import MobileNetV2
from core.nn.config import StaticConfig
from core.nn.decoder import LightDecoder
from core.nn.head import Head
from core.nn.segmenter import Segmenter
from core.nn.start import initialise


def build_segmenter(config: StaticConfig) -> Segmenter:
    """Builds a static network with random weights drawn from torch's global generator."""
    backbone = MobileNetV2(width=config.width, low_stride=config.low_stride)
    deep = [backbone.channels[stride] for stride in (8, 16, 32)]
    fine = backbone.low_channels if config.low_stride == 4 else None
    decoder = LightDecoder(deep, fine_channels=fine, channels=config.channels)
    head = Head(config.channels, config.num_classes, upscale=config.head_upscale)
    segmenter = Segmenter(backbone, decoder, head)
    initialise(segmenter)
    return segmenter
