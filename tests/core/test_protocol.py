import json
from dataclasses import replace

import pytest

from core.protocol import Protocol

USUAL = Protocol()


@pytest.mark.parametrize(
    "protocol",
    [USUAL, Protocol(frames=(52, 100), flow=None), Protocol(mapping=(("Auto", "Car"),))],
)
def test_a_protocol_survives_json(protocol: Protocol) -> None:
    again = Protocol.from_dict(json.loads(json.dumps(protocol.to_dict())))
    assert again == protocol
    assert again.key == protocol.key


def test_everything_in_a_protocol_changes_its_key() -> None:
    others = [
        replace(USUAL, frames=(0, 49)),
        replace(USUAL, windows=(8,)),
        replace(USUAL, boundary=0.03),
        replace(USUAL, flow="fast"),
        replace(USUAL, mapping=(("a", "b"),)),
        replace(USUAL, version=99),
    ]
    assert len({each.key for each in (USUAL, *others)}) == 7


@pytest.mark.parametrize(
    "values", [{"frames": (3, 2)}, {"frames": (-1, 2)}, {"windows": (1,)}, {"boundary": 0.0}]
)
def test_a_protocol_out_of_range_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"are|is"):
        Protocol(**values)
