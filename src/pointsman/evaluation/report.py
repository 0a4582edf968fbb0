"""The report of an evaluation: one HTML page that needs no network.

Takes the dictionary of `eval_results.json` and finished SVG pictures; gives the page as text. Knows
nothing of models, and judges nothing: the sentences arrive written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pointsman.evaluation import entity_baseline
from pointsman.evaluation.paired import READABLE

if TYPE_CHECKING:
    from jinja2 import Template

CAPTIONS = {
    "confusion_matrix": (
        "Confusion matrix",
        "Rows are true labels, columns what was answered. Off the diagonal are the errors.",
    ),
    "reliability": (
        "Reliability",
        "On the dotted line, answers given with probability p are right in the share p of cases; "
        "below it the router is too sure.",
    ),
    "precision_recall": (
        "Precision and recall",
        "What is caught against how often a catch is right, as the threshold moves.",
    ),
    "risk_coverage": (
        "Risk and coverage",
        "How often answers are wrong when only the surest share of the rows is answered.",
    ),
    "type_confusion": (
        "Types confused",
        "Rows are the true types of entities, columns what was reported on most of their characters; other borders "
        "still stand on the diagonal. The last column was missed, the last row is reported where nothing is.",
    ),
    "entity_precision_recall": (
        "Precision and recall of entities",
        "Which share of the true entities is found exactly, and how often a reported one is right, as the threshold "
        "on the score moves.",
    ),
    "learning_curves": ("Learning curves", "Loss and validation metric while training."),
}
"""Name of a picture -> its heading and what to see in it; other names are their own heading."""

HEADLINE = (("accuracy", "Accuracy"), ("macro_f1", "Macro F1"), ("weighted_f1", "Weighted F1"))
TOKEN_HEADLINE = (("f1", "F1"), ("precision", "Precision"), ("recall", "Recall"), ("partial", "Partial F1"))


def render_report(title: str, results: Mapping[str, Any], figures: Mapping[str, str]) -> str:
    """Return a self-contained HTML page.

    Args:
        title: heading of the page, such as the artifact's name.
        results: the content of `eval_results.json`. `n`, `accuracy`, `macro_f1`, `weighted_f1` and
            `per_class` must be there (`Classification.to_dict` gives them, with `intervals` and
            `confused_pairs`); of a token task, what `Entities.to_dict` gives, where `kind` is `token`. A
            section without its key is left out. Intervals are `[low, high]`, shares 0..1:

            - `split`, `data`: str, what was judged
            - `warnings`: list of str; if the first speaks of a leak ("leak" in it), it is the first line
              of the page
            - `verdict`: str, or list of str
            - `shifted`: figures of a test set of another source: `data`, `n` and the headline figures with
              `intervals` (`Classification.to_dict` or `Entities.to_dict` gives them)
            - `baselines`: `majority` | `logistic_regression` | `nearest_neighbours` -> `accuracy`,
              `accuracy_interval`, `macro_f1`, `difference`, `difference_interval`, `p_value`
              (`PairedTest.to_dict`; the difference is the model less the baseline); of a token task
              `seen_entities` -> `entity_baseline.baseline_row`
            - `calibration`: `Calibration.to_dict`
            - `abstention`: `target`, `threshold`, `applies_to`, `validation` (`Effect.to_dict` where the
              rule was chosen), and beside them `Effect.to_dict` of these rows (`Rule.measure`)
            - `two_class`: from `metrics.two_class`
            - `out_of_scope`: `OutOfScope.to_dict`
            - `latency`: `single_ms_p50`, `single_ms_p95`, `batch_texts_per_second`, `threads`
            - `provenance`: any names -> values; nested ones are joined with a dot
        figures: name -> SVG from `plots`, shown in this order; empty ones are left out. They are put
            in as they are: never pass text that came from elsewhere.
    """
    from markupsafe import Markup

    pictures = [
        (*CAPTIONS.get(name, (name.replace("_", " "), "")), Markup(svg)) for name, svg in figures.items() if svg
    ]
    verdict = results.get("verdict") or []
    warnings = list(results.get("warnings") or [])
    leaks = bool(warnings) and "leak" in warnings[0].casefold()
    headline = _headline(results)
    other = _headline({"kind": results.get("kind"), **(results.get("shifted") or {})})
    return _template().render(
        title=title,
        results=results,
        token=results.get("kind") == "token",
        leak=warnings[0] if leaks else None,
        warnings=warnings[1:] if leaks else warnings,
        headline=headline,
        shifted=[(*a, *b[1:]) for a, b in zip(headline, other, strict=True)] if results.get("shifted") else [],
        verdict=[verdict] if isinstance(verdict, str) else verdict,
        provenance=_flat(results.get("provenance") or {}),
        pictures=pictures,
    )


def _headline(results: Mapping[str, Any]) -> list[tuple[str, float | None, Sequence[float] | None]]:
    """Return name, value and interval of the figures that a report leads with."""
    if results.get("kind") != "token":
        intervals = results.get("intervals") or {}
        return [(name, results.get(key), intervals.get(key)) for key, name in HEADLINE]
    rows = []
    for key, name in TOKEN_HEADLINE:
        if key == "partial":
            partial = results.get("partial") or {}
            value, interval = partial.get("f1"), partial.get("f1_interval")
        else:
            value, interval = results.get(key), (results.get("intervals") or {}).get(key)
        # Without a true entity only precision means something, and that is 0.
        unknown = results.get("n_entities") == 0
        rows.append((name, None if unknown else value, None if unknown else interval))
    return rows


@cache
def _template() -> Template:
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(
        percent=percent, between=between, signed=signed, number=number, chance=chance, readable=readable
    )
    return environment.from_string(_source())


def _source() -> str:
    return files("pointsman.evaluation").joinpath("report.html.j2").read_text(encoding="utf-8")


def page_style() -> str:
    """Return the report's style sheet, for pages that look like it."""
    return _source().partition("<style>")[2].partition("</style>")[0]


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share as a percentage: 0.9548 -> 95.5 %; a dash for what was not measured."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def between(interval: Sequence[float] | None) -> str:
    """Write an interval of shares as percentages: 94.9 – 96.1."""
    return "" if not interval else f"{100 * interval[0]:.1f} – {100 * interval[1]:.1f}"


def signed(share: float | None) -> str:
    """Write a difference of shares in points with its sign: +1.2, −0.3."""
    if share is None:
        return "–"
    return f"{100 * share:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with a fixed count of decimals; a dash for what was not measured."""
    return "–" if value is None else f"{value:,.{digits}f}"


def chance(p: float | None) -> str:
    """Write a p-value: no more digits than it deserves."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def readable(name: str) -> str:
    """Write a key as words; a baseline by what it does."""
    known = {**READABLE, entity_baseline.NAME: entity_baseline.READABLE}
    return known.get(name, name.replace("_", " "))


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested names and values as rows of a table: [("versions.torch", "2.13.0"), …]."""
    rows: list[tuple[str, str]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{key}.")
        elif isinstance(value, (list, tuple)):
            rows.append((f"{prefix}{key}", ", ".join(map(str, value))))
        else:
            rows.append((f"{prefix}{key}", "–" if value is None else str(value)))
    return rows
