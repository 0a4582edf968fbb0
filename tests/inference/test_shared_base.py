from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pointsman.encoding.conversation import Preparer
from pointsman.encoding.multimodal import Pooling
from pointsman.errors import BackboneError, ConfigError, ExpertError
from pointsman.inference.shared_base import SharedBase
from tests.generating import NAMES
from tests.inference.conftest import Kind


def _texts(base: SharedBase, prepared: Any, adapters: Any, **options: Any) -> list[str]:
    return [made.text for made in base.generate(prepared, adapters, max_new_tokens=6, **options)]


def _names(kind: Kind) -> list[list[int]]:
    return [Preparer(kind.backbone).answer_ids(name) for name in NAMES]


def test_hidden_states_are_the_bases_own_whatever_adapters_are_on_it(kind: Kind) -> None:
    base, prepared = kind.base(), kind.prepared(3)
    model = kind.stock(None)
    with torch.inference_mode():
        expected = torch.cat([model.model(**kind.arguments(one)).last_hidden_state[:, -1] for one in prepared])
    before = base.hidden(prepared)
    torch.testing.assert_close(before, expected, atol=1e-3, rtol=1e-4)
    base.score(prepared, _names(kind), "one")
    base.generate(prepared, ["two", None, "one"], max_new_tokens=3)
    assert torch.equal(base.hidden(prepared), before)
    torch.testing.assert_close(torch.cat([base.hidden([one]) for one in prepared]), before, atol=1e-3, rtol=1e-4)
    mean = base.hidden(prepared, None, Pooling("mean", 1))
    assert mean.shape == before.shape
    assert not torch.allclose(mean, before)


def test_each_adapter_answers_as_it_does_alone(kind: Kind) -> None:
    base, prepared, names = kind.base(), kind.prepared(3), _names(kind)
    alone = {}
    for name in (*kind.adapters, None):
        own = SharedBase.open(kind.backbone)
        if name is not None:
            own.add(name, kind.adapters[name])
        alone[name] = own.score(prepared, names, name)
    assert not np.allclose(alone["one"], alone["two"], atol=0.1)
    for name in ("two", None, "one", "three", None, "one", "two"):
        np.testing.assert_array_equal(base.score(prepared, names, name), alone[name])
    assert base.loads == 3


def test_one_batch_of_several_adapters(kind: Kind) -> None:
    base, prepared = kind.base(), kind.prepared(5)
    adapters = ["one", None, "two", "one", "three"]
    mixed = _texts(base, prepared, adapters)
    assert mixed == [_texts(base, [one], [name])[0] for one, name in zip(prepared, adapters, strict=True)]
    assert _texts(base, prepared, [None] * 5) == [_texts(kind.base(), [one], [None])[0] for one in prepared]


def test_switching_reads_nothing_from_disk(kind: Kind, tmp_path: Path) -> None:
    base, prepared = SharedBase.open(kind.backbone), kind.prepared(1)
    for name, path in kind.adapters.items():
        base.add(name, Path(shutil.copytree(path, tmp_path / name)))
        base.ensure(name)
    expected = {name: _texts(base, prepared, [name]) for name in kind.adapters}
    for name in kind.adapters:
        shutil.rmtree(tmp_path / name)
    for name in ("three", "one", "two", "one"):
        assert base.switch(name) >= 0
        assert _texts(base, prepared, [name]) == expected[name]
    assert base.loads == 3


def test_adapters_leave_by_least_use_within_the_budget(texts: Kind) -> None:
    free = texts.base()
    free.ensure("one")
    size = free.held_bytes
    assert size > 0
    base = texts.base(adapter_bytes=2 * size)
    for name in ("one", "two"):
        base.ensure(name)
    base.ensure("one")
    base.ensure("three")
    assert set(base.held) == {"one", "three"}
    assert base.held_bytes <= 2 * size
    prepared = texts.prepared(2)
    expected = _texts(free, prepared, ["two", "two"])
    assert _texts(base, prepared, ["two", "two"]) == expected
    assert "two" in base.held
    assert base.loads == 4
    assert set(base.names) == {"one", "two", "three"}


