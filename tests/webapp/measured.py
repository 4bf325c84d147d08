"""A measurement of a model over time, as its job leaves it behind."""

from typing import Any

from core.data_folder import DataFolder
from core.dynamics.protocol import DynamicsProtocol
from core.records import Dataset, Dynamics, Model, new_id
from core.store import dynamics

_CURVE = {
    "offsets": [0, 1, 2],
    "miou": [40.0, 50.0, 56.5],
    "static": [57.0, 57.0, 57.0],
    "frames": 2,
    "found": 1,
    "splices": 4,
}
_VIDEO = {"rms": [1.0, 1.5, 2.5], "least": 1.0, "most": 2.5, "beyond": 24, "lost": None}


def light_document() -> dict[str, Any]:
    """What is measured of a light cell whose state swells; it never recovers where cuts are blind.

    Its lag could not be measured.
    """
    return {
        "model_class": "light",
        "key_interval": 5,
        "frames": 49,
        "distance": {
            "d": [0, 1, 2],
            "miou": [57.2, 58.2, 50.0],
            "static": [57.2, 57.2, 57.2],
            "copy": [57.2, 53.9, 49.7],
            "frames": [49, 49, 49],
            "min": 50.0,
            "min_at": 2,
            "mean": 55.1333,
            "note": "",
        },
        "lag": None,
        "recovery": {
            "with_detection": _CURVE,
            "without_detection": _CURVE | {"miou": [40.0, 41.0, 42.0], "frames": None},
        },
        "past": None,
        "drift": {
            "early": 10,
            "every": 10,
            "still": _VIDEO,
            "noise": _VIDEO | {"lost": 25},
            "clip": _VIDEO | {"beyond": None},
            "played": 49,
            "window_ends": [50, 100],
            "miou": [50.0, None],
            "static": [57.0, 57.0],
        },
        "notes": {"lag": "The lag <b>needs</b> 8 judged frames.", "past": "A light cell ..."},
        "numbers": {
            "miou_d_min": 50.0,
            "miou_d_mean": 55.1333,
            "lag": None,
            "cut_recovery": 2,
            "cut_recovery_blind": None,
            "use_of_past": None,
            "state_drift": None,
        },
    }


def add_dynamics(
    folder: DataFolder,
    *,
    model: Model,
    dataset: Dataset,
    document: dict[str, Any] | None = None,
    protocol: DynamicsProtocol | None = None,
) -> Dynamics:
    """The stored measurement of a model on the split val."""
    protocol = protocol or DynamicsProtocol()
    with folder.database.writing() as session:
        return dynamics.put(
            session,
            model_key=model.sha256,
            model_name=model.name,
            dataset_id=dataset.id,
            dataset_name=dataset.name,
            data_key=dataset.splits["val"]["digest"],
            split="val",
            protocol_key=protocol.key,
            options=protocol.to_dict(),
            job_id=new_id(),
            document=document or light_document(),
        )
