"""The Search page, on searches written through the store."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.proto.Metric_pb2 import Metric as MetricProto
from streamlit.testing.v1 import AppTest

from core.board.making import trial_setting
from core.data_folder import DataFolder
from core.genotype import Genotype
from core.records import JobState, Progress, new_id
from core.search.config import SearchConfig
from core.search.ppo import PpoSearcher
from core.search_preparation import TRAINING
from core.search_records import Search, SearchState
from core.store import datasets, jobs, searches, workers
from tasks import queue
from tests.tasks.search_of_tests import add_dataset as add_drives
from tests.tasks.search_of_tests import add_static, images_of
from tests.webapp.judged import add_dataset
from tests.webapp.searched import CONFIG, add_search
from tests.webapp.stored import add_model
from tests.webapp.test_genotype_page import Opener, asked, errors, facts, plain, titles
from tests.webapp.test_pages import FRAME, HOSTILE
from webapp.genotype_address import json_within
from webapp.search_cells import reward_column

pytestmark = pytest.mark.usefixtures("ours")

PPO = replace(CONFIG, strategy="ppo", trials=12)
REWARDS = [0.31, 0.42, None, 0.40, 0.42, 0.28, 0.47, 0.45, 0.51, 0.46, 0.44, 0.50]
TWIN = [0.30, 0.33, 0.29, 0.45, 0.31, 0.38, None, 0.40, 0.39, 0.41, 0.36, 0.37]


@pytest.fixture
def open_page() -> Opener:
    def opened(page: str, **query: str) -> AppTest:
        test = AppTest.from_file(FRAME, default_timeout=60)
        test.query_params.update(query)
        return test.run().switch_page(f"app_pages/{page}.py").run()

    return opened


def searcher_bytes(
    config: SearchConfig, rewards: list[float | None]
) -> tuple[bytes, list[Genotype]]:
    searcher = PpoSearcher(config.genotypes, seed=1)
    found = []
    for number, reward in enumerate(rewards):
        found.append(searcher.ask())
        searcher.tell(number, reward)
    return searcher.to_bytes(), found


def add_pair(folder: DataFolder, name: str = "cells", **values: object) -> Search:
    """A search of twelve trials with its twin: one failed, one stopped, one shared."""
    stored, genotypes = searcher_bytes(PPO, REWARDS)
    own = add_search(
        folder, name, config=PPO, rewards=REWARDS, shares={4: 1}, stopped=[5],
        searcher=stored, genotypes=genotypes, **values,  # type: ignore[arg-type]
    )  # fmt: skip
    add_search(
        folder, f"{name}-twin", config=replace(PPO, strategy="random"), rewards=TWIN,
        twin_of=own.id, state=own.state,
    )  # fmt: skip
    return own


def open_search(open_page: Opener, search: Search, **query: str) -> AppTest:
    return open_page("search", search=search.id, **query)


def section(test: AppTest, name: str) -> AppTest:
    return test.button_group(key="search-section").set_value(name).run()


def infos(test: AppTest) -> list[str]:
    return [str(each.value).replace("\\", "").replace("\u2060", "") for each in test.info]


def keys(test: AppTest) -> list[str]:
    return [str(button.key) for button in test.button]


def state_of(folder: DataFolder, name: str) -> Search:
    with folder.database.reading() as session:
        return searches.get(session, name)


def test_without_searches_the_form_is_open_and_says_what_a_search_is(open_page: Opener) -> None:
    test = open_page("search")
    assert not test.exception
    assert "No searches yet. A search proposes cells" in plain(test)
    assert test.expander[0].proto.expanded


def test_the_list_sets_the_best_against_the_twin(open_page: Opener, folder: DataFolder) -> None:
    search = add_pair(folder)
    test = open_page("search")
    assert not test.exception
    assert "**51.0 %** · 6.0 points above its twin (45.0 %)" in plain(test)
    assert f"open-{search.id}" in keys(test)
    test.button(key=f"open-{search.id}").click().run()
    assert titles(test) == ["cells"]
    assert asked(test, "search") == search.id


def test_a_finished_search_shows_its_numbers_and_all_sections(
    open_page: Opener, folder: DataFolder
) -> None:
    test = open_search(open_page, add_pair(folder))
    assert not test.exception
    shown = facts(test)
    assert shown["Trials"] == "12 of 12"
    assert (shown["Best reward"], shown["Best of the twin"]) == ("51.0 %", "45.0 %")
    assert [each.delta for each in test.metric if each.label == "Best reward"] == [
        "+6.0 points to the twin, 12 trials each"
    ]
    assert shown["Failed"] == "1"
    assert shown["Trials per hour"] == "240"
    assert "Left" not in shown
    assert "1 out of memory: trial 2" in plain(test)
    assert "1 out of memory: twin, trial 6" in plain(test)
    for name in ("Pareto front", "Choices over time", "Cost", "Final training"):
        section(test, name)
        assert not test.exception
        assert not test.error
    section(test, "Choices over time")
    assert "Entropy of the controller" in plain(test)


def test_searches_that_had_less_time_are_not_set_against_their_twin(
    open_page: Opener, folder: DataFolder
) -> None:
    search = add_search(folder, rewards=[0.4, 0.5])
    add_search(folder, "twin", rewards=[0.3, 0.45, 0.6], twin_of=search.id)
    assert "**50.0 %** · its twin 60.0 %" in plain(open_page("search"))
    shown = open_search(open_page, search).metric
    assert [each.delta for each in shown if each.label == "Best reward"] == [
        "+5.0 points to the twin, 2 trials each"
    ]
    test = section(open_search(open_page, search), "Pareto front")
    assert [each.delta for each in test.metric if each.label == "Hypervolume"] == [""]


def test_a_lead_too_small_to_be_seen_has_no_sign(open_page: Opener, folder: DataFolder) -> None:
    search = add_search(folder, rewards=[0.4, 0.5001])
    add_search(folder, "twin", rewards=[0.3, 0.5], twin_of=search.id)
    assert "**50.0 %** · level with its twin" in plain(open_page("search"))
    shown = open_search(open_page, search).metric
    assert [(each.delta, each.proto.color) for each in shown if each.label == "Best reward"] == [
        ("±0.0 points to the twin, 2 trials each", MetricProto.GRAY)
    ]


def test_the_front_is_told_with_its_fixed_reference(open_page: Opener, folder: DataFolder) -> None:
    test = section(open_search(open_page, add_pair(folder)), "Pareto front")
    shown = facts(test)
    assert float(shown["Hypervolume"].removesuffix(" %")) > 0
    assert float(shown["Of the twin"].removesuffix(" %")) > 0
    assert ["to the twin" in each.delta for each in test.metric if each.label == "Hypervolume"] == [
        True
    ]
    assert "accuracy 0 %, stability 0 %, MACs 100 % of the static network;" in plain(test)


def test_a_front_over_latency_names_its_device_and_asks_where_there_are_two(
    open_page: Opener, folder: DataFolder
) -> None:
    config = replace(CONFIG, objectives=("accuracy", "latency"))
    search = add_search(folder, config=config, rewards=[0.4, 0.5, 0.6], latency_device="a Xeon")
    test = section(open_search(open_page, search), "Pareto front")
    assert not test.exception
    assert "on a Xeon and compared within that device only" in plain(test)
    assert "accuracy 0 %, latency 100 % of the static network;" in plain(test)
    assert float(facts(test)["Hypervolume"].removesuffix(" %")) > 0
    assert f"front-device-{search.id}" not in {each.key for each in test.selectbox}
    add_search(
        folder, "twin", config=config, rewards=[0.4], latency_device="a GPU", twin_of=search.id
    )
    test = section(open_search(open_page, search), "Pareto front")
    assert test.selectbox(key=f"front-device-{search.id}").options == ["a Xeon", "a GPU"]
    assert facts(test)["Of the twin"] == "0.00 %"
    test.selectbox(key=f"front-device-{search.id}").set_value("a GPU").run()
    assert "No cell has a result in all objectives yet: accuracy, latency." in plain(test)
    old = add_search(folder, "old", config=config, rewards=[0.4])
    section(open_search(open_page, old), "Pareto front")
    assert not test.exception


def test_a_running_search_shows_what_flies_and_how_long_it_takes(
    open_page: Opener, folder: DataFolder
) -> None:
    search = add_search(
        folder, config=PPO, rewards=REWARDS[:6], running=2, state=SearchState.RUNNING
    )
    test = open_search(open_page, search)
    assert not test.exception
    assert "**In flight** · 2 trials" in plain(test)
    assert "waiting" not in plain(test)
    assert facts(test)["Left"] == "3 min"  # six more, 120 of them an hour
    assert {f"pause-{search.id}", f"stop-{search.id}"} <= set(keys(test))
    assert not {f"resume-{search.id}", f"delete-{search.id}"} & set(keys(test))


def test_a_search_whose_twin_still_runs_says_so_and_both_can_be_paused_and_stopped(
    open_page: Opener, folder: DataFolder
) -> None:
    search = add_search(folder, rewards=[0.4, 0.5])
    add_search(
        folder, "cells-twin", rewards=[0.3], running=1, twin_of=search.id,
        state=SearchState.RUNNING,
    )  # fmt: skip
    assert "done, its twin running" in plain(open_page("search"))
    test = open_search(open_page, search)
    assert "done, its twin running" in plain(test)
    assert f"delete-{search.id}" not in keys(test)
    test.button(key=f"pause-{search.id}").click().run()
    assert "done, its twin paused" in plain(test)
    assert "results are kept, and trials that were running begin anew" in plain(test)
    test.button(key=f"stop-{search.id}").click().run()
    assert state_of(folder, "cells-twin").state is SearchState.STOPPED
    assert state_of(folder, "cells").state is SearchState.DONE


def test_trials_that_still_end_after_a_stop_are_told_as_that(
    open_page: Opener, folder: DataFolder
) -> None:
    search = add_search(folder, rewards=[0.4], running=1, state=SearchState.STOPPED)
    test = open_search(open_page, search)
    assert "**Ending** · 1 trial" in plain(test)
    with folder.database.writing() as session:
        (job,) = jobs.list_jobs(session, states=[JobState.RUNNING])
        jobs.give_up(session, job.id, job.fence, state=JobState.CANCELLED)
    test.run()
    assert "**At rest** · 1 trial proposed and not run yet" in plain(test)


def test_trials_that_wait_say_what_for(open_page: Opener, folder: DataFolder) -> None:
    search = add_search(folder, rewards=[0.4], waiting=2, running=1, state=SearchState.RUNNING)
    test = open_search(open_page, search)
    assert "**In flight** · 1 trial, 2 waiting" in plain(test)
    assert "No worker is alive: start `dyncell up` again" in plain(test)
    with folder.database.writing() as session:
        workers.register(session, "w", host="h", pid=1, slots=3, queues=("general", "interactive"))
        workers.register(session, "s", host="h", pid=2, slots=1, queues=("search",))
    test.run()
    assert "The workers alive run 3 trials at a time, whatever the parallelism." in plain(test)
    assert "4 jobs at a time · 3 trials at a time · 2 jobs waiting" in plain(open_page("overview"))


def test_the_form_says_what_can_run_in_the_words_of_the_overview(
    open_page: Opener, folder: DataFolder
) -> None:
    add_drives(folder, name="streets")
    with folder.database.writing() as session:
        workers.register(session, "w", host="h", pid=1, slots=2, queues=("general", "interactive"))
    parallelism = open_page("search").number_input(key="search-parallelism")
    assert "The workers alive run 1 trial at a time" in parallelism.help
    assert "2 jobs at a time · 1 trial at a time · 0 jobs waiting" in plain(open_page("overview"))


def test_a_preparation_tells_its_step_how_far_it_is_and_what_it_spends(
    open_page: Opener, folder: DataFolder
) -> None:
    add_drives(folder, name="streets")
    search = queue.start_search(folder, name="cells", config=PPO)
    assert "waits for a worker" in plain(open_page("search"))
    assert "Nothing was spent yet." in plain(section(open_search(open_page, search), "Cost"))
    with folder.database.writing() as session:
        job = jobs.claim(session, ["prepare_search"], lease_owner="tests", lease_seconds=60)
        assert job is not None
        at = Progress(50, 200, "steps", TRAINING, 0.5)
        jobs.heartbeat(session, job.id, job.fence, lease_seconds=60, progress=at)
    test = open_page("search")
    assert "step 3 of 5, static network 25 %" in plain(test)
    test = open_search(open_page, search)
    assert "**Preparing**" in plain(test)
    assert ":material/check: frames   →   **static network**   →   features" in plain(test)
    (drawn,) = [each.proto for each in test.get("progress")]
    assert drawn.value == 42  # of the whole: a quarter of the first half of the third step of five
    bar = drawn.text
    assert bar.startswith("Step 3 of 5 · Training the static network · 50 of 200 steps")
    assert bar.endswith("00 left")
    assert "The preparation has been at work for 0:0" in plain(section(test, "Cost"))
    assert "No trial drawn by chance has such a score yet" not in plain(test)
    section(test, "Insight")
    assert infos(test) == [
        "No trial drawn by chance has such a score yet: what good cells share is told once enough "
        "of them have ended."
    ]


def test_few_trials_are_shown_as_few(open_page: Opener, folder: DataFolder) -> None:
    search = add_search(folder, rewards=[0.4])
    test = open_search(open_page, search)
    assert "The best cell. Click a row" in plain(test)
    assert "Shown once 2 cells were proposed; 1 so far." in plain(
        section(test, "Choices over time")
    )
    small = add_search(folder, "small", rewards=[0.4 + n / 100 for n in range(8)])
    test = section(open_search(open_page, small), "Choices over time")
    assert not test.exception
    assert "Of 8 cells shares are coarse." in plain(test)
    short = add_search(folder, "short", config=replace(PPO, trials=8), rewards=[0.4, 0.5])
    told = plain(section(open_search(open_page, short), "Choices over time"))
    assert "The controller learns from every 10 rewards" in told
    assert "With 8 trials it never does: extend the search." in told
    test.button_group(key="search-section").set_value("Cells").run()
    test.button(key=f"board-{small.id}").click().run()
    assert asked(test, "setting") == trial_setting(small)
    assert not test.warning


def test_a_search_that_rests_says_why_and_how_to_go_on(
    open_page: Opener, folder: DataFolder
) -> None:
    search = add_search(
        folder, rewards=[0.4], state=SearchState.PAUSED, message="The disk is full."
    )
    test = open_search(open_page, search)
    (warning,) = test.warning
    assert "The disk is full. Mend that, then resume it" in warning.value.replace("\\", "")


def test_a_search_that_rests_unprepared_goes_on_with_another_static_network(
    open_page: Opener, folder: DataFolder
) -> None:
    dataset = add_drives(folder, name="streets")
    add_static(folder, name="mine", images=images_of(folder, dataset))
    search = queue.start_search(folder, name="cells", config=CONFIG)
    test = open_search(open_page, search)
    assert f"static-{search.id}" not in {each.key for each in test.selectbox}
    queue.pause_search(folder, "cells")
    test = open_search(open_page, search)
    assert "Resume it: what is prepared already is kept." in plain(test)
    test.selectbox(key=f"static-{search.id}").set_value("mine").run()
    test.button(key=f"resume-with-{search.id}").click().run()
    assert "mine has learnt 4 of the 4 frames that cells are trained and judged" in errors(test)[0]
    assert state_of(folder, "cells").state is SearchState.PAUSED
    test.selectbox(key=f"static-{search.id}").set_value("auto").run()
    test.button(key=f"resume-with-{search.id}").click().run()
    assert not errors(test)
    assert state_of(folder, "cells").state is SearchState.PREPARING


def test_a_trial_of_the_address_is_shown_and_opens_on_genotype(
    open_page: Opener, folder: DataFolder
) -> None:
    search = add_pair(folder)
    test = open_search(open_page, search, trial="4")
    assert "Equal to trial 1, whose result it shares" in plain(test)
    test.button(key="open-genotype").click().run()
    document = json_within(asked(test, "genotype"))
    assert document is not None
    assert b'"cells 4"' in document
    for number in ("99", "-1", "9" * 30):
        test = open_search(open_page, search, trial=number)
        assert not test.exception
        assert "open-genotype" not in keys(test)


def test_a_failed_trial_says_its_cause(open_page: Opener, folder: DataFolder) -> None:
    search = add_search(folder, rewards=[0.4, None], cause="nan")
    assert "failed: training diverged" in plain(open_search(open_page, search, trial="1"))


def test_a_search_of_failures_only_has_no_best(open_page: Opener, folder: DataFolder) -> None:
    test = open_search(open_page, add_search(folder, rewards=[None, None, None]))
    assert facts(test)["Best reward"] == "none yet"
    for name in ("Cells", "Pareto front", "Choices over time", "Cost", "Final training"):
        section(test, name)
        assert not test.exception


def test_each_verb_does_what_it_says(open_page: Opener, folder: DataFolder) -> None:
    search = add_search(folder, config=PPO, rewards=REWARDS[:4], state=SearchState.RUNNING)
    test = open_search(open_page, search)
    for verb, state in (
        ("pause", SearchState.PAUSED),
        ("resume", SearchState.RUNNING),
        ("stop", SearchState.STOPPED),
    ):
        test.button(key=f"{verb}-{search.id}").click().run()
        assert not test.exception
        assert state_of(folder, "cells").state is state
    test.number_input(key=f"more-{search.id}").set_value(8)
    test.button(key=f"extend-{search.id}").click().run()
    assert state_of(folder, "cells").trials == 20
    test.number_input(key=f"more-{search.id}").set_value(0)
    test.button(key=f"extend-{search.id}").click().run()
    assert errors(test) == ["Say how many trials or hours more: at least one of them, above 0."]
    test.button(key=f"delete-{search.id}").click().run()
    assert "Its 4 trials go for good" in plain(test)
    assert state_of(folder, "cells").trials == 20


def test_a_clone_has_another_seed_and_is_shown(open_page: Opener, folder: DataFolder) -> None:
    add_drives(folder, name="streets")
    search = add_pair(folder)
    test = open_search(open_page, search)
    section(test, "Cost")  # by then what a run before it sent once is gone
    assert test.text_input(key=f"clone-name-{search.id}").proto.default == "cells-2"
    test.button(key=f"clone-{search.id}").click().run()
    assert not errors(test)
    made = state_of(folder, "cells-2")
    assert made.config == PPO.to_dict() | {"seed": PPO.seed + 1}
    assert state_of(folder, "cells-2-twin").twin_of == made.id
    assert titles(test) == ["cells-2"]
    assert "Trials begin after the last step" in plain(test)
    assert "a static network that fits, trained first where there is none" in plain(test)


def test_the_form_starts_the_search_it_describes(open_page: Opener, folder: DataFolder) -> None:
    dataset = add_drives(folder, name="streets")
    test = open_page("search", dataset=dataset.id)
    test.number_input(key="search-trials").set_value(30)
    test.number_input(key="search-hours").set_value(1.5)
    test.slider(key="search-nodes").set_value(3)
    test.slider(key="search-macs-True").set_value(40)
    test.number_input(key="search-epochs").set_value(2)
    test.button_group(key="search-objectives").set_value(["latency", "accuracy"])
    test.text_input(key="search-name").set_value("mine")
    test.button(key="start-search").click().run()
    assert not errors(test)
    config = SearchConfig.from_dict(state_of(folder, "mine").config)
    assert (config.dataset, config.split, config.static) == ("streets", "train", "auto")
    assert (config.space, config.cell, config.strategy) == ("extended", "light", "ppo")
    assert (config.trials, config.hours, config.nodes, config.macs_share) == (30, 1.5, 3, 0.4)
    assert (config.budget.epochs, config.budget.rungs) == (2, ())
    assert config.objectives == ("accuracy", "latency")
    assert state_of(folder, "mine-twin").strategy == "random"
    assert titles(test) == ["mine"]


def test_what_the_form_cannot_start_is_one_sentence(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path, name="short")
    add_drives(folder, name="streets")
    add_search(folder, "taken")
    test = open_page("search")
    test.text_input(key="search-name").set_value("taken")
    test.button(key="start-search").click().run()
    assert errors(test) == ["A search named 'taken' exists already; choose another name."]
    test.text_input(key="search-name").set_value("free")
    test.number_input(key="search-hours").set_value(0.0)
    test.button(key="start-search").click().run()
    assert errors(test) == [
        "A search without a budget finds nothing: give it at least 1 trial, and more than 0 hours "
        "where hours limit it."
    ]
    test.number_input(key="search-hours").set_value(None)
    test.button_group(key="search-objectives").set_value(["macs"])
    test.button(key="start-search").click().run()
    assert "needs at least two different objectives" in errors(test)[0]
    test.button_group(key="search-objectives").set_value(["macs", "accuracy"])
    test.slider(key="search-macs-True").set_value(5)
    test.slider(key="search-nodes").set_value(8)
    test.button(key="start-search").click().run()
    (said,) = errors(test)
    assert "keeps the limit on cost; raise the limit or take fewer nodes" in said
    test.slider(key="search-nodes").set_value(3)
    test.selectbox(key="search-data").set_value(_id_of(folder, "short")).run()
    test.button(key="start-search").click().run()
    (said,) = errors(test)
    assert "6 labelled frames are too few to be divided among static network, cells" in said
    with folder.database.reading() as session:
        assert [each.name for each in searches.list_searches(session)] == ["taken"]


def _id_of(folder: DataFolder, dataset: str) -> str:
    with folder.database.reading() as session:
        return datasets.get(session, dataset).id


def test_the_best_cells_are_trained_and_their_models_are_one_click_away(
    open_page: Opener, folder: DataFolder, tmp_path: Path
) -> None:
    dataset = add_dataset(folder, tmp_path)
    add_model(folder, "streets-static", images=images_of(folder, dataset)[1:])
    search = add_pair(folder)
    test = section(open_search(open_page, search), "Final training")
    assert "is not in this data folder. Import it on the Datasets page" in infos(test)[0]
    assert test.selectbox(key=f"final-data-{search.id}").value is None
    assert "train-best" not in keys(test)
    test.selectbox(key=f"final-data-{search.id}").set_value(dataset.id).run()
    assert "No static network has learnt all of streets / train" in infos(test)[1]
    add_model(folder, "whole", images=images_of(folder, dataset))
    test.run()
    test.number_input(key="final-top").set_value(2).run()
    assert test.selectbox(key=f"final-static-{dataset.id}").options == ["whole"]
    assert "2 cells x 3 seeds = 6 trainings; rewards 51.0 %, 50.0 %" in plain(test)
    test.button(key="train-best").click().run()
    assert not errors(test)
    with folder.database.reading() as session:
        ordered = jobs.list_jobs(session, kinds=["train_cell"])
    assert {job.payload["name"] for job in ordered} == {
        f"cells top {rank} seed {seed}" for rank in (1, 2) for seed in range(3)
    }
    assert {job.payload["dataset"] for job in ordered} == {"streets"}
    assert "Trainings · 0 of 6 done" in plain(test).replace("**", "")
    test.button(key="train-best").click().run()
    assert "are trained with these seeds already" in errors(test)[0]
    model = add_model(folder, "cells top 1 seed 0")
    with folder.database.writing() as session:
        claimed = jobs.claim(session, ["train_cell"], lease_owner="tests", lease_seconds=60)
        assert claimed is not None
        jobs.finish(session, claimed.id, claimed.fence, result={"model_id": model.id})
    test.run()
    test.button(key=f"final-model-{claimed.id}").click().run()
    assert asked(test, "model") == model.id


def test_the_twin_has_a_view_of_its_own_that_leads_back(
    open_page: Opener, folder: DataFolder
) -> None:
    search = add_pair(folder)
    test = open_search(open_page, state_of(folder, "cells-twin"))
    assert "The random twin of cells" in plain(test)
    assert not any(key.startswith(("stop-", "extend-", "delete-")) for key in keys(test))
    assert "for this twin alone" in work_help(test)
    test.button(key="other").click().run()
    assert asked(test, "search") == search.id
    assert "for the search and its twin together" in work_help(test)
    test.button(key="other").click().run()
    assert titles(test) == ["cells-twin"]


def work_help(test: AppTest) -> str:
    (told,) = [each.proto.help for each in test.metric if "work" in each.label]
    return str(told)


def test_a_hostile_name_is_never_markdown(open_page: Opener, folder: DataFolder) -> None:
    config = replace(CONFIG, dataset=HOSTILE)
    search = add_search(
        folder, HOSTILE, config=config, rewards=[0.4, None], state=SearchState.PAUSED,
        message=HOSTILE,
    )  # fmt: skip
    for test in (open_page("search"), open_search(open_page, search, trial="0")):
        assert not test.exception
        read = [*test.markdown, *test.caption, *test.warning, *test.title, *test.button]
        shown = [str(getattr(each, "label", "") or getattr(each, "value", "")) for each in read]
        for text in shown:
            assert "\\" in text or not any(
                wrong in text for wrong in ("<img", "[a]", ":material/home:", "**x")
            )


def test_an_address_of_no_search_says_so(open_page: Opener) -> None:
    for address in (new_id(), "../../etc/passwd"):
        test = open_page("search", search=address)
        assert errors(test) == ["There is no such search; it may have been deleted."]


@pytest.mark.parametrize(
    ("rewards", "digits"),
    [([60.2, 61.4], 1), ([60.21, 60.24], 2), ([60.2, 60.2], 1), ([60.20001, 60.20002], 3)],
)
def test_rewards_have_the_digits_that_tell_them_apart(rewards: list[float], digits: int) -> None:
    assert reward_column(rewards)["type_config"]["format"] == f"%.{digits}f %%"
