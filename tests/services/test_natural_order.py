"""Lists by name count as people do, on both databases, page by page."""

import pytest
from sqlalchemy import literal, select

from core.natural_order import natural_key
from core.records import new_id
from core.store import datasets, videos
from core.store.finding import naturally
from core.store.session import Database

NAMES = ("seq1", "seq2", "Seq 2b", "seq02", "SEQ10", "seq10 a", "seq100", "äpfel 9", "äpfel 10")


def test_datasets_and_videos_by_name_are_in_the_order_of_their_numbers(database: Database) -> None:
    with database.writing() as session:
        for name in NAMES:
            datasets.add(session, new_id(), name=name, origin="upload")
            videos.add(session, new_id(), name=name, size=1, original="x", job_id=new_id())
    expected = sorted(NAMES, key=lambda name: (natural_key(name), name))
    with database.reading() as session:
        pages = [
            [each.name for each in datasets.list_datasets(session, order="name", **asked)]
            for asked in ({"limit": 4, "offset": first} for first in (0, 4, 8))
        ]
        by_name = [each.name for each in videos.list_videos(session, order="name")]
    assert pages == [expected[:4], expected[4:8], expected[8:]]
    assert [name for name in expected if name.lower().startswith("seq")] == [
        *("Seq 2b", "seq1", "seq02", "seq2", "SEQ10", "seq10 a", "seq100")
    ]
    assert sorted(by_name, key=natural_key) == by_name


@pytest.mark.parametrize(
    "name", [*NAMES, "", "7", "a1b22c333", f"x{'9' * 25}y", "0007", "\\1 'x' 1", "١٢", "e\u0301 3"]
)
def test_both_databases_sort_by_the_same_key(database: Database, name: str) -> None:
    with database.reading() as session:
        assert session.scalar(select(naturally(literal(name)))) == natural_key(name)
