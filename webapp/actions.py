"""What pages and routes do beyond reading: each one call into the queue."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from core.data_folder import DataFolder
from core.datasets.problems import BadDataset
from core.errors import BadCheckpoint, BadInput, BadMedia, NotFound
from core.registry import import_model
from core.store import datasets, models
from core.video.first_bytes import NEEDED, sniff
from tasks import queue
from webapp.upload_kinds import UploadKind
from webapp.upload_names import name_for
from webapp.upload_spool import Upload, UploadSpool

_ALL = 1_000_000


def take_upload(folder: DataFolder, spool: UploadSpool, upload_id: str) -> Upload:
    """Turns a complete upload into what it shall become, once, however often it is asked.

    Raises:
        NotFound: There is no such upload.
        UploadBusy: Another request is at it.
        StorageFull: The disk is full; the upload stays and can be asked for again.
        BadMedia: It is no video; the upload is forgotten.
        BadDataset: It is no archive; the upload is forgotten.
        BadCheckpoint: It is no model; the upload is forgotten.
    """
    with spool.locked(upload_id):
        upload = spool.get(upload_id)
        if upload.result_id is not None or not upload.is_complete:
            return upload
        # The result takes the upload's id: should this process die before the next line, asking
        # again finds the one that is there.
        try:
            _TAKERS[upload.kind](folder, spool.part(upload_id), upload)
        except BadInput:
            spool.remove(upload_id)
            raise
        return spool.became(upload, upload_id)


def refuse_foreign(spool: UploadSpool, upload: Upload) -> None:
    """Refuses a video that is under way as soon as its first bytes show that it is none.

    Raises:
        BadMedia: It is no video; the upload is forgotten.
    """
    if upload.kind != "video" or upload.is_complete or upload.offset < NEEDED:
        return
    try:
        sniff(spool.part(upload.id), name=upload.name)
    except BadMedia:
        spool.remove(upload.id)
        raise


def _take_video(folder: DataFolder, part: Path, upload: Upload) -> None:
    sniff(part, name=upload.name)
    queue.add_video(folder, part, name=upload.name, video_id=upload.id)


def _take_dataset(folder: DataFolder, part: Path, upload: Upload) -> None:
    if not zipfile.is_zipfile(part):
        raise BadDataset(
            f"{upload.name} is no zip archive, or a damaged one: pack the folder of the dataset "
            "as a .zip and bring that."
        )
    with folder.database.reading() as session:
        taken = {found.name for found in datasets.list_datasets(session, limit=_ALL)}
    name = name_for(upload.name, noun="dataset", taken=taken)
    queue.add_dataset(folder, part, name=name, dataset_id=upload.id)


def _take_model(folder: DataFolder, part: Path, upload: Upload) -> None:
    with folder.database.reading() as session:
        if _is_there(lambda: models.get(session, upload.id)):
            return
        taken = {found.name for found in models.list_models(session, limit=_ALL)}
    name = name_for(upload.name, noun="model", taken=taken)
    try:
        import_model(folder, part, name=name, model_id=upload.id)
    except BadCheckpoint as error:  # it knows the file by the name it has on our disk
        raise BadCheckpoint(str(error).replace(part.name, upload.name)) from error


def _is_there(find: Callable[[], object]) -> bool:
    try:
        find()
    except NotFound:
        return False
    return True


_TAKERS: dict[UploadKind, Callable[[DataFolder, Path, Upload], None]] = {
    "video": _take_video,
    "dataset": _take_dataset,
    "model": _take_model,
}
