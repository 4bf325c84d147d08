import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.board.filter import parse_filter
from core.cell_description import CellConfig, describe_cell, model_static
from core.data_folder import DataFolder
from core.genotype import Node
from core.named_genotypes import DESCRIPTIONS, NAMED
from core.palette import Palette
from core.records import JobState, Model, new_id
from core.registry import register_shipped
from core.store import board, jobs, models
from tests.core.genotypes import one_node
from tests.webapp.cell_times import add_timing
from tests.webapp.searched import CONFIG, add_search
from tests.webapp.test_pages import FRAME, texts
from webapp.genotype_address import json_within, nodes_text
from webapp.genotype_draft import draft_json, read_draft
from webapp.genotype_finder import OFFERED

pytestmark = pytest.mark.usefixtures("ours")

Opener = Callable[..., AppTest]
HTML = "<img src=x onerror=alert(1)>"
CLOCKWORK = NAMED["clockwork"].nodes
PAST_ONLY = (replace(CLOCKWORK[0], right="prev_low"),)


@pytest.fixture
def open_page(folder: DataFolder) -> Opener:
    register_shipped(folder)

    def opened(page: str = "genotype", **query: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=60)
        test.query_params.update({key.rstrip("_"): value for key, value in query.items()})
        test.run()
        return test.switch_page(f"app_pages/{page}.py").run()

    return opened


def plain(test: AppTest) -> str:
    return texts(test).replace("\\", "").replace("\u2060", "")


def headings(test: AppTest) -> list[str]:
    return [bare(header.value) for header in test.header]


def titles(test: AppTest) -> list[str]:
    return [bare(title.value) for title in test.title]


def bare(text: object) -> str:
    return str(text).replace("\\", "").replace("\u2060", "")


def errors(test: AppTest) -> list[str]:
    return [str(error.value).replace("\\", "").replace("\u2060", "") for error in test.error]


def asked(test: AppTest, parameter: str) -> str:
    """A parameter of the address, however the test's page keeps it."""
    value = test.query_params[parameter]
    return value if isinstance(value, str) else value[0]


def asked_nodes(test: AppTest) -> tuple[Node, ...]:
    document = json_within(asked(test, "genotype"))
    assert document is not None
    return read_draft(document).nodes


