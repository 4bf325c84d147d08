"""Contenders of a comparison, made of runs whose numbers a test chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.board.contender import Contender, SeedCurve, SeedScores
from core.board.row import counted_runs, group
from core.board.run import Run
from core.genotype import Genotype

CLASSES = ("road", "tree", "car")


def contender(
    name: str,
    values: Sequence[Mapping[str, float]],
    *,
    setting: str = "aaaaaaaa",
    kind: str = "static",
    seeds: Sequence[int | None] | None = None,
    confusions: Sequence[Sequence[Sequence[int]]] = (),
    timed_on: str = "here",
    genotype: Genotype | None = None,
    busy: bool = False,
) -> Contender:
    """A row of one run per mapping of `values`; seeds are 0, 1, ... unless given."""
    runs = [
        Run(
            id=f"{number:016x}",
            subject=name,
            setting=setting,
            seed=number if seeds is None else seeds[number],
            texts={"name": name, "kind": kind, "timed_on": timed_on},
            flags={"cell": kind != "static", "busy": busy},
            values=dict(each),
            created_at=float(number),
        )
        for number, each in enumerate(values)
    ]
    scores = [
        SeedScores(run.seed, run.id, _scores(confusion))
        for run, confusion in zip(runs, confusions, strict=False)
    ]
    return Contender(
        group(runs),
        tuple(counted_runs(runs)),
        scores=tuple(scores),
        genotype=genotype,
        no_genotype="" if genotype is not None else "it has no cell",
    )


def _scores(confusion: Sequence[Sequence[int]]) -> dict[str, object]:
    columns = [sum(row[k] for row in confusion) for k in range(len(CLASSES))]
    iou = {
        name: 100 * confusion[k][k] / (sum(confusion[k]) + columns[k] - confusion[k][k])
        for k, name in enumerate(CLASSES)
        if sum(confusion[k])
    }
    classes = {name: iou.get(name) for name in CLASSES}
    return {"classes": classes, "classes_list": list(CLASSES), "confusion": confusion}


def with_curves(of: Contender, *curves: Sequence[float | None]) -> Contender:
    """The contender with mIoU@d of its first seeds, at d = 0, 1, ..."""
    made = [
        SeedCurve(seed, tuple(range(len(curve))), tuple(curve)) for seed, curve in enumerate(curves)
    ]
    return replace(of, curves=tuple(made))
