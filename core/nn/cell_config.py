"""The sizes of a dynamic cell as plain data; imports no torch."""

from dataclasses import dataclass
from typing import Any, Self

from core.genotype import Genotype

DEFAULT_KEY_INTERVAL = 5
LONGEST_REACH = 64


@dataclass(frozen=True, kw_only=True)
class CellConfig:
    """Everything that decides the shapes of a cell's weights and when the cell runs.

    Attributes:
        genotype: Its nodes, kept in canonical form; None for `copy`, which keeps the key frame's
            labels.
        reach: Motion in pixels from frame to frame that correlations cover, 1..64.
        key_interval: Every how many frames the static network runs and the state begins anew;
            0 = never again after the first frame and cuts.
        own_head: Whether the cell's frames have a head of their own.
    """

    genotype: Genotype | None
    reach: int = 16
    key_interval: int = DEFAULT_KEY_INTERVAL
    own_head: bool = False

    def __post_init__(self) -> None:
        if self.genotype is not None:  # equal cells have equal networks, however they are written
            object.__setattr__(self, "genotype", self.genotype.canonical)
        for name, lowest, highest in (("reach", 1, LONGEST_REACH), ("key_interval", 0, 100_000)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise ValueError(f"{name} is {value!r}; it must be a whole number")
            if not lowest <= value <= highest:
                raise ValueError(f"{name} is {value}; {lowest} to {highest} are possible")
        if not isinstance(self.own_head, bool) or (self.own_head and self.genotype is None):
            raise ValueError(f"own_head is {self.own_head!r}; true (of a cell only) or false")

    @classmethod
    def of(cls, genotype: Genotype | None, *, key_interval: int | None = None) -> Self:
        """The usual config: a full cell runs on every frame, others between key frames."""
        is_full = genotype is not None and not genotype.is_light
        usual = 0 if is_full else DEFAULT_KEY_INTERVAL
        return cls(genotype=genotype, key_interval=usual if key_interval is None else key_interval)

    @property
    def is_light(self) -> bool:
        """Whether the deep encoder and the decoder rest on the cell's frames."""
        return self.genotype is None or self.genotype.is_light

    def to_dict(self) -> dict[str, Any]:
        """The config as plain JSON."""
        return {
            "genotype": None if self.genotype is None else self.genotype.to_dict(),
            "reach": self.reach,
            "key_interval": self.key_interval,
            "own_head": self.own_head,
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the config from what `to_dict` gave.

        Raises:
            InvalidGenotype: The genotype is none.
            ValueError: A key is unknown or missing, or a value is out of range.
        """
        known = {"genotype", "reach", "key_interval", "own_head"}
        if set(document) != known:
            raise ValueError(f"a cell config has the keys {sorted(known)}, not {sorted(document)}")
        genotype = document["genotype"]
        return cls(
            genotype=None if genotype is None else Genotype.from_dict(genotype),
            reach=document["reach"],
            key_interval=document["key_interval"],
            own_head=document["own_head"],
        )
