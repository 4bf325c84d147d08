"""What commands give the job `evaluate`, and the scores that are stored already."""

from typing import Any

from core.data_folder import DataFolder
from core.dataset_registry import find_dataset
from core.datasets.pack import PackReader
from core.protocol import Protocol
from core.records import Evaluation, new_id
from core.store import evaluations


def evaluation_payload(
    folder: DataFolder, *, dataset: str, reader: PackReader, split: str, protocol: Protocol
) -> dict[str, Any]:
    """The payload without what is judged; `record` becomes the evaluation's row.

    Args:
        folder: The data folder.
        dataset: Its name or path.
        reader: The dataset.
        split: What is scored.
        protocol: How.
    """
    known = find_dataset(folder, dataset)
    return {
        "evaluation_id": new_id(),
        "dataset": dataset if known is None else known.id,
        "split": split,
        "protocol": protocol.to_dict(),
        "record": {
            "dataset_id": None if known is None else known.id,
            "dataset_name": dataset if known is None else known.name,
            "data_key": reader.index.split_digest(split),
            "split": split,
            "protocol_key": protocol.key,
            "options": protocol.to_dict(),
        },
    }


def stored_evaluation(folder: DataFolder, record: dict[str, Any]) -> Evaluation | None:
    """The finished evaluation of the same model, data and protocol; None where there is none."""
    with folder.database.reading() as session:
        known = evaluations.find(
            session, **{key: record[key] for key in ("model_key", "data_key", "protocol_key")}
        )
    return known if known is not None and known.is_ready else None
