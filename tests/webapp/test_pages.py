import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from core.data_folder import DataFolder
from core.metrics.descriptions import DESCRIPTIONS
from core.search_records import SearchState
from core.store import jobs
from tasks import queue
from tests.webapp.searched import add_search
from tests.webapp.stored import add_failed_job, add_model, add_segmentation, add_video

pytestmark = pytest.mark.usefixtures("ours")

FRAME = str(Path(webapp.__file__).with_name("frame.py"))
HOSTILE = "**x** <img src=x onerror=alert(1)> [a](javascript:alert(1)) :material/home: $x$"
PAGES = ("overview", "segment", "player", "jobs")


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    def opened(page: str, **query: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=30)
        test.query_params.update(query)
        test.run()
        return test if page == "overview" else test.switch_page(f"app_pages/{page}.py").run()

    return opened


def texts(test: AppTest) -> str:
    found = [*test.text, *test.markdown, *test.caption, *test.title, *test.header, *test.subheader]
    return "\n".join(str(element.value) for element in found)


@pytest.mark.parametrize(
    ("page", "next_step"),
    [
        ("overview", "Begin with one of the doors above"),
        ("segment", "No videos yet. Drop one above, or use the sample"),
        ("player", "Nothing has been segmented yet"),
        ("jobs", "No jobs yet"),
    ],
)
def test_an_empty_page_says_what_to_do_next(
    open_page: Callable[..., AppTest], page: str, next_step: str
) -> None:
    test = open_page(page)
    assert not test.exception
    assert not test.error
    assert next_step in texts(test)


def test_without_a_worker_the_overview_says_how_to_start_one(
    open_page: Callable[..., AppTest],
) -> None:
    assert "dyncell up" in open_page("overview").warning[0].value


