from __future__ import annotations

import numpy as np

from pointsman.data.size_baseline import fit_sizes


def test_sizes_that_tell_the_label_are_found() -> None:
    sizes = [(960, 540), (961, 541), (640, 480), (642, 480), (300, 900), (302, 890)]
    y = np.array([0, 0, 1, 1, 2, 2])
    fitted = fit_sizes(sizes, y, 3, validation_sizes=[(960, 545), (641, 482)], validation_y=np.array([0, 1]))
    assert fitted.predict([(955, 538), (645, 477), (300, 880)]).tolist() == [0, 1, 2]
    assert fitted.k == 1


def test_one_size_for_all_answers_the_most_frequent_label() -> None:
    sizes = [(100, 100)] * 9
    y = np.array([1, 0, 0, 1, 1, 2, 1, 1, 0])
    fitted = fit_sizes(sizes, y, 3, validation_sizes=[(100, 100)], validation_y=np.array([2]))
    assert fitted.predict([(100, 100), (5, 5)]).tolist() == [1, 1]


def test_few_rows_and_rows_without_an_image() -> None:
    fitted = fit_sizes(
        [(0, 0), (50, 50)], np.array([0, 1]), 2, validation_sizes=[], validation_y=np.array([], np.int64)
    )
    assert fitted.predict([(0, 0), (40, 60)]).tolist() == [0, 1]
    assert fitted.predict([]).tolist() == []
