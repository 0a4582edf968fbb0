import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.errors import ConfigError
from pointsman.evaluation.coverage import oos_recall, risk_coverage
from pointsman.evaluation.thresholds import (
    Target,
    choose_threshold,
    measure_rule,
    parse_target,
    threshold_keeping,
)
from pointsman.inference.rule import Rule

ROWS = st.lists(st.tuples(st.integers(50, 100), st.booleans()), min_size=1, max_size=80)


def split(rows: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([c / 100 for c, _ in rows]), np.array([right for _, right in rows])


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("fpr=0.01", Target("fpr", 0.01)),
        ("precision=0.95", Target("precision", 0.95)),
        (" Coverage = 0.9", Target("coverage", 0.9)),
        ("default", Target("default")),
    ],
)
def test_targets_are_read(text: str, target: Target) -> None:
    assert parse_target(text) == target
    assert parse_target(str(target)) == target


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("recall=0.9", "unknown target 'recall'"),
        ("precison=0.9", "did you mean 'precision'"),
        ("precision", "write it like precision=0.95"),
        ("fpr=1 %", "'1 %' is not a share"),
        ("coverage=90", "write it like coverage=0.9"),
        ("coverage=nan", "not a share"),
        ("default=1", "takes no value"),
        ("", "unknown target ''"),
    ],
)
def test_bad_targets_are_said_on_one_line(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as raised:
        parse_target(text)
    assert "\n" not in str(raised.value)


def test_precision_by_hand() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correct = np.array([True, True, False, True, False])
    rule = choose_threshold(Target("precision", 0.75), confidence, correct)
    assert rule.threshold == pytest.approx(0.55)  # midway: 0.6 is answered, 0.5 is not
    assert (rule.effect.coverage, rule.effect.accuracy_answered, rule.effect.n) == (0.8, 0.75, 5)
    low, high = rule.effect.accuracy_answered_interval
    assert low < 0.75 < high


def test_precision_out_of_reach_names_the_best() -> None:
    with pytest.raises(ConfigError, match=r"the highest is 0\.6667, answering 60\.0% of the rows"):
        choose_threshold(
            Target("precision", 0.9),
            np.array([0.9, 0.8, 0.7, 0.6, 0.5]),
            np.array([False, True, True, False, False]),
        )


def test_coverage_by_hand() -> None:
    confidence = np.linspace(0.5, 0.95, 10)
    rule = choose_threshold(Target("coverage", 0.9), confidence, np.ones(10, bool))
    assert rule.effect.coverage == 0.9
    assert rule.threshold == pytest.approx(0.525)


def test_fpr_of_many_classes_counts_confident_mistakes() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correct = np.array([True, False, True, False, True])
    rule = choose_threshold(Target("fpr", 0.2), confidence, correct)
    assert rule.applies_to == "winner"
    assert rule.threshold == pytest.approx(0.65)
    with pytest.raises(ConfigError, match=r"lowest share of wrong answers is 0\.5"):
        choose_threshold(Target("fpr", 0.1), np.array([0.9, 0.8]), np.array([False, True]))


def two_class(score: np.ndarray, is_positive: np.ndarray, fpr: float) -> Rule:
    called = score > 0.5
    return choose_threshold(Target("fpr", fpr), np.maximum(score, 1 - score), called == is_positive, score, is_positive)


def test_fpr_of_two_classes_by_hand() -> None:
    score = np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.6, 0.75, 0.9, 0.95, 0.4])
    is_positive = np.array([False] * 5 + [True] * 5)
    rule = two_class(score, is_positive, 0.2)  # one of five negatives may pass: 0.8 does, 0.7 not
    assert rule.applies_to == "positive"
    assert rule.threshold == pytest.approx(0.725)
    assert rule.effect.false_positive_rate == 0.2
    assert rule.effect.recall == 0.6  # 0.75, 0.9, 0.95
    assert rule.effect.coverage == 0.8  # 0.7 and 0.6 are not sure
    probabilities = np.stack([1 - score, score], axis=1)
    assert rule.abstains(probabilities, 1).tolist() == [s in (0.7, 0.6) for s in score]
    assert measure_rule(rule, probabilities, is_positive.astype(int), 1) == rule.effect
    assert measure_rule(rule, probabilities, np.ones(10, int), 1).false_positive_rate is None
    with pytest.raises(ValueError, match="say which it is"):
        rule.abstains(probabilities)


def test_fpr_out_of_reach_of_two_classes() -> None:
    score, is_positive = np.array([0.99, 0.2, 0.9, 0.8]), np.array([False, False, True, True])
    with pytest.raises(ConfigError, match=r"lowest rate that still catches a positive is 0\.5"):
        two_class(score, is_positive, 0.01)
    with pytest.raises(ConfigError, match="both labels"):
        two_class(score, np.ones(4, bool), 0.01)


def test_fpr_that_holds_anyway_lets_every_call_stand() -> None:
    score, is_positive = np.array([0.1, 0.2, 0.9, 0.8]), np.array([False, False, True, True])
    rule = two_class(score, is_positive, 0.01)
    assert rule.effect.coverage == 1.0
    assert rule.threshold == pytest.approx(0.8, abs=1e-5)


def test_default_abstains_below_what_it_got_right() -> None:
    rng = np.random.default_rng(0)
    confidence = np.concatenate([rng.uniform(0.6, 1, 1000), rng.uniform(0.2, 0.7, 50)])
    correct = np.arange(1050) < 1000
    rule = choose_threshold(Target("default"), confidence, correct)
    assert np.sum(correct & (confidence < rule.threshold)) == 10  # exactly 1 %
    assert np.mean(confidence[~correct] < rule.threshold) > 0.7
    assert rule.abstains(np.array([[0.34, 0.33, 0.33]])).all()  # it is not "never"