def facts(test: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def table(test: AppTest, first: str) -> list[dict[str, str]]:
    """The rows of the markdown table whose first heading is that."""
    (found,) = [bare(each.value) for each in test.markdown if f"| {first} |" in each.value]
    headings, _, *lines = [line.strip("| ").split(" | ") for line in found.splitlines()]
    return [dict(zip(headings, cells, strict=True)) for cells in lines]


def parts(test: AppTest) -> dict[str, dict[str, str]]:
    return {row["Part"]: row for row in table(test, "Part")}


def opened_at(test: AppTest, tab: str) -> AppTest:
    """The page with another tab open; only that is drawn."""
    test.session_state["genotype-tabs"] = tab
    return test.run()


def add_cell_model(folder: DataFolder, config: CellConfig, name: str = "mine") -> Model:
    with folder.database.writing() as session:
        static = models.get(session, "camvid-static")
        return models.add(
            session,
            new_id(),
            name=name,
            kind="cell",
            artifact="none",
            sha256="c" * 64,
            size=1000,
            palette=Palette(names=static.classes, colours=static.colours),
            config=static.config | {"cell": config.to_dict()},
            provenance={},
            metrics={},
            params=1,
        )


def camvid_static(folder: DataFolder) -> Model:
    with folder.database.reading() as session:
        return models.get(session, "camvid-static")


@pytest.mark.parametrize("name", list(NAMED))
def test_a_named_cell_is_shown_with_its_description_and_costs(
    open_page: Opener, folder: DataFolder, name: str
) -> None:
    test = open_page(genotype=name)
    assert not test.exception
    assert errors(test) == []
    assert name in headings(test)
    assert DESCRIPTIONS[name] in plain(test)
    assert NAMED[name].key in plain(test)
    cell = describe_cell(NAMED[name], model_static(camvid_static(folder)), height=360, width=480)
    share = 100 * cell.cost.macs_steady / cell.cost.macs_key
    assert facts(test)["Against static"] == f"{share:.0f} %"
    assert "Not counted in MACs" in plain(test)
    counted = [part["MACs"] for part in parts(test).values()]
    assert sum(int(macs.replace(",", "")) for macs in counted) == cell.cost.macs_steady
    assert not test.dataframe  # what needs the large table is not waited for


def test_a_page_without_an_address_shows_a_cell(open_page: Opener) -> None:
    assert [header.value for header in open_page().header] == ["propagate"]


def test_a_key_and_a_link_name_the_same_cell(open_page: Opener) -> None:
    by_key = open_page(genotype=NAMED["correct"].key)
    by_link = open_page(genotype=nodes_text(NAMED["correct"].canonical.nodes))
    by_json = open_page(genotype=draft_json(NAMED["correct"].nodes))
    assert facts(by_key) == facts(by_link) == facts(by_json)
    assert "The same cell as correct" in plain(by_link)


def test_static_network_and_frame_are_in_the_address(open_page: Opener) -> None:
    small = open_page(genotype="propagate", size="240x180")
    large = open_page(genotype="propagate", static="camvid", size="960x720")
    assert not small.exception
    assert facts(small)["Whole model"] == facts(large)["Whole model"]
    assert facts(small)["Key frame"] != facts(large)["Key frame"]
    assert large.selectbox(key="choose-static").value == "camvid"
    assert large.selectbox(key="choose-size").value == "960x720"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"genotype": "blnd"}, "There is no genotype 'blnd'; choose one of blend"),
        ({"genotype": "/etc/passwd"}, "There is no genotype '/etc/passwd'"),
        ({"genotype": "copy"}, "copy keeps labels and has no genotype"),
        ({"genotype": "{"}, "line 1 is no JSON"),
        ({"genotype": "0" * 16}, "No cell with the key 0000000000000000 is known here"),
        ({"genotype": "model:gone"}, "There is no model 'gone'"),
        ({"genotype": json.dumps(one_node(left_op="conv9x9"))}, "left_op is 'conv9x9'; one of"),
        ({"genotype": json.dumps(one_node(left="5"))}, "reads '5', which is no earlier node"),
        ({"genotype": json.dumps(one_node() | {"version": 9})}, "version is 9; this program reads"),
        ({"genotype": nodes_text(CLOCKWORK * 9)}, "has 9 nodes; 1 to 8 are allowed"),
        ({"genotype": json.dumps(one_node() | {"name": "<b>x</b>"})}, "name is '<b>x</b>'"),
        ({"with_": "blnd"}, "There is no genotype 'blnd'"),
        ({"static": "gone"}, "There is no model 'gone'"),
        ({"size": "0x0"}, "'0x0' is no size; write WIDTHxHEIGHT"),
    ],
)
def test_a_broken_address_is_one_sentence_and_the_page_still_works(
    open_page: Opener, query: dict[str, str], said: str
) -> None:
    test = open_page(**query)
    assert not test.exception
    (sentence,) = errors(test)
    assert said in sentence
    assert len(sentence) < 300
    assert headings(test) == ["propagate"]
    assert "Against static" in facts(test)


def test_html_in_a_name_is_text(open_page: Opener) -> None:
    test = open_page(genotype=nodes_text(CLOCKWORK, name=HTML), with_=nodes_text(CLOCKWORK))
    assert not test.exception
    assert HTML in plain(test)
    for element in [*test.header, *test.subheader, *test.markdown, *test.caption]:
        assert not re.search(r"(?<!\\)<img", str(element.value))


