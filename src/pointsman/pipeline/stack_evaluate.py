"""The stack's exam: rows whose expert and answer are known go through router and expert, and through the right expert.

Takes a stack and a routing folder; gives how often the right expert was asked, how often its tool call could be acted
on and was the data's, how long each stage took, and what of it perfect routing would change.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pointsman.artifacts import check_output, staged
from pointsman.data.example import Example
from pointsman.data.routing import Routing, read_routing
from pointsman.errors import ConfigError, DataError
from pointsman.evaluation.metrics import Figure
from pointsman.evaluation.paired import mcnemar
from pointsman.experts.registry import read_experts
from pointsman.experts.stack import Stack, open_stack
from pointsman.experts.tools import parse_tool_call
from pointsman.inference.stacked import Routed, StackRequest, ToolCall
from pointsman.pipeline.mentioned import bases_of
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.step import Step, where

RESULTS = "stack_results.json"

_SHOWN = 20


@dataclass(frozen=True)
class StackExam:
    """What a stack is judged on.

    Attributes:
        data: routing folder, or a file of its rows.
        part: `train`, `validation` or `test`; None: test where there is one, else all.
        max_samples: most rows, drawn evenly from the experts; 0: all.
        batch: requests that are routed together; 0: one at a time, which is what latency is about.
        seed: of the draw, and of the order in which rows are asked.
        out: folder for `stack_results.json`; None: not written.
        overwrite: replace what is there.
    """

    data: Path
    part: str | None = None
    max_samples: int = 0
    batch: int = 0
    seed: int = 0
    out: Path | None = None
    overwrite: bool = False

    def __post_init__(self) -> None:
        if self.max_samples < 0 or self.batch < 0:
            raise ConfigError(f"--max-samples {self.max_samples}, --batch {self.batch}: use 0 or more")


@dataclass(frozen=True)
class EvaluateStackOptions:
    """Which stack is judged.

    Attributes:
        exam: on what, and how.
        stack: file that says base, router and experts.
        router: artifact that decides; None: as the file says.
        device: `cpu` or `cuda`, for models in this process.
        precision: `fp32` or `bf16`, of the experts' base; None: as the router's.
        backbone: where the experts' base is now; None: where the file says.
    """

    exam: StackExam
    stack: Path = Path("experts.yaml")
    router: Path | None = None
    device: str = "cpu"
    precision: str | None = None
    backbone: str | None = None


@dataclass(frozen=True)
class _Row:
    """A row with what its answer has to be; `expected` None: the data has no answer, or one of no use."""

    example: Example
    label: str
    expected: ToolCall | None
    asks: bool

    def request(self, expert: str | None = None) -> StackRequest:
        return StackRequest(self.example.text, self.example.image, expert=expert)

    def exact(self, found: Routed) -> bool:
        call, expected = found.tool_call, self.expected
        if call is None or expected is None or call.status != "valid":
            return False
        return call.name == expected.name and json_equal(call.arguments, expected.arguments)


def evaluate_stack_file(options: EvaluateStackOptions, progress: Progress | None = None) -> dict[str, Any]:
    """Open a stack and judge it; see `evaluate_stack`."""
    opened = open_stack(
        options.stack,
        router=options.router,
        device=options.device,
        precision=options.precision,
        backbone=options.backbone,
    )
    with opened as stack:
        return evaluate_stack(stack, options.exam, progress)


def evaluate_stack(stack: Stack, exam: StackExam, progress: Progress | None = None) -> dict[str, Any]:
    """Judge a stack.

    Args:
        stack: opened.
        exam: rows, and how they are asked.
        progress: told how far it is.

    Returns:
        The content of `stack_results.json`.

    Raises:
        PointsmanError: rows that cannot be used, an expert that cannot be asked, or a place that is taken.
    """
    tell = progress or Silent()
    if exam.out is not None:
        check_output(exam.out, overwrite=exam.overwrite, reads=[exam.data])
    found = read_routing(exam.data, labels=stack.task.labels)
    part, examples = _part(found, exam)
    for note in (*stack.notes, *(f"data: {note}" for note in found.notes)):
        tell.say(note)
    rows, warnings = _rows(stack, sample(examples, stack.task.labels, exam.max_samples, exam.seed))
    for warning in warnings:
        tell.say(f"warning: {warning}")
    tell.say(f"asking {len(rows):,} of {len(examples):,} rows of {exam.data.name} ({part})")
    started = time.perf_counter()
    routed = _asked(stack, [row.request() for row in rows], exam.batch, tell, "routing")
    seconds = time.perf_counter() - started
    right = [one.outcome == "answered" and one.expert == row.label for row, one in zip(rows, routed, strict=True)]
    # Answers are greedy: a row that went to its own expert would be answered the same again.
    wrong = [i for i, good in enumerate(right) if not good]
    again = _asked(stack, [rows[i].request(rows[i].label) for i in wrong], exam.batch, tell, "perfect routing")
    perfect = list(routed)
    for i, one in zip(wrong, again, strict=True):
        perfect[i] = one
    results = {
        "data": exam.data.name,
        "data_digest": found.digest,
        "part": part,
        "rows": len(examples),
        "n": len(rows),
        "seed": exam.seed,
        "stack": str(stack.experts.file),
        "router_digest": stack.digest,
        "backend": stack.experts.backend.kind,
        "batch": exam.batch,
        "launcher": where().to_dict(),
        "routing": _routing(rows, routed, right, stack.task.labels),
        "routed": _answers(rows, routed, exam.batch),
        "perfect_routing": _answers(rows, perfect, exam.batch),
        "difference": _difference(rows, perfect, routed),
        "requests_per_second": len(rows) / seconds,
        "faults": _faults(rows, routed),
        "warnings": warnings,
    }
    if exam.out is not None:
        with staged(exam.out) as folder:
            text = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False)
            (folder / RESULTS).write_text(text + "\n", encoding="utf-8")
    return results


def _part(found: Routing, exam: StackExam) -> tuple[str, tuple[Example, ...]]:
    if exam.part is None and "test" not in found.parts:
        return "all", tuple(row for some in found.parts.values() for row in some)
    name = exam.part or "test"
    if name not in found.parts:
        raise DataError(f"{exam.data}: it has no part '{name}' (parts: {', '.join(found.parts)})")
    return name, found.parts[name]


def sample(rows: Sequence[Example], labels: Sequence[str], most: int, seed: int) -> list[Example]:
    """Return rows in an order drawn by `seed`; at most `most` of them (0: all), as many of each label as there are.

    Args:
        rows: all with a label.
        labels: in whose turn rows are drawn.
        most: rows to return.
        seed: of draw and order.
    """
    rng = np.random.default_rng(seed)
    of: dict[str, list[int]] = {label: [] for label in labels}
    for i in rng.permutation(len(rows)).tolist():
        of[str(rows[i].label)].append(i)
    turns = sorted((turn, number, i) for number, some in enumerate(of.values()) for turn, i in enumerate(some))
    kept = [i for _, _, i in turns[: most or None]]
    return [rows[kept[k]] for k in rng.permutation(len(kept)).tolist()]


def json_equal(a: object, b: object) -> bool:
    """Return whether two values are the same JSON: 1 is 1.0, and neither is true."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(json_equal(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(json_equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return a == b


