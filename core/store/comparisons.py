"""Rows of the leaderboard read for a comparison, in one transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.board.comparison import BadComparison, Comparison, compare, refuse_count
from core.board.contender import Contender, SeedCurve, SeedScores
from core.board.row import Row, counted_runs
from core.board.run import Run
from core.cell_description import model_cell
from core.dynamics.protocol import NO_DISTANCE_OF_RULES, DynamicsProtocol
from core.errors import NotFound
from core.genotype import Genotype, InvalidGenotype
from core.protocol import Protocol
from core.records import Evaluation, is_id
from core.store import board, dynamics, evaluations, models, trials

IS_STATIC = "it is a static network: it has no cell"
FOLLOWS_RULE = "it is a baseline: a rule follows its static network, which has no cell"
KEEPS_LABELS = "its cell keeps the key frame's labels and has no genotype"
NOT_KEPT = "the model is not in the registry, so its cell is not known"
UNREADABLE = "this version cannot read its cell"


def read_comparison(
    session: Session, row_ids: Sequence[str], *, base: str | None = None
) -> Comparison:
    """Two to four rows against one of them.

    Args:
        session: A reading session.
        row_ids: Their ids.
        base: Id of the one that the others are compared with; the first where None.

    Raises:
        BadComparison: They are too few or too many, one is named twice, or the base is none of
            them.
        NotFound: One is no id, or there is no such row (any more).
    """
    for each in row_ids:
        if not is_id(each):
            raise NotFound(
                f"{each[:40]!r} is no id of a row: ids have 16 hexadecimal characters, and "
                "`dyncell leaderboard --json` lists them."
            )
    refuse_count(len(row_ids))
    twice = next((each for each in row_ids if row_ids.count(each) > 1), None)
    if twice is not None:
        raise BadComparison(f"The row {twice} was named twice; name each row once.")
    if base is not None and base not in row_ids:
        raise BadComparison(
            f"The base {base[:40]!r} is none of the rows; name one of {', '.join(row_ids)}."
        )
    rows = board.find(session, row_ids)
    gone = set(row_ids) - {row.id for row in rows}
    if gone:
        raise NotFound(
            f"There is no row {' nor '.join(sorted(gone))} on the leaderboard; it may have been "
            "deleted, or what it was made of has changed. Leave it out."
        )
    contenders = [_contender(session, row) for row in rows]
    return compare(contenders, base=0 if base is None else row_ids.index(base))


def dynamics_protocol(evaluation: Evaluation) -> DynamicsProtocol:
    """How behaviour over time is measured on the frames of an evaluation."""
    judged = Protocol.from_dict(evaluation.options)
    return DynamicsProtocol(frames=judged.frames, mapping=judged.mapping)


def _contender(session: Session, row: Row) -> Contender:
    runs = counted_runs([Run.from_dict(run) for run in board.runs(session, row.id)])
    genotype, why_not = _genotype(session, row, runs)
    judged = _judged(session, runs)
    measured = [(run, _measured(session, run, each)) for run, each in judged]
    return Contender(
        row,
        tuple(runs),
        scores=tuple(SeedScores(run.seed, each.id, each.scores) for run, each in judged),
        curves=tuple(
            SeedCurve(run.seed, tuple(found["distance"]["d"]), tuple(found["distance"]["miou"]))
            for run, found in measured
            if found.get("distance")
        ),
        no_curve=_no_curve(row, [found for _, found in measured]),
        genotype=genotype,
        no_genotype=why_not,
    )


def _judged(session: Session, runs: Sequence[Run]) -> list[tuple[Run, Evaluation]]:
    """The runs whose evaluation is there, each with it."""
    found = []
    for run in runs:
        evaluation_id = run.source.get("evaluation_id")
        if not evaluation_id:
            continue
        try:
            evaluation = evaluations.get(session, evaluation_id)
        except NotFound:
            continue
        if evaluation.is_ready:
            found.append((run, evaluation))
    return found


def _measured(session: Session, run: Run, evaluation: Evaluation) -> dict[str, Any]:
    """The behaviour over time of the same weights on the same frames; empty if not measured."""
    found = dynamics.find(
        session,
        model_key=run.model_key,
        data_key=evaluation.data_key,
        protocol_key=dynamics_protocol(evaluation).key,
    )
    return {} if found is None else found.document


def _no_curve(row: Row, measured: Sequence[dict[str, Any]]) -> str:
    """Why measuring (again) gives no mIoU@d; empty where it may."""
    if row.texts["kind"] == "baseline" and not row.flags["cell"]:
        return NO_DISTANCE_OF_RULES
    told = (each["notes"].get("distance") for each in measured if each and not each["distance"])
    return next((str(why).rstrip(".") for why in told if why), "")


def _genotype(session: Session, row: Row, runs: Sequence[Run]) -> tuple[Genotype | None, str]:
    """The cell of a row, or why it has none."""
    if not row.flags["cell"]:
        return None, {"file": NOT_KEPT, "baseline": FOLLOWS_RULE}.get(row.texts["kind"], IS_STATIC)
    try:
        if row.texts["kind"] == "trial":
            described = trials.genotype_of_key(session, row.texts["key"])
            return (None, UNREADABLE) if described is None else (Genotype.from_dict(described), "")
        for run in runs:
            cell = model_cell(models.get(session, run.source["model_id"]))
            found = None if cell is None else cell.genotype
            return (found, "") if found is not None else (None, KEEPS_LABELS)
    except (InvalidGenotype, KeyError, TypeError, ValueError):
        return None, UNREADABLE
    except NotFound:
        return None, NOT_KEPT
    return None, NOT_KEPT