def test_nodes_that_are_no_cell_yet_say_what_they_lack_and_can_be_mended(
    open_page: Opener,
) -> None:
    test = open_page(genotype=nodes_text(PAST_ONLY))
    assert not test.exception
    (sentence,) = errors(test)
    assert sentence.startswith("No node reads anything of the current frame")
    assert facts(test) == {}
    opened_at(test, "Edit")
    assert errors(test) == [sentence]
    test.selectbox(key="edit-0-right").set_value("low").run()
    assert errors(test) == []
    assert asked_nodes(test) == CLOCKWORK
    assert "The same cell as clockwork" in plain(test)


def test_what_a_change_breaks_is_said_below_the_node_that_was_changed(open_page: Opener) -> None:
    nodes = (*CLOCKWORK, replace(CLOCKWORK[0], right="prev_low"))
    test = opened_at(open_page(genotype=nodes_text(nodes)), "Edit")
    test.selectbox(key="edit-0-right").set_value("prev_low").run()
    (edit,) = [tab for tab in test.tabs if tab.label == "Edit"]
    assert [str(error.value) for error in edit.error] == [str(each.value) for each in test.error]
    kinds = [child.type for child in edit.children.values()]
    assert kinds.index("error") == 1  # behind the row of node 0
    test.selectbox(key="edit-1-left").set_value("prev_low").run()
    (edit,) = [tab for tab in test.tabs if tab.label == "Edit"]
    assert [child.type for child in edit.children.values()].index("error") == 2


def test_any_cell_of_the_board_is_found_by_words_and_shown_or_compared(
    open_page: Opener, folder: DataFolder
) -> None:
    add_search(folder, "streets", config=CONFIG, rewards=[0.5 + n / 100 for n in range(30)])
    test = open_page()
    assert not [each for each in test.radio if each.key == "find-cell-chosen"]
    test.session_state["find-cell"] = True
    test.run()
    (found,) = [each for each in test.radio if each.key == "find-cell-chosen"]
    assert len(found.options) == OFFERED
    assert "31 rows, the newest 25 cells of them" in plain(test)
    with folder.database.reading() as session:
        wanted = board.page(session, parse_filter("reward > 78.5"))[0].texts["key"]
    test.text_input(key="find-cell-words").set_value(f"streets {wanted[3:12]}").run()
    (found,) = [each for each in test.radio if each.key == "find-cell-chosen"]
    (option,) = found.options
    assert bare(option).split(" · ")[::2] == [wanted, "Reward 79.00"]
    found.set_value(wanted).run()
    test.button(key="find-cell-genotype").click().run()
    assert asked(test, "genotype") == wanted
    assert headings(test) == [f"Cell {wanted[:8]}"]
    assert errors(test) == []
    test.button(key="find-cell-with").click().run()
    assert "Both are the same cell" in test.success[0].value
    test.text_input(key="find-cell-words").set_value("light '; drop <b>").run()
    assert not test.exception
    assert "No cell of the leaderboard has all these words." in plain(test)


def test_every_choice_of_the_editor_is_in_the_address_and_counted_at_once(
    open_page: Opener,
) -> None:
    test = opened_at(open_page(genotype="clockwork"), "Edit")
    before = facts(test)
    test.selectbox(key="edit-0-right_op").set_value("conv3x3").run()
    assert asked_nodes(test) == (replace(CLOCKWORK[0], right_op="conv3x3"),)
    assert facts(test)["Cell"] != before["Cell"]
    test.button(key="add-node").click().run()
    assert len(asked_nodes(test)) == 2
    assert asked_nodes(test)[1].left == "0"
    test.button(key="remove-node-0").click().run()
    (left,) = asked_nodes(test)
    assert left.left == "prev_high"
    assert not test.exception


def test_only_what_is_possible_at_a_place_can_be_chosen(open_page: Opener) -> None:
    test = opened_at(open_page(genotype="correct"), "Edit")
    told = test.selectbox(key="edit-2-left").options
    assert told == ["low", "high", "prev_low", "prev_high", "node 0", "node 1"]
    assert "align +" in test.selectbox(key="edit-2-combine").options
    assert "sum" in test.selectbox(key="edit-2-combine").options
    assert "max_pool3x3 +" in test.selectbox(key="edit-0-left_op").options


