"""Training rows that no classifier can learn from are refused by name."""

from __future__ import annotations

import re

import pytest

from pointsman.data.example import Example
from pointsman.data.labels import check_trainable
from pointsman.errors import DataError
from pointsman.tasks.task import Task


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([], "no training rows are left; give rows with a label, or leave fewer out"),
        ([None], "no training rows are left"),
        (["a", "a"], "all 2 training rows are labelled 'a'; at least two classes are needed: add rows"),
        (
            ["a", "a", "my b"],
            "f.csv:2: the class 'my b' has one training example; add rows, or pass --exclude-label 'my b'",
        ),
        (
            ["a", "a", "c", "b"],
            "f.csv:3: the class 'b' has one training example (and 1 more such classes); add rows",
        ),
    ],
)
def test_untrainable_rows_are_refused(labels: list[str | None], said: str) -> None:
    rows = [Example(f"text {i}", label, source=f"f.csv:{i}") for i, label in enumerate(labels)]
    with pytest.raises(DataError, match=re.escape(said)):
        check_trainable(rows)


def test_labels_of_the_task_that_no_row_has_are_told() -> None:
    rows = [Example(f"text {i}", label) for i, label in enumerate("aabb")]
    assert check_trainable(rows, Task("t", ("a", "b"))) == ()
    (note,) = check_trainable(rows, Task("t", ("a", "b", "c")))
    assert note.startswith("no training row is labelled 'c'")
