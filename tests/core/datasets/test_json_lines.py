"""JSON with the line of each value."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.json_lines import JsonError, read_json

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=100)
@given(document=documents, indent=st.none() | st.integers(0, 3))
def test_values_are_those_of_json_and_every_one_has_its_line(
    document: object, indent: int | None
) -> None:
    text = json.dumps(document, indent=indent)
    found = read_json(text)
    assert found.value == document
    lines = text.split("\n")
    for path, line in found.lines.items():
        value = document
        for step in path:
            value = value[step]  # type: ignore[index]
        assert json.dumps(value)[0] in lines[line - 1]


def test_lines_are_where_values_begin() -> None:
    text = '{\n "a": [1,\n  {"b": 2}],\n\n "c":\n  3}'
    found = read_json(text)
    assert found.lines == {(): 1, ("a",): 2, ("a", 0): 2, ("a", 1): 3, ("a", 1, "b"): 3, ("c",): 6}
    assert found.line(("a", 1, "b", "deeper")) == 3
    assert found.line(("nowhere",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{"a": 1,\n"b" 2}', 2, "no JSON"),
        ('{"a": 1,\n"a": 2}', 2, "the key 'a' stands there twice"),
        ("[\n" * 30 + "]" * 30, 22, "nested too deeply"),
        ("", 1, "no JSON"),
        ("9" * 5000, 1, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(JsonError, match=said) as caught:
        read_json(text)
    assert caught.value.line == line
