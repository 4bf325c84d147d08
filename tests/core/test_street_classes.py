import pytest

from core.errors import DyncellError
from core.palette import CAMVID
from core.street_classes import refuse_other_classes, suit_streets


def test_streets_suit_datasets_of_their_classes_that_are_not_rendered() -> None:
    assert suit_streets(CAMVID.names, layout="camvid")
    assert not suit_streets(CAMVID.names, layout="synthetic")
    assert not suit_streets(("Sky", "Road"), layout="camvid")


def test_other_classes_are_refused_and_named() -> None:
    refuse_other_classes(CAMVID.names, what="it")
    with pytest.raises(DyncellError, match="my data has others"):
        refuse_other_classes(("Sky", "Road"), what="my data")
