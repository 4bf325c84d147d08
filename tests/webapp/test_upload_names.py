import pytest

from core.names import LONGEST, checked_name
from webapp.upload_names import name_for


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("streets.zip", "streets"),
        ("C:\\data\\my streets.ZIP", "my streets"),
        ("../../etc/streets.tar.zip", "streets.tar"),
        (".hidden.zip", "hidden"),
        ("--force.zip", "force"),
        ("", "dataset"),
        (".zip", "zip"),
        ("a\x00b\n.zip", "ab"),
        ("0123456789abcdef.zip", "dataset 0123456789abcdef"),
        ("ñandú 視.zip", "ñandú 視"),
    ],
)
def test_a_file_name_becomes_a_name_that_is_allowed(file_name: str, name: str) -> None:
    assert name_for(file_name, noun="dataset", taken=()) == name
    assert checked_name(name, noun="dataset") == name


def test_a_name_that_is_taken_gets_the_first_free_number() -> None:
    taken = {"streets", "streets-2", "streets-4"}
    assert name_for("streets.zip", noun="dataset", taken=taken) == "streets-3"


def test_the_longest_name_leaves_room_for_a_number() -> None:
    first = name_for("x" * 300 + ".zip", noun="dataset", taken=())
    second = name_for("x" * 300 + ".zip", noun="dataset", taken={first})
    assert first != second
    assert max(len(first), len(second)) <= LONGEST
    assert checked_name(second, noun="dataset") == second
