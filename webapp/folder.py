"""The data folder of this process: opened once, by whoever needs it first."""

from functools import cache

from core.data_folder import DataFolder, open_data_folder
from core.settings import Settings


@cache
def current_folder() -> DataFolder:
    """The data folder that the environment names; a failure is not remembered.

    Raises:
        DataFolderError: The folder cannot be used, or a newer version made it.
        StorageFull: The disk is full.
    """
    return open_data_folder(Settings.from_environment())
