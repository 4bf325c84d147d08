"""A child that runs the tests' body for every kind; started by a `Slot` as its child command."""

from dataclasses import replace

from tasks import child
from tasks.kinds import KINDS

if __name__ == "__main__":
    for name, kind in KINDS.items():
        KINDS[name] = replace(kind, module="tests.tasks.bodies")
    child.main()
