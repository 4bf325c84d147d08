"""What pages and routes do beyond reading: each one call into the queue."""

from core.data_folder import DataFolder
from tasks import queue
from webapp.upload_spool import Upload, UploadSpool


def take_upload(folder: DataFolder, spool: UploadSpool, upload_id: str) -> Upload:
    """Turns a complete upload into a video, once, however often and by whomever it is asked.

    Raises:
        NotFound: There is no such upload.
        UploadBusy: Another request is at it.
        StorageFull: The disk is full; the upload stays and can be asked for again.
    """
    with spool.locked(upload_id):
        upload = spool.get(upload_id)
        if upload.video_id is not None or not upload.is_complete:
            return upload
        part = spool.part(upload_id)
        # The video takes the upload's id: should this process die before the next line, asking
        # again finds the video that is there.
        video = queue.add_video(folder, part, name=upload.name, video_id=upload_id)
        return spool.became(upload, video.id)
