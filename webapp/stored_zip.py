"""Members of a stored zip artifact, read as ranges of its bytes: nothing is unpacked to disk."""

import struct
import zipfile
from dataclasses import dataclass
from functools import lru_cache

from core.artifacts import Artifacts
from core.errors import DyncellError, NotFound
from core.stored_zip import data_start


@dataclass(frozen=True)
class StoredZip:
    """The table of contents of a zip artifact whose members are stored, not deflated.

    Attributes:
        artifact: The artifact's id.
        members: Name of a member -> where its local header begins, and its size in bytes.
    """

    artifact: str
    members: dict[str, tuple[int, int]]

    def member_range(self, artifacts: Artifacts, member: str) -> tuple[int, int]:
        """Where the bytes of a member lie in the artifact: `(start, length)`.

        Raises:
            NotFound: There is no such member, or the artifact is gone.
            DyncellError: The file is damaged.
        """
        found = self.members.get(member)
        if found is None:
            raise NotFound(f"The file {self.artifact} has no {member!r}.")
        header_start, size = found
        try:
            return data_start(artifacts.open_range(self.artifact), header_start), size
        except ValueError as error:
            raise _damaged(self.artifact) from error

    def read(self, artifacts: Artifacts, member: str) -> bytes:
        """The bytes of a member.

        Raises:
            NotFound: There is no such member, or the artifact is gone.
            DyncellError: The file is damaged.
        """
        start, size = self.member_range(artifacts, member)
        data = artifacts.open_range(self.artifact)(start, size)
        if len(data) != size:
            raise _damaged(self.artifact)
        return data


@lru_cache(maxsize=16)
def open_stored_zip(artifacts: Artifacts, name: str) -> StoredZip:
    """The table of contents of an artifact; kept, since an artifact never changes.

    Raises:
        NotFound: There is no such artifact.
        DyncellError: It is no stored zip.
    """
    with artifacts.open(name) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                found = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, struct.error) as error:
            raise _damaged(name) from error
    if any(each.compress_type != zipfile.ZIP_STORED for each in found):
        raise _damaged(name)
    return StoredZip(name, {each.filename: (each.header_offset, each.file_size) for each in found})


def _damaged(name: str) -> DyncellError:
    return DyncellError(f"The file {name} is damaged: delete what it belongs to and make it again.")
