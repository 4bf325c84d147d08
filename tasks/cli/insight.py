"""`dyncell search insight`: what the good cells of searches share."""

import json
from pathlib import Path
from typing import get_args

import click

from core.errors import BadInput, NotFound
from core.insight.document import insight_document, insight_of, lines
from core.insight.reading import facts_of_document, read_all_trials, read_search_trials
from core.insight.trials import ScoreName, TrialChoice, TrialFacts, choose_trials, settings_of
from core.settings import Settings
from tasks.cli.options import open_folder, print_json, with_settings


@click.command()
@click.argument("name", required=False)
@click.option(
    "--trials",
    "choice",
    type=click.Choice(get_args(TrialChoice)),
    default="random",
    show_default=True,
    help="Those drawn by chance (the random twin, random searches), a strategy's, or all.",
)
@click.option(
    "--score",
    type=click.Choice(get_args(ScoreName)),
    default="reward",
    show_default=True,
    help="What effects are on; rung: the reward after equally many epochs for all.",
)
@click.option("--setting", default="", help="Of all searches: only those of this setting.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def insight(
    settings: Settings,
    name: str | None,
    choice: TrialChoice,
    score: ScoreName,
    setting: str,
    as_json: bool,
) -> None:
    """Tells which inputs, ops and combines the good cells share, with intervals.

    NAME is a search, taken with its random twin, or a file that `search show NAME --json` wrote.
    Without it: all searches; those of different settings in standard deviations.
    """
    if setting and name is not None:
        raise click.UsageError("--setting chooses among all searches: leave NAME out.")
    material = choose_trials(_facts(settings, name, setting=setting), choice=choice, score=score)
    found = insight_of(material)
    if as_json:
        print_json(insight_document(material, found))
    else:
        click.echo("\n".join(lines(material, found)))


def _facts(settings: Settings, name: str | None, *, setting: str) -> list[TrialFacts]:
    if name is not None and Path(name).is_file():
        return facts_of_document(_document(Path(name)))
    with open_folder(settings).database.reading() as session:
        if name is not None:
            return read_search_trials(session, name)
        facts = read_all_trials(session)
    known = settings_of(facts)
    if setting and setting not in known:
        raise NotFound(
            f"No search has the setting {setting!r}; known are {', '.join(known) or 'none'}."
        )
    return [each for each in facts if not setting or each.setting == setting]


def _document(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} holds no JSON that can be read; name a search instead.") from error