def test_eight_nodes_are_the_most_and_one_is_the_least(open_page: Opener) -> None:
    test = opened_at(open_page(genotype="clockwork"), "Edit")
    assert test.button(key="remove-node-0").disabled
    for _ in range(7):
        test.button(key="add-node").click().run()
    assert len(asked_nodes(test)) == 8
    assert test.button(key="add-node").disabled
    assert not test.exception


def test_a_difference_names_every_node_in_words(open_page: Opener) -> None:
    test = open_page(genotype="propagate", with_="correct")
    assert not test.exception
    shown = plain(test)
    assert "In both (2)" in shown
    assert "Only in propagate (1)" in shown
    assert "Only in correct (2)" in shown
    assert "node 0: correlate(identity(prev_low), identity(low))" in shown
    assert list(table(test, "Cost")[0]) == ["Cost", "propagate", "correct"]
    assert headings(test) == ["A: propagate", "B: correct"]


def test_equal_cells_are_said_to_be_the_same(open_page: Opener) -> None:
    test = open_page(genotype="correct", with_=nodes_text(NAMED["correct"].canonical.nodes))
    assert "Both are the same cell" in test.success[0].value


def test_choices_go_into_the_address(open_page: Opener) -> None:
    test = open_page()
    test.selectbox(key="choose-genotype").set_value("blend").run()
    test.selectbox(key="choose-with").set_value("correct").run()
    test.selectbox(key="choose-static").set_value("camvid").run()
    assert {key: asked(test, key) for key in test.query_params} == {
        "genotype": "blend",
        "with": "correct",
        "static": "camvid",
    }
    test.selectbox(key="choose-with").set_value("").run()
    assert "with" not in test.query_params


def test_json_that_is_pasted_is_shown_or_its_problem_said_there(open_page: Opener) -> None:
    test = opened_at(open_page(), "JSON")
    test.text_area(key="genotype-pasted").set_value(json.dumps(one_node(right="7")))
    test.button(key="read-pasted").click().run()
    (sentence,) = errors(test)
    assert "reads '7', which is no earlier node" in sentence
    assert "genotype" not in test.query_params
    test.text_area(key="genotype-pasted").set_value(draft_json(CLOCKWORK, name="my own"))
    test.button(key="read-pasted").click().run()
    assert errors(test) == []
    assert asked_nodes(test) == CLOCKWORK
    assert headings(test) == ["my own"]


@pytest.mark.parametrize("parameter", ["genotype", "with"])
def test_a_file_is_shown_or_compared_with(open_page: Opener, parameter: str) -> None:
    test = opened_at(open_page(), "JSON")
    if parameter == "with":
        test.segmented_control(key="genotype-place").set_value("compare with it").run()
    data = draft_json(CLOCKWORK).encode()
    test.file_uploader(key="genotype-file").upload("cell.json", data, "application/json").run()
    assert not test.exception
    document = json_within(asked(test, parameter))
    assert document is not None
    assert read_draft(document).nodes == CLOCKWORK


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe", "cannot be read: it is no UTF-8 text"),
        (b"[]", "cannot be read: it is [], not a JSON object"),
        (draft_json(CLOCKWORK * 10_000).encode(), "has 10000 nodes; 1 to 8 are allowed"),
        (json.dumps(one_node(right_op=HTML)).encode(), f"right_op is '{HTML}'; one of identity"),
        (json.dumps(one_node() | {"version": "<b>"}).encode(), "version is '<b>'"),
    ],
)
def test_a_file_that_is_no_genotype_says_so_in_one_sentence(
    open_page: Opener, data: bytes, said: str
) -> None:
    test = opened_at(open_page(), "JSON")
    test.file_uploader(key="genotype-file").upload("x.json", data, "application/json").run()
    assert not test.exception
    (sentence,) = errors(test)
    assert said in sentence
    assert "genotype" not in test.query_params
    assert headings(test) == ["propagate"]


