import pytest

from core.errors import DyncellError
from core.frame_choice import FrameChoice
from core.names import LONGEST, checked_name, free_name


@pytest.mark.parametrize("name", ["camvid", "Meine Straße", "a.b-c_2", "x" * 80, "  padded "])
def test_ordinary_names_are_kept_without_blanks_around(name: str) -> None:
    assert checked_name(name, noun="model") == name.strip()


@pytest.mark.parametrize(
    "name",
    ["", "  ", "x" * 81, "a/b", "a\\b", "../x", ".hidden", "--json", "a\nb", "a\x00", "0" * 16],
)
def test_what_could_be_a_path_an_option_or_an_id_is_no_name(name: str) -> None:
    with pytest.raises(DyncellError, match="dataset"):
        checked_name(name, noun="dataset")


@pytest.mark.parametrize("text", ["val", "val:0..0", "val:52..100"])
def test_a_choice_of_frames_survives_the_round_trip(text: str) -> None:
    assert str(FrameChoice.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", ":1..2", "val:", "val:1", "val:3..2", "val:-1..2", "val:a..b"]
)
def test_what_names_no_frames_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(DyncellError, match=r"FIRST\.\.LAST|val:52"):
        FrameChoice.parse(text)


def test_a_taken_name_gets_a_number_that_fits() -> None:
    taken = {"cells", "cells-2", "x" * LONGEST}
    assert free_name("free", taken.__contains__) == "free"
    assert free_name("cells", taken.__contains__) == "cells-3"
    assert free_name("x" * LONGEST, taken.__contains__) == "x" * (LONGEST - 2) + "-2"
