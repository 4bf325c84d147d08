"""`dyncell frames`: the worst frames of evaluations, the basket, and scoring again."""

import sys

import click

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.frame_changes import frame_changes
from core.frame_document import (
    RankedFrame,
    basket_csv,
    basket_document,
    change_document,
    labels_text,
    ranked_document,
    why_text,
    worst_frames,
)
from core.frame_ranking import FRAME_METRICS, Ranking, why_none
from core.frame_scores import FrameScore, load_frame_scores
from core.records import Evaluation, is_id, new_id
from core.settings import Settings
from core.store import basket as store
from core.store import datasets, evaluations
from tasks import queue
from tasks.cli.options import open_folder, print_json, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground

_MANY = click.IntRange(1, 100_000)


@click.group()
def frames() -> None:
    """Finds the worst frames, collects them in a basket, scores again after labels changed."""


@frames.command("evaluations")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def evaluations_(settings: Settings, as_json: bool) -> None:
    """Lists finished evaluations with their ids and the labels they were scored by."""
    with open_folder(settings).database.reading() as session:
        found = [e for e in evaluations.list_evaluations(session, limit=None) if e.is_ready]
        known = {each.id: each for each in datasets.list_datasets(session, limit=100_000)}
    told = {each.id: labels_text(each, known.get(each.dataset_id or "")) for each in found}
    if as_json:
        keys = ("id", "model_name", "dataset_name", "split", "data_key", "rescored_from")
        documents = [{key: getattr(each, key) for key in keys} for each in found]
        for document in documents:
            document["labels"] = told[document["id"]]
        for document, each in zip(documents, found, strict=True):
            document["frames"] = each.options.get("frames")
        print_json({"evaluations": documents})
        return
    for each in found:
        frames = each.options.get("frames")
        where = f"{each.dataset_name}/{each.split}{f':{frames[0]}..{frames[1]}' if frames else ''}"
        again = f", scored again from {each.rescored_from}" if each.rescored_from else ""
        click.echo(f"{each.id}  {each.model_name} on {where}, {told[each.id]}{again}")
    if not found:
        click.echo("No evaluations yet; make one with: dyncell evaluate MODEL DATASET --split val")


@frames.command()
@click.argument("evaluation", nargs=-1, required=True)
@click.option("--metric", type=click.Choice(FRAME_METRICS), default="miou", show_default=True)
@click.option("--class", "truth", default="", help="The class of iou; the true one of mistake.")
@click.option("--taken-for", "predicted", default="", help="What the class was taken for.")
@click.option("--top", default=20, show_default=True, type=_MANY, help="How many to show.")
@click.option("--skip", default=0, type=click.IntRange(0, 10**7), help="Leave out the first ones.")
@click.option("--keep", is_flag=True, help="Put those shown into the basket.")
@click.option("--note", default="", help="Written beside them in the basket.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def worst(
    settings: Settings,
    evaluation: tuple[str, ...],
    metric: str,
    truth: str,
    predicted: str,
    top: int,
    skip: int,
    keep: bool,
    note: str,
    as_json: bool,
) -> None:
    """Ranks the frames of EVALUATIONS (ids), the worst first."""
    if note and not keep:
        raise click.UsageError("--note is written in the basket: add --keep.")
    folder = open_folder(settings)
    found = [_evaluation(folder, each) for each in dict.fromkeys(evaluation)]
    names = _names(found)
    ranking = Ranking.of(metric, names, truth=truth, predicted=predicted)
    scores = {each.id: _frames(folder, each) for each in found}
    ranked = worst_frames([(each, scores[each.id]) for each in found], ranking)
    shown = ranked[skip : skip + top]
    kept = _keep(folder, shown, ranking, note) if keep else None
    if as_json:
        document = {"total": len(ranked), "frames": [ranked_document(each) for each in shown]}
        print_json({"metric": metric, "class": ranking.class_text(names), **document})
        return
    if not ranked:
        click.echo(why_none([f for some in scores.values() for f in some], ranking))
    for each in shown:
        model = f"  {each.evaluation.model_name}" if len(found) > 1 else ""
        value = ranking.value_text(each.value)
        click.echo(f"{value:>16}  frame {each.frame.position:<5} {each.frame.name}{model}")
    if kept is not None:
        click.echo(f"{kept} new in the basket; see it with: dyncell frames basket")


