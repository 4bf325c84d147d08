"""Every page of the navigation, where something it needs is missing: one sentence, nothing lost.

The pages are those that the app's own frame names, so a new one is in here by itself; so are the
buttons of a page, each pressed while the disk is full.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

import webapp
from core.data_folder import DataFolder, open_data_folder
from core.frame_ranking import Ranking
from core.search_records import SearchState
from core.settings import Settings
from core.store import basket, jobs, saved_views
from core.store.tables import Base
from tests.free_port import free_port
from tests.webapp.judged import add_dataset, add_evaluation
from tests.webapp.searched import add_search
from tests.webapp.stored import add_failed_job, add_model, add_segmentation, add_video
from webapp.evaluation_details import read_details
from webapp.folder import current_folder

pytestmark = pytest.mark.usefixtures("ours")

FRAME = Path(webapp.__file__).with_name("frame.py")
PAGES = re.findall(r'st\.Page\("app_pages/(\w+)\.py"', FRAME.read_text())
WITHOUT_DATABASE = {"glossary"}
"""Pages that show the same whatever has happened to the data."""

FAILED = "It is no video."
WRITING = {"overview", "segment", "models", "genotype", "evaluate", "jobs"}
"""Pages with a button that writes at once; on others something is asked or chosen first."""

every_page = pytest.mark.parametrize("page", PAGES)


def open_page(page: str) -> AppTest:
    test = AppTest.from_file(str(FRAME), default_timeout=60)
    return (test if page == "overview" else test.switch_page(f"app_pages/{page}.py")).run()


def errors(test: AppTest) -> list[str]:
    """What the page calls an error, but for that of a job which is there to be seen."""
    assert not test.exception
    found = [re.sub(r"\\|\u2060", "", each.value) for each in test.error]
    return [each for each in found if each != FAILED]


def told(test: AppTest) -> str:
    shown = [*test.caption, *test.info, *test.markdown, *test.warning, *test.subheader]
    return "\n".join(str(each.value) for each in shown)


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a little of everything."""
    place = tmp_path_factory.mktemp("little")
    folder = open_data_folder(Settings.of(place / "data", {}))
    model = add_model(folder)
    add_segmentation(folder, add_video(folder), model)
    add_failed_job(folder, "Import broken.mp4", error=FAILED)
    add_search(folder, rewards=[0.5, None, 0.6], running=1, state=SearchState.RUNNING)
    evaluation = add_evaluation(folder, place, model=model, dataset=add_dataset(folder, place))
    frames = read_details(folder.artifacts, str(evaluation.details)).frames[:3]
    with folder.database.writing() as session:
        basket.add(session, evaluation, frames, ranking=Ranking("miou"))
        saved_views.add(session, "light ones", {"filter": "light"})
    folder.database.close()
    return folder.settings.data


@pytest.fixture
def stored(folder: DataFolder, little: Path) -> DataFolder:
    """The folder of the test with a copy of that in it."""
    folder.database.close()
    shutil.rmtree(folder.settings.data)
    shutil.copytree(little, folder.settings.data)
    return folder


def counts(folder: DataFolder) -> dict[str, int]:
    with folder.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_the_navigation_has_every_page_that_is_there() -> None:
    scripts = {path.stem for path in FRAME.with_name("app_pages").glob("*.py")}
    assert set(PAGES) == scripts - {"__init__"}


@every_page
def test_an_empty_store_is_no_failure(page: str) -> None:
    test = open_page(page)
    assert errors(test) == []
    assert told(test)


@every_page
def test_without_a_worker_what_waits_is_said_with_how_to_start_one(
    page: str, folder: DataFolder
) -> None:
    with folder.database.writing() as session:
        jobs.enqueue(session, "evaluate", payload={}, title="Evaluate", priority=1)
    (notice,) = [each.value for each in open_page(page).warning if "1 job waits" in each.value]
    assert "start `dyncell up` again, or `dyncell worker` beside it" in notice


@every_page
def test_a_database_that_was_removed_is_one_sentence(page: str, stored: DataFolder) -> None:
    before = counts(stored)
    assert errors(open_page(page)) == []
    assert counts(stored) == before
    path = stored.settings.data / "dyncell.db"
    kept = path.rename(path.with_name("kept.db"))
    found = errors(open_page(page))
    if page not in WITHOUT_DATABASE:
        assert found
        assert all("is gone; put it back, or restart dyncell" in each for each in found)
        assert len(set(found)) == 1
    assert not path.exists()
    kept.rename(path)
    assert errors(open_page(page)) == []