@pytest.mark.parametrize("page", [*PAGES, "datasets", "models", "search", "genotype", "evaluate"])
def test_a_database_that_cannot_be_read_is_one_sentence(
    open_page: Callable[..., AppTest],
    page: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DYNCELL_DATA", str(tmp_path / "file"))
    test = open_page(page)
    assert not test.exception
    assert "cannot be used" in test.error[0].value


def test_a_page_with_content_shows_it(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    video = add_video(folder, "street.mp4")
    add_segmentation(folder, video, add_model(folder))
    add_failed_job(folder, "Import broken.mp4", error="It is no video.")
    for page in PAGES:
        test = open_page(page)
        assert not test.exception
        assert "street.mp4" in texts(test)
    assert "It is no video" in open_page("jobs").error[0].value.replace("\\", "")


def test_the_player_shows_the_numbers_with_units(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    made = add_segmentation(folder, add_video(folder), add_model(folder))
    test = open_page("player", segmentation=made.id)
    shown = {metric.label: metric.value for metric in test.metric}
    assert shown["ABA flicker"] == "1.25 %"
    assert shown["Latency p95"] == "20.0 ms"
    assert shown["Whole file"] == "40.0 fps"
    meanings = {metric.label: metric.help for metric in test.metric}
    assert meanings["Latency p50"] == DESCRIPTIONS["latency_p50"].meaning
    assert "Other work" not in texts(test)
    assert "the synthetic street" in texts(test)
    assert "% mIoU on streets nobody chose" in texts(test)


def test_milliseconds_of_a_busy_machine_are_marked(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    made = add_segmentation(folder, add_video(folder), add_model(folder), busy=True)
    test = open_page("player", segmentation=made.id)
    shown = {metric.label: metric.value for metric in test.metric}
    assert shown["Latency p50"] == "12.5 ms †"
    assert shown["ABA flicker"] == "1.25 %"
    assert "† Other work kept the machine busy: the times are too long." in texts(test)


def test_an_address_of_something_deleted_says_so(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    test = open_page("player", segmentation="0123456789abcdef")
    assert "may have been deleted" in test.error[0].value
    add_video(folder)
    test = open_page("segment", video="0123456789abcdef")
    assert "may have been deleted" in test.error[0].value
    for page, key in (("segment", "video"), ("player", "segmentation")):
        (error,) = open_page(page, **{key: "../../etc/passwd"}).error
        assert "There is no such" in error.value
        assert "passwd" not in error.value


def test_a_hostile_name_is_never_markdown(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    video = add_video(folder, HOSTILE)
    made = add_segmentation(folder, video, add_model(folder, HOSTILE))
    add_failed_job(folder, HOSTILE, error=HOSTILE)
    for page, query in (
        ("overview", {}),
        ("segment", {"video": video.id}),
        ("player", {"segmentation": made.id}),
        ("jobs", {}),
    ):
        test = open_page(page, **query)
        assert not test.exception
        read = [*test.markdown, *test.caption, *test.error, *test.title, *test.header]
        for element in read:
            assert not re.search(r"(?<!\\)(<img|\*\*x|\[a)|:material/home:", element.value)


def test_deleting_asks_first(open_page: Callable[..., AppTest], folder: DataFolder) -> None:
    video = add_video(folder)
    test = open_page("segment")
    test.button(key=f"remove-{video.id}").click().run()
    assert "go for good" in texts(test)
    assert "street.mp4" in texts(open_page("segment"))


def test_videos_are_found_by_name(open_page: Callable[..., AppTest], folder: DataFolder) -> None:
    add_video(folder, "Harbour.mp4")
    add_video(folder, "Street.mp4")
    test = open_page("segment")
    test.text_input(key="find-videos").set_value("harb").run()
    assert "Harbour.mp4" in texts(test)
    assert "Street.mp4" not in texts(test)
    test.text_input(key="find-videos").set_value("nothing").run()
    assert "No video has" in texts(test)


def test_a_long_list_is_turned_page_by_page(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    for number in range(14):
        add_video(folder, f"{number:02}.mp4")
    test = open_page("segment")
    assert "13.mp4" in texts(test)
    assert "01.mp4" not in texts(test)
    test.button(key="Next-videos").click().run()
    assert "01.mp4" in texts(test)
    assert "13.mp4" not in texts(test)


def test_a_failed_job_is_retried_from_the_page(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    job_id = add_failed_job(folder, "Import x", error="It is no video.")
    test = open_page("jobs")
    test.button(key=f"retry-jobs-{job_id}").click().run()
    assert "queued" in texts(open_page("jobs"))


def test_what_was_refused_is_not_offered_to_be_tried_again(
    open_page: Callable[..., AppTest], folder: DataFolder, tmp_path: Path
) -> None:
    (tmp_path / "cut.mp4").write_bytes(b"cut")
    video = queue.add_video(folder, tmp_path / "cut.mp4", name="cut.mp4")
    error = "cut.mp4 cannot be read: it is cut off or damaged."
    with folder.database.writing() as session:
        job = jobs.claim(session, ["import_video"], lease_owner="nobody", lease_seconds=60)
        assert job is not None
        jobs.fail(session, job.id, job.fence, error=error, cause="refused")
    for page, asked in (("segment", {"video": video.id}), ("jobs", {})):
        test = open_page(page, **asked)
        assert "is cut off or damaged" in test.error[0].value
        assert "Retry" not in {button.label for button in test.button}
    test = open_page("segment", video=video.id)
    assert "The import failed" in texts(test)
    assert "Delete this video" in {button.label for button in test.button}


def test_the_trials_of_a_search_are_one_line_that_leads_to_it(
    open_page: Callable[..., AppTest], folder: DataFolder
) -> None:
    search = add_search(folder, rewards=[0.5, None, 0.6], running=2, state=SearchState.RUNNING)
    test = open_page("jobs")
    assert not test.exception
    assert "Trials of cells" in texts(test)
    assert "2 running, 3 done" in texts(test)
    assert "Trial 0 of cells" not in texts(test)
    test.button_group(key="kinds").set_value(["trial"]).run()
    assert "Trial 0 of cells" in texts(test)
    assert "2 running" in texts(open_page("overview"))
    test = open_page("jobs")
    test.button(key=f"search-jobs-{search.id}").click().run()
    assert test.query_params["search"] in (search.id, [search.id])
