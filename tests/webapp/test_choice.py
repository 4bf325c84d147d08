from dataclasses import replace

from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from tests.webapp.stored import add_model


def _page() -> None:
    import streamlit as st

    from webapp.choice import choose

    found = st.session_state["found"]
    asked = st.session_state.get("asked")
    chosen = choose("Model", found, key="box", asked=asked, noun="model")
    st.text("nothing" if chosen is None else chosen.id)


def test_the_first_is_chosen_where_nothing_was_asked_for(folder: DataFolder) -> None:
    first, second = add_model(folder, "first"), add_model(folder, "second")
    test = AppTest.from_function(_page)
    test.session_state["found"] = [first, second]
    assert test.run().text[0].value == first.id
    test = AppTest.from_function(_page)
    test.session_state["found"] = [first, second]
    test.session_state["asked"] = second.id
    assert test.run().text[0].value == second.id
    assert not test.error


def test_a_choice_outlives_another_order_and_another_name(folder: DataFolder) -> None:
    first, second = add_model(folder, "first"), add_model(folder, "second")
    test = AppTest.from_function(_page)
    test.session_state["found"] = [first, second]
    test.run().selectbox[0].set_value(second.id).run()
    test.session_state["found"] = [add_model(folder, "newer"), replace(second, name="x"), first]
    for _ in range(2):
        assert test.run().text[0].value == second.id


def test_a_choice_that_is_gone_is_said_until_another_is_chosen(folder: DataFolder) -> None:
    first, second = add_model(folder, "first"), add_model(folder, "second")
    test = AppTest.from_function(_page)
    test.session_state["found"] = [first, second]
    test.run()
    test.session_state["found"] = [second]
    for _ in range(2):
        assert test.run().text[0].value == "nothing"
        assert "The model first is gone" in test.error[0].value
    test.selectbox[0].set_value(second.id).run()
    assert test.text[0].value == second.id
    assert not test.error
