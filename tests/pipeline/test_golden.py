from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pointsman
from pointsman.artifacts import GoldenRow, read_golden
from pointsman.data.example import Example
from pointsman.evaluation import golden
from pointsman.inference.logits import Logits
from pointsman.pipeline.calibrate import calibrate
from pointsman.pipeline.dataset import Dataset, load_dataset
from pointsman.pipeline.golden import add_golden_rows, decided_anew, golden_rows
from pointsman.pipeline.options import DataOptions
from pointsman.pipeline.run import TrainResult
from tests.pipeline.tells import Tells


class Listening(Logits):
    """A router's logits, and which texts were put to the model and which were tokenised."""

    def __init__(self, logits: Logits) -> None:
        of = (logits.tokenizers, logits.max_length, logits.classes, logits.pad_id, logits.most)
        super().__init__(logits.forward, *of)
        self.run: list[str] = []
        self.read: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Any:
        self.run.extend(texts)
        return super().__call__(texts)

    def ids(self, texts: Sequence[str]) -> Any:
        self.read.extend(texts)
        return super().ids(texts)


@pytest.fixture(scope="module")
def dataset(support_file: Path) -> Dataset:
    """The split that the tiny routers were trained with."""
    return load_dataset(None, "support", DataOptions(path=support_file))


@pytest.fixture(scope="module")
def spans_router(trained_spans: Callable[[str], TrainResult]) -> Path:
    return trained_spans("bert").artifact.path


def _check(rows: list[GoldenRow], least: int = 64) -> Counter[str]:
    uses = Counter(row.use for row in rows)
    assert uses["golden"] >= least
    assert uses["count"] <= 256
    assert len({row.text for row in rows}) == len(rows)
    assert min(row.margin for row in rows) >= golden.TOO_CLOSE
    return Counter(why for row in rows if row.use == "golden" for why in row.why)


def test_training_writes_rows_that_the_artifact_answers_the_same(
    trained: Callable[[str], TrainResult], family: str, dataset: Dataset
) -> None:
    artifact = trained(family).artifact
    rows = read_golden(artifact.path)
    assert "parity.jsonl" in artifact.manifest.files
    why = _check(rows)
    assert why["short"] >= 8
    assert why["unicode"] >= 25
    assert why["long"] >= 2
    assert why["threshold"] == 12
    predictor = pointsman.load(artifact.path)
    texts = [row.text for row in rows]
    decisions = predictor.predict(texts, probabilities=True)
    logits, _ = predictor.logits(texts)
    for row, decision, scores, ids in zip(rows, decisions, logits, predictor.logits.ids(texts)[0], strict=True):
        assert row.task == "support"
        assert row.ids == (tuple(ids),)
        assert np.array_equal(np.array(row.ids[0]), ids)
        np.testing.assert_allclose(np.array(row.logits[0], np.float32), scores, atol=1e-5)
        assert (row.decision.label, row.decision.abstained, row.decision.truncated) == (
            decision.label,
            decision.abstained,
            decision.truncated,
        )
        assert row.decision.probabilities == pytest.approx(decision.probabilities, abs=1e-5)
        assert row.decision.threshold == predictor.calibration.rule.threshold
    assert {f"class:{row.decision.label}" for row in rows} <= set(why)
    assert [row for row in rows if "long" in row.why and row.decision.truncated]


def test_no_text_of_a_test_row_is_taken(trained: Callable[[str], TrainResult], dataset: Dataset) -> None:
    taken = {row.text for row in read_golden(trained("bert").artifact.path)}
    split = dataset.split
    assert not taken & {row.text for row in split.test}
    assert taken & {row.text for row in split.validation}
    assert taken & {row.text for row in split.train}  # so few validation rows are not enough


def test_texts_of_ours_that_stand_in_the_test_part_are_not_taken(
    trained: Callable[[str], TrainResult], dataset: Dataset
) -> None:
    predictor = pointsman.load(trained("bert").artifact.path)
    split = replace(dataset.split, test=(*dataset.split.test, Example("Hello", "animal")))
    barred = [Example("sudo"), Example(dataset.split.validation[0].text)]
    rows = golden_rows(dataset.task, split, predictor.logits, predictor.calibration, barred=barred)
    assert not {"Hello", "sudo", dataset.split.validation[0].text} & {row.text for row in rows}


def test_the_same_router_and_rows_give_the_same_golden_rows(
    trained: Callable[[str], TrainResult], dataset: Dataset
) -> None:
    predictor = pointsman.load(trained("bert").artifact.path)
    split = dataset.split
    shuffled = replace(split, train=split.train[::-1], validation=split.validation[::-1])
    first = golden_rows(dataset.task, split, predictor.logits, predictor.calibration)
    again = golden_rows(dataset.task, shuffled, predictor.logits, predictor.calibration)
    assert first == again


def test_what_calibrating_has_answered_is_not_asked_again(
    trained: Callable[[str], TrainResult], dataset: Dataset, tmp_path: Path
) -> None:
    path = trained("bert").artifact.path
    predictor = pointsman.load(path)
    listening = Listening(predictor.logits)
    shutil.copy(path / "validation.safetensors", tmp_path)
    tells = Tells()
    add_golden_rows(tmp_path, dataset, listening, predictor.calibration, tells)
    assert (tmp_path / "parity.jsonl").read_text() == (path / "parity.jsonl").read_text()
    assert listening.run
    assert not {row.text for row in dataset.split.validation} & set(listening.run)
    counted = sum(row.use == "count" for row in read_golden(tmp_path))
    assert 0 < counted < 256
    assert tells.lines[0].endswith(f", and {counted} to count decisions on (not 256: the data has no more texts)")


