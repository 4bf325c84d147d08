"""A process that claims and finishes jobs until none is left; prints the ids it was given."""

import os
import sys

from core.store import jobs
from core.store.session import open_database


def main() -> None:
    database = open_database(sys.argv[1])
    while True:
        with database.writing() as session:
            job = jobs.claim(
                session, ["train_static"], lease_owner=f"p{os.getpid()}", lease_seconds=60
            )
        if job is None:
            with database.reading() as session:
                if not jobs.count(session, states=[jobs.JobState.QUEUED]):
                    return
            continue
        print(job.id, flush=True)
        with database.writing() as session:
            jobs.heartbeat(session, job.id, job.fence, lease_seconds=60)
            jobs.append_log(session, job.id, job.fence, lines=["claimed"])
        with database.writing() as session:
            jobs.finish(session, job.id, job.fence, result={"by": os.getpid()})


if __name__ == "__main__":
    main()
