"""A search of another data folder stands here as one that is over."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from core.data_folder import DataFolder, open_data_folder
from core.errors import DyncellError
from core.search_document import search_document
from core.search_summary import read_with_twins
from core.settings import Settings
from core.store import board, searches, trials
from tasks import queue
from tasks.cli import main
from tests.webapp.searched import add_search

EXAMPLE = Path(__file__).parents[2] / "core" / "examples" / "search-camvid.json"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return open_data_folder(Settings.of(tmp_path))


def test_the_example_comes_once_with_its_twin_and_stands_on_the_board(folder: DataFolder) -> None:
    added = queue.add_example_search(folder)
    assert queue.add_example_search(folder) == added
    with folder.database.reading() as session:
        together = searches.list_searches(session)
        assert [each.name for each in together] == ["camvid-extended", "camvid-extended-twin"]
        kept = trials.list_trials(session, added.id, limit=None)
        rows = board.page(session, limit=1000)
        document = search_document(read_with_twins(session, added.id))
    assert len(kept) == 80
    assert len({row.texts["key"] for row in rows}) == 160
    assert {row.texts["static"] for row in rows} == {"camvid-s.safetensors"}
    assert max(row.means["reward"] for row in rows) == pytest.approx(68.73, abs=0.005)
    assert document["front"]["hypervolume"] == pytest.approx(32.12, abs=0.005)


def test_it_cannot_go_on_but_can_be_deleted(folder: DataFolder) -> None:
    added = queue.add_example_search(folder)
    with pytest.raises(DyncellError, match=r"was imported, .* start a new search"):
        queue.extend_search(folder, added.id, trials=1)
    with pytest.raises(DyncellError, match=r"was imported, .* start a new search"):
        queue.resume_search(folder, added.id)
    queue.delete_search(folder, added.id)
    with folder.database.reading() as session:
        assert searches.list_searches(session) == []
        assert board.page(session) == []


def test_a_name_that_another_search_has_is_refused(folder: DataFolder) -> None:
    add_search(folder, "camvid-extended", rewards=[0.5])
    with pytest.raises(DyncellError, match="Another search is called 'camvid-extended'"):
        queue.import_search(folder, EXAMPLE.read_bytes())
    queue.import_search(folder, EXAMPLE.read_bytes(), name="theirs")


def test_the_command_imports_under_a_name_and_refuses_a_second_time(tmp_path: Path) -> None:
    words = ["search", "import", "--data", str(tmp_path / "data"), str(EXAMPLE)]
    done = CliRunner().invoke(main, [*words, "--name", "theirs"])
    assert done.exit_code == 0, done.output
    assert "theirs: 80 trials imported, and 80 of its random twin." in done.output
    with open_data_folder(Settings.of(tmp_path / "data")).database.reading() as session:
        assert {each.name for each in searches.list_searches(session)} == {"theirs", "theirs-twin"}
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 1
    assert "is here already: it is called 'theirs'" in again.output
    gone = CliRunner().invoke(main, [*words[:-1], str(tmp_path / "none.json")])
    assert gone.exit_code == 1
    assert "cannot be read" in gone.output
