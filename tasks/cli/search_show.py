"""`dyncell search show` and `list`: where searches stand, without working on them."""

from typing import Any

import click

from core.errors import DyncellError, NotFound
from core.genotype import Genotype
from core.search_document import search_document, summary_document
from core.search_summary import SearchSummary, read_summary, read_with_twins
from core.settings import Settings
from core.store import searches
from tasks.cli.options import open_folder, print_json, with_settings
from tasks.cli.search_options import COUNT
from tasks.cli.search_tables import list_lines, show_lines
from tasks.search_jobs import find_job


@click.command()
@click.argument("name")
@click.option("--top", default=10, show_default=True, type=COUNT, help="Trials in the table.")
@click.option(
    "--genotype", metavar="best|NUMBER", help="Print only the genotype of a trial, as JSON."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def show(settings: Settings, name: str, top: int, genotype: str | None, as_json: bool) -> None:
    """Prints where the search NAME stands and its best trials."""
    with open_folder(settings).database.reading() as session:
        together = read_with_twins(session, name)
        preparing = find_job(session, together[0].search.job_id)
    if genotype is not None:
        print_json(_genotype(together[0], genotype))
    elif as_json:
        print_json(search_document(together))
    else:
        click.echo("\n".join(show_lines(together, preparing, top=top)))


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def list_command(settings: Settings, as_json: bool) -> None:
    """Lists the searches, the newest first, each before its twin."""
    with open_folder(settings).database.reading() as session:
        known = searches.list_searches(session, limit=None)
        found = [read_summary(session, each.id) for each in known]
        jobs = {each.id: find_job(session, each.job_id) for each in known if not each.is_prepared}
    if as_json:
        print_json({"searches": [summary_document(each) for each in found]})
        return
    click.echo("\n".join(list_lines(found, jobs)) or "No searches yet.")


def _genotype(summary: SearchSummary, wanted: str) -> dict[str, Any]:
    name = summary.search.name
    if wanted == "best":
        trial = summary.best
        if trial is None:
            raise DyncellError(f"The search {name} has no trial with a reward yet.")
    elif wanted.isdecimal() and int(wanted) < len(summary.trials):
        trial = summary.trials[int(wanted)]
    else:
        count = len(summary.trials)
        raise NotFound(f"The search {name} has {count} trials, from 0 on, but none {wanted!r}.")
    return Genotype.from_dict(trial.genotype).to_dict() | {"key": trial.key}
