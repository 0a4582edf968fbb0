import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_fscore_support, roc_auc_score

from pointsman.errors import ConfigError, DataError
from pointsman.evaluation.intervals import wilson
from pointsman.evaluation.metrics import auc, classification, metric_value, recall_at_fpr, two_class

LABELS = ("a", "b", "c", "d")
ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@settings(deadline=None)
@given(ROWS)
def test_f1_is_scikit_learns(rows: list[tuple[int, int]]) -> None:
    y, predicted = np.array(rows).T
    for name, average in (("macro_f1", "macro"), ("weighted_f1", "weighted")):
        expected = f1_score(y, predicted, average=average, zero_division=0)
        assert metric_value(name, y, predicted, 4) == pytest.approx(expected)
    assert metric_value("accuracy", y, predicted, 4) == pytest.approx(np.mean(y == predicted))


def test_classification_by_hand() -> None:
    y = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
    predicted = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 2])
    result = classification(y, predicted, LABELS)

    assert result.n == 10
    assert result.accuracy.value == 0.6
    assert result.accuracy.interval == pytest.approx([wilson(6, 10).low, wilson(6, 10).high])
    assert result.confusion.tolist() == [[3, 1, 0, 0], [0, 2, 0, 0], [2, 1, 1, 0], [0, 0, 0, 0]]
    first = result.per_class[0]
    assert (first.label, first.support) == ("a", 4)
    assert (first.precision.value, first.recall.value) == (3 / 5, 3 / 4)
    assert first.f1.value == pytest.approx(2 / 3)
    # Classes a, b, c have F1 2/3, 2/3, 2/5; d neither occurs nor is predicted and is no zero.
    assert result.macro_f1.value == pytest.approx((2 / 3 + 2 / 3 + 2 / 5) / 3)
    assert result.per_class[3].f1.value == 0.0
    assert result.per_class[3].f1.interval == [0.0, 1.0]
    pairs = [tuple(pair) for pair in result.confused_pairs]
    assert pairs == [("c", "a", 2, 0.5), ("a", "b", 1, 0.25), ("c", "b", 1, 0.25)]


def test_classification_takes_probabilities() -> None:
    y = np.array([0, 1, 2, 1])
    probabilities = np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8], [0.2, 0.5, 0.3]])
    by_probability = classification(y, probabilities, "abc")
    by_label = classification(y, np.array([0, 0, 2, 1]), "abc")
    assert by_probability.to_dict() == by_label.to_dict()


def test_per_class_is_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    y, predicted = rng.integers(0, 4, 200), rng.integers(0, 3, 200)
    result = classification(y, predicted, LABELS)
    expected = precision_recall_fscore_support(y, predicted, labels=range(4), zero_division=0)
    for i, row in enumerate(result.per_class):
        got = (row.precision.value, row.recall.value, row.f1.value, row.support)
        assert got == pytest.approx([part[i] for part in expected])
        assert row.f1.low <= row.f1.value <= row.f1.high


def test_results_are_json_with_the_figures_on_top() -> None:
    result = classification(np.array([0, 1, 1]), np.array([0, 1, 0]), ("no", "yes")).to_dict()
    assert json.loads(json.dumps(result)) == result
    assert result["accuracy"] == pytest.approx(2 / 3)
    assert set(result) == {
        "n", "accuracy", "macro_f1", "weighted_f1", "intervals", "per_class", "confused_pairs",
    }  # fmt: skip
    assert result["confused_pairs"] == [{"true": "yes", "predicted": "no", "count": 1, "share": 0.5}]
    assert result["per_class"]["yes"]["recall_interval"] == [wilson(1, 2).low, wilson(1, 2).high]


def test_no_rows_and_unknown_metric_are_said() -> None:
    none = np.zeros(0, int)
    with pytest.raises(DataError, match="no rows to evaluate"):
        classification(none, none, LABELS)
    with pytest.raises(DataError, match="empty"):
        metric_value("accuracy", none, none, 4)
    with pytest.raises(ConfigError, match="did you mean 'macro_f1'"):
        metric_value("macro-f1", np.array([0]), np.array([0]), 4)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=2, max_size=60))
def test_auc_is_scikit_learns(rows: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in rows]) / 8
    positive = np.array([is_positive for _, is_positive in rows])
    if positive.all() or not positive.any():
        with pytest.raises(ValueError, match="both classes"):
            auc(scores, positive)
    else:
        assert auc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=2, max_size=80),
    st.sampled_from([0.0, 0.01, 0.05, 0.2, 1.0]),
)
def test_recall_at_fpr_is_the_best_allowed(rows: list[tuple[int, bool]], fpr: float) -> None:
    scores = np.array([score for score, _ in rows]) / 12
    positive = np.array([is_positive for _, is_positive in rows])
    if positive.all() or not positive.any():
        return
    recall, threshold = recall_at_fpr(scores, positive, fpr)
    assert np.mean(scores[~positive] >= threshold) <= fpr + 1e-12
    assert recall.value == pytest.approx(np.mean(scores[positive] >= threshold))
    allowed = [t for t in np.unique(scores) if np.mean(scores[~positive] >= t) <= fpr + 1e-12]
    assert recall.value == pytest.approx(max([np.mean(scores[positive] >= t) for t in allowed], default=0.0))


def test_recall_at_fpr_by_hand() -> None:
    negatives = np.linspace(0.0, 0.99, 100)
    scores = np.concatenate([negatives, [0.5, 0.985, 0.995, 1.0]])
    positive = np.arange(104) >= 100
    at_1 = recall_at_fpr(scores, positive, 0.01)
    assert at_1.recall.value == 0.75  # one negative (0.99) may pass: 0.985, 0.99 and up do
    assert at_1.threshold == 0.985
    assert recall_at_fpr(scores, positive, 0.0).recall.value == 0.5


def test_recall_at_fpr_of_float32_scores_lets_no_tie_pass() -> None:
    scores = np.array([0.1, 0.9, 0.9, 0.3], np.float32)
    recall, threshold = recall_at_fpr(scores, np.array([False, False, True, True]), 0.0)
    assert recall.value == 0.0
    assert threshold > scores.max().astype(np.float64)


def test_two_class_part_of_the_results() -> None:
    scores = np.array([0.1, 0.2, 0.3, 0.9, 0.95, 0.4])
    positive = np.array([False, False, False, True, True, True])
    kinds = [None, None, None, "role_playing", "role_playing", "other"]
    part = two_class(scores, positive, "jailbreak", kinds)
    assert part is not None
    assert part["auc"] == 1.0
    assert set(part["recall_at_fpr"]) == {"0.01", "0.05"}
    assert part["recall_at_fpr"]["0.01"]["recall"] == 1.0
    assert part["per_category"]["other"]["n"] == 1
    assert part["per_category"]["other"]["recall"] == 0.0  # 0.4 is no jailbreak by the winner
    assert part["per_category"]["other"]["recall_at_1pct_fpr"] == 1.0
    assert part["per_category"]["role_playing"]["recall"] == 1.0
    json.dumps(part)


def test_two_class_needs_both() -> None:
    assert two_class(np.array([0.5, 0.6]), np.array([True, True]), "jailbreak") is None
