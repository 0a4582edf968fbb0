from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import pointsman
from pointsman.artifacts import open_artifact
from pointsman.data.example import Example
from pointsman.errors import ArtifactError, BackboneError, DataError
from pointsman.inference import Calibration, Effect, Rule, softmax
from pointsman.inference.predictor import decide, texts_of
from pointsman.inference.torch_predictor import TorchPredictor, find_backbone, load
from pointsman.pipeline.run import TrainResult
from pointsman.tasks import Task

TASK = Task("own", ("a", "b", "c"), positive="b", tools={"a": ("x", "y")})
EFFECT = Effect(10, 0.9, 0.8, (0.7, 0.9))


def _calibration(temperature: float = 1.0, threshold: float = 0.0, applies_to: str = "winner") -> Calibration:
    rule = Rule("default", threshold, applies_to, EFFECT)  # type: ignore[arg-type]
    return Calibration(temperature, rule, 10, {"ece_before": 0.1})


def test_decide_by_hand() -> None:
    p = np.array([[0.6, 0.3, 0.1], [0.05, 0.15, 0.8]])
    first, second = decide(np.log(p), [False, True], TASK, _calibration(), "digest", probabilities=True)
    assert (first.task, first.label, first.runner_up, first.digest) == ("own", "a", "b", "digest")
    assert first.probability == pytest.approx(0.6)
    assert first.margin == pytest.approx(0.3)
    assert first.probabilities == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
    assert first.tools == ("x", "y")
    assert (second.label, second.runner_up, second.tools) == ("c", "b", ())
    assert (first.truncated, second.truncated) == (False, True)
    assert decide(np.log(p), [False, True], TASK, _calibration(), "digest")[0].probabilities is None


def test_temperature_softens() -> None:
    logits = np.array([[2.0, 0.0, -1.0]])
    (plain,) = decide(logits, [False], TASK, _calibration(), "")
    (soft,) = decide(logits, [False], TASK, _calibration(temperature=2.0), "")
    expected = np.exp([1.0, 0.0, -0.5]) / np.exp([1.0, 0.0, -0.5]).sum()
    assert soft.probability == pytest.approx(expected[0])
    assert soft.margin == pytest.approx(expected[0] - expected[1])
    assert soft.probability < plain.probability
    assert soft.label == plain.label


@pytest.mark.parametrize(
    ("applies_to", "threshold", "expected"),
    [("winner", 0.7, [True, False]), ("winner", 0.0, [False, False]), ("positive", 0.9, [False, True])],
)
def test_abstaining(applies_to: str, threshold: float, expected: list[bool]) -> None:
    p = np.array([[0.6, 0.3, 0.1], [0.1, 0.8, 0.1]])
    found = decide(np.log(p), [False, False], TASK, _calibration(1.0, threshold, applies_to), "")
    assert [d.abstained for d in found] == expected
    assert [d.label for d in found] == ["a", "b"]
    assert {d.threshold for d in found} == {threshold}


def test_no_rows_no_decisions() -> None:
    assert decide(np.zeros((0, 3)), [], TASK, _calibration(), "") == []