def test_a_pinned_adapter_stays(texts: Kind) -> None:
    base = SharedBase.open(texts.backbone, adapter_bytes=1)
    base.add("router", texts.adapters["one"], pinned=True)
    for name in ("two", "three"):
        base.add(name, texts.adapters[name])
    base.ensure("router")
    for name in ("two", "three", "two"):
        base.ensure(name)
        assert set(base.held) == {"router", name}
    assert base.loads == 4


def test_one_batch_holds_more_than_the_budget_for_as_long_as_it_takes(texts: Kind) -> None:
    base = texts.base(adapter_bytes=1)
    prepared = texts.prepared(3)
    names = ["one", "two", "three"]
    assert _texts(base, prepared, names) == [
        _texts(texts.base(), [p], [n])[0] for p, n in zip(prepared, names, strict=True)
    ]
    assert base.held == ("three",)
    assert _texts(base, prepared[:2], [None, "one"])
    assert base.held == ("one",)


def test_what_is_removed_is_not_known(texts: Kind) -> None:
    base = texts.base()
    base.ensure("one")
    base.ensure("two")
    expected = _texts(base, texts.prepared(1), [None])
    base.remove("two")
    assert (base.names, base.held) == (("one", "three"), ("one",))
    assert _texts(base, texts.prepared(1), [None]) == expected
    with pytest.raises(ConfigError, match=r"no adapter 'twoo'.*\(known: one, three\)"):
        base.ensure("twoo")
    base.add("two", texts.adapters["one"])
    assert _texts(base, texts.prepared(1), ["two"]) == _texts(base, texts.prepared(1), ["one"])
    with pytest.raises(ConfigError, match=r"adapter 'two' is known already, from .*: choose another name"):
        base.add("two", texts.adapters["three"])
    base.add("two", texts.adapters["one"])  # the same again says nothing new


def test_what_is_released_is_read_again_when_it_is_asked_for(texts: Kind) -> None:
    base = texts.base()
    expected = _texts(base, texts.prepared(1), ["two"])
    base.release("two")
    base.release("two")  # it has gone already
    assert (base.held, base.loads, "two" in base.names) == ((), 1, True)
    assert _texts(base, texts.prepared(1), ["two"]) == expected
    assert (base.held, base.loads) == (("two",), 2)
    with pytest.raises(ConfigError, match="no adapter 'nobody'"):
        base.release("nobody")


def test_names_may_hold_any_character(texts: Kind) -> None:
    base = SharedBase.open(texts.backbone)
    base.add("a.b/c d: é", texts.adapters["one"])
    assert _texts(base, texts.prepared(1), ["a.b/c d: é"]) == _texts(texts.base(), texts.prepared(1), ["one"])


def test_an_image_is_looked_at_once(images: Kind) -> None:
    base, prepared, names = images.base(), images.prepared(3), _names(images)
    seen = base.see(prepared)
    assert base.seen_images == 3
    shared = base.score(prepared, names, "one", seen)
    hidden = base.hidden(prepared, seen)
    texts = _texts(base, prepared, ["one", "two", None], seen=seen)
    assert base.seen_images == 3
    fresh = images.base()
    np.testing.assert_array_equal(fresh.score(prepared, names, "one"), shared)
    assert torch.equal(fresh.hidden(prepared), hidden)
    assert _texts(fresh, prepared, ["one", "two", None]) == texts
    before = base.seen_images
    for _ in range(3):  # the same screenshot again and again
        base.hidden(prepared[:1])
    assert base.seen_images <= before + 1


