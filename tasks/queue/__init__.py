"""What others ask of the job engine; all that the web application knows of `tasks`."""

from tasks.queue.cells import add_cell_timing
from tasks.queue.datasets import (
    add_dataset,
    delete_dataset,
    import_folders,
    put_source,
    take_dataset,
)
from tasks.queue.evaluations import add_evaluation, delete_evaluation
from tasks.queue.jobs import can_pause, cancel, enqueue, pause, resume, retry
from tasks.queue.messages import notify
from tasks.queue.models import delete_model, rename_model
from tasks.queue.promotions import (
    LEAST_SEEDS,
    add_final_trainings,
    best_trials,
    final_trainings,
)
from tasks.queue.searches import (
    clone_search,
    delete_search,
    extend_search,
    free_search_name,
    pause_search,
    resume_search,
    start_search,
    stop_search,
)
from tasks.queue.trainings import TRAININGS, add_cell_training, add_training
from tasks.queue.videos import (
    SAMPLE_NAME,
    add_sample,
    add_sample_once,
    add_segmentation,
    add_video,
    delete_segmentation,
    delete_video,
)
from tasks.upkeep import remove_stale_uploads

__all__ = [
    "LEAST_SEEDS",
    "SAMPLE_NAME",
    "TRAININGS",
    "add_cell_timing",
    "add_cell_training",
    "add_dataset",
    "add_evaluation",
    "add_final_trainings",
    "add_sample",
    "add_sample_once",
    "add_segmentation",
    "add_training",
    "add_video",
    "best_trials",
    "can_pause",
    "cancel",
    "clone_search",
    "delete_dataset",
    "delete_evaluation",
    "delete_model",
    "delete_search",
    "delete_segmentation",
    "delete_video",
    "enqueue",
    "extend_search",
    "final_trainings",
    "free_search_name",
    "import_folders",
    "notify",
    "pause",
    "pause_search",
    "put_source",
    "remove_stale_uploads",
    "rename_model",
    "resume",
    "resume_search",
    "retry",
    "start_search",
    "stop_search",
    "take_dataset",
]
