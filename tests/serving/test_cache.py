from __future__ import annotations

import pickle
from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.serving.cache import Cache
from pointsman.tasks import Decision
from tests.serving.panels import decision, spans

SECRET = "ask Ann Smith in Lund"
FOUND = spans(
    (
        "PERSON",
        4,
        13,
    ),
    ("GPE", 17, 21),
    text=SECRET,
)


def _pii(text: str = SECRET) -> Decision:
    return decision(text, "pii", spans=FOUND[:1], candidates=FOUND)


def test_what_was_put_is_found_for_the_tasks_it_was_put_for() -> None:
    cache = Cache(4)
    one, other = decision("a"), decision("a", "tone")
    cache.put("a", {"kind": one})
    assert cache.get("a", ["kind"]) == {"kind": one}
    assert cache.get("a", ["kind", "tone"]) is None
    assert cache.get("b", ["kind"]) is None
    cache.put("a", {"tone": other})
    assert cache.get("a", ["tone", "kind"]) == {"tone": other, "kind": one}
    assert cache.get("a", ["tone"]) == {"tone": other}
    assert len(cache) == 1


def test_entities_come_back_with_their_text_and_none_is_kept() -> None:
    cache = Cache(4)
    cache.put(SECRET, {"pii": _pii(), "kind": decision(SECRET)})
    kept = pickle.dumps(cache._rows)
    assert all(part.encode() not in kept for part in (SECRET, "Ann", "Lund"))
    found = cache.get(SECRET, ["pii", "kind"])
    assert found == {"pii": _pii(), "kind": decision(SECRET)}
    assert [entity.text for entity in found["pii"].candidates or ()] == ["Ann Smith", "Lund"]


@pytest.mark.parametrize("none", [None, ()])
def test_a_text_without_entities_stays_as_it_is(none: tuple[()] | None) -> None:
    cache, one = Cache(1), decision("a", "pii", spans=none, candidates=none)
    cache.put("a", {"pii": one})
    assert cache.get("a", ["pii"]) == {"pii": one}


def test_the_least_recently_used_leave_first() -> None:
    cache = Cache(2)
    for text in "ab":
        cache.put(text, {"kind": decision(text)})
    assert cache.get("a", ["kind"])
    cache.put("c", {"kind": decision("c")})
    assert [text for text in "abc" if cache.get(text, ["kind"])] == ["a", "c"]
    cache.put("a", {"tone": decision("a", "tone")})
    cache.put("d", {"kind": decision("d")})
    assert [text for text in "abcd" if cache.get(text, ["kind"])] == ["a", "d"]


def test_a_cache_of_none_holds_nothing() -> None:
    cache = Cache(0)
    cache.put("a", {"kind": decision("a")})
    assert cache.get("a", ["kind"]) is None
    assert len(cache) == 0


def test_texts_that_look_alike_are_not_the_same() -> None:
    cache, texts = Cache(10), ["é", "e\u0301", "e", "e ", "E", "\ud800", "\x00"]
    for text in texts:
        cache.put(text, {"kind": decision(text, digest=repr(text))})
    for text in texts:
        assert (cache.get(text, ["kind"]) or {})["kind"].digest == repr(text)


@given(
    steps=st.lists(st.tuples(st.sampled_from(["get", "put"]), st.sampled_from("abcde"), st.sampled_from(["x", "y"]))),
    size=st.integers(1, 4),
)
def test_as_a_model_of_it(steps: list[tuple[str, str, str]], size: int) -> None:
    cache, model = Cache(size), OrderedDict[str, set[str]]()
    for step, text, task in steps:
        if step == "put":
            cache.put(text, {task: decision(text, task)})
            model.setdefault(text, set()).add(task)
            model.move_to_end(text)
            if len(model) > size:
                model.popitem(last=False)
        else:
            known = task in model.get(text, ())
            assert cache.get(text, [task]) == ({task: decision(text, task)} if known else None)
            if known:
                model.move_to_end(text)
        assert len(cache) == len(model) <= size