def _rows(stack: Stack, examples: Sequence[Example]) -> tuple[list[_Row], list[str]]:
    rows, odd = [], []
    for example in examples:
        label = str(example.label)
        tools = stack.tools.get(label)
        expected = parse_tool_call(example.answer, tools) if example.answer is not None else None
        if expected is not None and expected.status not in ("valid", "none"):
            odd.append(f"{example.source} ({expected.problem})")
            expected = None
        asks = expected.status == "valid" if expected is not None else bool(tools)
        rows.append(_Row(example, label, expected if expected is not None and asks else None, asks))
    if not odd:
        return rows, []
    told = f"{len(odd):,} answers of the data do not fit their expert's tools, so nothing is compared with them: "
    return rows, [told + odd[0]]


def _asked(stack: Stack, requests: Sequence[StackRequest], batch: int, tell: Progress, stage: str) -> list[Routed]:
    out: list[Routed] = []
    for start in range(0, len(requests), batch or 1):
        some = requests[start : start + (batch or 1)]
        out += stack.route_all(some) if batch else [stack.route(some[0])]
        tell.advance(stage, len(out), len(requests))
    return out


def _routing(
    rows: Sequence[_Row], routed: Sequence[Routed], right: Sequence[bool], labels: Sequence[str]
) -> dict[str, Any]:
    hits = [row.label == one.decision.label for row, one in zip(rows, routed, strict=True)]
    pairs = Counter(
        (row.label, one.decision.label) for row, one, hit in zip(rows, routed, hits, strict=True) if not hit
    )
    per_expert = {}
    for label in labels:
        own = [hit for row, hit in zip(rows, hits, strict=True) if row.label == label]
        per_expert[label] = {"n": len(own), **_share("accuracy", own)}
    return {
        **_share("accuracy", hits),
        **_share("sent_right", right),
        "not_sure": sum(one.decision.abstained for one in routed),
        "fell_back": sum(one.fell_back for one in routed),
        "refused": sum(one.outcome == "refused" for one in routed),
        "per_expert": per_expert,
        "confused": [{"true": a, "predicted": b, "count": n} for (a, b), n in pairs.most_common(10)],
    }


