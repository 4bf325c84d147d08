import pytest

from core.dynamics.protocol import DynamicsProtocol


def test_a_protocol_survives_its_text_and_has_a_key_of_its_own() -> None:
    protocol = DynamicsProtocol(frames=(52, 100), mapping=(("Car", "car"),))
    assert DynamicsProtocol.from_dict(protocol.to_dict()) == protocol
    assert protocol.key != DynamicsProtocol().key
    assert DynamicsProtocol(farthest=20).key != DynamicsProtocol().key


@pytest.mark.parametrize(
    "wrong", [{"frames": (5, 2)}, {"lags": (1, 3)}, {"farthest": 0}, {"long": 0}]
)
def test_what_cannot_be_measured_is_refused(wrong: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(ValueError, match=next(iter(wrong))):
        DynamicsProtocol(**wrong)
