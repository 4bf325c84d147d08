import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DyncellError, NotFound
from core.genotype import (
    COMBINES,
    INPUTS,
    OPS,
    Genotype,
    InvalidGenotype,
    Node,
    load_genotype,
    parse_genotype,
)
from tests.core.genotypes import genotypes, one_node

NODE = Node("prev_high", "low", "identity", "sep3x3", "blend")
FULL = Genotype((NODE, Node("0", "high", "identity", "identity", "sum"), NODE))


@settings(max_examples=100)
@given(genotype=genotypes)
def test_a_genotype_survives_json_to_the_last_bit(genotype: Genotype) -> None:
    again = Genotype.from_json(genotype.to_json())
    assert again == genotype
    assert again.to_json() == genotype.to_json()
    assert again.key == genotype.key
    assert Genotype.from_dict(genotype.to_dict()) == pickle.loads(pickle.dumps(genotype))


def test_the_json_form_is_that_of_the_design() -> None:
    assert Genotype((NODE,)).to_json() == (
        '{"version": 1, "nodes": [{"left": "prev_high", "right": "low", "left_op": "identity", '
        '"right_op": "sep3x3", "combine": "blend"}]}'
    )


def test_the_key_of_a_genotype_never_changes() -> None:
    assert Genotype((NODE,)).key == "62cd72d918fb6c0b"


def test_what_a_genotype_reads_and_gives() -> None:
    assert (FULL.is_light, FULL.inputs, FULL.outputs) == (
        False,
        ("low", "high", "prev_high"),
        (1, 2),
    )
    light = Genotype((NODE,))
    assert (light.is_light, light.inputs, light.outputs) == (True, ("low", "prev_high"), (0,))


def test_a_node_is_shown_as_people_read_it() -> None:
    assert [str(node) for node in FULL.nodes[:2]] == [
        "blend(identity(prev_high), sep3x3(low))",
        "sum(identity(0), identity(high))",
    ]


@pytest.mark.parametrize("op", OPS["extended"])
def test_every_op_may_stand_on_either_side(op: str) -> None:
    document = one_node(left_op=op, right_op=op)
    assert Genotype.from_dict(document).to_dict() == document


@pytest.mark.parametrize("combine", COMBINES["extended"])
def test_every_combine_joins_halves(combine: str) -> None:
    assert Genotype.from_dict(one_node(combine=combine)).nodes[0].combine == combine


def test_a_whole_number_refers_to_a_node_like_its_text() -> None:
    document = FULL.to_dict()
    document["nodes"][1]["left"] = 0
    assert Genotype.from_dict(document) == FULL


def test_what_sample_prints_is_read_and_its_claims_are_checked() -> None:
    printed = FULL.to_dict() | {
        "name": "my cell",
        "key": FULL.key,
        "light": False,
        "params": 7,
        "macs_steady": 0,
        "macs_key": 9,
    }
    assert Genotype.from_dict(printed) == FULL
    for wrong in (
        {"key": "0" * 16},
        {"key": 5},
        {"key": None},
        {"light": True},
        {"light": 0},
        {"params": -1},
        {"params": 1.5},
        {"macs_key": True},
        {"macs_steady": "9"},
        {"name": 7},
        {"name": "<script>alert(1)</script>"},
        {"name": "x" * 1000},
    ):
        refused(printed | wrong, next(iter(wrong)))


