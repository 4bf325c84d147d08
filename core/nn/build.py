"""Builds networks from their configs: the one place that knows which parts fit together."""

from core.nn.backbone import MobileNetV2
from core.nn.cell import DynamicCell
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.nn.decoder import LightDecoder
from core.nn.dynamic import DynamicSegmenter
from core.nn.encoder_plan import LAST_CHANNELS, scaled_channels
from core.nn.head import Head
from core.nn.segmenter import Segmenter
from core.nn.start import initialise


def build_segmenter(config: StaticConfig) -> Segmenter:
    """Builds a static network with random weights drawn from torch's global generator."""
    backbone = MobileNetV2(width=config.width, low_stride=config.low_stride)
    deep = [backbone.channels[stride] for stride in (8, 16, 32)]
    fine = backbone.low_channels if config.low_stride == 4 else None
    decoder = LightDecoder(deep, fine_channels=fine, channels=config.channels)
    segmenter = Segmenter(backbone, decoder, _build_head(config))
    initialise(segmenter)
    return segmenter


def build_cell(config: CellConfig, static: StaticConfig) -> DynamicCell | None:
    """Builds a cell that starts out as a copy (light) or as the static network (full).

    Its other weights are random, drawn from torch's global generator. None for `copy`.
    """
    if config.genotype is None:
        return None
    low_channels = scaled_channels(LAST_CHANNELS[static.low_stride], static.width)
    return DynamicCell(config.genotype, static, low_channels=low_channels, reach=config.reach)


def add_cell(segmenter: Segmenter, config: CellConfig, static: StaticConfig) -> DynamicSegmenter:
    """Puts a fresh cell on a static network, whose head its own head, if any, begins as."""
    own_head = None
    if config.own_head:
        own_head = _build_head(static)
        own_head.load_state_dict(segmenter.classifier.state_dict())
    return DynamicSegmenter(segmenter, build_cell(config, static), cell_head=own_head)


def _build_head(config: StaticConfig) -> Head:
    return Head(config.channels, config.num_classes, upscale=config.head_upscale)
