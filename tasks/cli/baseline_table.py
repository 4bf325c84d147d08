"""The table of `dyncell baselines`: rows of the leaderboard, as JSON, as text and as Markdown."""

from collections.abc import Sequence
from typing import Any

import click

from core.baselines.config import DESCRIPTIONS, BaselineConfig, names_baseline
from core.board.hand_labels import hand_labels
from core.board.making import cohort_run_id, evaluation_run_id
from core.board.row import Row
from core.data_folder import DataFolder
from core.named_genotypes import COPY
from core.named_genotypes import DESCRIPTIONS as CELLS
from core.records import Model
from core.store import board
from tasks.cli.baseline_run import BaselineRun

Json = dict[str, Any]

_METRICS = ("miou", "aba_flicker", "aba_flicker_ratio", "vcacc16", "tc_m", "macs_steady")
_HEADINGS = ("row", "n", "mIoU %", "ABA %", "of static", "VCacc16 %", "TC-m %", "MACs steady")


def table_document(folder: DataFolder, run: BaselineRun, *, command: str) -> Json:
    """The table as plain JSON: its rows, what they are of, and the command that makes it.

    `hand_labels` is how much they change and flicker themselves. A row has `row kind n models`,
    each metric with its 95% `intervals`, and why others are `missing`. `n` counts seeds, of random
    cells the cells.
    """
    asking = run.asking
    rows, found_rows = [], []
    for name in dict.fromkeys(part.row for part in run.parts):
        parts = [part for part in run.parts if part.row == name]
        cohort = parts[0].cell is not None and bool(parts[0].cell.cohort)
        models = [part.model for part in parts if part.model is not None]
        found = _row(folder, run, models, cohort=cohort)
        rows.append(_document(name, found, models))
        found_rows += [] if found is None else [found]
    return {
        "command": command,
        "static": asking.static.name,
        "static_sha256": asking.static.sha256,
        "dataset": asking.dataset,
        "judged": str(asking.judged),
        "data_key": run.record(asking.static)["data_key"],
        "protocol": run.protocol.to_dict(),
        "key_interval": asking.key_interval,
        "training": asking.options,
        "hand_labels": hand_labels(found_rows),
        "rows": rows,
        "failed": run.failures,
    }


