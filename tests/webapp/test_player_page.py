"""Which segmentations the Player shows beside each other, and what is wrong with others."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from core.data_folder import DataFolder
from core.palette import Palette
from core.records import new_id
from tasks import queue
from tests.webapp.stored import add_model, add_segmentation, add_video
from webapp.components.player import player_data

pytestmark = pytest.mark.usefixtures("ours")

FRAME = str(Path(webapp.__file__).with_name("frame.py"))


@pytest.fixture
def open_player() -> Callable[..., AppTest]:
    def opened(first: str, *beside: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=120)
        test.query_params["segmentation"] = first
        test.query_params["with"] = list(beside)
        return test.run().switch_page("app_pages/player.py").run()

    return opened


def test_finished_segmentations_of_the_same_video_can_be_chosen(
    open_player: Callable[..., AppTest], folder: DataFolder
) -> None:
    video = add_video(folder)
    first, second, third = (
        add_segmentation(folder, video, add_model(folder, name)) for name in ("one", "two", "three")
    )
    queue.add_segmentation(folder, video_id=video.id, model="one", options={})
    test = open_player(first.id, second.id)
    assert not test.exception
    assert not test.error
    (choice,) = test.multiselect
    assert choice.value == [second.id]
    assert {option.split(" ")[0] for option in choice.options} == {"two", "three"}
    choice.select(third.id).run()
    assert test.query_params["with"] == [second.id, third.id]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("deleted", "may have been deleted"),
        ("no id", "choose one under Show beside"),
        ("of another video", "is of another video, other.mp4"),
        ("too many", "shows 3 segmentations at once; five is left out"),
    ],
)
def test_one_that_cannot_be_shown_is_one_sentence_and_the_others_stay(
    open_player: Callable[..., AppTest], folder: DataFolder, wrong: str, sentence: str
) -> None:
    video, other = add_video(folder), add_video(folder, "other.mp4")
    first, good = (add_segmentation(folder, video, add_model(folder, n)) for n in ("one", "two"))
    beside = {
        "deleted": [new_id()],
        "no id": ["../../etc/passwd"],
        "of another video": [add_segmentation(folder, other, add_model(folder, "three")).id],
        "too many": [
            add_segmentation(folder, video, add_model(folder, n)).id for n in ("four", "five")
        ],
    }[wrong]
    test = open_player(first.id, good.id, *beside)
    assert not test.exception
    (error,) = test.error
    assert sentence in error.value.replace("\\", "")
    assert "passwd" not in error.value
    assert good.id in test.multiselect[0].value


def test_one_that_is_still_made_says_so(
    open_player: Callable[..., AppTest], folder: DataFolder
) -> None:
    video = add_video(folder)
    first = add_segmentation(folder, video, add_model(folder, "one"))
    waiting = queue.add_segmentation(folder, video_id=video.id, model="one", options={})
    test = open_player(first.id, waiting.id)
    assert not test.error
    assert "one is not finished yet" in "\n".join(str(each.value) for each in test.caption)
    queue.cancel(folder, waiting.job_id)
    (error,) = open_player(first.id, waiting.id).error
    assert "came to no end" in error.value


def test_classes_of_the_same_name_are_the_same_class(folder: DataFolder) -> None:
    video = add_video(folder)
    small = Palette(names=("Car", "Boat"), colours=((1, 1, 1), (2, 2, 2)))
    first = add_model(folder, "one")
    second = add_model(folder, "two", palette=small)
    results = [(add_segmentation(folder, video, model), model) for model in (first, second)]
    data = player_data(video, results)
    assert [data["classes"][place] for place in data["layers"][1]["classes"]] == ["Car", "Boat"]
    assert data["classes"].count("Car") == 1
    car = first.classes.index("Car")
    assert tuple(data["colours"][car]) == first.colours[car]
    assert [layer["title"] for layer in data["layers"]] == ["A: one", "B: two"]
    called = player_data(video, results, letters="BD")["layers"]
    assert [(layer["key"], layer["title"]) for layer in called] == [
        ("B", "B: one"),
        ("D", "D: two"),
    ]


def test_what_cannot_play_in_step_is_refused(folder: DataFolder) -> None:
    video, other = add_video(folder), add_video(folder, "other.mp4")
    model = add_model(folder)
    made = add_segmentation(folder, other, model)
    unfinished = queue.add_segmentation(folder, video_id=video.id, model=model.id, options={})
    for results in ([], [(made, model)], [(unfinished, model)], 4 * [(made, model)]):
        with pytest.raises(ValueError, match="segmentation"):
            player_data(video, results)


def test_the_totals_stand_beside_each_segmentation(folder: DataFolder) -> None:
    video = add_video(folder)
    add_segmentation(folder, video, add_model(folder))
    test = AppTest.from_file(FRAME, default_timeout=120)
    test.query_params["video"] = video.id
    test.run().switch_page("app_pages/segment.py").run()
    told = [caption.value for caption in test.caption]
    assert "ABA flicker 1.25 % · Pixel change rate 6.5 % · Static flicker 0.50 %" in told
