from core.frame_document import RankedFrame
from core.frame_moments import Moment, moments
from core.frame_scores import FrameScore
from core.records import Evaluation


def _evaluation(name: str) -> Evaluation:
    return Evaluation(
        id=name,
        model_id=None,
        model_name="m",
        model_key="k",
        dataset_id=None,
        dataset_name="d",
        data_key="k",
        split="val",
        protocol_key="p",
        options={},
        job_id="",
        scores={"miou": 1.0},
        details="x",
        created_at=0.0,
    )


def _ranked(position: int, sequence: str = "drive", evaluation: str = "e") -> RankedFrame:
    frame = FrameScore(
        index=position,
        position=position,
        name=f"{position:03d}",
        sequence=sequence,
        width=8,
        height=6,
        miou=50.0,
        pixel_accuracy=50.0,
        confusion=(),
        aba_flicker=2.0,
    )
    return RankedFrame(_evaluation(evaluation), frame, 2.0)


def test_the_worst_frame_of_a_second_stands_before_its_neighbours() -> None:
    ranked = [_ranked(20), _ranked(22), _ranked(90), _ranked(15), _ranked(26), _ranked(91)]
    found = moments(ranked, lambda each: each.frame.position / 10)  # ten a second
    assert found == [Moment(ranked[0], 2), Moment(ranked[2], 1), Moment(ranked[4])]


def test_frames_of_other_sequences_and_evaluations_are_other_moments() -> None:
    ranked = [_ranked(20), _ranked(20, "other drive"), _ranked(21, evaluation="f")]
    assert [each.neighbours for each in moments(ranked, lambda _: 1.0)] == [0, 0, 0]


def test_where_nobody_knows_when_frames_were_filmed_fifteen_are_a_second() -> None:
    ranked = [_ranked(20), _ranked(27), _ranked(28)]
    assert [each.neighbours for each in moments(ranked, lambda _: None)] == [1, 0]
