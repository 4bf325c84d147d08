"""What can be uploaded, and which files are worth sending for it."""

from dataclasses import dataclass
from typing import Literal

UploadKind = Literal["video", "dataset", "model"]
"""What an upload shall become."""


@dataclass(frozen=True)
class Kind:
    """One kind of upload.

    Attributes:
        noun: What the upload becomes, in a word.
        endings: Endings of file names that are taken, in lower case; empty takes any.
        wanted: The files that are wanted, for a sentence.
        accept: What the browser offers to choose from.
    """

    noun: str
    endings: tuple[str, ...]
    wanted: str
    accept: str

    def takes(self, name: str) -> bool:
        """Whether a file of that name may be what is wanted."""
        return not self.endings or name.lower().endswith(self.endings)


KINDS: dict[UploadKind, Kind] = {
    "video": Kind("video", (), "a video", "video/*,.mkv,.mov,.avi,.mp4,.webm,.m4v"),
    "dataset": Kind("dataset", (".zip",), "a zip archive (.zip)", ".zip,application/zip"),
    "model": Kind("model", (".safetensors",), "a weights file (.safetensors)", ".safetensors"),
}
"""All kinds by the name that `Upload-Metadata` gives them."""
