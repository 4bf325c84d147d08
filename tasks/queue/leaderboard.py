"""Rows of the leaderboard: put out of sight, brought back, or deleted for good with their files."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.store import board, board_upkeep, models
from tasks.queue.evaluations import remove_evaluation
from tasks.queue.messages import notify
from tasks.queue.models import remove_model


def archive_rows(folder: DataFolder, row_ids: Sequence[str], *, archived: bool) -> int:
    """Puts rows out of sight or brings them back; returns how many there still were."""
    with folder.database.writing() as session:
        numbers = [row.number for row in board.find(session, row_ids)]
        return board_upkeep.set_archived(session, numbers, archived)


def delete_row(folder: DataFolder, row_id: str, *, with_models: bool) -> None:
    """Deletes what a row is made of: its evaluations with their files, and models where asked.

    Args:
        folder: The data folder.
        row_id: The row.
        with_models: Delete the models of the row and their weights, too.

    Raises:
        NotFound: There is no such row.
        DyncellError: It is made of trials, or of models that stay; nothing is deleted then.
    """
    with folder.database.writing() as session:
        row = board.get(session, row_id)
        sources = [run["source"] for run in board.runs(session, row_id)]
        if row.texts["kind"] == "trial":
            raise DyncellError(
                f"This row is part of the search {row.texts['search']!r}, which cannot do without "
                "it; archive it, or delete the search."
            )
        evaluation_ids = _known(sources, "evaluation_id")
        if not with_models and not evaluation_ids:
            raise DyncellError(
                "This row is a model that nobody judged: choose to delete the model, too, or "
                "archive the row."
            )
        files = _remove_models(session, _known(sources, "model_id")) if with_models else []
        files += [remove_evaluation(session, each).details for each in evaluation_ids]
    for file in filter(None, files):
        folder.artifacts.delete(file)
    notify(folder.settings)


def _known(sources: Sequence[dict[str, Any]], key: str) -> list[str]:
    return list(dict.fromkeys(each[key] for each in sources if each.get(key)))


def _remove_models(session: Session, model_ids: Sequence[str]) -> list[str | None]:
    """Removes all of them, or none; returns the ids of their weights."""
    for model_id in model_ids:
        model = models.get(session, model_id)
        if model.is_shipped:
            raise DyncellError(
                f"Model {model.name!r} is part of dyncell and stays; delete the row without "
                "its models, or archive it."
            )
    return [remove_model(session, model_id).artifact for model_id in model_ids]