def test_nothing_of_a_request_stays_on_the_model(images: Kind) -> None:
    """Sizes of images change how positions run on: an odd one before must not move the next one's."""
    base, prepared = images.base(), images.prepared(7)
    expected = [_texts(images.base(), [one], ["one"])[0] for one in prepared]
    assert [_texts(base, [one], ["one"])[0] for one in prepared[::-1]] == expected[::-1]


def test_many_threads_get_their_own_answers(kind: Kind) -> None:
    base, prepared, names = kind.base(adapter_bytes=1), kind.prepared(6), _names(kind)
    adapters = ["one", "two", None, "three", "one", None]
    calm = kind.base()
    expected = [
        (calm.score([one], names, name), _texts(calm, [one], [name])[0], calm.hidden([one]))
        for one, name in zip(prepared, adapters, strict=True)
    ]
    failures: list[str] = []

    def ask(number: int) -> None:
        for turn in range(3):
            at = (number + turn) % len(prepared)
            scores, text, hidden = expected[at]
            if not np.allclose(base.score([prepared[at]], names, adapters[at]), scores, atol=2e-3, rtol=1e-4):
                failures.append(f"scores of {at}")
            if _texts(base, [prepared[at]], [adapters[at]])[0] != text:
                failures.append(f"text of {at}")
            if not torch.allclose(base.hidden([prepared[at]]), hidden, atol=1e-3, rtol=1e-3):
                failures.append(f"state of {at}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_what_does_not_fit_is_one_line(texts: Kind, images: Kind, tmp_path: Path) -> None:
    base = texts.base()
    expected = _texts(base, texts.prepared(1), ["one"])
    base.add("nothing", tmp_path / "nothing")
    with pytest.raises(ExpertError, match="nothing: the adapter 'nothing' does not fit") as raised:
        base.ensure("nothing")
    assert "\n" not in str(raised.value)
    broken = Path(shutil.copytree(texts.adapters["one"], tmp_path / "broken"))
    (broken / "adapter_model.safetensors").write_bytes(b"no tensors")
    base.add("broken", broken)
    with pytest.raises(ExpertError, match="the adapter 'broken' does not fit"):
        base.ensure("broken")
    wide = Path(shutil.copytree(texts.adapters["one"], tmp_path / "wide"))
    config = json.loads((wide / "adapter_config.json").read_text(encoding="utf-8"))
    (wide / "adapter_config.json").write_text(json.dumps({**config, "r": 9}), encoding="utf-8")
    base.add("wide", wide)
    with pytest.raises(ExpertError, match="the adapter 'wide' does not fit"):
        base.ensure("wide")
    # What failed leaves nothing behind.
    assert _texts(base, texts.prepared(1), ["one"]) == expected
    assert _texts(base, texts.prepared(2), ["one", None]) == _texts(texts.base(), texts.prepared(2), ["one", None])
    assert base.held == ("one",)


def test_a_first_adapter_that_does_not_fit_leaves_the_base_as_it_was(texts: Kind, tmp_path: Path) -> None:
    base = texts.base()
    expected = _texts(base, texts.prepared(1), [None])
    wide = Path(shutil.copytree(texts.adapters["one"], tmp_path / "wide"))
    config = json.loads((wide / "adapter_config.json").read_text(encoding="utf-8"))
    (wide / "adapter_config.json").write_text(json.dumps({**config, "r": 9}), encoding="utf-8")
    base.add("wide", wide)
    with pytest.raises(ExpertError, match="the adapter 'wide' does not fit"):
        base.ensure("wide")
    assert _texts(base, texts.prepared(1), [None]) == expected
    assert _texts(base, texts.prepared(1), ["one"]) == _texts(texts.base(), texts.prepared(1), ["one"])


def test_an_encoder_is_no_base(backbones: dict[str, Any]) -> None:
    with pytest.raises(BackboneError, match="is an encoder"):
        SharedBase.open(backbones["bert"])


def test_a_device_that_is_not_there(texts: Kind) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(ConfigError, match="cuda"):
        SharedBase.open(texts.backbone, device="cuda")
