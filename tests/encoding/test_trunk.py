from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

from pointsman.backbones import Backbone
from pointsman.backbones.cut import load_tokenizer
from pointsman.encoding import ActivationStore, encode, features, tokenize

TEXTS = ["the dog chased a cat", "a ripe pear", "the dog chased a cat", "take the hammer " * 9, "ABC"]


def _encode(backbone: Backbone, texts: list[str], store: ActivationStore | None, **changes: object):
    settings = {"depth": 2, "max_length": 16, "dtype": torch.float32} | changes
    return encode(backbone, texts, store=store, **settings)  # type: ignore[arg-type]


def test_a_second_run_finds_the_same_rows(tmp_path: Path, backbone: Backbone) -> None:
    store = ActivationStore(tmp_path)
    first = _encode(backbone, TEXTS, store)
    again = _encode(backbone, TEXTS, store)
    assert (first.computed, again.computed) == (4, 0)
    assert all(torch.equal(a, b) for a, b in zip(first.rows, again.rows, strict=True))
    assert first.truncated == again.truncated == [False, False, False, True, False]
    assert torch.equal(first.rows[0], first.rows[2])
    assert first.lengths[3] == 16


def test_only_new_texts_are_computed(tmp_path: Path, backbone: Backbone) -> None:
    store = ActivationStore(tmp_path)
    known = _encode(backbone, TEXTS[:2], store)
    more = _encode(backbone, [*TEXTS, "a new one"], store)
    assert more.computed == 3
    assert torch.equal(more.rows[0], known.rows[0])
    assert _encode(backbone, TEXTS, store, depth=1).computed == 4
    assert _encode(backbone, TEXTS, store, max_length=32).computed == 4
    assert _encode(backbone, TEXTS, store, dtype=torch.bfloat16).computed == 4


def test_without_a_store_nothing_is_kept(tmp_path: Path, backbone: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTSMAN_STORE", str(tmp_path))
    assert [_encode(backbone, TEXTS, None).computed for _ in range(2)] == [4, 4]
    assert list(tmp_path.iterdir()) == []


def test_embeddings_alone_are_not_stored(tmp_path: Path, backbone: Backbone) -> None:
    store = ActivationStore(tmp_path)
    assert [_encode(backbone, TEXTS, store, depth=4).computed for _ in range(2)] == [4, 4]
    assert store.size() == 0


def test_a_corrupt_shard_is_computed_anew(tmp_path: Path, backbones: dict[str, Backbone]) -> None:
    store = ActivationStore(tmp_path)
    first = _encode(backbones["bert"], TEXTS, store)
    (shard,) = tmp_path.glob("*/*.safetensors")
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 0xFF
    shard.write_bytes(content)
    again = _encode(backbones["bert"], TEXTS, store)
    assert again.computed == 4
    assert all(torch.equal(a, b) for a, b in zip(first.rows, again.rows, strict=True))
    assert _encode(backbones["bert"], TEXTS, store).computed == 0


def test_progress_counts_texts(tmp_path: Path, backbones: dict[str, Backbone]) -> None:
    store, told = ActivationStore(tmp_path), []
    _encode(backbones["bert"], TEXTS[:2], store)
    _encode(backbones["bert"], TEXTS, store, progress=lambda done, total: told.append((done, total)))
    assert told == [(4, 4)]


def test_no_texts(backbone: Backbone) -> None:
    assert _encode(backbone, [], None).rows == []
    assert tokenize(load_tokenizer(backbone), [], 8) == ([], [])


@pytest.mark.parametrize(("words", "cut"), [(1, False), (6, False), (7, True), (40, True)])
def test_truncation_flags_at_the_edge(backbones: dict[str, Backbone], words: int, cut: bool) -> None:
    ids, truncated = tokenize(load_tokenizer(backbones["bert"]), [" ".join(["dog"] * words)], 8)
    assert truncated == [cut]
    assert len(ids[0]) == min(words + 2, 8)
    assert (ids[0][0], ids[0][-1]) == (2, 3)


def test_tokenizing_is_not_bound_to_an_earlier_limit(backbone: Backbone) -> None:
    tokenizer, text = load_tokenizer(backbone), "take the hammer " * 9
    short, long = (tokenize(tokenizer, [text], n)[0][0] for n in (8, 60))
    assert len(short) == 8
    assert len(long) > 8
    assert tokenize(tokenizer, [text], 8)[0][0] == short


@pytest.mark.parametrize("depth", [0, 1, 4])
def test_features_are_the_whole_encoders_mean(backbone: Backbone, depth: int) -> None:
    activations = _encode(backbone, TEXTS, None, depth=depth, max_length=64)
    found = features(backbone, activations, dtype=torch.float32)
    model = AutoModel.from_pretrained(backbone.path, dtype=torch.float32).eval()
    ids, _ = tokenize(load_tokenizer(backbone), TEXTS, 64)
    with torch.no_grad():
        means = [model(torch.tensor([row])).last_hidden_state[0].mean(0) for row in ids]
    expected = torch.nn.functional.normalize(torch.stack(means), dim=-1).numpy()
    assert found.shape == (5, 32)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-6)
