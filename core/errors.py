"""Errors whose text is meant for the person in front of the screen."""


class DyncellError(Exception):
    """A failure explained in one clear sentence that says how to go on.

    Pages print the text as it is, commands print it on stderr and end with exit code 1.
    Everything that is not a `DyncellError` is a defect of ours.
    """


class BadInput(DyncellError):
    """Something that was given and cannot be taken as it is: trying again would fail again."""


class BadMedia(BadInput):
    """A file that cannot be taken as a video; the text says what is wrong with it."""


class BadCheckpoint(BadInput):
    """A weights file that is missing, foreign, damaged or does not fit the network."""


class BadPrediction(BadInput):
    """A prediction or label map that cannot be scored; the text names the frame."""


class NotFound(DyncellError):
    """A name or id that nothing answers to."""


class NameTaken(DyncellError):
    """A name that another thing of the same kind already has."""


class DataFolderError(DyncellError):
    """A data folder that cannot be used: in use, of a newer version, or not writable."""


class StorageFull(DyncellError):
    """The disk has no room for what was to be written."""


class Cancelled(DyncellError):
    """The person asked for the work to stop."""


class Paused(DyncellError):
    """The person asked for the work to rest; its checkpoint is on disk."""


class LeaseLost(DyncellError):
    """Another owner holds the job now: nothing this process did may be published."""