@frames.command()
@click.option("--dataset", default="", help="Only frames of this dataset.")
@click.option("--remove", multiple=True, metavar="ID", help="Take a frame out; may be repeated.")
@click.option("--restore", multiple=True, metavar="ID", help="Put back what was taken out.")
@click.option("--clear", is_flag=True, help="Take all out (with --dataset: of that dataset).")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def basket(
    settings: Settings,
    dataset: str,
    remove: tuple[str, ...],
    restore: tuple[str, ...],
    clear: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Shows the frames that were collected, with the reason; takes some out or puts them back."""
    folder = open_folder(settings)
    with folder.database.writing() as session:
        gone = [each.id for each in store.list_frames(session, dataset=dataset)] if clear else []
        taken = store.remove(session, [*remove, *gone])
        back = store.restore(session, restore)
    if len(remove) + len(restore) > 0 and taken + back == 0:
        raise NotFound("No frame of the basket has that id; dyncell frames basket lists them.")
    with folder.database.reading() as session:
        found = store.list_frames(session, dataset=dataset)
    if as_json:
        print_json({"total": len(found), "frames": [basket_document(each) for each in found]})
        return
    if as_csv:
        sys.stdout.write(basket_csv(found))
        return
    if gone:
        click.echo(f"Taken out: {taken}; each can be put back for a week with --restore ID.")
    for each in found:
        lost = "" if each.dataset_id else "  (its dataset was deleted)"
        note = f"  {each.note.replace(chr(10), '; ')}" if each.note else ""
        where = f"{each.dataset_name}/{each.split} frame {each.position} {each.frame}"
        click.echo(f"{each.id}  {where}: {why_text(each)}{note}{lost}")
    if not found:
        click.echo("The basket is empty; fill it with: dyncell frames worst EVALUATION --keep")


@frames.command()
@click.argument("evaluation")
@click.option("--dataset", help="The dataset with the present labels, where its name changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def rescore(settings: Settings, evaluation: str, dataset: str | None, as_json: bool) -> None:
    """Scores what EVALUATION predicted by the labels of now; the old scores stay.

    No network runs. Where the same was done before, the stored scores are printed.
    """
    folder = open_folder(settings)
    old = _evaluation(folder, evaluation)
    with folder.database.reading() as session:
        asked = queue.rescoring(session, old.id, dataset=dataset)
        keys = ("model_key", "data_key", "protocol_key")
        new = evaluations.find(session, **{key: asked.record[key] for key in keys})
    if new is None or not new.is_ready:
        payload = {"evaluation_id": new_id(), **asked.payload, "record": asked.record}
        with progress_bar() as show:
            job = run_in_foreground(
                folder, "evaluate", payload, title=asked.title, on_progress=show
            )
        new = _evaluation(folder, str(job.result["evaluation_id"]))
    _print_changes(folder, old, new, as_json=as_json, top=10)


@frames.command()
@click.argument("old")
@click.argument("new")
@click.option("--top", default=20, show_default=True, type=_MANY, help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_settings
def compare(settings: Settings, old: str, new: str, top: int, as_json: bool) -> None:
    """Tells which frames' scores differ between the evaluations OLD and NEW."""
    folder = open_folder(settings)
    both = _evaluation(folder, old), _evaluation(folder, new)
    _print_changes(folder, *both, as_json=as_json, top=top)


def _print_changes(
    folder: DataFolder, old: Evaluation, new: Evaluation, *, as_json: bool, top: int
) -> None:
    changes = frame_changes(_frames(folder, old), _frames(folder, new))
    if as_json:
        print_json(
            {
                "old": {"id": old.id, "data_key": old.data_key, "miou": old.scores["miou"]},
                "new": {"id": new.id, "data_key": new.data_key, "miou": new.scores["miou"]},
                "changed": len(changes),
                "frames": [change_document(each) for each in changes],
            }
        )
        return
    click.echo(f"old {old.id}  {labels_text(old, None)}  mIoU {old.scores['miou']:.2f} %")
    click.echo(f"new {new.id}  {labels_text(new, None)}  mIoU {new.scores['miou']:.2f} %")
    one = len(changes) == 1
    click.echo(f"{len(changes)} frame{' is' if one else 's are'} scored otherwise.")
    for each in changes[:top]:
        gain = "     n/a" if each.gain is None else f"{each.gain:+8.2f}"
        click.echo(f"{gain}  frame {each.frame.position:<5} {each.frame.name}")


def _keep(folder: DataFolder, shown: list[RankedFrame], ranking: Ranking, note: str) -> int:
    by_evaluation: dict[str, list[RankedFrame]] = {}
    for each in shown:
        by_evaluation.setdefault(each.evaluation.id, []).append(each)
    with folder.database.writing() as session:
        return sum(
            store.add(
                session,
                some[0].evaluation,
                [each.frame for each in some],
                ranking=ranking,
                note=note,
            )
            for some in by_evaluation.values()
        )


def _evaluation(folder: DataFolder, evaluation_id: str) -> Evaluation:
    if not is_id(evaluation_id):
        raise NotFound(
            f"{evaluation_id!r} is no id of an evaluation; dyncell frames evaluations lists them."
        )
    with folder.database.reading() as session:
        found = evaluations.get(session, evaluation_id)
    if not found.is_ready or found.details is None:
        raise DyncellError(
            f"Evaluation {found.id} has kept no frames; evaluate its model again to see them."
        )
    return found


def _names(found: list[Evaluation]) -> list[str]:
    """The classes of all; those of different classes have no common ranking."""
    classes = [list(map(str, each.scores["classes_list"])) for each in found]
    if any(each != classes[0] for each in classes):
        raise DyncellError("These evaluations have different classes: rank them one by one.")
    return classes[0]


def _frames(folder: DataFolder, evaluation: Evaluation) -> tuple[FrameScore, ...]:
    return load_frame_scores(folder.artifacts.local_copy(str(evaluation.details)))
