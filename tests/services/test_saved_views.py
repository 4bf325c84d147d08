"""Saved views and the columns chosen last, the same on every database."""

import pytest

from core.errors import NameTaken, NotFound
from core.store import saved_views
from core.store.session import Database


def test_a_view_is_saved_found_changed_and_deleted(database: Database) -> None:
    with database.writing() as session:
        made = saved_views.add(session, "light ones", {"filter": "light"})
        saved_views.add(session, "all", {})
    with database.writing() as session:
        saved_views.rename(session, made.id, "light cells")
        changed = saved_views.replace(session, "light cells", {"filter": "light", "sort": "gain"})
    assert changed.parts == {"filter": "light", "sort": "gain"}
    assert changed.changed_at >= made.changed_at == made.created_at
    with database.reading() as session:
        assert saved_views.get(session, made.id) == changed
        assert [view.name for view in saved_views.list_views(session)] == ["all", "light cells"]
    with database.writing() as session:
        assert saved_views.remove(session, "all").name == "all"
    with database.reading() as session, pytest.raises(NotFound) as told:
        saved_views.get(session, "all")
    assert str(told.value) == "There is no saved view 'all'; saved views: light cells."


def test_two_views_never_have_one_name(database: Database) -> None:
    with database.writing() as session:
        saved_views.add(session, "one", {})
        saved_views.add(session, "two", {})
    with database.writing() as session, pytest.raises(NameTaken, match="'one' exists already"):
        saved_views.rename(session, "two", "one")
    with database.writing() as session, pytest.raises(NameTaken, match="'one' exists already"):
        saved_views.add(session, "one", {})


def test_the_page_opens_with_one_view_at_most(database: Database) -> None:
    with database.writing() as session:
        saved_views.add(session, "one", {})
        saved_views.add(session, "two", {})
        assert saved_views.default(session) is None
        saved_views.set_default(session, "one", True)
        saved_views.set_default(session, "two", True)
    with database.writing() as session:
        default = saved_views.default(session)
        assert default is not None
        assert default.name == "two"
        assert sum(view.is_default for view in saved_views.list_views(session)) == 1
        saved_views.set_default(session, "two", False)
        assert saved_views.default(session) is None


def test_the_columns_chosen_last_are_kept_for_models_and_for_trials(database: Database) -> None:
    with database.writing() as session:
        assert saved_views.last_columns(session, "model") == ""
        saved_views.keep_columns(session, "model", "name,miou")
        saved_views.keep_columns(session, "trial", "name,reward")
        saved_views.keep_columns(session, "model", "name,gain")
    with database.writing() as session:
        assert saved_views.last_columns(session, "model") == "name,gain"
        assert saved_views.last_columns(session, "trial") == "name,reward"
        saved_views.keep_columns(session, "model", "")
        assert saved_views.last_columns(session, "model") == ""
