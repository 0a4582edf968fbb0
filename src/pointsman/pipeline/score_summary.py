"""What a run of `score` found, over all blocks: `summary.json` and a page that needs no network.

Takes the reports of blocks; adds them up. Knows neither models nor files.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pointsman.pipeline.step import Report

if TYPE_CHECKING:
    from jinja2 import Template

SUMMARY, PAGE = "summary.json", "summary.html"
_EXAMPLES, _FAULTS = 5, 10


def summarise(reports: Sequence[Report]) -> dict[str, Any]:
    """Add reports up.

    Args:
        reports: of all blocks, in their order.

    Returns:
        `rows`, `scored`, `rejected` rows and the first ones with the reason (`faults`), and for each of `tasks`:
        `labels` (rows and share, most first), `abstained`, `truncated`, `confidence` (rows in twenty equal bins from
        0 to 1), `entities` (how many of each type) and `examples`, by label.
    """
    rows, rejected = sum(int(one["rows"]) for one in reports), sum(int(one["rejected"]) for one in reports)
    names = list(reports[0]["tasks"]) if reports else []
    order = {name: [one["tasks"][name] for one in reports] for name in names}
    return {
        "rows": rows,
        "scored": rows - rejected,
        "rejected": rejected,
        "faults": [fault for one in reports for fault in one["faults"]][:_FAULTS],
        "tasks": {name: _task(found, rows - rejected) for name, found in order.items()},
    }


def _task(found: Sequence[Mapping[str, Any]], rows: int) -> dict[str, Any]:
    labels: Counter[str] = Counter()
    entities: Counter[str] = Counter()
    examples: dict[str, list[Any]] = {}
    for one in found:
        labels.update(one["labels"])
        entities.update(one["entities"])
        for label, shown in one["examples"].items():
            examples[label] = (examples.get(label, []) + shown)[:_EXAMPLES]
    ranked = sorted(labels.items(), key=lambda item: (-item[1], item[0]))
    return {
        "labels": {label: {"rows": n, "share": n / rows} for label, n in ranked},
        "abstained": sum(one["abstained"] for one in found),
        "truncated": sum(one["truncated"] for one in found),
        "confidence": [sum(bins) for bins in zip(*(one["confidence"] for one in found), strict=True)],
        "entities": dict(sorted(entities.items(), key=lambda item: (-item[1], item[0]))),
        "examples": {label: examples[label] for label, _ in ranked},
    }


def render(title: str, summary: Mapping[str, Any]) -> tuple[str, str]:
    """Return the text of `summary.json` and of the page.

    Args:
        title: the folder that was written.
        summary: what `summarise` gives, with `seconds`, `rows_per_second`, `models`, `model_paths`, `launcher`.
    """
    text = json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return text, _template().render(title=title, summary=summary)


@cache
def _template() -> Template:
    from jinja2 import Environment
    from markupsafe import Markup

    from pointsman.evaluation.report import number, page_style, percent

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(percent=percent, number=number)
    environment.globals["style"] = Markup(page_style())
    source = files("pointsman.pipeline").joinpath("score.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source)
