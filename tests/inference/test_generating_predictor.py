"""Routers that stand on a generating model, as they are loaded and asked."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

import pointsman
from pointsman.artifacts import open_artifact
from pointsman.backbones import Backbone, resolve
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.data.routing import read_routing
from pointsman.encoding.conversation import Prepared
from pointsman.errors import ArtifactError, BackboneError, ConfigError, DataError
from pointsman.inference import softmax
from pointsman.inference.generating_predictor import (
    GeneratingPredictor,
    HeadPredictor,
    NamePredictor,
    load,
    score_rows,
)
from pointsman.inference.shared_base import SharedBase
from tests.generating import NAMES, shown


@pytest.fixture(scope="module")
def base(tiny_qwen3_vl: Backbone) -> SharedBase:
    """One base for the routers here."""
    return SharedBase.open(tiny_qwen3_vl)


@pytest.fixture(params=["head", "generate"])
def router(request: pytest.FixtureRequest) -> Path:
    """Each strategy's artifact in turn."""
    return Path(request.getfixturevalue("head_router" if request.param == "head" else "name_router"))


@pytest.fixture
def rows(screens: Path) -> list[Example]:
    return list(read_routing(screens).parts["test"])


def test_the_manifest_says_what_is_loaded(head_router: Path, name_router: Path) -> None:
    head, names = pointsman.load(head_router), pointsman.load(name_router)
    assert isinstance(head, HeadPredictor)
    assert isinstance(names, NamePredictor)
    assert head.base is not names.base
    assert head.task.labels == names.task.labels == NAMES


def test_decisions(router: Path, base: SharedBase, rows: list[Example]) -> None:
    loaded = load(router, base=base)
    assert loaded.base is base
    decisions = loaded.predict(rows, probabilities=True)
    logits, _ = loaded(rows)
    p = softmax(logits, loaded.calibration.temperature)
    for decision, row in zip(decisions, p, strict=True):
        assert decision.label == NAMES[int(row.argmax())]
        assert decision.probability == pytest.approx(row.max())
        assert list((decision.probabilities or {}).values()) == pytest.approx(row.tolist())
        assert decision.abstained == (row.max() < loaded.calibration.rule.threshold)
        assert (decision.task, decision.digest, decision.truncated) == ("adapter", loaded.digest, False)
    assert np.mean([d.label == row.label for d, row in zip(decisions, rows, strict=True)]) > 0.9


def test_texts_without_an_image_are_taken(router: Path, base: SharedBase) -> None:
    """A router that sees takes a text alone as well: whatever it then answers is a decision."""
    (decision,) = load(router, base=base).predict(["click the button"])
    assert decision.label in NAMES
    assert load(router, base=base).predict([]) == []


def test_two_routers_and_others_share_a_base(
    head_router: Path, name_router: Path, base: SharedBase, rows: list[Example]
) -> None:
    alone = [d.probability for d in pointsman.load(head_router).predict(rows)]
    head, names = load(head_router, base=base), load(name_router, base=base)
    for _ in range(2):
        said = [d.probability for d in names.predict(rows)]
        assert [d.probability for d in head.predict(rows)] == pytest.approx(alone, abs=1e-6)
        assert [d.probability for d in names.predict(rows)] == said
    assert sum(name.startswith("router:") for name in base.names) == 1
    load(name_router, base=base)  # the same router again is the same adapter


def test_what_was_seen_serves_the_router_too(router: Path, base: SharedBase, rows: list[Example]) -> None:
    loaded = load(router, base=base)
    prepared = [loaded.prepare(row) for row in rows[:3]]
    seen = base.see(prepared)
    before = base.seen_images
    given = loaded.scores(prepared, seen)
    assert base.seen_images == before
    np.testing.assert_array_equal(given, loaded.scores(prepared))


def test_a_head_reads_the_states_of_whoever_computed_them(
    head_router: Path, base: SharedBase, rows: list[Example]
) -> None:
    loaded = load(head_router, base=base)
    assert isinstance(loaded, HeadPredictor)
    prepared = [loaded.prepare(row) for row in rows[:4]]
    hidden = base.hidden(prepared)
    np.testing.assert_array_equal(loaded.of_hidden(hidden), loaded.scores(prepared))
    # States are read as they were stored in training: rounded to bf16.
    np.testing.assert_array_equal(loaded.of_hidden(hidden), loaded.of_hidden(hidden.to(torch.bfloat16)))


