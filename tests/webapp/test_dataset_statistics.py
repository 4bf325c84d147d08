from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data_folder import DataFolder
from core.records import Dataset
from tests.webapp.dataset_folder import SPLITS, add_dataset, labels_of
from webapp.dataset_statistics import classes_figure, missing_classes, preview_figure, shares
from webapp.dataset_wording import dataset_facts, percent, splits_line


@pytest.fixture
def dataset(folder: DataFolder, tmp_path: Path) -> Dataset:
    return add_dataset(folder, tmp_path)


def test_shares_are_those_of_the_label_maps_without_void(dataset: Dataset) -> None:
    for split, frames in SPLITS.items():
        seen = np.concatenate([labels_of(number).ravel() for number in range(frames)])
        seen = seen[seen != 11]
        wanted = [100 * (seen == number).mean() for number in range(11)]
        assert shares(dataset.splits[split]) == pytest.approx(wanted)
        assert sum(shares(dataset.splits[split])) == pytest.approx(100)


def test_a_split_without_labels_has_shares_of_nothing() -> None:
    assert shares({"pixels": [0, 0, 0]}) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("is_logarithmic", [False, True])
def test_the_plot_has_a_bar_per_class_and_split_and_none_for_nothing(
    dataset: Dataset, is_logarithmic: bool
) -> None:
    figure = classes_figure(dataset, is_logarithmic=is_logarithmic)
    assert [bars.name for bars in figure.data] == ["train", "val"]
    for bars in figure.data:
        assert list(bars.x) == list(dataset.classes)
        found = [share if share else None for share in shares(dataset.splits[bars.name])]
        assert list(bars.y) == found
        assert None in found
    assert figure.layout.yaxis.type == ("log" if is_logarithmic else "linear")


def test_classes_that_no_label_shows_are_named_per_split(dataset: Dataset) -> None:
    missing = missing_classes(dataset)
    assert missing["train"] == list(dataset.classes[6:])
    assert missing["val"] == list(dataset.classes[5:])
    unlabelled = {"val": dataset.splits["val"] | {"labelled": 0}}
    assert missing_classes(replace(dataset, splits=unlabelled)) == {}


def test_the_preview_draws_each_class_in_its_colour() -> None:
    names, colours = ["Road", "Sky"], [(1, 2, 3), (4, 5, 6)]
    (bars,) = preview_figure(names, colours, {"Road": 30, "Sky": 10}).data
    assert list(bars.x) == [75.0, 25.0]
    assert list(bars.marker.color) == ["rgb(1,2,3)", "rgb(4,5,6)"]
    (empty,) = preview_figure(names, colours, {}).data
    assert list(empty.x) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 0, "n/a"), (0, 5, "0.0 %"), (1, 3, "33.3 %"), (1, 2500, "0.04 %"), (5, 5, "100.0 %")],
)
def test_shares_have_the_digits_they_need(part: float, whole: float, shown: str) -> None:
    assert percent(part, whole) == shown


def test_a_dataset_is_told_on_one_line(dataset: Dataset) -> None:
    assert splits_line(dataset.splits) == "train 3 · val 2"
    assert splits_line({"all": {"frames": 1200, "labelled": 7}}) == "all 1,200 (7 labelled)"
    assert dataset_facts(dataset).startswith("CamVid layout · 11 classes · 5 frames · ")