def test_the_cell_of_a_model_is_shown_as_it_was_trained(
    open_page: Opener, folder: DataFolder
) -> None:
    open_page()
    config = CellConfig(genotype=NAMED["propagate"], reach=4, key_interval=7)
    model = add_cell_model(folder, config)
    test = open_page("models", model=model.id)
    assert not test.exception
    assert [button.label for button in test.button].count("Its cell") == 1
    test = open_page(genotype=f"model:{model.id}")
    assert not test.exception
    assert headings(test) == ["The cell of mine"]
    assert test.selectbox(key="choose-static").value == "mine"
    assert facts(test)["Cell"] != facts(open_page(genotype="propagate"))["Cell"]
    assert "the cell of mine" in test.selectbox(key="choose-with").options


def test_a_model_that_copies_has_no_cell_to_show(open_page: Opener, folder: DataFolder) -> None:
    open_page()
    model = add_cell_model(folder, CellConfig.of(None), name="copying")
    test = open_page("models", model=model.id)
    assert [button for button in test.button if button.label == "Its cell"] == []
    (sentence,) = errors(open_page(genotype=f"model:{model.id}"))
    assert "'copying' has no cell with a genotype" in sentence


def test_a_timing_is_ordered_once_and_awaited(open_page: Opener, folder: DataFolder) -> None:
    test = open_page(genotype="clockwork")
    test.button(key="time-cell").click().run()
    assert not test.exception
    with folder.database.reading() as session:
        (job,) = jobs.list_jobs(session, kinds=["time_cell"])
    assert job.state is JobState.QUEUED
    assert job.payload["key"] == NAMED["clockwork"].key
    assert (job.payload["width"], job.payload["height"]) == (480, 360)
    assert test.button(key="time-cell").disabled


def test_a_timing_is_shown_with_machine_and_time(open_page: Opener, folder: DataFolder) -> None:
    open_page()
    cell = CellConfig.of(NAMED["correct"])
    add_timing(folder, cell, camvid_static(folder), steady=9.0)
    add_timing(folder, cell, camvid_static(folder), steady=8.0)
    test = open_page(genotype="correct")
    shown = plain(test)
    assert "8.00 ms on a frame of the cell (95 %: 9.00 ms), 20.0 ms on a key frame" in shown
    assert "41 % of the static network" in shown
    assert "A processor <b> (here)" in shown
    assert "1 thread, 2 cores" in shown
    assert "Other work kept the machine busy" in shown
    times = {name: part["Time p50"] for name, part in parts(test).items()}
    places = {str(node): n + 0.5 for n, node in enumerate(NAMED["correct"].canonical.nodes)}
    written = NAMED["correct"].nodes
    assert times["Node 0"] == f"{places[str(written[0])]:.2f} ms"
    assert times["Early encoder"] == "3.00 ms"
    assert len(test.dataframe[0].value) == 2
    assert "Not timed" not in shown


@pytest.mark.parametrize(
    "query",
    [{"genotype": "blend"}, {"size": "640x360"}, {"static": "small"}],
)
def test_a_timing_of_something_else_is_not_shown(
    open_page: Opener, folder: DataFolder, query: dict[str, str]
) -> None:
    open_page()
    add_timing(folder, CellConfig.of(NAMED["propagate"]), camvid_static(folder))
    add_cell_model(folder, CellConfig.of(None), name="small")
    assert "8.00 ms on a frame" in plain(open_page(genotype="propagate"))
    assert "8.00 ms on a frame" not in plain(open_page(**{"genotype": "propagate"} | query))


def test_without_a_model_the_graph_is_there_and_says_what_is_missing(
    folder: DataFolder,
) -> None:
    test = AppTest.from_file(FRAME, default_timeout=60).run()
    test.switch_page("app_pages/genotype.py").run()
    assert not test.exception
    assert "There is no model yet" in test.info[0].value
    assert facts(test) == {}
