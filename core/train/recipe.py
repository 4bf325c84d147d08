"""The training config that fits small labelled street scenes; imports neither torch nor OpenCV."""

from core.nn.config import StaticConfig
from core.train.config import Augmentation, Phase, Precision, StaticTraining

STEPS = 5200
"""Steps of a full training; fewer give a worse network sooner."""

EXTRA = 0.25
"""Share of crops taken from synthetic streets where the classes are theirs."""

_AUGMENTATION = Augmentation(
    scale=(0.5, 2.0), noise=5.0, blur=0.2, compression=0.1, focus=0.4, paste=0.25
)


def static_training(
    num_classes: int,
    *,
    seed: int = 0,
    width: float = 0.5,
    steps: int = STEPS,
    extra: float = 0.0,
    precision: Precision = "bf16",
    start: str = "",
) -> StaticTraining:
    """The config behind `dyncell train static`: crops grow and views grow milder.

    Args:
        num_classes: Classes of the dataset.
        seed: Decides all chance.
        width: Width multiplier of the encoder.
        steps: Optimiser steps; the warm-up shrinks with fewer than 2000.
        extra: Share of crops from extra data over the whole schedule, 0..0.8; early crops more,
            late ones fewer.
        precision: See `StaticTraining`.
        start: See `StaticTraining`; weights that have learnt something are moved by half the
            learning rate.

    Raises:
        ValueError: A value is out of range; the text names it.
    """
    if not 0 <= extra <= 0.8:
        raise ValueError(f"extra is {extra}; 0 to 0.8 is possible")
    phases = (
        Phase(share=0.5, height=224, width=288, batch=6, extra=1.2 * extra),
        Phase(share=0.35, height=320, width=416, batch=4, strength=0.8, extra=extra),
        Phase(share=0.15, height=352, width=480, batch=4, strength=0.4, extra=0.8 * extra),
    )
    return StaticTraining(
        network=StaticConfig(num_classes=num_classes, width=width),
        seed=seed,
        steps=steps,
        phases=phases,
        learning_rate=2.5e-3 if start else 5e-3,
        warmup_steps=min(200, steps // 10),
        ema_decay=0.998,
        label_smoothing=0.05,
        deep_supervision=0.4,
        augmentation=_AUGMENTATION,
        precision=precision,
        start=start,
    )