def refused(document: object, *said: str) -> str:
    """The one sentence with which a document is refused."""
    with pytest.raises(InvalidGenotype) as caught:
        Genotype.from_json(document if isinstance(document, str) else json.dumps(document))
    sentence = str(caught.value)
    for words in said:
        assert words in sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 400
    return sentence


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"left_op": "conv7x7"}, "Node 0: left_op is 'conv7x7'; one of identity, conv1x1"),
        ({"right_op": None}, "Node 0: right_op is None; one of identity"),
        ({"combine": "max"}, "Node 0: combine is 'max'; one of sum, concat"),
        ({"combine": ["sum"]}, "combine is ['sum']"),
        ({"left": "next_low"}, "left is 'next_low'; low, high, prev_low, prev_high or the number"),
        ({"right": "00"}, "right is '00'"),
        ({"right": "\u0660"}, "right is '\u0660'"),
        ({"right": -1}, "right is '-1'"),
        ({"right": True}, "right is True"),
        ({"right": 0.0}, "right is 0.0"),
        ({"right": ""}, "right is ''"),
        ({"right": "low "}, "right is 'low '"),
        ({"right": {"a": {"b": {"c": 1}}}}, "right is {'a': {'b': {...}}}"),
        ({"left_op": "<b>bold</b>\n\x1b[31m"}, "'<b>bold</b>\\n\\x1b[31m'"),
        ({"left_op": "\ud800"}, "left_op is '\\ud800'"),
        ({"left_op": "x" * 100_000}, "..."),
    ],
)
def test_a_wrong_value_of_a_node_is_named_with_what_is_allowed(
    values: dict[str, object], said: str
) -> None:
    refused(one_node(**values), said)


def test_a_self_reference_is_refused_with_the_node_named() -> None:
    refused(one_node(right="0"), "Node 0 reads itself; it may read low, high, prev_low, prev_high.")


@pytest.mark.parametrize("forward", ["2", 2, "999999999999", 10**25])
def test_a_forward_reference_is_refused_with_the_node_named(forward: object) -> None:
    sound, wrong = one_node(), one_node(left=forward)
    nodes = [*sound["nodes"], *wrong["nodes"], *sound["nodes"]]
    said = f"Node 1 reads '{forward}', which is no earlier node; it may read"
    refused({"version": 1, "nodes": nodes}, said, "prev_high and node 0.")


def test_a_later_node_may_read_all_before_it() -> None:
    nodes = [*one_node()["nodes"] * 2, *one_node(left="3")["nodes"], *one_node()["nodes"]]
    refused({"version": 1, "nodes": nodes}, "Node 2 reads '3'", "and the nodes 0 to 1.")


def test_a_cell_that_ignores_a_frame_is_refused() -> None:
    refused(one_node(left="high"), "anything of the previous frame, only low and high; let one")
    refused(one_node(right="prev_low"), "of the current frame, only prev_low and prev_high; let")


@pytest.mark.parametrize("version", [0, 2, "1", 1.0, True, None, [1], 10**20])
def test_another_version_is_refused(version: object) -> None:
    refused(one_node() | {"version": version}, "version is", "this program reads version 1")


@pytest.mark.parametrize("nodes", [0, 9, 10_000])
def test_a_genotype_has_one_to_eight_nodes(nodes: int) -> None:
    many = one_node()["nodes"] * nodes
    with pytest.raises(InvalidGenotype, match=f"has {nodes} nodes; 1 to 8 are allowed"):
        Genotype.from_dict({"version": 1, "nodes": many})
    with pytest.raises(InvalidGenotype, match=f"has {nodes} nodes"):
        Genotype((NODE,) * nodes)


def test_too_many_nodes_are_refused_before_any_is_looked_at() -> None:
    refused({"version": 1, "nodes": ["no node"] * 10_000}, "has 10000 nodes")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "lacks the key 'version'"),
        ({"version": 1}, "lacks the key 'nodes'"),
        ({"version": 1, "nodes": []} | {"node": 1}, "has the key 'node'; known are version, nodes"),
        ({"version": 1, "nodes": {}}, "nodes is {}; a list"),
        ({"version": 1, "nodes": None}, "nodes is None"),
        ({"version": 1, "nodes": [7]}, "Node 0: it is 7, not a JSON object"),
        ({"version": 1, "nodes": [{}]}, "lacks the key 'left'"),
        (one_node(op="identity"), "has the key 'op'; known are left, right"),
        ([], "it is [], not a JSON object"),
        ("nodes", "cannot be read: line 1 is no JSON"),
        ("", "no JSON"),
        ("\ufeff{}", "no JSON"),
        ('{"version": 1,\n\n "nodes" []}', "line 3 is no JSON"),
        ('{"version": 1, "version": 1, "nodes": []}', "the key 'version' stands twice"),
        ('{"version": NaN, "nodes": []}', "NaN is no JSON number"),
        ('{"version": 1, "nodes": [-Infinity]}', "-Infinity is no JSON number"),
        ('{"version": 1e999, "nodes": []}', "version is inf"),
        ('{"version": ' + "9" * 5000 + "}", "is a number of 5000 digits"),
        ("[" * 300_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
        (" " * 4_000_001, "larger than 4 MB"),
        ("null", "it is None, not a JSON object"),
    ],
)
def test_what_is_no_genotype_is_refused_in_one_sentence(document: object, said: str) -> None:
    refused(document, said)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["version", "nodes", "left", "key", "name"]), inner)
    ),
    max_leaves=9,
)


