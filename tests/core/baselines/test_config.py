import pytest

from core.baselines.config import FLOW_METHODS, BadBaseline, BaselineConfig, names_baseline


@pytest.mark.parametrize(
    "text", ["ema-0.7", "ema-1", "dis-ema-0.25", "homography-0.5", "dis-labels-12", "dis-labels-1"]
)
def test_text_and_config_are_inverses(text: str) -> None:
    config = BaselineConfig.parse(text)
    assert str(config) == text
    assert BaselineConfig.from_dict(config.to_dict()) == config


def test_a_method_alone_has_its_usual_number() -> None:
    assert str(BaselineConfig.parse("ema")) == "ema-0.7"
    assert str(BaselineConfig.parse("dis-labels")) == "dis-labels-5"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mean-0.7", "There is no baseline 'mean-0.7'; write one of ema-0.7, dis-ema-0.5"),
        ("ema-", "There is no baseline"),
        ("ema-0", "ema with 0 of the new frame: above 0 and up to 1"),
        ("homography-1.5", "homography with 1.5 of the new frame"),
        ("dis-labels-0", "dis-labels with a key interval of 0: whole frames from 1 on"),
        ("dis-labels-2.5", "dis-labels with a key interval of 2.5"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(text: str, sentence: str) -> None:
    with pytest.raises(BadBaseline) as refused:
        BaselineConfig.parse(text)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("number", [True, "0.5", float("nan"), None])
def test_a_header_with_an_odd_number_is_refused(number: object) -> None:
    with pytest.raises(BadBaseline):
        BaselineConfig.from_dict({"method": "ema", "number": number})


def test_flow_methods_and_no_others_use_the_flow() -> None:
    flow = {m for m in ("ema", "dis-ema", "homography", "dis-labels") if _usual(m).uses_flow}
    assert flow == FLOW_METHODS == {"dis-ema", "dis-labels"}


def test_names_of_baselines_are_told_from_genotypes() -> None:
    assert [
        names_baseline(t) for t in ("ema", "ema-0.7", "dis-labels-x", "blend", "emaciated")
    ] == [
        *(True, True, True),
        *(False, False),
    ]


def _usual(method: str) -> BaselineConfig:
    return BaselineConfig.parse(method)
