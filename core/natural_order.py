"""Names in the order in which people count: `seq2` before `seq10`, whatever the case."""

import re

DIGITS = 20
"""So many digits of a number in a name count, the last ones."""

_NUMBER = re.compile("[0-9]+")


def natural_key(name: str) -> str:
    """What a name is sorted by: in small letters, every number with its zeros in front."""
    return _NUMBER.sub(lambda found: found[0].zfill(DIGITS)[-DIGITS:], name.lower())
