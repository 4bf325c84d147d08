"""What others ask of the job engine; all that the web application knows of `tasks`."""

from tasks.queue.baselines import add_baselines
from tasks.queue.cells import add_cell_timing
from tasks.queue.datasets import (
    add_dataset,
    delete_dataset,
    import_folders,
    put_source,
    rename_dataset,
    take_dataset,
)
from tasks.queue.dynamics import add_dynamics, delete_dynamics
from tasks.queue.evaluations import add_evaluation, delete_evaluation
from tasks.queue.exports import add_export, exported_file
from tasks.queue.jobs import can_pause, cancel, enqueue, pause, resume, retry
from tasks.queue.leaderboard import archive_rows, delete_row
from tasks.queue.messages import notify
from tasks.queue.models import delete_model, rename_model
from tasks.queue.promotions import (
    LEAST_SEEDS,
    add_final_trainings,
    final_trainings,
    learnt_statics,
)
from tasks.queue.rescoring import present_dataset, rescoring, score_again
from tasks.queue.saved_views import change_view, delete_view, keep_columns, save_view
from tasks.queue.search_imports import add_example_search, import_search
from tasks.queue.searches import (
    clone_search,
    delete_search,
    extend_search,
    free_search_name,
    pause_search,
    resume_search,
    start_search,
    stop_search,
    usual_search_name,
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
    rename_video,
)
from tasks.upkeep import remove_stale_uploads

__all__ = [
    "LEAST_SEEDS",
    "SAMPLE_NAME",
    "TRAININGS",
    "add_baselines",
    "add_cell_timing",
    "add_cell_training",
    "add_dataset",
    "add_dynamics",
    "add_evaluation",
    "add_example_search",
    "add_export",
    "add_final_trainings",
    "add_sample",
    "add_sample_once",
    "add_segmentation",
    "add_training",
    "add_video",
    "archive_rows",
    "can_pause",
    "cancel",
    "change_view",
    "clone_search",
    "delete_dataset",
    "delete_dynamics",
    "delete_evaluation",
    "delete_model",
    "delete_row",
    "delete_search",
    "delete_segmentation",
    "delete_video",
    "delete_view",
    "enqueue",
    "exported_file",
    "extend_search",
    "final_trainings",
    "free_search_name",
    "import_folders",
    "import_search",
    "keep_columns",
    "learnt_statics",
    "notify",
    "pause",
    "pause_search",
    "present_dataset",
    "put_source",
    "remove_stale_uploads",
    "rename_dataset",
    "rename_model",
    "rename_video",
    "rescoring",
    "resume",
    "resume_search",
    "retry",
    "save_view",
    "score_again",
    "start_search",
    "stop_search",
    "take_dataset",
    "usual_search_name",
]
