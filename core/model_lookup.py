"""Where the weights lie that a path, a registry name or the name of a fresh cell means."""

from pathlib import Path

from core.errors import NotFound
from core.fresh_cell import fresh_cell_model, names_fresh_cell
from core.model_file import SHIPPED, SUFFIX
from core.settings import Settings


def find_model(model: str | Path) -> Path:
    """The weights file that a path or a registry name means.

    Raises:
        NotFound: Nothing of that name is known.
    """
    if isinstance(model, str) and names_fresh_cell(model):
        cache = Settings.from_environment().cache
        return fresh_cell_model(model, find_static=find_model, cache=cache)
    if isinstance(model, Path) or "/" in model or model.endswith(SUFFIX):
        return Path(model).expanduser()
    if model in SHIPPED:  # a data folder of an older version may still hold older weights
        return SHIPPED[model]
    settings = Settings.from_environment()
    if settings.data.is_dir() or not settings.database_url.startswith("sqlite:"):
        return _find_registered(settings, model)
    raise NotFound(
        f"There is no model {model!r} and no data folder {settings.data}; name a file or one of "
        f"{', '.join(SHIPPED)}."
    )


def _find_registered(settings: Settings, name: str) -> Path:
    # The registry speaks SQL: only names need it, files work without.
    from core.data_folder import open_data_folder
    from core.registry import resolve_model

    folder = open_data_folder(settings)
    try:
        return resolve_model(folder, name)
    finally:
        folder.database.close()
