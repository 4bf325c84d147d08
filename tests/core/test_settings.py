from pathlib import Path

from core.settings import Settings


def test_everything_lies_under_one_folder_by_default(tmp_path: Path) -> None:
    settings = Settings.of(tmp_path, {})
    assert settings.database_url == f"sqlite:///{tmp_path}/dyncell.db"
    assert settings.artifacts_url == str(tmp_path / "artifacts")
    assert settings.is_embedded
    assert {settings.messages, settings.uploads, settings.work, settings.cache} == {
        tmp_path / name for name in ("messages", "uploads", "work", "cache")
    }


def test_services_are_only_addresses_away() -> None:
    settings = Settings.from_environment(
        {
            "DYNCELL_DATA": "/srv/dyncell",
            "DYNCELL_DATABASE_URL": "postgresql://db/dyncell",
            "DYNCELL_BROKER_URL": "redis://queue/0",
            "DYNCELL_ARTIFACTS_URL": "s3://bucket/dyncell",
            "DYNCELL_HOSTS": "cells.example.org, other.example.org",
        }
    )
    assert settings.database_url == "postgresql://db/dyncell"
    assert not settings.is_embedded
    assert settings.hosts == ("cells.example.org", "other.example.org")
