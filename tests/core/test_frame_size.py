import pytest

from core.errors import DyncellError
from core.frame_size import frame_size_text, parse_frame_size


@pytest.mark.parametrize("size", [(480, 360), (16, 16), (16384, 16)])
def test_a_size_is_read_as_it_was_written(size: tuple[int, int]) -> None:
    assert parse_frame_size(frame_size_text(*size)) == size


@pytest.mark.parametrize(
    "text", ["", "480", "480x", "15x360", "480x99999", "480x16385", "480x360x3", "-480x360", "٤x٤"]
)
def test_what_is_no_size_is_named_with_how_to_write_one(text: str) -> None:
    with pytest.raises(
        DyncellError, match=r"is no size; write WIDTHxHEIGHT.*as in 480x360"
    ) as said:
        parse_frame_size(text)
    assert repr(text) in str(said.value)


def test_a_long_text_is_shortened() -> None:
    with pytest.raises(DyncellError) as said:
        parse_frame_size("<b>" * 1000)
    assert len(str(said.value)) < 200
