import numpy as np
import pytest

from pointsman.errors import DataError
from pointsman.evaluation.baselines import fit_logistic, fit_majority, fit_neighbours


def clusters(n: int, classes: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around one direction a class."""
    centres = np.random.default_rng(9).normal(size=(classes, 16))
    rng = np.random.default_rng(seed)
    y = rng.integers(0, classes, n)
    features = centres[y] + noise * rng.normal(size=(n, 16))
    return (features / np.linalg.norm(features, axis=1, keepdims=True)).astype(np.float32), y


@pytest.mark.parametrize("fit", [fit_logistic, fit_neighbours])
@pytest.mark.parametrize("classes", [2, 6])
def test_clusters_are_told_apart(fit, classes: int) -> None:
    features, y = clusters(400, classes, 0.5, seed=0)
    held, held_y = clusters(200, classes, 0.5, seed=1)
    model = fit(features, y, classes, validation_features=held, validation_y=held_y)
    new, new_y = clusters(1500, classes, 0.5, seed=2)  # more rows than one chunk
    predicted = model.predict(new)
    assert predicted.dtype == np.int64
    assert np.mean(predicted == new_y) > 0.97


def test_logistic_is_scikit_learns() -> None:
    from sklearn.linear_model import LogisticRegression

    features, y = clusters(300, 4, 1.2, seed=3)
    held, held_y = clusters(150, 4, 1.2, seed=4)
    model = fit_logistic(features, y, 4, validation_features=held, validation_y=held_y)
    alone = LogisticRegression(C=model.c, max_iter=2000, tol=1e-6).fit(features, y)
    assert np.mean(model.predict(held) == alone.predict(held)) > 0.98
    assert model.weights.shape == (4, 16)


def test_two_labels_keep_scikit_learns_boundary() -> None:
    from sklearn.linear_model import LogisticRegression

    features, y = clusters(300, 2, 2.0, seed=5)
    model = fit_logistic(features, y, 2, validation_features=features, validation_y=y)
    alone = LogisticRegression(C=model.c, max_iter=2000, tol=1e-6).fit(features, y)
    assert np.mean(model.predict(features) == alone.predict(features)) > 0.99


def test_labels_without_rows_are_never_predicted() -> None:
    features, y = clusters(300, 3, 0.5, seed=6)
    y = np.array([1, 2, 4])[y]
    for fit in (fit_logistic, fit_neighbours):
        model = fit(features, y, 5, validation_features=features, validation_y=y)
        assert set(model.predict(features)) == {1, 2, 4}
    assert np.isfinite(fit_logistic(features, y, 5, validation_features=features, validation_y=y).bias).all()


def test_neighbours_vote_by_similarity() -> None:
    # One near row of label 0 against two rows of label 1 that are together nearer still.
    features = np.array([[1.0, 0.0], [0.8, 0.6], [0.8, -0.6], [-1.0, 0.0], [-0.6, 0.8]], np.float32)
    y = np.array([0, 1, 1, 2, 2])
    asked = np.array([[1.0, 0.0]], np.float32)
    model = fit_neighbours(features, y, 3, validation_features=asked, validation_y=np.array([1]))
    assert model.k == 5
    assert model.predict(asked).tolist() == [1]
    nearest = fit_neighbours(features, y, 3, validation_features=asked, validation_y=np.array([0]))
    assert nearest.k == 1
    assert nearest.predict(asked).tolist() == [0]
    assert nearest.features.dtype == np.float16


def test_fewer_rows_than_neighbours() -> None:
    features, y = np.eye(3, dtype=np.float32), np.array([0, 1, 2])
    model = fit_neighbours(features, y, 3, validation_features=features, validation_y=y)
    assert (model.k, model.predict(features).tolist()) == (1, [0, 1, 2])


def test_majority() -> None:
    assert fit_majority(np.array([2, 1, 2]), 4).predict(np.zeros((3, 5))).tolist() == [2, 2, 2]


@pytest.mark.parametrize("fit", [fit_logistic, fit_neighbours])
def test_what_cannot_be_fitted_is_said(fit) -> None:
    features = np.eye(3, dtype=np.float32)
    with pytest.raises(DataError, match="two labels"):
        fit(features, np.zeros(3, int), 2, validation_features=features, validation_y=np.zeros(3, int))
    with pytest.raises(DataError, match="validation rows"):
        fit(features, np.arange(3), 3, validation_features=features[:0], validation_y=np.zeros(0, int))
