"""Where things lie and which services are used: read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Everything that differs between a laptop and a cluster.

    With the defaults all state lies under one data folder and no server is needed; the three
    addresses move the database, the messages and the files to services.

    Attributes:
        data: The data folder (`DYNCELL_DATA`, default `~/.dyncell`).
        database_url: SQLAlchemy address (`DYNCELL_DATABASE_URL`, default SQLite in the folder).
        broker_url: Celery broker (`DYNCELL_BROKER_URL`, default Celery's filesystem transport).
        artifacts_url: fsspec address of immutable files (`DYNCELL_ARTIFACTS_URL`).
        cache: Files of this host that can always be made again (`DYNCELL_CACHE`).
        hosts: Host names, beside the loopback ones, that the web application answers to
            (`DYNCELL_HOSTS`, separated by commas).
        import_root: Folder whose subfolders the browser may import as datasets
            (`DYNCELL_IMPORT_ROOT`); None allows none.
    """

    data: Path
    database_url: str
    broker_url: str
    artifacts_url: str
    cache: Path
    hosts: tuple[str, ...] = ()
    import_root: Path | None = None

    @classmethod
    def of(cls, data: Path, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings of one data folder, with the addresses found in `environment`."""
        found = os.environ if environment is None else environment
        data = data.expanduser().absolute()
        import_root = found.get("DYNCELL_IMPORT_ROOT")
        return cls(
            data=data,
            database_url=found.get("DYNCELL_DATABASE_URL") or f"sqlite:///{data / 'dyncell.db'}",
            broker_url=found.get("DYNCELL_BROKER_URL") or "filesystem://",
            artifacts_url=found.get("DYNCELL_ARTIFACTS_URL") or str(data / "artifacts"),
            cache=Path(found.get("DYNCELL_CACHE") or data / "cache").expanduser().absolute(),
            hosts=tuple(name.strip() for name in found.get("DYNCELL_HOSTS", "").split(",") if name),
            import_root=Path(import_root).expanduser().absolute() if import_root else None,
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings that the environment names."""
        found = os.environ if environment is None else environment
        return cls.of(Path(found.get("DYNCELL_DATA") or "~/.dyncell"), found)

    @property
    def is_embedded(self) -> bool:
        """Whether messages travel over the data folder, without a broker."""
        return self.broker_url.startswith("filesystem:")

    @property
    def messages(self) -> Path:
        """The folder of the embedded broker."""
        return self.data / "messages"

    @property
    def uploads(self) -> Path:
        """The spool of unfinished uploads, on the web host."""
        return self.data / "uploads"

    @property
    def answers(self) -> Path:
        """Answers of the API to requests that may be repeated, on the web host."""
        return self.data / "answers"

    @property
    def work(self) -> Path:
        """Files of running jobs of this host: removed when their job ends."""
        return self.data / "work"

    @property
    def checkpoints(self) -> Path:
        """Checkpoints of jobs that can go on after an interruption."""
        return self.data / "checkpoints"
