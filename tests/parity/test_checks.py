"""What each check sees: real routers on tiny models against their own golden rows, whole and changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pointsman.artifacts import GoldenRow, read_golden
from pointsman.inference.logits import Floats32
from pointsman.parity.accuracy import accuracy_check
from pointsman.parity.checks import replay
from pointsman.parity.local_runtime import LocalRuntime, torch_runtime
from pointsman.parity.result import SHOWN, Check, Mismatch, Replay, short, worst_of
from pointsman.parity.runtimes import Layout, laid_out, no_left, padded

Router = Callable[[str, str], Path]


def _found(checks: Sequence[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


@pytest.fixture(scope="module", params=["sequence", "token"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def runtime(router: Router, kind: str) -> LocalRuntime:
    return torch_runtime(router("bert", kind))


@pytest.fixture(scope="module")
def rows(router: Router, kind: str) -> list[GoldenRow]:
    return read_golden(router("bert", kind))


def test_the_artifact_itself_passes_every_check(runtime: LocalRuntime, rows: list[GoldenRow], kind: str) -> None:
    found = _found(replay(runtime, rows))
    names = ["tokenisation", "truncation", "single vs batched", "padded right, other lengths", "padded left"]
    names += ["logits", "probabilities", "decisions"]
    if kind == "token":
        assert list(found) == [*names[:2], "offsets", *names[2:], "entities"]
    else:
        assert list(found) == ["label order", *names]
    assert {c.name for c in found.values() if c.status != "passed"} == {"padded left"}
    assert found["padded left"].status == "not applicable"
    assert found["padded left"].detail
    n = len(rows)
    assert found["tokenisation"].n + found["truncation"].n == n
    assert found["truncation"].n > 0
    assert found["decisions"].n == n
    assert found["logits"].n == sum(row.use == "golden" for row in rows)
    assert found["logits"].worst is not None
    assert found["logits"].worst <= 1e-6


def _changed(rows: list[GoldenRow], index: int, **fields: object) -> list[GoldenRow]:
    return [replace(row, **fields) if n == index else row for n, row in enumerate(rows)]  # type: ignore[arg-type]


def _index(rows: list[GoldenRow], *, long: bool) -> int:
    return next(n for n, row in enumerate(rows) if (row.decision.truncated or len(row.ids) > 1) == long)


@pytest.mark.parametrize(("long", "name"), [(False, "tokenisation"), (True, "truncation")])
def test_another_token_is_seen(runtime: LocalRuntime, rows: list[GoldenRow], long: bool, name: str) -> None:
    index = _index(rows, long=long)
    first = rows[index].ids[0]
    ids = ((*first[:1], first[1] + 1, *first[2:]), *rows[index].ids[1:])
    found = _found(replay(runtime, _changed(rows, index, ids=ids)))
    assert {check.name for check in found.values() if check.status == "failed"} == {name}
    (row,) = found[name].rows
    assert row.text == short(rows[index].text)
    assert f"token 2: {first[1] + 1}" in row.expected
    assert f"token 2: {first[1]}" in row.found


def test_a_missing_token_is_seen(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    index = _index(rows, long=False)
    ids = (rows[index].ids[0][:-1],)
    (row,) = _found(replay(runtime, _changed(rows, index, ids=ids)))["tokenisation"].rows
    assert f"{len(ids[0])} tokens" in row.expected
    assert f"{len(ids[0]) + 1} tokens" in row.found


def test_other_logits_are_seen(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    values = [list(line) for line in rows[0].logits]
    values[-1][0] += 0.01
    found = _found(replay(runtime, _changed(rows, 0, logits=tuple(map(tuple, values)))))
    assert {check.name for check in found.values() if check.status == "failed"} == {"logits"}
    assert found["logits"].rows[0].text == short(rows[0].text)
    assert "mean" in found["logits"].detail


def test_other_probabilities_and_decisions_are_seen(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    decision = rows[3].decision
    probabilities = {name: p + 2e-5 for name, p in (decision.probabilities or {}).items()}
    changed = _changed(rows, 3, decision=replace(decision, probabilities=probabilities))
    assert {c.name for c in replay(runtime, changed) if c.status == "failed"} == {"probabilities"}
    changed = _changed(rows, 3, decision=replace(decision, abstained=not decision.abstained))
    found = _found(replay(runtime, changed))
    assert {c.name for c in found.values() if c.status == "failed"} == {"decisions"}
    assert found["decisions"].worst == pytest.approx(1 / len(rows))
    assert "not sure" in found["decisions"].rows[0].expected + found["decisions"].rows[0].found


def test_low_precision_is_judged_where_the_margin_is_wide(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    wide = [replace(row, margin=0.5) for row in rows]

    def wrong(count: int, margin: float) -> list[GoldenRow]:
        return [
            replace(row, margin=margin, decision=replace(row.decision, label="another")) if n < count else row
            for n, row in enumerate(wide)
        ]

    low = LocalRuntime("onnx", "int8", runtime._predictor, {"model_type": "bert"})
    some = len(rows) // 100
    assert some >= 1
    for given, status in ((wrong(some, 0.5), "passed"), (wrong(some + 1, 0.5), "failed"), (wrong(9, 0.01), "passed")):
        found = _found(replay(low, given))
        assert found["decisions"].status == status
        assert found["decisions"].bar == 0.01
        assert found["logits"].status == found["probabilities"].status == "reported"
    assert found["decisions"].n == len(rows) - 9
    assert "0 of 9 that lie nearer" in found["decisions"].detail


@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_another_order_of_labels_is_named(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    turned = []
    for row in rows:
        names = list(row.decision.probabilities or {})
        values = (row.decision.probabilities or {}).values()
        probabilities = dict(zip(reversed(names), values, strict=True))
        turned.append(replace(row, decision=replace(row.decision, probabilities=probabilities)))
    found = _found(replay(runtime, turned))
    assert found["label order"].status == "failed"
    assert "[tool, fruit, animal]" in found["label order"].detail
    assert "[animal, fruit, tool]" in found["label order"].detail


@pytest.mark.parametrize("kind", ["token"], indirect=True)
def test_moved_entities_and_pieces_are_seen(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    index = next(n for n, row in enumerate(rows) if row.decision.spans)
    decision = rows[index].decision
    assert decision.spans is not None
    spans = (replace(decision.spans[0], end=decision.spans[0].end + 1), *decision.spans[1:])
    found = _found(replay(runtime, _changed(rows, index, decision=replace(decision, spans=spans))))
    assert {c.name for c in found.values() if c.status == "failed"} == {"decisions", "entities"}
    assert found["entities"].worst == 2
    offsets = rows[index].offsets
    assert offsets is not None
    moved = ((offsets[0][0], offsets[0][1] + 1), *offsets[1:])
    found = _found(replay(runtime, _changed(rows, index, offsets=moved)))
    assert {c.name for c in found.values() if c.status == "failed"} == {"offsets"}
    assert "piece 1" in found["offsets"].rows[0].expected


class _Broken(LocalRuntime):
    """Answers no numbers, or numbers that depend on the row beside it."""

    how = "nan"

    def logits(self, texts: Sequence[str], layout: Layout | None = None) -> list[Floats32 | None]:
        found = super().logits(texts, layout)
        if self.how == "nan":
            return [None if row is None else np.full_like(row, np.nan) for row in found]
        if self.how == "pieces":
            return [None for _ in found]
        moved = 0.001 if layout is not None and layout.batch > 1 else 0.0
        return [None if row is None else row + np.eye(1, row.shape[1], dtype=np.float32) * moved for row in found]


@pytest.mark.parametrize(
    ("how", "failed"),
    [
        ("nan", {"single vs batched", "padded right, other lengths", "logits"}),
        ("beside", {"single vs batched", "padded right, other lengths"}),
        ("pieces", {"logits"}),
    ],
)
@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_what_is_no_number_or_depends_on_the_batch_fails(
    runtime: LocalRuntime, rows: list[GoldenRow], how: str, failed: set[str]
) -> None:
    broken = _Broken("torch", "fp32", runtime._predictor, {"model_type": "bert"})
    broken.how = how
    checks = replay(broken, rows)
    assert {check.name for check in checks if check.status == "failed"} == failed
    assert all(len(check.rows) <= SHOWN for check in checks)
    told = Replay("t", "torch", "fp32", len(rows), checks, 0.0).to_dict()
    assert told["passed"] is False
    if how == "pieces":
        assert _found(checks)["single vs batched"].status == "not checked"
        assert {c["worst"] for c in told["checks"] if c["name"] == "logits"} == {None}  # infinite is no JSON


@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_nothing_passes_that_was_not_compared(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    short_rows = [replace(row, logits=(), use="count") for row in rows if not row.decision.truncated]
    found = _found(replay(runtime, short_rows))
    unchecked = {"truncation", "single vs batched", "padded right, other lengths", "logits"}
    assert {c.name for c in found.values() if c.status == "not checked"} == unchecked
    low = LocalRuntime("onnx", "int8", runtime._predictor, {"model_type": "bert"})
    found = _found(replay(low, [replace(row, margin=0.0) for row in rows]))
    assert found["decisions"].status == "not checked"


@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_accuracy_may_lose_half_a_point(runtime: LocalRuntime, rows: list[GoldenRow]) -> None:
    from pointsman.data.example import Example

    low = LocalRuntime("onnx", "int8", runtime._predictor, {"model_type": "bert"})
    known = [Example(row.text, label=row.decision.label) for row in rows]
    known[0] = replace(known[0], label="another")
    own = 100 * (1 - 1 / len(known))
    for fp32, status in ((own, "passed"), (own + 0.5, "passed"), (own + 0.51, "failed")):
        check = accuracy_check(low, known, fp32, "rows.jsonl")
        assert check.status == status
        assert check.n == len(known)
    assert f"accuracy {own:.2f} %" in check.detail
    assert "rows.jsonl" in check.detail


@pytest.mark.parametrize("left", [False, True])
def test_padding_by_hand(left: bool) -> None:
    ids, mask = padded([[5, 6], [7, 8, 9]], 4, 1, left=left)
    assert ids.tolist() == ([[1, 1, 5, 6], [1, 7, 8, 9]] if left else [[5, 6, 1, 1], [7, 8, 9, 1]])
    assert mask.tolist() == ([[0, 0, 1, 1], [0, 1, 1, 1]] if left else [[1, 1, 0, 0], [1, 1, 1, 0]])


@pytest.mark.parametrize(("left", "token"), [(False, False), (False, True), (True, True)])
def test_layouts_reach_the_model_and_padding_is_left_out(left: bool, token: bool) -> None:
    calls = []

    def forward(ids: np.ndarray, mask: np.ndarray) -> Floats32:
        calls.append(ids.shape)
        values = (ids * mask).astype(np.float32)
        return values[..., None] if token else values.sum(axis=1, keepdims=True)

    rows = [[5], [6, 7, 8], [9, 9, 9, 9, 9]]
    found = laid_out(forward, rows, Layout(2, extra=4, left=left), pad_id=3, longest=6, token=token)
    assert calls == [(2, 6), (1, 6)]
    if token:
        assert [row[:, 0].tolist() for row in found] == rows
    else:
        assert [row.tolist() for row in found] == [[[sum(row)]] for row in rows]


@pytest.mark.parametrize(
    ("config", "kind", "positions", "applies"),
    [
        ({"model_type": "bert"}, "sequence", True, False),
        ({"model_type": "bert"}, "token", False, False),
        ({"model_type": "bert"}, "token", True, True),
        ({"model_type": "roberta"}, "sequence", False, False),
        ({"model_type": "roberta"}, "token", False, True),
        ({"model_type": "modernbert", "classifier_pooling": "mean"}, "sequence", False, True),
        ({"model_type": "modernbert", "classifier_pooling": "cls"}, "sequence", False, False),
        ({"model_type": "modernbert"}, "token", False, True),
    ],
)
def test_where_padding_on_the_left_means_something(
    config: dict[str, str], kind: str, positions: bool, applies: bool
) -> None:
    assert (no_left(config, kind, positions=positions) is None) == applies  # type: ignore[arg-type]


def test_the_worst_rows_come_first() -> None:
    rows = [Mismatch(str(n), "", "", float(n % 7)) for n in range(20)]
    assert [row.distance for row in worst_of(rows)] == [6.0, 6.0, 5.0, 5.0, 5.0]
    assert short("a\n b " + "c" * 100) == "a b " + "c" * 65 + "…"
