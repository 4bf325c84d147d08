"""The data folder opened: settings, database and artifacts in one hand."""

from dataclasses import dataclass

from core.artifacts import Artifacts
from core.errors import DataFolderError
from core.settings import Settings
from core.store.migrate import migrate
from core.store.session import Database, open_database


@dataclass(frozen=True)
class DataFolder:
    """What every process needs to find and keep things."""

    settings: Settings
    database: Database
    artifacts: Artifacts


def open_data_folder(settings: Settings) -> DataFolder:
    """Makes the folder where it is missing and brings its tables up to date.

    Raises:
        DataFolderError: The folder cannot be written to, or a newer version made it.
        StorageFull: The disk is full.
    """
    try:
        for folder in (settings.data, settings.uploads, settings.work, settings.checkpoints):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"The data folder {settings.data} cannot be used ({error.strerror}); "
            "choose another one with --data or DYNCELL_DATA."
        ) from error
    database = open_database(settings.database_url)
    migrate(database)
    return DataFolder(settings, database, Artifacts(settings.artifacts_url, settings.cache))
