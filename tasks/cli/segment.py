"""`dyncell segment`: labels a video in the foreground."""

from pathlib import Path

import click

from core.errors import BadMedia, DyncellError
from core.model_file import read_header
from core.registry import DEFAULT_MODEL
from core.settings import Settings
from tasks.cli.options import find_weights, open_folder, refuse_unwritable, with_settings
from tasks.cli.progress import progress_bar
from tasks.foreground import run_in_foreground

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("video", type=click.Path(path_type=Path))
@click.option(
    "--model",
    default=DEFAULT_MODEL,
    show_default=True,
    help="A name, a weights file, `copy`, or GENOTYPE@MODEL for a cell that learnt nothing.",
)
@click.option("--out", type=_FILE, required=True, help="The picture with its labels, .mp4.")
@click.option("--labels", type=_FILE, help="The class ids, lossless, .mkv.")
@click.option("--label-maps", type=_FILE, help="The class ids as PNGs named by frames, .zip.")
@click.option("--report", type=_FILE, help="The numbers, .json.")
@click.option("--start", default=0, type=click.IntRange(min=0), help="Number of the first frame.")
@click.option("--end", type=click.IntRange(min=1), help="Number after the last frame.")
@click.option(
    "--key-interval",
    type=click.IntRange(min=0),
    help="Frames from one key frame to the next, 0 = only the first and scene cuts; for models "
    "with a cell.",
)
@click.option("--full-size", is_flag=True, help="Labels of the video's own size.")
@with_settings
def segment(
    settings: Settings,
    video: Path,
    model: str,
    out: Path,
    labels: Path | None,
    label_maps: Path | None,
    report: Path | None,
    start: int,
    end: int | None,
    key_interval: int | None,
    full_size: bool,
) -> None:
    """Labels every frame of VIDEO."""
    _refuse_bad_paths(video, {out: ".mp4", labels: ".mkv", label_maps: ".zip", report: ".json"})
    folder = open_folder(settings)
    weights = find_weights(folder, model)
    if key_interval is not None and read_header(weights).cell is None:
        click.echo("This model has no cell: --key-interval changes nothing.", err=True)
    payload = {
        "video": str(video.absolute()),
        "model": str(weights.absolute()),
        "model_name": model,
        "out": str(out.absolute()),
        "labels": None if labels is None else str(labels.absolute()),
        "label_maps": None if label_maps is None else str(label_maps.absolute()),
        "report": None if report is None else str(report.absolute()),
        "start": start,
        "end": end,
        "key_interval": key_interval,
        "full_size": full_size,
    }
    title = f"Segment {video.name} with {model} (from a terminal)"
    with progress_bar() as show:
        job = run_in_foreground(folder, "segment_video", payload, title=title, on_progress=show)
    found = job.result
    busy = ", the machine was busy with other work" if found["busy"] else ""
    click.echo(f"{out}: {found['frames']} frames at {found['fps_e2e']:.1f} frames/s{busy}.")


def _refuse_bad_paths(video: Path, outputs: dict[Path | None, str]) -> None:
    """Says what is wrong with a path before any work is done."""
    if not video.is_file():
        raise BadMedia(f"There is no file {video}; check the path.")
    for path, suffix in outputs.items():
        if path is None:
            continue
        if path.suffix.lower() != suffix:
            raise DyncellError(f"{path} must end in {suffix}.")
        if not path.absolute().parent.is_dir():
            raise DyncellError(f"There is no folder {path.absolute().parent}; make it first.")
        if path.absolute() == video.absolute():
            raise DyncellError(f"{path} is the video itself; choose another file to write.")
        refuse_unwritable(path.absolute().parent)
