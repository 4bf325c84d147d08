from core.board.parts import PARTS, parts
from core.named_genotypes import NAMED


def test_each_word_stands_once_between_blanks() -> None:
    found = parts(NAMED["propagate"])
    assert found["inputs"] == " low prev_low prev_high "
    assert " correlate align " in found["combines"]
    assert found["ops"].count(" identity ") == 1
    assert " low " in found["inputs"]
    assert " prev " not in found["inputs"]


def test_without_a_cell_there_is_nothing() -> None:
    assert parts(None) == dict.fromkeys(PARTS, "")
