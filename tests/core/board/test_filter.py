import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.board.columns import COLUMNS
from core.board.condition import All, Any_, Compare, Flag, Missing, Not
from core.board.filter import DEEPEST, LONGEST, parse_filter
from core.board.filter_tokens import BadFilter


def test_the_filter_of_the_handbook_is_read() -> None:
    assert parse_filter("miou > 60 and light and latency_p50 < 10") == All(
        (Compare("miou", ">", 60.0), Flag("light"), Compare("latency_p50", "<", 10.0))
    )


def test_and_binds_tighter_than_or_and_not_tighter_than_both() -> None:
    assert parse_filter("light or not cell and ranked") == Any_(
        (Flag("light"), All((Not(Flag("cell")), Flag("ranked"))))
    )


def test_parentheses_keywords_and_names_in_capitals() -> None:
    assert parse_filter("NOT (MIOU >= 60 OR light)") == Not(
        Any_((Compare("miou", ">=", 60.0), Flag("light")))
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5M", 1.5e6), ("300k", 3e5), ("2G", 2e9), ("50%", 50.0), ("-1", -1.0), (".5e1", 5.0)],
)
def test_numbers_may_have_a_scale(text: str, value: float) -> None:
    assert parse_filter(f"params < {text}") == Compare("params", "<", value)


def test_text_is_quoted_or_one_word() -> None:
    assert parse_filter("kind = trial") == Compare("kind", "=", "trial")
    assert parse_filter('name ~ "it\'s"') == Compare("name", "~", "it's")


def test_missing_numbers_can_be_asked_for() -> None:
    assert parse_filter("miou is missing") == Missing("miou")
    assert parse_filter("miou is not missing") == Not(Missing("miou"))


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_blank_filter_is_none(text: str) -> None:
    assert parse_filter(text) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mio > 60", r"There is no column mio; perhaps: miou"),
        (
            "miou > 60 and",
            r"At character 14 .* a column's name is expected, but the end comes",
        ),
        ("miou", r"miou is a number: compare it, as in miou > 10"),
        ("miou > high", r"miou is a number: high cannot stand behind >; write miou > 10"),
        ("miou ~ 6", r"miou is a number and compared by < <= > >= = !=, not by ~"),
        ("light = 1", r"light is true or false: write light or not light"),
        ('name > "x"', r"name is a text and compared by = != ~, not by >"),
        ("name is missing", r'name is text and never missing: compare it with ""'),
        ("(light", r"The parenthesis at character 1 of the filter is not closed; put \)"),
        ("light)", r"At character 6 of the filter and, or, or the end is expected, but \) comes"),
        ("name = 'x", r"The quote ' at character 8 of the filter is not closed"),
        ('name = "', r'The quote " at character 8 of the filter is not closed'),
        ("miou > 6o", r"'6o' at character 8 of the filter is no number"),
        ("miou > 1e999", r"The number 1e999 is too large"),
        ("miou; drop table", r"cannot be read from ';' at character 5"),
        ("__import__('os')", r"There is no column __import__"),
        ("name = 'a\0b'", r"Character 10 of the filter cannot be written"),
        ("name = '\ud800'", r"Character 9 of the filter cannot be written"),
        ("x" * 10_000, r"The filter has 10,000 characters; at most 2,000 are read"),
        ("not " * (DEEPEST + 1) + "light", r"nested more than 40 deep"),
        ("(" * 900, r"nested more than 40 deep"),
    ],
)
def test_what_is_no_filter_gets_one_sentence_that_says_how_to_mend_it(
    text: str, sentence: str
) -> None:
    with pytest.raises(BadFilter, match=sentence) as told:
        parse_filter(text)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300


_WORDS = st.sampled_from(
    [*COLUMNS, *"and or not is missing ( ) < <= > >= = != ~ <> == ' \" 1 -2.5 3k x".split()]  # noqa: SIM905
)


@given(st.one_of(st.text(max_size=LONGEST + 5), st.lists(_WORDS).map(" ".join)))
@example("(" * LONGEST)
@example("not " * (LONGEST // 4))
@example("light and " * 199 + "light")
@example("miou > 1" + "0" * 1900)
def test_whatever_is_written_is_read_or_refused_in_one_sentence(text: str) -> None:
    assert len(_said(text)) < 300


def _said(text: str) -> str:
    try:
        return str(parse_filter(text)) and ""
    except BadFilter as error:
        return str(error)
