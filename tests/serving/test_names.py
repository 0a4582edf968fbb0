from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.serving.errors import ApiError
from pointsman.serving.names import TASK_OF, name_of, names_of, shape_of, task_named
from tests.serving.values import FIVE, router


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("intent", "domain"),
        ("tool", "intent"),
        ("security", "jailbreak"),
        ("pii", "pii"),
        ("modality", "modality"),
        ("domain", "domain"),
        ("jailbreak", "jailbreak"),
        ("support", "support"),
    ],
)
def test_the_api_names_a_task_or_it_goes_by_its_own_name(name: str, task: str) -> None:
    assert task_named(name, [*FIVE, "support"]) == task


@pytest.mark.parametrize("name", ["intent", "tool", "security", "pii", "modality", "domain", "jailbreak"])
def test_a_known_task_that_is_not_loaded(name: str) -> None:
    with pytest.raises(ApiError) as caught:
        task_named(name, ["support"])
    assert (caught.value.status, caught.value.code) == (503, "TASK_NOT_LOADED")
    assert caught.value.message == f"no model for '{name}' is loaded (loaded: support)"


def test_nobody_is_answered_with_tools_who_asked_for_a_domain() -> None:
    with pytest.raises(ApiError, match="no model for 'intent' is loaded") as caught:
        task_named("intent", ["intent"])
    assert caught.value.status == 503
    assert task_named("tool", ["intent"]) == "intent"


def test_an_unknown_task_names_the_loaded_ones_and_the_nearest() -> None:
    with pytest.raises(ApiError) as caught:
        task_named("securty", FIVE)
    assert (caught.value.status, caught.value.code) == (400, "INVALID_TASK_TYPE")
    assert caught.value.message == (
        "unknown task 'securty', did you mean 'security'? "
        "(loaded: intent, tool, security, modality, pii, domain, jailbreak)"
    )


def test_a_task_of_a_users_own_keeps_its_name_where_nothing_else_has_it() -> None:
    assert task_named("security", ["security"]) == "security"
    assert task_named("security", ["security", "jailbreak"]) == "jailbreak"


@given(st.text(st.characters(), max_size=200))
def test_any_name_is_a_task_or_an_error_that_can_be_sent(name: str) -> None:
    if name in names_of(FIVE):
        assert task_named(name, FIVE) in FIVE
        return
    with pytest.raises(ApiError) as caught:
        task_named(name, FIVE)
    caught.value.message.encode()
    assert len(caught.value.message) < 700
    assert "\n" not in caught.value.message


def test_every_name_leads_to_its_task() -> None:
    names = names_of([*FIVE, "support"])
    assert set(TASK_OF) <= set(names)
    assert {name: task_named(name, [*FIVE, "support"]) for name in names} == names
    assert all(names[name_of(task)] == task for task in [*FIVE, "support"])


@pytest.mark.parametrize(
    ("task", "shape"),
    [
        ("domain", "category"),
        ("intent", "tool"),
        ("jailbreak", "security"),
        ("modality", "modality"),
        ("pii", "entities"),
        ("support", "category"),
        ("places", "entities"),
    ],
)
def test_shapes(task: str, shape: str) -> None:
    assert shape_of(router(task)) == shape


def test_a_users_own_jailbreak_without_a_positive_label_is_a_category() -> None:
    assert shape_of(router("jailbreak", positive=None)) == "category"