@settings(max_examples=150)
@given(
    document=anything | st.fixed_dictionaries({"version": st.just(1), "nodes": st.lists(anything)})
)
def test_no_document_does_anything_but_be_refused(document: object) -> None:
    with pytest.raises(InvalidGenotype) as caught:
        Genotype.from_json(json.dumps(document))
    assert str(caught.value).isprintable()


@settings(max_examples=150)
@given(field=st.sampled_from(["left", "right", "left_op", "right_op", "combine"]), value=anything)
def test_no_value_of_a_node_does_anything_but_be_refused(field: str, value: object) -> None:
    with pytest.raises(InvalidGenotype, match=rf"Node 0(: {field} is| reads) ") as caught:
        Genotype.from_dict(one_node(**{field: value}))
    assert str(caught.value).isprintable()


def test_python_values_of_the_wrong_type_are_refused_too() -> None:
    with pytest.raises(InvalidGenotype, match="a tuple of nodes"):
        Genotype([NODE])  # type: ignore[arg-type]
    with pytest.raises(InvalidGenotype, match="Node 0 is 'low', not a Node"):
        Genotype(("low",))  # type: ignore[arg-type]
    with pytest.raises(InvalidGenotype, match="left is 0;"):
        Node(0, "low", "identity", "identity", "sum")  # type: ignore[arg-type]
    with pytest.raises(InvalidGenotype, match="not a JSON object"):
        Genotype.from_dict([])  # type: ignore[arg-type]


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "cell.json"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + FULL.to_json().encode())
        assert load_genotype(path) == FULL


def test_a_bad_file_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "cell.json"
    for content, said in (
        (b"", "no JSON"),
        (FULL.to_json().encode("utf-16"), "no UTF-8 text"),
        (b"\xff" * 5_000_000, "larger than 4 MB"),
        (b"{}", "lacks the key 'version'"),
    ):
        path.write_bytes(content)
        with pytest.raises(InvalidGenotype, match=said) as caught:
            load_genotype(path)
        assert "'cell.json': " in str(caught.value)


def test_a_path_that_leads_to_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no genotype file .*; check the path"):
        load_genotype(tmp_path / "missing.json")
    for path in (tmp_path, tmp_path / ("x" * 5000), Path("nul\0.json")):
        with pytest.raises(DyncellError, match=r"cannot be read \(.*\); name another"):
            load_genotype(path)


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(InvalidGenotype, match="larger than 4 MB"):
        load_genotype(Path("/dev/zero"))


def test_bytes_from_elsewhere_are_refused_with_their_source() -> None:
    with pytest.raises(InvalidGenotype, match=r"^standard input: The genotype cannot be read"):
        parse_genotype(b"?", source="standard input")


def test_genotypes_need_nothing_but_the_standard_library() -> None:
    script = (
        "import sys; import core.genotype, core.space, core.named_genotypes, core.genotype_diff;"
        "print({'torch', 'numpy', 'cv2', 'sqlalchemy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_inputs_stand_in_one_order() -> None:
    nodes = tuple(Node(name, "0", "identity", "identity", "sum") for name in reversed(INPUTS))
    assert Genotype((NODE, *nodes)).inputs == INPUTS


def test_a_key_that_nobody_wrote_is_not_computed_when_a_genotype_is_read() -> None:
    document = Genotype.from_dict(one_node()).to_dict()
    assert "key" not in vars(Genotype.from_dict(document))
    said = document | {"key": Genotype.from_dict(document).key}
    assert "key" in vars(Genotype.from_dict(said))  # it is held to what was written
