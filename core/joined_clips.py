"""Several sources of clips as one."""

import hashlib
import json
from collections.abc import Sequence

from core.clip_source import Clip, ClipSource
from core.palette import Palette


class JoinedClips:
    """The clips of several sources one after the other.

    Args:
        sources: At least one, all of one palette and of clips of one size.
    """

    def __init__(self, sources: Sequence[ClipSource]) -> None:
        if not sources or any(source.palette != sources[0].palette for source in sources):
            raise ValueError(f"{len(sources)} sources; at least one, all of one palette, is needed")
        self._sources = tuple(sources)

    @property
    def palette(self) -> Palette:
        """Class names and colours."""
        return self._sources[0].palette

    @property
    def digest(self) -> str:
        """Hash of the sources' hashes; that of the source where there is one only."""
        digests = [source.digest for source in self._sources]
        if len(digests) == 1:
            return digests[0]
        return hashlib.sha256(json.dumps(digests).encode()).hexdigest()

    @property
    def description(self) -> str:
        """What the clips are, in words."""
        return " and ".join(source.description for source in self._sources)

    def __len__(self) -> int:
        """The number of clips."""
        return sum(map(len, self._sources))

    def clip(self, index: int) -> Clip:
        """Clip number `index`."""
        for source in self._sources:
            if index < len(source):
                return source.clip(index)
            index -= len(source)
        raise IndexError(f"there are {len(self)} clips")