def print_table(document: Json) -> None:
    """Prints the table for people."""
    lines = [list(_HEADINGS), *_lines(document)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(_HEADINGS))]
    for line in lines:
        cells = [
            text.ljust(width) if n == 0 else text.rjust(width)
            for n, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
    click.echo("n: seeds, of random cells the cells; ±: 95% interval of the mean over them.")
    for reason in _reasons(document["rows"]):
        click.echo(reason)


def print_markdown(document: Json) -> None:
    """Prints the table as a page that says what its rows are and how it is made again."""
    judged = f"{document['dataset']} {document['judged']}"
    click.echo(
        f"# Baselines of {document['static']}\n\n"
        f"What every cell must beat, judged on {judged}. One command makes this page (with "
        f"`--markdown`; with `--json` the numbers in full):\n\n"
        f"```\n{document['command']}\n```\n\n"
        f"n counts seeds, of random cells the cells; ± is the 95% interval of the mean over them. "
        f"The clip is one, so a row with n = 1 has no interval. *of static*: ABA flicker as a "
        f"share of the static network's; none where the mIoU is more than 1 point or a "
        f"twentieth below it, or where the labels change less than half as often as the hand "
        f"labels. Every row is "
        f"one stream that begins with the first judged frame, a key frame; where every "
        f"{_ordinal(document)} frame is one, another beginning gives somewhat other numbers. MACs "
        f"are those of the network between key frames; flow, homography and mixing are not "
        f"counted.\n"
    )
    click.echo(f"| {' | '.join(_HEADINGS)} |\n|{'---|' * len(_HEADINGS)}")
    for cells in _lines(document):
        click.echo(f"| {' | '.join(cells)} |")
    click.echo("")
    if document["hand_labels"]:
        click.echo("- **hand labels**: What people, or the maker of the data, say of the frames.")
    for row in document["rows"]:
        click.echo(f"- **{row['row']}**: {_meaning(row['row'], document)}")
    for reason in _reasons(document["rows"]):
        click.echo(f"- {reason}")


def _row(
    folder: DataFolder, run: BaselineRun, models: Sequence[Model], *, cohort: bool
) -> Row | None:
    """The leaderboard's row of the first model that is judged."""
    with folder.database.reading() as session:
        for model in models:
            record = run.record(model)
            run_id = evaluation_run_id(*(record[f"{k}_key"] for k in ("model", "data", "protocol")))
            found = board.row_of_run(session, cohort_run_id(run_id) if cohort else run_id)
            if found is not None:
                return found
    return None


def _document(name: str, row: Row | None, models: Sequence[Model]) -> Json:
    document: Json = {"row": name, "kind": None, "n": 0, "models": [m.name for m in models]}
    if row is None:
        why = "it has not been judged" if models else "it has not been trained"
        return document | dict.fromkeys(_METRICS) | {"missing": dict.fromkeys(_METRICS, why)}
    values = {key: row.means.get(key) for key in _METRICS}
    intervals = {key: row.interval(key) for key in _METRICS}
    return document | {
        "kind": row.texts["kind"],
        "n": int(row.counts["seeds"] or 0),
        **{key: None if value is None else round(value, 4) for key, value in values.items()},
        "intervals": {
            key: [round(end, 4) for end in ends] for key, ends in intervals.items() if ends
        },
        "missing": {key: row.reason(key) for key, value in values.items() if value is None},
    }


def _lines(document: Json) -> list[list[str]]:
    """The rows, before them the hand labels: they flicker, too."""
    flicker = document["hand_labels"].get("aba_flicker")
    truth = [["hand labels", "", "", f"{flicker:.3f}", *[""] * (len(_HEADINGS) - 4)]]
    return [*(truth if flicker is not None else []), *map(_cells, document["rows"])]


def _cells(row: Json) -> list[str]:
    def number(key: str, digits: int) -> str:
        value, ends = row[key], row.get("intervals", {}).get(key)
        if value is None:
            return "-"
        text = f"{value:.{digits}f}"
        return text if ends is None else f"{text} ±{(ends[1] - ends[0]) / 2:.{digits}f}"

    macs = row["macs_steady"]
    return [
        row["row"],
        str(row["n"]),
        number("miou", 2),
        number("aba_flicker", 3),
        number("aba_flicker_ratio", 2),
        number("vcacc16", 2),
        number("tc_m", 2),
        "-" if macs is None else f"{macs / 1e6:,.0f} M",
    ]


def _reasons(rows: Sequence[Json]) -> list[str]:
    """Why numbers are missing, rows of one reason together."""
    found: dict[tuple[str, str], list[str]] = {}
    labels = dict(zip(_METRICS, _HEADINGS[2:], strict=True)) | {"aba_flicker_ratio": "ratio"}
    for row in rows:
        missing = row["missing"]
        if len(missing) == len(_METRICS):
            found.setdefault(("No numbers", next(iter(missing.values()))), []).append(row["row"])
            continue
        for key, why in missing.items():
            found.setdefault((f"No {labels[key].rstrip(' %')}", why), []).append(row["row"])
    return [f"{what} of {', '.join(names)}: {why}." for (what, why), names in found.items()]


def _meaning(row: str, document: Json) -> str:
    training = document["training"]
    trained = (
        f"trained with {training['steps']} steps on simulated clips of {training['length']} frames"
    )
    if row == "static":
        return "The static network on every frame."
    if row.split("-")[0] == COPY:
        return f"Keeps the key frame's labels; every {_ordinal(document)} frame is a key frame."
    if names_baseline(row):
        config = BaselineConfig.parse(row)
        share = f" The new frame's share is {config.number:g}." if config.averages else ""
        return DESCRIPTIONS[config.method] + share
    if row in CELLS:
        return f"{CELLS[row]} {trained.capitalize()}."
    if row.startswith("memoryless "):
        return "The control: the same full cell and losses, but it never sees the past."
    return f"The mean of different cells that nobody chose, one seed each, {trained}."


def _ordinal(document: Json) -> str:
    return {2: "second", 3: "third", 5: "fifth"}.get(
        document["key_interval"], f"{document['key_interval']}th"
    )