def test_default_of_a_router_that_is_always_wrong_trusts_nothing() -> None:
    rule = choose_threshold(Target("default"), np.array([0.9, 0.8]), np.array([False, False]))
    assert rule.effect.coverage == 0.0


def test_no_validation_rows() -> None:
    with pytest.raises(ConfigError, match="no validation rows"):
        choose_threshold(Target("default"), np.zeros(0), np.zeros(0, bool))


@settings(deadline=None)
@given(ROWS)
def test_default_gives_up_at_most_one_in_a_hundred(rows: list[tuple[int, bool]]) -> None:
    confidence, correct = split(rows)
    rule = choose_threshold(Target("default"), confidence, correct)
    if correct.any():
        assert np.sum(correct & (confidence < rule.threshold)) <= 0.01 * correct.sum()


@settings(deadline=None)
@given(ROWS, st.floats(0.01, 1.0))
def test_coverage_is_reached_and_not_by_more_than_ties(rows: list[tuple[int, bool]], share: float) -> None:
    confidence, correct = split(rows)
    rule = choose_threshold(Target("coverage", share), confidence, correct)
    assert rule.effect.coverage >= share - 1e-9
    lowest = confidence[confidence >= rule.threshold].min()
    assert np.mean(confidence > lowest) < share


@settings(deadline=None)
@given(ROWS, st.floats(0.05, 1.0))
def test_precision_is_reached_or_nobody_can(rows: list[tuple[int, bool]], share: float) -> None:
    confidence, correct = split(rows)
    reachable = [t for t in np.unique(confidence) if correct[confidence >= t].mean() >= share]
    if reachable:
        rule = choose_threshold(Target("precision", share), confidence, correct)
        assert rule.effect.accuracy_answered >= share - 1e-9
        assert rule.effect.coverage == pytest.approx(np.mean(confidence >= min(reachable)))
    else:
        with pytest.raises(ConfigError, match="out of reach"):
            choose_threshold(Target("precision", share), confidence, correct)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=2, max_size=80), st.floats(0.0, 0.5))
def test_false_positives_are_kept_to(rows: list[tuple[int, bool]], fpr: float) -> None:
    score, is_positive = split(rows)
    if is_positive.all() or not is_positive.any():
        return
    try:
        rule = two_class(score, is_positive, fpr)
    except ConfigError:
        return
    assert rule.effect.false_positive_rate is not None
    assert rule.effect.false_positive_rate <= fpr + 1e-9
    answered = ~rule.abstains(np.stack([1 - score, score], axis=1), 1)
    assert answered.mean() == pytest.approx(rule.effect.coverage)


@pytest.mark.parametrize("text", ["default", "coverage=0.8", "precision=0.6", "fpr=0.4"])
def test_rules_survive_json(text: str) -> None:
    rng = np.random.default_rng(1)
    rule = choose_threshold(parse_target(text), rng.random(50), rng.random(50) < 0.8)
    assert Rule.from_dict(json.loads(json.dumps(rule.to_dict()))) == rule
    assert "recall" not in rule.to_dict()["effect"]


def test_float32_probabilities_meet_the_stored_threshold() -> None:
    rng = np.random.default_rng(2)
    probabilities = rng.dirichlet([0.3] * 4, 500).astype(np.float32)
    confidence = probabilities.max(axis=1)
    rule = choose_threshold(Target("coverage", 0.9), confidence, rng.random(500) < 0.9)
    assert (~rule.abstains(probabilities)).mean() == rule.effect.coverage
    assert measure_rule(rule, probabilities, np.zeros(500, int)).coverage == rule.effect.coverage


def test_neighbouring_float32_rows_are_told_apart() -> None:
    low = np.float32(0.7)
    high = np.nextafter(low, np.float32(1))
    confidence = np.array([low, high], np.float32)
    rule = choose_threshold(Target("coverage", 0.5), confidence, np.ones(2, bool))
    assert rule.abstains(np.stack([confidence, 1 - confidence], axis=1)).tolist() == [True, False]


def test_risk_coverage_by_hand() -> None:
    curve = risk_coverage(np.array([0.7, 0.9, 0.8, 0.6]), np.array([False, True, True, True]))
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 4])
    assert curve.aurc == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)


@settings(deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_risk_coverage_ignores_the_order_of_rows(rows: list[tuple[int, bool]], random: object) -> None:
    curve = risk_coverage(*split(rows))
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert risk_coverage(*split(rows)).aurc == pytest.approx(curve.aurc)
    assert curve.risk[-1] == pytest.approx(1 - split(rows)[1].mean())


def test_out_of_scope_by_hand() -> None:
    confidence, correct = np.array([0.9, 0.8, 0.3, 0.7]), np.array([True, True, True, False])
    result = oos_recall(confidence, correct, np.array([0.2, 0.4, 0.95, 0.1, 0.3]), 0.5)
    assert (result.n, result.recall) == (5, 0.8)
    assert result.in_scope_accuracy_after_abstaining == 0.5
    assert result.in_scope_coverage == 0.75
    assert result.auroc == pytest.approx((4 + 4 + 2.5 + 4) / 20)
    json.dumps(result.to_dict())


def test_threshold_keeping_in_scope_accuracy() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correct = np.array([True, True, False, True, True])
    threshold = threshold_keeping(confidence, correct, 0.6)
    assert threshold == pytest.approx(0.55)
    assert np.mean(correct & (confidence >= threshold)) == 0.6
    with pytest.raises(ConfigError, match=r"with every row answered it is 0\.8"):
        threshold_keeping(confidence, correct, 0.95)