@every_page
def test_a_database_that_cannot_be_read_is_one_sentence(page: str, stored: DataFolder) -> None:
    current_folder()
    path = stored.settings.data / "dyncell.db"
    for file in path.parent.glob("dyncell.db*"):
        file.unlink()
    path.write_bytes(b"Dear diary, " * 1000)
    found = set(errors(open_page(page)))
    if page not in WITHOUT_DATABASE:
        (sentence,) = found
        assert "put your last backup in its place" in sentence


@every_page
def test_a_database_server_that_refuses_is_one_sentence(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"postgresql://nobody@127.0.0.1:{free_port()}/dyncell"
    monkeypatch.setenv("DYNCELL_DATABASE_URL", address)
    current_folder.cache_clear()
    found = set(errors(open_page(page)))
    if page not in WITHOUT_DATABASE:
        (sentence,) = found
        assert "server does not answer; start it or check DYNCELL_DATABASE_URL" in sentence


@every_page
def test_a_full_disk_fails_every_button_in_one_sentence(page: str, stored: DataFolder) -> None:
    before = counts(stored)
    with full_disk(current_folder()) as refused:
        test = open_page(page)
        assert errors(test) == []
        assert refused == [], "a page writes when it is merely looked at"
        tried = [test.button[n].label for n in buttons(test) if is_refused(page, n, refused)]
    assert tried or page not in WRITING
    assert counts(stored) == before
    assert errors(open_page(page)) == []


def test_a_full_disk_is_said_of_what_is_chosen_or_asked_first(stored: DataFolder) -> None:
    before = counts(stored)
    with full_disk(current_folder()) as refused:
        frames = open_page("frames")
        place = [each.label for each in frames.button].index("Tick this page")
        frames.button[place].click().run()
        (put,) = [each for each in frames.button if each.label.startswith("Put ")]
        assert "is full" in errors(put.click().run())[0]
        assert frames.session_state["frames-ticked"], "what was ticked is lost"
        board = open_page("leaderboard")
        board.session_state["board-columns-chooser"] = True
        columns = board.run().pills(key="board-columns")
        assert "is full" in errors(columns.unselect(columns.value[-1]).run())[0]
        assert board.title[0].value == "Leaderboard"
        assert "is full" in errors(saving(AppTest.from_function(_ask_for_view)))[0]
        assert len(refused) == 3
    assert counts(stored) == before


def saving(test: AppTest) -> AppTest:
    """The dialog for a new view, filled in and sent; a dialog is a part of a page by itself."""
    test.run().text_input[0].set_value("mine")
    (save,) = [each for each in test.button if each.label == "Save"]
    return save.click().run()


def _ask_for_view() -> None:
    from webapp.folder import current_folder
    from webapp.leaderboard_address import read_address
    from webapp.leaderboard_views import _ask_for_view

    _ask_for_view(current_folder(), read_address())


def is_refused(page: str, place: int, refused: list[str]) -> bool:
    """Presses a button of a fresh page; whether that wanted to write, and said it could not."""
    refused.clear()
    pressed = open_page(page)
    label = pressed.button[place].label
    pressed.button[place].click().run()
    found = errors(pressed)
    if refused:
        assert any("is full; free some space and try again" in each for each in found), label
    return bool(refused)


def buttons(test: AppTest) -> list[int]:
    """The places of buttons that can be pressed, one of each kind: ids of rows are left out."""
    kinds: dict[str, int] = {}
    for place, button in enumerate(test.button):
        if not button.disabled:
            kind = re.sub(r"[0-9a-f]{16}|\d+", "", button.key or button.label)
            kinds.setdefault(kind, place)
    return list(kinds.values())


@contextmanager
def full_disk(folder: DataFolder) -> Iterator[list[str]]:
    """Every transaction that would write is refused as SQLite does it; gives what was refused."""
    refused: list[str] = []

    def refuse(connection: Connection) -> None:
        if connection.get_execution_options().get("dyncell_writes", True):
            refused.append("BEGIN IMMEDIATE")
            why = sqlite3.OperationalError("database or disk is full")
            raise OperationalError("BEGIN IMMEDIATE", {}, why)

    event.listen(folder.database.engine, "begin", refuse)
    try:
        yield refused
    finally:
        event.remove(folder.database.engine, "begin", refuse)
