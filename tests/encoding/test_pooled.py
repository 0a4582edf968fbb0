"""Pooled states: each distinct request once through the model, kept and found again, one shelf for each setting."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from pointsman.backbones import Backbone
from pointsman.backbones.generating import load_generating
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.encoding import pooled as module
from pointsman.encoding.conversation import Prepared, Preparer, Template
from pointsman.encoding.multimodal import FrozenModel, Pooling
from pointsman.encoding.pooled import Pooled, check_shelf, pooled, request_key, rounded, shelf_key
from pointsman.encoding.store import ActivationStore
from pointsman.errors import ConfigError, DataError
from tests import seeing

PLAIN, LAST = Template(), Pooling()


class Counted:
    """A frozen model that counts what went through it."""

    def __init__(self, backbone: Backbone) -> None:
        self.model = FrozenModel(load_generating(backbone), Preparer(backbone))
        self.rows: list[bytes] = []
        self.batches = 0

    def __call__(self, prepared: Sequence[Prepared]) -> torch.Tensor:
        self.batches += 1
        self.rows += [one.input_ids.tobytes() + (b"" if one.grid is None else one.grid.tobytes()) for one in prepared]
        return self.model.pooled(self.model.batch(prepared), LAST)

    def run(self, rows: Sequence[Example], store: ActivationStore | None = None, workers: int = 1) -> Pooled:
        preparer = self.model.preparer
        keys = [request_key(row) for row in rows]

        def ready(row: Example) -> Callable[[], Prepared]:
            return lambda: preparer.prepare(row, PLAIN)

        prepare = {k: ready(row) for k, row in zip(keys, rows, strict=True)}
        key = shelf_key(preparer.backbone, PLAIN, "fp32", LAST)
        return pooled(key, keys, prepare, self, store=store, workers=workers)


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    return seeing.tiny(tmp_path_factory.mktemp("vl") / "vl")


@pytest.fixture(scope="module")
def model(backbone: Backbone) -> Counted:
    return Counted(backbone)


@pytest.fixture(autouse=True)
def _from_nought(model: Counted) -> None:
    model.rows, model.batches = [], 0


@pytest.fixture
def store(tmp_path: Path) -> ActivationStore:
    return ActivationStore(tmp_path / "store")


def test_each_distinct_request_goes_through_once(model: Counted, store: ActivationStore) -> None:
    rows = seeing.requests(12)
    first = model.run([*rows, *rows[:5]], store)
    assert first.computed == len(model.rows) == len(set(model.rows)) == 12
    assert first.features.shape == (17, 64)
    assert torch.equal(first.features[12:], first.features[:5])
    more = seeing.requests(15)  # three more: what a further expert brings
    second = model.run(more, store)
    assert second.computed == 3
    assert len(model.rows) == 15
    assert torch.equal(second.features[:12], first.features[:12])
    third = model.run(list(reversed(more)), store)
    assert third.computed == 0
    assert torch.equal(third.features, second.features.flip(0))
    assert third.keys == tuple(reversed(second.keys))


def test_features_are_bf16_values_wherever_they_come_from(model: Counted, store: ActivationStore) -> None:
    rows = seeing.requests(5)
    without = model.run(rows)
    model.run(rows, store)
    with_store = model.run(rows, store)
    assert without.features.dtype == with_store.features.dtype == torch.float32
    assert torch.equal(without.features, with_store.features)
    assert torch.equal(without.features, rounded(without.features))
    prepared = [model.model.preparer.prepare(row, PLAIN) for row in rows]
    direct = rounded(torch.cat([model.model.pooled(model.model.batch([one]), LAST) for one in prepared]))
    assert float((without.features - direct).abs().max()) <= 2**-7 * float(direct.abs().max())


def test_two_images_of_one_size_have_different_features(model: Counted) -> None:
    rows = [Example(text="look", image=seeing.picture(seed, (96, 64))) for seed in range(6)]
    features = model.run(rows).features
    assert len({tuple(row.tolist()) for row in features}) == 6


def test_text_and_image_both_count_in_the_key(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(seeing.png(1))
    same = [Example(text="a", image=seeing.picture(1)), Example(text="a", image=Picture(path=image), label="x")]
    assert request_key(same[0]) == request_key(same[1])
    others = [
        *same[:1],
        Example(text="a"),
        Example(text="b"),
        Example(text="b", image=seeing.picture(1)),
        Example(text="a", image=seeing.picture(2)),
    ]
    assert len({request_key(row) for row in others}) == 5
    assert len(request_key(Example(text="\ud800"))) == 32


def test_a_killed_run_keeps_its_shards(model: Counted, store: ActivationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SHARD", 4)
    rows = seeing.requests(10)
    broken = [*rows[:6], Example(text=" ", source="rows.jsonl:7"), *rows[6:]]
    with pytest.raises(DataError, match=r"rows\.jsonl:7: the text is blank"):
        model.run(broken, store)
    assert model.run(rows, store).computed == 6
    assert len(set(model.rows)) == len(model.rows) == 10


def test_memory_is_bounded_by_the_images_bytes(model: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    row = seeing.requests(1)[0]
    pixels = model.model.preparer.prepare(row, PLAIN).pixel_values
    assert pixels is not None
    monkeypatch.setattr(module, "_IMAGE_BYTES", 2 * pixels.nbytes)
    found = model.run([Example(text=f"row {i}", image=row.image) for i in range(6)])
    assert found.computed == 6
    assert model.batches == 3


def test_workers_change_nothing(model: Counted, store: ActivationStore) -> None:
    rows = seeing.requests(20)
    assert torch.equal(model.run(rows, store, workers=3).features, model.run(rows).features)


def test_no_rows(model: Counted, store: ActivationStore) -> None:
    found = model.run([], store)
    assert (len(found.features), found.computed, found.truncated) == (0, 0, [])


def test_progress_counts_what_was_there(model: Counted, store: ActivationStore) -> None:
    rows = seeing.requests(6)
    model.run(rows[:2], store)
    told: list[tuple[int, int]] = []
    preparer = model.model.preparer
    keys = [request_key(row) for row in rows]
    prepare = {k: (lambda row=row: preparer.prepare(row, PLAIN)) for k, row in zip(keys, rows, strict=True)}
    key = shelf_key(preparer.backbone, PLAIN, "fp32", LAST)
    pooled(key, keys, prepare, model, store=store, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (2, 6)
    assert told[-1] == (6, 6)
    assert told == sorted(told)


def test_truncated_rows_are_told_from_the_store_too(model: Counted, store: ActivationStore) -> None:
    rows = [Example(text="short"), Example(text="open the claim " * 2000)]
    assert model.run(rows, store).truncated == [False, True]
    assert model.run(rows, store).truncated == [False, True]


SETTINGS = [
    (Template("Q {text}"), "fp32", LAST, "text"),
    (Template(system="route"), "fp32", LAST, "system"),
    (Template(max_pixels=50_000), "fp32", LAST, "max_pixels"),
    (Template(min_pixels=50_000), "fp32", LAST, "min_pixels"),
    (Template(max_tokens=512), "fp32", LAST, "max_tokens"),
    (PLAIN, "bf16", LAST, "precision"),
    (PLAIN, "fp32", Pooling("mean"), "tokens"),
    (PLAIN, "fp32", Pooling("last", 1), "layer"),
]


@pytest.mark.parametrize(("template", "precision", "pooling", "name"), SETTINGS)
def test_every_setting_has_its_own_shelf_and_is_named(
    model: Counted,
    store: ActivationStore,
    backbone: Backbone,
    template: Template,
    precision: str,
    pooling: Pooling,
    name: str,
) -> None:
    model.run(seeing.requests(2), store)
    check_shelf(store, shelf_key(backbone, PLAIN, "fp32", LAST))
    other = shelf_key(backbone, template, precision, pooling)
    assert store.read(other, {request_key(row) for row in seeing.requests(2)}) == {}
    with pytest.raises(ConfigError, match=rf"its features are of other settings \({name} .*, here "):
        check_shelf(store, other)


def test_features_of_another_base_or_processor_are_refused(
    model: Counted, store: ActivationStore, backbone: Backbone, tmp_path: Path
) -> None:
    model.run(seeing.requests(2), store)
    other_weights = seeing.tiny(tmp_path / "weights", seed=1)
    with pytest.raises(ConfigError, match=r"its features are of another base: encode"):
        check_shelf(store, shelf_key(other_weights, PLAIN, "fp32", LAST))
    with pytest.raises(ConfigError, match="holds no stored features: make them with 'pointsman encode"):
        check_shelf(ActivationStore(tmp_path / "none"), shelf_key(backbone, PLAIN, "fp32", LAST))
    (next(store.folder.glob("*/shelf.json"))).write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"shelf\.json cannot be read"):
        check_shelf(store, shelf_key(backbone, PLAIN, "fp32", LAST))


def test_a_shelf_says_what_it_holds(model: Counted, store: ActivationStore) -> None:
    model.run(seeing.requests(1), store)
    told = json.loads(next(store.folder.glob("*/shelf.json")).read_text(encoding="utf-8"))
    assert told["backbone"] == model.model.preparer.backbone.digest
    assert json.loads(told["inputs"])["tokens"] == "last"


def test_a_damaged_shard_is_computed_anew(model: Counted, store: ActivationStore) -> None:
    rows = seeing.requests(4)
    before = model.run(rows, store).features
    (shard,) = store.folder.glob("*/*.safetensors")
    content = bytearray(shard.read_bytes())
    content[-40] ^= 1
    shard.write_bytes(content)
    found = model.run(rows, store)
    assert found.computed == 4
    assert torch.equal(found.features, before)
    assert model.run(rows, store).computed == 0
