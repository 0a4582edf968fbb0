from __future__ import annotations

import random
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from pointsman.data.routing_build import Cut, Placed, cut
from pointsman.data.routing_sources import ExpertRow
from pointsman.errors import DataError

NAMES = ("c", "b", "a")


def placed(rows: list[tuple[int, int]]) -> list[Placed]:
    """Return rows of (expert, image), each with a text of its own."""
    return [
        Placed(
            ExpertRow(NAMES[name], n, f"f:{n}", {}, f"text {n}", Path(f"{image}.png")), str(image), (9, 9), f"g{image}"
        )
        for n, (name, image) in enumerate(rows)
    ]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 25)), min_size=12, max_size=90),
    st.integers(0, 3),
    st.sampled_from([0, 1, 3]),
    st.sampled_from([0, 2, 8]),
    st.booleans(),
)
def test_groups_stay_whole_and_every_row_is_accounted_for(
    given_: list[tuple[int, int]], seed: int, eval_samples: int, train_samples: int, balance: bool
) -> None:
    rows = placed(given_)
    how = Cut(seed=seed, eval_samples=eval_samples, train_samples=train_samples, balance=balance)
    try:
        found = cut(rows, NAMES, how)
    except DataError:
        assume(False)
    part_of: dict[str, str] = {}
    for part, ones in found.rows.items():
        for one in ones:
            assert part_of.setdefault(one.group, part) == part
    taken = [one.row.number for ones in found.rows.values() for one in ones]
    left = [row.number for out in found.left_out.values() for row in out]
    assert sorted([*taken, *left]) == list(range(len(rows)))
    count = {
        (part, name): sum(one.row.expert == name for one in found.rows[part]) for part in found.rows for name in NAMES
    }
    for name in NAMES:
        assert count["train", name] >= 1
        assert count["test", name] >= 1
        assert not eval_samples or count["test", name] <= eval_samples
        assert not train_samples or count["train", name] + count["validation", name] <= train_samples
    assert not balance or len({count["train", name] for name in NAMES}) == 1


@given(st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_order_of_rows_plays_no_part(seed: int, shuffle: random.Random) -> None:
    rows = placed([(n % 3, n // 2) for n in range(60)])
    mixed = list(rows)
    shuffle.shuffle(mixed)
    how = Cut(seed=seed, eval_samples=3, train_samples=10)
    first, second = (cut(some, NAMES, how) for some in (rows, mixed))
    for part, ones in first.rows.items():
        assert [one.row.number for one in ones] == [one.row.number for one in second.rows[part]]
