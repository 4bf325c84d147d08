import pytest

from core.records import Progress
from tasks.kinds import KINDS
from webapp.job_view import KIND_NAMES
from webapp.literal import literal
from webapp.wording import ago, count, duration, progress_line, size


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (12_345_678, "12.3 MB"), (2e12, "2000.0 GB")],
)
def test_sizes_have_a_unit_that_fits(number: float, shown: str) -> None:
    assert size(number) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (750, "12:30"), (3723, "1:02:03")]
)
def test_lengths_of_time_read_like_a_clock(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(3, "just now"), (50, "1 min ago"), (7200, "2 h ago"), (90_000, "1 day ago")],
)
def test_the_past_is_told_in_words(seconds: float, shown: str) -> None:
    assert ago(seconds) == shown


def test_one_is_no_plural() -> None:
    assert (count(1, "frame"), count(1200, "frame")) == ("1 frame", "1,200 frames")


def test_progress_is_told_as_far_as_it_is_known() -> None:
    assert progress_line(Progress()) == "Starting"
    assert progress_line(Progress(stage="reading")) == "Reading"
    assert progress_line(Progress(done=7, unit="frames")) == "7 frames"
    full = Progress(50, 150, "frames", "segmenting", 10.0)
    assert progress_line(full) == "Segmenting · 50 of 150 frames · 10.0 frames/s · 0:10 left"


def test_every_kind_of_job_has_a_name() -> None:
    assert set(KIND_NAMES) == set(KINDS)


@pytest.mark.parametrize(
    "text", ["**x**", "<b>", "[a](b)", ":red[x]", ":material/home:", "a\nb", "$x$", "`x`", "# x"]
)
def test_literal_text_keeps_no_mark_that_markdown_reads(text: str) -> None:
    shown = literal(text)
    assert "\n" not in shown
    assert shown.replace("\\", "").replace("\u2060", "") == " ".join(text.split())
    for mark in ("**", ":red[", ":material/"):
        assert mark not in shown