def _answers(rows: Sequence[_Row], found: Sequence[Routed], batch: int) -> dict[str, Any]:
    valid = [_valid(one) for row, one in zip(rows, found, strict=True) if row.asks]
    exact = [row.exact(one) for row, one in zip(rows, found, strict=True) if row.expected is not None]
    quiet = [one for row, one in zip(rows, found, strict=True) if not row.asks]
    status = Counter(one.tool_call.status if one.tool_call is not None else "no answer" for one in found)
    return {
        "tool_calls": dict(status),
        "asking": len(valid),
        **_share("tool_call_validity", valid),
        "known_arguments": len(exact),
        **_share("exact_arguments", exact),
        "needless_calls": sum(one.tool_call is not None and one.tool_call.status != "none" for one in quiet),
        "truncated": sum(one.truncated for one in found),
        "latency_ms": _latency(found, batch),
    }


def _valid(found: Routed) -> bool:
    return found.tool_call is not None and found.tool_call.status == "valid"


def _difference(rows: Sequence[_Row], perfect: Sequence[Routed], routed: Sequence[Routed]) -> dict[str, Any]:
    """Return what perfect routing gains, row by row."""
    both = list(zip(rows, perfect, routed, strict=True))
    pairs = {
        "tool_call_validity": [(_valid(a), _valid(b)) for row, a, b in both if row.asks],
        "exact_arguments": [(row.exact(a), row.exact(b)) for row, a, b in both if row.expected is not None],
    }
    return {
        name: mcnemar(np.array([a for a, _ in some]), np.array([b for _, b in some])).to_dict() if some else None
        for name, some in pairs.items()
    }


def _latency(found: Sequence[Routed], batch: int) -> dict[str, dict[str, float]]:
    """Return milliseconds of each stage; of batches the mean alone, which is a batch's own divided by its requests."""
    stages: dict[str, list[float]] = {}
    for one in found:
        for stage, seconds in one.seconds.items():
            stages.setdefault(stage, []).append(1000 * seconds)
    out = {}
    for stage, spent in stages.items():
        out[stage] = {"n": len(spent), "mean": float(np.mean(spent))}
        if not batch:
            out[stage] |= {"p50": float(np.percentile(spent, 50)), "p95": float(np.percentile(spent, 95))}
    return out


def _faults(rows: Sequence[_Row], routed: Sequence[Routed]) -> list[dict[str, Any]]:
    """Return rows that went wrong, for people."""
    out = []
    for row, one in zip(rows, routed, strict=True):
        good = row.exact(one) if row.expected is not None else _valid(one) or not row.asks
        if good and one.expert == row.label:
            continue
        told = one.tool_call.to_dict() if one.tool_call is not None else None
        wanted = row.expected.to_dict() if row.expected is not None else None
        out.append({
            "source": row.example.source, "text": row.example.text[:200], "label": row.label, "expert": one.expert,
            "probability": one.decision.probability, "answer": (one.text or "")[:200], "tool_call": told,
            "expected": wanted,
        })  # fmt: skip
    return out[:_SHOWN]


def _share(name: str, good: Sequence[bool]) -> dict[str, Any]:
    if not good:
        return {name: None, f"{name}_interval": None}
    figure = Figure.share(sum(good), len(good))
    return {name: figure.value, f"{name}_interval": figure.interval}


def _named_by_stack(options: EvaluateStackOptions) -> Iterator[Path]:
    """Give what the experts file names, and the router's base."""
    experts = read_experts(options.stack, tools=False)
    for expert in experts.experts:
        yield expert.path
        if expert.tools_file is not None:
            yield expert.tools_file
    router = options.router or experts.router
    if router is not None and options.router is None:
        yield router
    if options.backbone is None:
        if experts.backend.kind == "local" and Path(experts.base).is_absolute():
            yield Path(experts.base)
        if router is not None:
            yield from bases_of([router])


STEP = Step(
    "stack evaluate",
    EvaluateStackOptions,
    evaluate_stack_file,
    reads=("stack", "router", "exam.data"),
    writes="exam.out",
    names=("backbone",),
    lists=("stack",),
    within=_named_by_stack,
    needs=("vision",),
)
