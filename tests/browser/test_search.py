"""A search from the form to a model, in the browser, its trials run by the app's own worker."""

import re

from playwright.sync_api import Page, expect

from core.store import models, searches, trials
from tasks import queue
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.tasks.search_of_tests import add_dataset, add_static, images_of

LONG = 240_000
TRIALS, MORE, SEEDS = 10, 2, 3


def test_a_search_is_started_watched_extended_and_its_best_cell_becomes_a_model(
    page: Page, running_app: RunningApp
) -> None:
    folder = running_app.folder
    dataset = add_dataset(folder, name="drives")
    static = add_static(folder, name="searched-on")
    learnt = add_static(folder, name="trained-on", images=images_of(folder, dataset))
    page.set_default_timeout(LONG)
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.goto(f"{running_app.address}/search?dataset={dataset.id}")
    _choose(page, "Static network", static.name)
    _number(page, "Trials", TRIALS)
    page.get_by_role("slider", name=re.compile("Most MACs")).press("End")
    page.get_by_text("Seed, parallelism, budget of a trial").click()
    _number(page, "Epochs of a trial", 1)
    name = page.get_by_role("textbox", name="Name of the search")
    name.fill("watched")
    name.press("Enter")
    keep_screenshot(page, "search form")
    page.get_by_role("button", name="Start the search").click()

    expect(page.get_by_role("heading", name="watched")).to_be_visible(timeout=LONG)
    expect(page.get_by_text(f"{TRIALS} of {TRIALS}", exact=True)).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Best of the twin")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Pause")).to_have_count(0, timeout=LONG)
    keep_screenshot(page, "search done")

    page.get_by_role("button", name="Extend").click()
    _number(page, "More trials", MORE)
    page.get_by_role("button", name="Extend it").click()
    expect(page.get_by_text(f"{TRIALS + MORE} of {TRIALS + MORE}", exact=True)).to_be_visible(
        timeout=LONG
    )
    with folder.database.reading() as session:
        search = searches.get(session, "watched")
        (twin,) = searches.twins(session, search.id)
        kept = trials.list_trials(session, search.id, limit=None)
        by_chance = trials.list_trials(session, twin.id, limit=None)
    assert (
        [trial.number for trial in kept]
        == list(range(TRIALS + MORE))
        == [trial.number for trial in by_chance]
    )
    rewards = [trial.reward for trial in kept if trial.reward is not None]
    assert rewards
    assert all(0 < reward <= 1 for reward in rewards)
    best = page.get_by_test_id("stMetric").filter(has_text="Best reward")
    expect(best).to_contain_text(f"{100 * max(rewards):.1f}")

    page.get_by_text("Choices over time", exact=True).click()
    expect(page.get_by_text("Operations, two per node")).to_be_visible()
    keep_screenshot(page, "search choices")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0, timeout=LONG)
    clone = page.get_by_role("button", name="Clone")
    expect(clone).to_have_count(1, timeout=LONG)  # what an older run drew is gone
    clone.click()  # its content is drawn first now, long after the page
    field = page.get_by_role("textbox", name="Name", exact=True)
    expect(field).to_have_value("watched-2", timeout=LONG)
    page.goto(f"{running_app.address}/search?search={search.id}&trial=0")
    drawing = page.locator(".scroller")
    expect(drawing.locator("svg")).to_be_visible(timeout=LONG)
    assert drawing.evaluate("each => each.scrollWidth <= each.clientWidth")  # nothing is cut off
    keep_screenshot(page, "search cell")

    page.get_by_text("Final training", exact=True).click()
    _choose(page, "Static network", learnt.name)
    _number(page, "Steps", 2)
    _number(page, "Best cells", 1)
    page.get_by_role("button", name=re.compile("Train the best cell$")).click()
    expect(page.get_by_text(f"{SEEDS} of {SEEDS} done")).to_be_visible(timeout=LONG)
    keep_screenshot(page, "search final trainings")
    with folder.database.reading() as session:
        trained = queue.final_trainings(session, search.id)
        made = [models.get(session, str(job.result["model_id"])) for job in trained]
    assert sorted(model.provenance["seed"] for model in made) == list(range(SEEDS))
    page.get_by_role("button", name=made[0].name, exact=True).click()
    expect(page.get_by_text(re.compile("dyncell train cell"))).to_be_visible()
    page.goto(f"{running_app.address}/segment")
    page.get_by_role("button", name="Use the sample").click()
    box = page.get_by_role("combobox", name="Model")
    box.click()
    box.fill(made[0].name)
    expect(page.get_by_role("option", name=made[0].name)).to_be_visible()


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def _number(page: Page, label: str, value: int) -> None:
    box = page.get_by_role("spinbutton", name=label, exact=True)
    box.fill(str(value))
    box.press("Enter")
