"""Documents of searches are read back as they were written, or told why not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInput
from core.search_document import search_document
from core.search_import import MAX_BYTES, parse_search
from core.search_records import SearchState
from core.search_summary import SearchSummary

EXAMPLE = Path(__file__).parents[2] / "core" / "examples" / "search-camvid.json"
ELSEWHERE = {"job_id", "dataset_id", "static_id", "host", "created_at", "seconds_left", "static_ms"}
"""Not in the file, or about the place where it was made."""


def without(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: without(each) for key, each in document.items() if key not in ELSEWHERE}
    return [without(each) for each in document] if isinstance(document, list) else document


def changed(**values: Any) -> bytes:
    """The example with other values of its second trial."""
    document = json.loads(EXAMPLE.read_bytes())
    document["trials"][1] |= values
    return json.dumps(document).encode()


def test_a_search_that_was_read_is_written_as_it_was() -> None:
    found = parse_search(EXAMPLE.read_bytes())
    again = search_document([SearchSummary(each.search, each.trials) for each in found])
    known = json.loads(EXAMPLE.read_bytes())
    for each, there in ((again, known), (again["twin"], known["twin"])):
        assert len(each["trials"]) == len(there["trials"]) == 80
        for ours, theirs in zip(each["trials"], there["trials"], strict=True):
            assert without(ours) == without(theirs)
        for key in ("name", "id", "twin_of", "state", "config", "prepared", "data_key", "code"):
            assert each[key] == there[key]
        assert each["stopped"] == there["stopped"]
        assert each["front"]["trials"] == there["front"]["trials"]
        assert each["front"]["hypervolume"] == pytest.approx(there["front"]["hypervolume"])
        assert each["cost"]["cpu_seconds"] == pytest.approx(there["cost"]["cpu_seconds"], abs=0.1)


def test_an_imported_search_is_over_and_has_no_job() -> None:
    document = json.loads(EXAMPLE.read_bytes())
    document["state"] = "running"
    document["trials"][5]["state"] = "running"
    found, _ = parse_search(json.dumps(document).encode())
    assert found.search.state is SearchState.STOPPED
    assert found.search.is_imported
    assert [trial.number for trial in found.trials] == list(range(5))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xfe", "This is not JSON"),
        (b"[" * 100_000, "This is not JSON"),
        (b"[]", "This is not the document of a search"),
        (b'{"trials": []}', "This is not the document of a search"),
        (b" " * (MAX_BYTES + 1), "more than 64 MB"),
        (changed(key="0" * 16), "Trial 1 .* says that the key of its genotype is"),
        (changed(genotype={"version": 9, "nodes": []}), "The genotype of trial 1 cannot be read"),
        (changed(reward=None), "neither a reward nor a known cause"),
        (changed(cause="weather"), "neither a reward nor a known cause"),
        (changed(reward=101), "not the document of a search"),
        (changed(number=0), "out of order, or one is missing or there twice"),
        (changed(accuracy=float("nan")), "holds NaN, which is no number"),
        (changed(accuracy=None) + b"x", "This is not JSON"),
    ],
)
def test_what_is_no_search_is_told_in_a_sentence(data: bytes, told: str) -> None:
    with pytest.raises(BadInput, match=re.compile(told)):
        parse_search(data)