def test_threads(router: Path, rows: list[Example]) -> None:
    loaded = pointsman.load(router)
    expected = [loaded.predict([row])[0] for row in rows]
    wrong: list[int] = []

    def ask(start: int) -> None:
        for at in range(start, len(rows), 4):
            found = loaded.predict([rows[at]])[0]
            if found.label != expected[at].label or abs(found.probability - expected[at].probability) > 1e-3:
                wrong.append(at)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_batches_hold_a_bounded_number_of_tokens_and_keep_the_order() -> None:
    """Rows are made ready in turn: not more of them are in memory than go into one batch."""
    lengths = [3000, 500, 500, 500, 5000, 10, 2000, 2000]
    made: list[int] = []
    sizes: list[list[int]] = []

    def make(number: int) -> Prepared:
        made.append(number)
        return Prepared(np.full(lengths[number], number), truncated=number == 4)

    def scores(some: object) -> np.ndarray:
        batch = list(some)  # type: ignore[call-overload]
        sizes.append([len(one.input_ids) for one in batch])
        assert len(made) <= int(batch[-1].input_ids[0]) + 2
        return np.array([[one.input_ids[0], 0] for one in batch], np.float32)

    logits, cut = score_rows([lambda n=n: make(n) for n in range(len(lengths))], scores, 2)  # type: ignore[misc]
    assert logits[:, 0].tolist() == list(range(8))
    assert cut == [False] * 4 + [True] + [False] * 3
    assert [row for some in sizes for row in some] == lengths
    assert all(len(some) == 1 or max(some) * len(some) <= 4096 for some in sizes)
    assert any(len(some) > 1 for some in sizes)


def test_a_text_that_is_too_long_is_told(head_router: Path, base: SharedBase) -> None:
    loaded = load(head_router, base=base)
    (long, short) = loaded.predict(["open week seven " * 2000, "open week seven"])
    assert (long.truncated, short.truncated) == (True, False)


def test_what_cannot_be_asked(router: Path, base: SharedBase) -> None:
    loaded = load(router, base=base)
    for rows, said in (
        ("click", "predict takes a list of requests, not one"),
        (Example("click"), "predict takes a list of requests, not one"),
        ([1], "request 1: expected a text or an Example, found int"),
        (["click", "  "], "request 2: the text is blank"),
        ([Example("click", image=Picture(data=b"nothing"))], "is no image that can be read"),
    ):
        with pytest.raises(DataError, match=said):
            loaded.predict(rows)  # type: ignore[arg-type]


def test_another_base_is_refused(router: Path, tiny_qwen3: Backbone, tiny_qwen3_vl: Backbone, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"the router stands on .*tiny-qwen3-vl .*, the base given is .*tiny-qwen3 "):
        load(router, base=SharedBase.open(tiny_qwen3))
    with pytest.raises(ArtifactError, match="holds other weights or another tokenizer"):
        pointsman.load(router, backbone=str(tiny_qwen3.path))
    with pytest.raises(BackboneError, match="does not exist"):
        pointsman.load(router, backbone=str(tmp_path / "none"))
    # The same weights with other settings of the image processor make other inputs.
    folder = Path(shutil.copytree(tiny_qwen3_vl.path, tmp_path / "processor"))
    file = folder / "preprocessor_config.json"
    file.write_text(file.read_text(encoding="utf-8").replace("0.5", "0.4"), encoding="utf-8")
    with pytest.raises(ArtifactError, match="holds other weights or another tokenizer"):
        pointsman.load(router, backbone=str(folder))
    with pytest.raises(ConfigError, match="use the base that the router was trained on"):
        load(router, base=SharedBase.open(resolve(str(folder))))


def test_a_base_that_has_moved_is_found_by_its_new_place(
    router: Path, tiny_qwen3_vl: Backbone, rows: list[Example], tmp_path: Path
) -> None:
    moved = Path(shutil.copytree(tiny_qwen3_vl.path, tmp_path / "moved"))
    found = pointsman.load(router, backbone=str(moved)).predict(rows[:3])
    assert [d.label for d in found] == [d.label for d in pointsman.load(router).predict(rows[:3])]


def test_an_encoders_router_is_not_of_this_kind(artifact_copy: Path, head_router: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="this router does not stand on a generating model"):
        load(artifact_copy)
    with pytest.raises(ConfigError, match="precision and threads are for ONNX exports and bundles"):
        pointsman.load(head_router, threads=2)


def test_a_changed_artifact_is_refused(router: Path, tmp_path: Path) -> None:
    for name in ("head.safetensors", "adapter_model.safetensors", "calibration.json", "label_mapping.json"):
        copy = Path(shutil.copytree(router, tmp_path / name))
        if not (copy / name).is_file():
            continue
        (copy / name).unlink()
        with pytest.raises(ArtifactError, match="missing"):
            pointsman.load(copy)
    changed = Path(shutil.copytree(router, tmp_path / "changed"))
    manifest = changed / "manifest.json"
    text = manifest.read_text(encoding="utf-8").replace(
        '"calendar",\n   "claim-window"', '"claim-window",\n   "calendar"'
    )
    manifest.write_text(text, encoding="utf-8")
    with pytest.raises(ArtifactError, match="orders the labels"):
        open_artifact(changed)


def test_shown_screens_of_other_seeds_are_told_apart(router: Path, base: SharedBase) -> None:
    rows = shown(12, seed=99)
    loaded: GeneratingPredictor = load(router, base=base)
    assert np.mean([d.label == row.label for d, row in zip(loaded.predict(rows), rows, strict=True)]) > 0.5
