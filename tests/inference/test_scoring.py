from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from pointsman.encoding.conversation import Prepared, Preparer
from pointsman.errors import ConfigError
from pointsman.inference.scoring import NameTree, _apart, _together, following, takes_masks
from tests.generating import NAMES
from tests.inference.conftest import Kind

LABELS = (*NAMES, "a", "a longer name of a label with many words")


@pytest.fixture
def names(kind: Kind) -> list[list[int]]:
    return [Preparer(kind.backbone).answer_ids(label) for label in LABELS]


def _stock(kind: Kind, adapter: str | None, names: list[list[int]], n: int) -> np.ndarray:
    """Return each name's log-probability when, token by token, only what begins a name can be said.

    From a pass over the prompt and each beginning, one by one, of a model loaded anew.
    """
    model = kind.stock(adapter)
    found = np.zeros((n, len(names)))
    with torch.inference_mode():
        for row, one in enumerate(kind.prepared(n)):
            for column, name in enumerate(names):
                for place, token in enumerate(name):
                    allowed = sorted({other[place] for other in names if other[:place] == name[:place]})
                    logits = model(**kind.arguments(one, name[:place])).logits[0, -1].float()
                    found[row, column] += float(logits[allowed].log_softmax(-1)[allowed.index(token)])
    return found


@pytest.mark.parametrize("adapter", [None, "one"])
def test_scores_are_those_of_a_decode_that_says_only_names(
    kind: Kind, names: list[list[int]], adapter: str | None
) -> None:
    base, prepared = kind.base(), kind.prepared(5)
    expected = _stock(kind, adapter, names, 5)
    batch = base.score(prepared, names, adapter)
    single = np.concatenate([base.score([one], names, adapter) for one in prepared])
    assert batch.shape == (5, len(LABELS))
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch, expected, atol=2e-3, rtol=1e-4)
    np.testing.assert_allclose(single, expected, atol=2e-3, rtol=1e-4)
    assert len({len(name) for name in names}) > 1  # padding after the shorter ones is counted for none
    assert NameTree.of(tuple(map(tuple, names))).tokens  # some begin alike: the prompt alone does not tell them apart


def test_names_that_differ_at_once_need_the_prompt_alone(kind: Kind) -> None:
    base = kind.base()
    names = [[20, 5], [31, 6, 7], [47]]
    assert NameTree.of(tuple(map(tuple, names))).tokens == ()
    found = base.score(kind.prepared(3), names, None)
    np.testing.assert_allclose(found, _stock(kind, None, names, 3), atol=2e-3, rtol=1e-4)


def test_names_share_out_one(kind: Kind, names: list[list[int]]) -> None:
    found = kind.base().score(kind.prepared(3), names, None)
    np.testing.assert_allclose(np.exp(found.astype(np.float64)).sum(1), 1, atol=1e-5)


def test_positions_go_on_as_the_stock_model_counts_them(kind: Kind) -> None:
    """After an image they continue from the largest of its three axes, not from the number of tokens."""
    base, prepared = kind.base(), kind.prepared(3)
    batch = base._batch(prepared, None)
    places = following(batch, 4)
    for row, one in enumerate(prepared):
        more = base._batch([_longer(one, 4)], None).positions
        assert torch.equal(places[..., row, :], more[..., 0, -4:])


def _longer(one: Prepared, tokens: int) -> Prepared:
    return replace(one, input_ids=np.concatenate([one.input_ids, np.full(tokens, 7)]))


def test_one_pass_and_two_give_the_same(kind: Kind, names: list[list[int]]) -> None:
    base, tree = kind.base(), NameTree.of(tuple(map(tuple, names)))
    batch = base._batch(kind.prepared(3), None)
    model = base._frozen.model
    assert takes_masks(model)
    with torch.inference_mode():
        one, two = (tree.scores(read(model, batch, tree, base._cache())) for read in (_together, _apart))
    torch.testing.assert_close(one, two, atol=2e-3, rtol=1e-4)


@pytest.mark.parametrize(
    "more",
    [
        {"layer_types": ["full_attention", "sliding_attention"]},
        {"layer_types": ["linear_attention", "full_attention"]},
        {"sliding_window": 4096},
        {"_attn_implementation": "flash_attention_2"},
    ],
)
def test_a_model_that_makes_masks_of_its_own_reads_names_in_rows(more: dict[str, Any]) -> None:
    """A window or a recurrent state: a tree's mask would overrule it, or not be heeded."""
    plain = {"layer_types": ["full_attention"], "sliding_window": None, "_attn_implementation": "sdpa"}

    def model(settings: dict[str, Any]) -> SimpleNamespace:
        config = SimpleNamespace(**settings)
        return SimpleNamespace(config=SimpleNamespace(get_text_config=lambda: config))

    assert takes_masks(model(plain))
    assert not takes_masks(model(plain | more))


def test_names_that_begin_alike_share_their_nodes() -> None:
    """Only what has a choice behind it is read: 5, and 6 after it; 7 and 8 lead to an end without a choice."""
    tree = NameTree.of(((5, 6, 9), (5, 7, 9), (5, 6, 8, 9), (4, 3, 9)))
    assert tree.tokens == (5, 6)
    assert tree.parents == (-1, 0)
    assert tree.depths() == [1, 2]
    assert tree.choices == ((-1, (5, 4)), (0, (6, 7)), (1, (9, 8)))
    assert tree.steps == (((0, 0), (1, 0), (2, 0)), ((0, 0), (1, 1)), ((0, 0), (1, 0), (2, 1)), ((0, 1),))
    assert tree.sees().int().tolist() == [[1, 0], [1, 1]]
    logits = torch.randn(2, 3, 10)
    found = tree.scores(logits)
    first, second = logits[:, 0, [5, 4]].log_softmax(-1), logits[:, 1, [6, 7]].log_softmax(-1)
    torch.testing.assert_close(found[:, 1], first[:, 0] + second[:, 1])
    torch.testing.assert_close(found[:, 3], first[:, 1])
    torch.testing.assert_close(found.exp().sum(1), torch.ones(2))


@pytest.mark.parametrize("names", [((1, 2), (1, 2), (3, 2)), ((1,), (1, 2), (3, 2))])
def test_names_that_are_the_same_to_the_tokenizer_are_refused(names: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(
        ConfigError, match="two labels are alike, or one begins another, to the model's tokenizer: rename one"
    ):
        NameTree.of(names)
