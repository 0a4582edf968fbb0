import re
import warnings
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from pointsman.evaluation.calibration import reliability
from pointsman.evaluation.coverage import risk_coverage
from pointsman.evaluation.plots import (
    confusion_plot,
    learning_curves_plot,
    precision_recall_plot,
    reliability_plot,
    risk_coverage_plot,
)

HISTORY = [
    {"epoch": 0.5, "loss": 1.0, "learning_rate": 1e-3},
    {"epoch": 1.0, "eval_loss": 0.8, "eval_macro_f1": 0.7},
    {"epoch": 2.0, "eval_loss": 0.6, "eval_macro_f1": 0.8},
    {"train_runtime": 3.0},
]


def draw(classes: int, n: int = 400) -> tuple[np.ndarray, np.ndarray, list[str]]:
    rng = np.random.default_rng(classes)
    y = rng.integers(0, classes, n)
    logits = rng.normal(size=(n, classes)) + 3 * np.eye(classes)[y]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return y, probabilities, [f"label {i}" for i in range(classes)]


def texts(svg: str) -> list[str]:
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def pictures(classes: int) -> dict[str, str]:
    y, probabilities, labels = draw(classes)
    predicted = probabilities.argmax(axis=1)
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (y, predicted), 1)
    table = reliability(probabilities, y)
    return {
        "confusion": confusion_plot(confusion, labels),
        "reliability": reliability_plot(table, table),
        "precision_recall": precision_recall_plot(y, probabilities, labels, 1 if classes == 2 else None),
        "risk_coverage": risk_coverage_plot(risk_coverage(probabilities.max(axis=1), predicted == y), 0.4),
        "learning": learning_curves_plot(HISTORY),
    }


@pytest.mark.parametrize("classes", [2, 3, 20, 150])
def test_every_picture_is_small_valid_svg_without_outside_references(classes: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = pictures(classes)
    for name, svg in drawn.items():
        root = ET.fromstring(svg)
        assert root.tag.endswith("svg"), name
        assert root.get("viewBox")
        assert root.get("role") == "img"
        assert len(svg) < 120_000, name
        assert not re.search("<style|<script", svg), name
        outside = set(re.findall(r'(?:href="|url\()([^"#)]{0,5})', svg)) - {"", "data:"}
        assert not outside, name


def test_ids_of_two_pictures_never_meet() -> None:
    drawn = pictures(3)
    seen: set[str] = set()
    for svg in drawn.values():
        ids = set(re.findall(r'\bid="([^"]*)"', svg))
        assert not ids & seen
        assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', svg)) <= ids
        seen |= ids


def test_pictures_are_the_same_each_time() -> None:
    assert pictures(3) == pictures(3)


def test_confusion_of_many_classes_says_what_it_leaves_out() -> None:
    words = texts(pictures(150)["confusion"])
    assert "The 25 of 150 labels with the most errors; the others are left out" in words
    assert len({word for word in words if word.startswith("label ")}) == 25
    assert len({word for word in texts(pictures(20)["confusion"]) if word.startswith("label ")}) == 20


def test_confusion_shows_counts() -> None:
    words = texts(confusion_plot(np.array([[7, 2], [0, 31]]), ("no", "yes")))
    assert {"7", "2", "31", "no", "yes"} <= set(words)


def test_labels_of_any_kind_are_drawn() -> None:
    labels = ["cost $5 and $6", "<b>&amp;", "_hidden", "问候", "tab\there", 'id="x" url(#y)', "x" * 200]
    y = np.arange(70) % 7
    probabilities = np.eye(7)[y]
    confusion = np.diag(np.full(7, 10))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        words = texts(confusion_plot(confusion, labels))
        legend = texts(precision_recall_plot(y, probabilities, labels))
    for label in labels[:4] + labels[5:6]:
        assert label in words
    assert "x" * 17 + "…" + "x" * 10 in words
    assert any("cost $5" in word for word in legend)


def test_precision_recall_leaves_out_labels_without_rows() -> None:
    y, probabilities, labels = draw(4)
    words = " ".join(texts(precision_recall_plot(np.minimum(y, 2), probabilities, labels)))
    assert "label 3" not in words
    assert "all labels (micro)" in words


def test_learning_curves_take_what_is_there() -> None:
    assert learning_curves_plot([]) == ""
    assert learning_curves_plot([{"epoch": 1.0, "grad_norm": 2.0}]) == ""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        only_metric = learning_curves_plot([{"epoch": 1.0, "eval_accuracy": 0.5}], "accuracy")
    assert "validation accuracy" in texts(only_metric)
    assert "validation macro F1" in texts(learning_curves_plot(HISTORY))
