"""Scores of pieces to entities, by hand; and a tiny token router of each family from training to spans."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pointsman.inference import Calibration, Effect, Rule
from pointsman.inference.entities import (
    Pieces,
    _back,
    _forward,
    _most_probable,
    borders_margin,
    candidates,
    decide_entities,
)
from pointsman.tasks import Entity, Task
from pointsman.tasks.task import bio_labels

TASK = Task("own", bio_labels(("PERSON", "GPE")), kind="token", primary_metric="f1")
#        NO B-P I-P B-G I-G
NO, BP, IP, BG, IG = range(5)


def _pieces(text: str, rows: list[tuple[int, int, dict[int, float]]]) -> Pieces:
    """Pieces with the given probabilities; what is left is spread over the other labels."""
    table = np.full((len(rows), 5), 0.0)
    for row, (_, _, given) in enumerate(rows):
        rest = (1 - sum(given.values())) / (5 - len(given))
        table[row] = [given.get(label, rest) for label in range(5)]
    return Pieces(text, tuple((a, b) for a, b, _ in rows), np.log(table).astype(np.float32))


def _calibration(threshold: float) -> Calibration:
    return Calibration(1.0, Rule("default", threshold, "span", Effect(1, 1.0, 1.0, (0.0, 1.0))), 1, {})


def test_a_word_is_one_type_and_never_torn() -> None:
    # "Adalyn" is two pieces that disagree; the mean decides: 0.5 * (0.9 + 0.2) for PERSON.
    pieces = _pieces("Adalyn left", [(0, 3, {BP: 0.9, NO: 0.04}), (3, 6, {IP: 0.3, NO: 0.4}), (7, 11, {NO: 0.97})])
    ((found,), any_) = candidates(pieces, TASK, 1.0)
    assert (found.type, found.start, found.end, found.text) == ("PERSON", 0, 6, "Adalyn")
    assert found.score == pytest.approx(((0.9 + 0.02) + (0.3 + 0.1)) / 2)
    assert any_ == pytest.approx(1 - (0.04 + 0.4) / 2)


def test_words_go_on_or_begin() -> None:
    text = "Ada Lee, Ulm Bob"
    rows = [(0, 3, BP), (4, 7, IP), (7, 8, NO), (9, 12, IG), (13, 16, BP)]
    pieces = _pieces(text, [(a, b, {label: 0.8}) for a, b, label in rows])
    found, _ = candidates(pieces, TASK, 1.0)
    assert [(e.type, e.text) for e in found] == [("PERSON", "Ada Lee"), ("GPE", "Ulm"), ("PERSON", "Bob")]
    assert found[0].score == pytest.approx(0.85)


def test_decisions_keep_what_reaches_the_threshold() -> None:
    text = "Ada in Ulm"
    pieces = _pieces(text, [(0, 3, {BP: 0.9, IP: 0.05}), (4, 6, {NO: 0.9}), (7, 10, {BG: 0.5, NO: 0.3})])
    both, one, none, clean = (
        decide_entities([pieces], TASK, _calibration(0.2), "d")[0],
        decide_entities([pieces], TASK, _calibration(0.8), "d", probabilities=True)[0],
        decide_entities([pieces], TASK, _calibration(0.99), "d")[0],
        decide_entities([_pieces("so it is", [(0, 2, {NO: 0.99})])], TASK, _calibration(0.2), "d")[0],
    )
    assert (both.label, both.runner_up, len(both.spans or ())) == ("own_detected", "no_own", 2)
    assert (one.label, one.spans) == ("PERSON", (Entity("PERSON", 0, 3, "Ada", pytest.approx(0.95)),))  # type: ignore[arg-type]
    assert one.probability == pytest.approx(0.95)
    assert one.probabilities == pytest.approx({"no_own": 1 - 0.9833333, "own_detected": 0.9833333}, abs=1e-4)
    assert (none.label, none.spans, none.abstained) == ("no_own", (), True)
    assert (clean.label, clean.spans, clean.abstained) == ("no_own", (), False)
    assert not both.abstained
    assert clean.probability == pytest.approx(0.99, abs=1e-4)


def test_a_text_of_white_space_alone_has_no_words() -> None:
    assert candidates(Pieces(" \n", (), np.zeros((0, 5), np.float32)), TASK, 1.0) == ([], 0.0)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.6])
def test_how_far_other_entities_are_by_trying_every_sequence(threshold: float) -> None:
    draw = np.random.default_rng(0)
    close = 0
    for words in [1, 2, 3, 4] * 8:
        p = draw.dirichlet(np.full(5, 0.4), words)
        text = " ".join("word" for _ in range(words))
        pieces = Pieces(text, tuple((5 * i, 5 * i + 4) for i in range(words)), np.log(p + 1e-9).astype(np.float32))
        types = np.stack([p[:, 1] + p[:, 2], p[:, 3] + p[:, 4]], axis=1)
        best: dict[tuple[tuple[tuple[int, int, int], ...], bool], float] = {}
        for path in itertools.product(range(5), repeat=words):
            log, found = 0.0, []
            for at, label in enumerate(path):
                before = path[at - 1] if at else 0
                if label in (IP, IG) and before not in (label, label - 1):
                    break
                column = (label - 1) // 2
                if label == NO:
                    log += np.log(p[at, NO])
                else:
                    begins = p[at, 2 * column + 1] / types[at, column]
                    share = 1 - begins if label in (IP, IG) else max(begins, 0.1)
                    log += np.log(types[at, column] * share)
                    if label in (IP, IG):
                        found[-1] = (column, found[-1][1], at + 1)
                    else:
                        log -= float(before in (label, label + 1))  # two of one type seldom touch
                        found.append((column, at, at + 1))
            else:
                score = [types[low:high, column].mean() for column, low, high in found]
                own = tuple(one for one, s in zip(found, score, strict=True) if s >= threshold)
                decided = (own, bool(found) and not own)  # "not sure" is a decision too
                best[decided] = max(best.get(decided, -np.inf), log)
        first, second = sorted([*best.values(), -np.inf], reverse=True)[:2]
        expected = np.tanh((first - second) / 2) if first - second < 3 else 1.0
        close += expected < 1
        assert borders_margin(pieces, TASK, _calibration(threshold)) == pytest.approx(expected, abs=1e-4)
    assert close > 8


def test_a_text_without_words_is_far_from_any_entity() -> None:
    assert borders_margin(Pieces(" ", (), np.zeros((0, 5), np.float32)), TASK, _calibration(0.5)) == 1.0


def test_each_words_own_best_is_taken_only_where_it_is_well_formed() -> None:
    """The short way and the long one agree: an I- first, or after O, or two entities that touch, go the long way."""
    draw = np.random.default_rng(1)
    short = 0
    for words in [1, 2, 3, 5, 9] * 40:
        logs = np.log(draw.dirichlet(np.full(5, 0.3), words) + 1e-9)
        best, back = _forward(logs)
        long = _back(back, words - 1, int(best[-1].argmax()))
        assert _most_probable(logs) == long
        short += long == logs.argmax(axis=1).tolist()
    assert 20 < short < 180
