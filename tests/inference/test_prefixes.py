from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pointsman.backbones import resolve
from pointsman.data.example import Example
from pointsman.encoding.conversation import Prepared, Preparer, Template
from pointsman.inference.prefixes import Prefixes, beginning
from pointsman.inference.scoring import NameTree
from pointsman.inference.shared_base import SharedBase
from tests.generating import shown
from tests.inference.conftest import Kind


class Cache:
    """Says how long it is, and is cropped."""

    def __init__(self, length: int) -> None:
        self.length = length

    def get_seq_length(self) -> int:
        return self.length

    def crop(self, tokens: int) -> None:
        assert tokens < 0
        self.length += tokens


def _prompt(*ids: int, image: str = "") -> Prepared:
    pixels = np.zeros((4, 2), np.float32) if image else None
    return Prepared(np.array(ids, np.int64), pixels, None, False, image)


def test_what_begins_alike_is_taken_once() -> None:
    prefixes = Prefixes(2, None)
    assert prefixes.take(None, _prompt(1, 2, 3)) is None
    prefixes.keep(None, _prompt(1, 2, 3), Cache(5))
    found = prefixes.take(None, _prompt(1, 2, 4, 5))
    assert found is not None
    assert (found[0].length, found[1], prefixes.reused) == (2, 2, 2)
    assert prefixes.take(None, _prompt(1, 2, 4, 5)) is None  # the cache is the caller's now


def test_the_last_token_is_always_read() -> None:
    prefixes = Prefixes(2, None)
    prefixes.keep("a", _prompt(1, 2, 3), Cache(9))
    found = prefixes.take("a", _prompt(1, 2, 3))
    assert found is not None
    assert found[1] == 2
    prefixes.keep("a", _prompt(1), Cache(1))
    assert prefixes.take("a", _prompt(1)) is None
    prefixes.keep("a", _prompt(1, 2), Cache(2))
    assert prefixes.take("a", _prompt(5, 2)) is None


def test_each_adapter_has_its_own_and_few_are_kept() -> None:
    prefixes = Prefixes(2, None)
    for name in ("a", "b", "c"):
        prefixes.keep(name, _prompt(1, 2, 3), Cache(3))
    assert prefixes.take("a", _prompt(1, 2, 3)) is None
    assert prefixes.take("b", _prompt(1, 2, 3)) is not None
    prefixes.forget("c")
    assert prefixes.take("c", _prompt(1, 2, 3)) is None
    assert prefixes.take(None, _prompt(1, 2, 3)) is None
    none = Prefixes(0, None)
    none.keep(None, _prompt(1, 2), Cache(2))
    assert none.take(None, _prompt(1, 2)) is None


def test_images_have_to_be_the_same_and_wholly_within() -> None:
    prefixes = Prefixes(2, 7)
    prefixes.keep(None, _prompt(1, 7, 7, 2, 3, image="x"), Cache(5))
    assert prefixes.take(None, _prompt(1, 7, 7, 2, 3, image="y")) is None
    prefixes.keep(None, _prompt(1, 7, 7, 2, 3, image="x"), Cache(5))
    found = prefixes.take(None, _prompt(1, 7, 7, 2, 9, 9, image="x"))
    assert found is not None
    assert found[1] == 4
    prefixes.keep(None, _prompt(1, 4, 7, 7, 3, image="x"), Cache(5))
    assert prefixes.take(None, _prompt(1, 5, 7, 7, 3, image="x")) is None  # the image comes after what is shared
    prefixes.keep(None, replace(_prompt(1, 7, 7, image="x"), image_key=""), Cache(3))
    assert prefixes.take(None, replace(_prompt(1, 7, 7, image="x"), image_key="")) is None  # not known which image


@pytest.mark.parametrize("adapter", [None, "one"])
def test_a_prompt_that_begins_alike_answers_alike(kind: Kind, adapter: str | None) -> None:
    """The same screenshot with another instruction: less is read, and scores, states and answers are the same."""
    base, fresh = kind.base(), kind.base(keep_prompts=0)
    preparer = Preparer(kind.backbone)
    image = shown(1)[0].image if kind.backbone.family.sees else None
    said = ("find a doctor near main street", "find a doctor for anna", "open week seven", "find a doctor for anna")
    names = [preparer.answer_ids(name) for name in ("calendar", "claim-window")]
    for text in said:
        one = preparer.prepare(Example(text, image=image), Template())
        np.testing.assert_allclose(
            base.score([one], names, adapter), fresh.score([one], names, adapter), atol=2e-3, rtol=1e-4
        )
        assert (
            base.generate([one], [adapter], max_new_tokens=6)[0].text
            == fresh.generate([one], [adapter], max_new_tokens=6)[0].text
        )
        a, b = base.hidden([one]), fresh.hidden([one])
        assert float((a - b).abs().max()) < 1e-3 * float(b.abs().max())
    assert base.prefixes.reused > 0
    assert fresh.prefixes.reused == 0
    if image is not None:
        assert base.seen_images == 1  # one screenshot, looked at once for twelve calls