def test_softmax_of_large_logits() -> None:
    np.testing.assert_allclose(softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], np.float32)), [[1, 0], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one string", "takes a list of texts"),
        (["ok", 3], "text 2: expected a string, found int"),
        ([None], "text 1: expected a string, found NoneType"),
        (["ok", ""], "text 2 is blank"),
        ([" \n\t"], "text 1 is blank"),
        ([Example("  ")], "text 1 is blank"),
    ],
)
def test_texts_that_are_none(texts: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        texts_of(texts)


def test_texts_of_strings_and_examples() -> None:
    assert texts_of(["a", Example("ü 😀")]) == ["a", "ü 😀"]


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert texts_of(["a\ud800b", "\ude00"]) == ["a\ufffdb", "\ufffd"]


def test_calibration_round_trip(tmp_path: Path) -> None:
    calibration = _calibration(1.5, 0.25, "positive")
    calibration.write(tmp_path)
    assert Calibration.read(tmp_path) == calibration


@pytest.mark.parametrize("content", ["{}", '{"temperature": "warm"}', "[]", "x"])
def test_damaged_calibration(tmp_path: Path, content: str) -> None:
    (tmp_path / "calibration.json").write_text(content, encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"calibration\.json"):
        Calibration.read(tmp_path)


@pytest.fixture(scope="module")
def texts(draw_texts: Callable[..., list[str]]) -> list[str]:
    return [t for label in ("animal", "fruit", "tool") for t in draw_texts(label, 20, 9)] + ["take the hammer " * 20]


def test_order_and_company_play_no_part(trained: Callable[[str], TrainResult], family: str, texts: list[str]) -> None:
    router = load(trained(family).artifact.path)
    together = router.predict(texts, probabilities=True)
    shuffled = random.Random(1).sample(range(len(texts)), len(texts))
    for i, decision in zip(shuffled, router.predict([texts[i] for i in shuffled], probabilities=True), strict=True):
        assert decision.probabilities == pytest.approx(together[i].probabilities, abs=1e-5)
        assert decision.truncated == together[i].truncated
    for text, expected in zip(texts, together, strict=True):
        (alone,) = router.predict([text], probabilities=True)
        assert alone.probabilities == pytest.approx(expected.probabilities, abs=1e-5)
        assert alone.label == expected.label


def test_a_loaded_router_answers(trained: Callable[[str], TrainResult], family: str, texts: list[str]) -> None:
    path = trained(family).artifact.path
    router = pointsman.load(str(path))
    decisions = router.predict(texts)
    assert [d.truncated for d in decisions] == [False] * 60 + [True]
    assert {d.digest for d in decisions} == {open_artifact(path).digest}
    assert {d.task for d in decisions} == {"support"}
    assert {d.label for d in decisions} <= {"animal", "fruit", "tool"}
    assert all(0 <= d.margin <= d.probability <= 1 and d.runner_up != d.label for d in decisions)
    assert router.predict([]) == []


@pytest.mark.parametrize(
    "text", ["\ud800", "a\udfffb", "\x00", "\u200b", "é" * 50, "日本語", "🏳️‍🌈", "[PAD] <pad> [MASK]", "\\ud800"]
)
def test_odd_texts_are_answered(trained: Callable[[str], TrainResult], family: str, text: str) -> None:
    (decision,) = load(trained(family).artifact.path).predict([text])
    assert 0 < decision.probability <= 1


def test_bad_texts_are_refused(trained: Callable[[str], TrainResult]) -> None:
    router = load(trained("bert").artifact.path)
    with pytest.raises(DataError, match="text 2 is blank"):
        router.predict(["fine", " "])


def test_examples_are_answered_like_their_texts(trained: Callable[[str], TrainResult], texts: list[str]) -> None:
    router = load(trained("bert").artifact.path)
    assert router.predict([Example(t, label="fruit") for t in texts]) == router.predict(texts)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_another_backbone_is_refused(
    artifact_copy: Path, model_folders: dict[str, Path], tmp_path: Path, name: str
) -> None:
    moved = Path(shutil.copytree(model_folders["bert"], tmp_path / "moved"))
    assert load(artifact_copy, backbone=str(moved)).predict(["the dog"])[0].label
    content = bytearray((moved / name).read_bytes())
    content[-1:] = bytes([content[-1] ^ 1])
    (moved / name).write_bytes(content)
    with pytest.raises(ArtifactError, match=r"trained on .* holds other weights or another tokenizer"):
        load(artifact_copy, backbone=str(moved))


def test_another_family_is_refused(artifact_copy: Path, model_folders: dict[str, Path]) -> None:
    with pytest.raises(ArtifactError, match="holds other weights"):
        find_backbone(open_artifact(artifact_copy), str(model_folders["roberta"]))


def test_a_backbone_that_is_gone(artifact_copy: Path) -> None:
    with pytest.raises(BackboneError, match="model folder /gone/model does not exist"):
        TorchPredictor(open_artifact(artifact_copy), backbone="/gone/model")


def test_a_damaged_artifact_is_not_loaded(artifact_copy: Path) -> None:
    file = artifact_copy / "calibration.json"
    content = json.loads(file.read_text(encoding="utf-8")) | {"temperature": 9.0}
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"calibration\.json has changed"):
        pointsman.load(artifact_copy)
