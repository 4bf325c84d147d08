"""Every number and word of the pages is in the glossary, and is found there."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from core.board.columns import COLUMNS, METRICS
from core.genotype import COMBINES, INPUTS, OPS
from core.metrics.descriptions import BEHAVIOUR, DESCRIPTIONS
from webapp.glossary_words import glossary
from webapp.literal import literal

pytestmark = pytest.mark.usefixtures("ours")

FRAME = str(Path(webapp.__file__).with_name("frame.py"))


def opened(**query: str) -> AppTest:
    test = AppTest.from_file(FRAME, default_timeout=60)
    test.query_params.update(query)
    return test.run().switch_page("app_pages/glossary.py").run()


def shown(test: AppTest) -> str:
    return "\n".join(element.value for element in (*test.markdown, *test.text, *test.caption))


def test_every_number_column_and_part_of_a_cell_is_explained() -> None:
    names = {term.name for terms in glossary().values() for term in terms}
    metrics = {column.key for column in METRICS}
    labels = {each.label for each in (*DESCRIPTIONS.values(), *BEHAVIOUR.values())}
    labels |= {column.label for column in COLUMNS.values() if column.key not in metrics}
    assert names >= labels | {*INPUTS, *OPS["extended"], *COMBINES["extended"]}
    for terms in glossary().values():
        assert all(term.meaning.strip().endswith((".", ")")) for term in terms)


def test_a_word_is_found_by_part_of_its_meaning() -> None:
    test = opened()
    assert not test.exception
    assert "**Random\u00a0twin**" in shown(test)
    assert literal(DESCRIPTIONS["aba_flicker"].meaning) in shown(test)
    test.text_input[0].set_value("genotypes drawn BY CHANCE").run()
    assert "**Random\u00a0twin**" in shown(test)
    assert "**Worker**" not in shown(test)
    test.text_input[0].set_value("no such word").run()
    assert "try a shorter part" in shown(test)