def test_many_rows_are_drawn_from_validation_alone(
    trained: Callable[[str], TrainResult], dataset: Dataset, draw_texts: Callable[..., list[str]]
) -> None:
    predictor = pointsman.load(trained("bert").artifact.path)
    names = dataset.task.labels
    held = tuple(Example(text, name) for name in names for text in draw_texts(name, 300, seed=1))
    split = replace(dataset.split, validation=held)
    rows = golden_rows(dataset.task, split, predictor.logits, predictor.calibration)
    assert Counter(row.use for row in rows)["count"] == 256
    assert {row.text for row in rows if row.use == "count"} <= {row.text for row in held}
    assert not {row.text for row in rows} & {row.text for row in split.train} - {row.text for row in held}


def test_a_handful_of_rows_still_gives_sixty_four(trained: Callable[[str], TrainResult], dataset: Dataset) -> None:
    predictor = pointsman.load(trained("bert").artifact.path)
    split = replace(dataset.split, train=dataset.split.train[:7], validation=dataset.split.validation[:3], test=())
    rows = golden_rows(dataset.task, split, predictor.logits, predictor.calibration)
    why = _check(rows)
    assert why["joined"] >= 8
    everything = [*split.train, *split.validation]
    alone = replace(split, validation=())
    nothing = golden_rows(dataset.task, alone, predictor.logits, predictor.calibration, barred=everything)
    assert {row.use for row in nothing} == {"golden"}
    assert len(nothing) >= 64


def test_rare_labels_are_looked_for_in_all_rows(trained: Callable[[str], TrainResult], dataset: Dataset) -> None:
    predictor = pointsman.load(trained("bert").artifact.path)
    listening = Listening(predictor.logits)
    many = tuple(Example(f"the dog {a} {b}", "animal") for a in range(40) for b in range(40))
    rare = [Example(f"pear {number}", "fruit") for number in range(9)]
    split = replace(dataset.split, validation=many, train=tuple(rare))
    golden_rows(dataset.task, split, listening, predictor.calibration)
    assert len({row.text for row in rare} & set(listening.read)) == 2
    assert len({row.text for row in many} & set(listening.read)) == 326


def test_token_rows_hold_windows_pieces_and_entities(spans_router: Path) -> None:
    rows = read_golden(spans_router)
    why = _check(rows)
    assert why["long"] >= 2
    predictor = pointsman.load(spans_router)
    texts = [row.text for row in rows]
    decisions = predictor.predict(texts)
    pieces = predictor.logits.pieces(texts)
    types = set()
    for row, decision, own in zip(rows, decisions, pieces, strict=True):
        assert row.offsets == own.offsets
        assert row.decision.label == decision.label
        assert [(s.start, s.end, s.type) for s in row.decision.spans or ()] == [
            (s.start, s.end, s.type) for s in decision.spans or ()
        ]
        types |= {f"class:{span.type}" for span in decision.spans or ()}
        if row.use == "count":
            assert row.logits == ()
            continue
        assert np.array(row.logits, np.float32).reshape(-1, 5).shape == own.logits.shape
        if own.offsets:
            np.testing.assert_allclose(np.array(row.logits, np.float32), own.logits, atol=1e-5)
    assert types
    assert types <= set(why)
    assert max(len(row.ids) for row in rows if "long" in row.why) > 1
    assert all(len(window) <= 32 for row in rows for window in row.ids)
    assert (spans_router / "parity.jsonl").stat().st_size < 3e6


@pytest.mark.parametrize("kind", ["sequence", "token"])
def test_rows_are_decided_anew_under_another_rule(
    kind: str, trained: Callable[[str], TrainResult], spans_router: Path
) -> None:
    path = trained("bert").artifact.path if kind == "sequence" else spans_router
    predictor = pointsman.load(path)
    before = read_golden(path)
    same = decided_anew(before, predictor.task, predictor.calibration, predictor.logits)
    assert [(r.text, r.use, r.why, r.decision.label) for r in same] == [
        (r.text, r.use, r.why, r.decision.label) for r in before
    ]
    other = replace(predictor.calibration, rule=replace(predictor.calibration.rule, threshold=0.999))
    after = decided_anew(before, predictor.task, other, predictor.logits)
    assert {row.decision.threshold for row in after} == {0.999}
    assert sum(row.decision.abstained for row in after) > sum(row.decision.abstained for row in before)
    assert all((row.logits == ()) == (kind == "token" and (row.use == "count" or not row.offsets)) for row in after)


def test_another_rule_decides_the_golden_rows_anew(artifact_copy: Path) -> None:
    before = {row.text: row for row in read_golden(artifact_copy)}
    _, calibration = calibrate(artifact_copy, "coverage=0.5")
    after = read_golden(artifact_copy)
    assert {row.decision.threshold for row in after} == {calibration.rule.threshold}
    assert any(row.decision.abstained != before[row.text].decision.abstained for row in after)
    assert all(np.allclose(row.logits, before[row.text].logits, atol=1e-5) for row in after)