QUESTION = Template("Which of these takes it: calendar, claim-window, provider-select, or none of them?\n\n{text}")


@pytest.mark.parametrize("adapter", [None, "one"])
def test_requests_side_by_side_read_once_what_all_begin_with(kind: Kind, adapter: str | None) -> None:
    """Scores and answers of a batch are those of its rows, asked one by one of a base that keeps nothing."""
    base, fresh = kind.base(), kind.base(keep_prompts=0)
    names = [base.preparer.answer_ids(name) for name in ("calendar", "claim-window", "claims", "none")]
    asked = replace(QUESTION, system=QUESTION.text.partition("\n")[0]) if kind.backbone.family.sees else QUESTION
    rows = [
        base.preparer.prepare(replace(example, text=example.text + " and again" * at), asked)
        for at, example in enumerate(kind.draw(5, 0))
    ]
    known = beginning(rows, base.preparer.image_token)
    shared = len(known.input_ids)
    assert shared > 20
    assert len({len(one.input_ids) for one in rows}) > 1  # some are padded, behind what is shared
    expected = np.concatenate([fresh.score([one], names, adapter) for one in rows])
    texts = [fresh.generate([one], [adapter], max_new_tokens=6)[0].text for one in rows]
    read = _tokens_read(base)
    for again in range(2):
        np.testing.assert_allclose(base.score(rows, names, adapter), expected, atol=2e-3, rtol=1e-4)
        assert [one.text for one in base.generate(rows, [adapter] * 5, max_new_tokens=6)] == texts
        assert base.prefixes.reused == shared * (1 + 2 * again)
    # Once by itself, and never among the rows.
    longest = max(len(one.input_ids) for one in rows)
    nodes = len(NameTree.of(tuple(map(tuple, names))).tokens)
    assert read[:3] == [shared, 5 * (longest - shared + nodes), 5 * (longest - shared)]
    assert read.count(shared) == 1
    np.testing.assert_allclose(base.score(rows[:1], names, adapter), expected[:1], atol=2e-3, rtol=1e-4)
    # One alone goes on from what the batch began with, unless an image of its own comes after it.
    assert base.prefixes.reused == shared * 3 + (0 if kind.backbone.family.sees else shared)


def test_a_model_with_a_window_reads_each_prompt_whole(texts: Kind, tmp_path: Path) -> None:
    """Its cache cannot be cut back to where two prompts part; scores are alike one by one and side by side."""
    folder = shutil.copytree(texts.backbone.path, tmp_path / "windowed")
    config = json.loads((folder / "config.json").read_text())
    kinds = ["sliding_attention"] * config["num_hidden_layers"]
    config |= {"layer_types": kinds, "sliding_window": 24, "use_sliding_window": True}
    (folder / "config.json").write_text(json.dumps(config))
    base = SharedBase.open(resolve(str(folder)))
    rows = texts.prepared(3, template=QUESTION)
    assert min(len(one.input_ids) for one in rows) > 24
    names = [base.preparer.answer_ids(name) for name in ("calendar", "claim-window", "claims", "none")]
    single = np.concatenate([base.score([one], names, None) for one in rows])
    texts_alone = [base.generate([one], [None], max_new_tokens=4)[0].text for one in rows]
    np.testing.assert_allclose(base.score(rows, names, None), single, atol=2e-3, rtol=1e-4)
    assert [one.text for one in base.generate(rows, [None] * 3, max_new_tokens=4)] == texts_alone
    assert base.prefixes.reused == 0


def _tokens_read(base: SharedBase) -> list[int]:
    """Return a list that gets the tokens of each pass."""
    read: list[int] = []
    core = base._frozen.model
    core.register_forward_pre_hook(lambda _, __, given: read.append(given["input_ids"].numel()), with_kwargs=True)
    return read


def test_what_requests_begin_with_ends_before_their_images_and_their_last_token() -> None:
    assert beginning([_prompt(1, 2, 3), _prompt(1, 2, 4)], None).input_ids.tolist() == [1, 2]
    assert beginning([_prompt(1, 2, 3), _prompt(1, 2, 3)], None).input_ids.tolist() == [1, 2]
    assert beginning([_prompt(1, 7, 7, 3, 4), _prompt(1, 7, 7, 3, 5)], 7).input_ids.tolist() == [1]
    assert beginning([_prompt(1, 2), _prompt(3, 2)], 7).input_ids.tolist() == []
    assert beginning([_prompt(1), _prompt(1, 2)], 7).input_ids.tolist() == []
