"""`dyncell search import`: a search that was run elsewhere."""

from pathlib import Path

import click

from core.errors import BadInput
from core.search_import import MAX_BYTES
from core.settings import Settings
from core.store import searches
from tasks import queue
from tasks.cli.options import open_folder, with_settings


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Its name here; that of the document when left out.")
@with_settings
def import_command(settings: Settings, file: Path, name: str | None) -> None:
    """Brings in the search that `search show NAME --json` wrote to FILE, with trials and twin.

    It stands on the leaderboard and among the searches, is over, and cannot be extended: the
    document does not hold what its strategy has learnt.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(
            f"The file {file} cannot be read ({error.strerror}); check the path."
        ) from error
    folder = open_folder(settings)
    search = queue.import_search(folder, data, name=name)
    with folder.database.reading() as session:
        twins = searches.twins(session, search.id)
    more = "".join(f", and {each.asked} of its random twin" for each in twins)
    click.echo(
        f"{search.name}: {search.asked} trials imported{more}. dyncell search show {search.name}"
    )
