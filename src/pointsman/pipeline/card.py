"""A model card: what an artifact decides, what it stands on, how well, where it ends, and how to use it.

Everything in it is read from the artifact: nothing is measured here. The card is no part of the artifact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pointsman.pipeline.card_facts import Facts, Router, base_name, read_facts
from pointsman.pipeline.card_metadata import front_matter
from pointsman.pipeline.card_usage import usage

_FIGURES = (
    ("accuracy", "accuracy"),
    ("f1", "F1 of whole entities"),
    ("precision", "precision of whole entities"),
    ("recall", "recall of whole entities"),
    ("macro_f1", "macro F1"),
    ("weighted_f1", "weighted F1"),
)
_WEAKEST = 3


def card(path: Path, *, repo: str | None = None) -> str:
    """Return the card of an artifact, an export or a bundle: Markdown with the Hub's metadata at its head.

    Args:
        path: its folder.
        repo: its Hub id, where readers fetch it from; None: they have the folder.

    Raises:
        ArtifactError: the folder is not whole.
    """
    facts = read_facts(path)
    many = len(facts.routers) > 1
    lines = [f"# {(repo or path.resolve().name).rsplit('/', 1)[-1]}", "", _what_it_is(facts), ""]
    lines += ["## What it decides", ""]
    for router in facts.routers:
        lines += _decides(router)
    lines += ["## What it stands on", "", *_stands_on(facts), ""]
    lines += ["## How well it does", ""]
    for router in facts.routers:
        lines += [f"### {router.task.name}", ""] if many else []
        lines += _figures(router)
    lines += ["## Calibration", ""]
    for router in facts.routers:
        lines.append(f"- {_calibration(router, named=many)}")
    lines += ["", "## Limits", "", *_limits(facts), ""]
    lines += usage(facts, repo)
    return front_matter(facts) + "\n" + "\n".join(lines).rstrip() + "\n"


def _what_it_is(facts: Facts) -> str:
    base = base_name(facts)
    if facts.kind == "bundle":
        return f"{len(facts.routers)} routers on {base} in one ONNX graph, made with Pointsman."
    (router,) = facts.routers
    form = {
        "head": f"a head on the frozen states of {base}",
        "generate": f"a LoRA adapter (PEFT) with which {base} says the label; the labels' words are scored",
    }.get(facts.strategy) or {
        "router": "the whole model, fine-tuned" if facts.full else f"a LoRA adapter (PEFT) on {base}",
        "merged": f"a stock checkpoint: {base} with what was trained folded in",
        "onnx": f"ONNX graphs of {base} with what was trained folded in",
    }[facts.kind]
    about = router.task.description or f"task {router.task.name}"
    return f"A router made with Pointsman: {about}. This is {form}."


def _decides(router: Router) -> list[str]:
    task = router.task
    lines = [f"**{task.name}**{f': {task.description}' if task.description else ''}.", ""]
    if task.kind == "token":
        lines += [f"{len(task.entities)} types of entities: {', '.join(task.entities)}.", ""]
        return [*lines, f"Labels of tokens in index order: {', '.join(task.labels)}.", ""]
    if task.tools:
        rows = [[str(i), label, ", ".join(task.tools.get(label, ()))] for i, label in enumerate(task.labels)]
        return [*lines, *_table(("index", "label", "tools it suggests"), rows)]
    return [*lines, *_table(("index", "label"), [[str(i), label] for i, label in enumerate(task.labels)])]


def _stands_on(facts: Facts) -> list[str]:
    backbone = facts.backbone
    where = f"[{facts.base}](https://huggingface.co/{facts.base})" if facts.base else f"`{base_name(facts)}`"
    revision = f", revision `{facts.revision}`" if facts.revision else ""
    licence = backbone.licence or "not recorded"
    lines = [
        f"- Base model: {where}{revision} ({backbone.family}, {backbone.layers} layers, width {backbone.width}); "
        f"sha256 of its weights `{backbone.digest}`.",
        f"- Licence of the base model: {licence}. The training data may add terms of its own.",
    ]
    for router in facts.routers:
        lines.append(f"- {_trained(router, facts)}")
    if facts.export is not None:
        if facts.export.source_digest:
            lines.append(f"- Exported from the artifact with the manifest digest `{facts.export.source_digest}`.")
        if facts.export.precisions:
            opset = f", opset {facts.export.opset}" if facts.export.opset else ""
            lines.append(f"- Graphs: {', '.join(facts.export.precisions)}{opset} ({facts.export.producer}).")
        lines += [f"- {note}" for note in facts.export.notes]
    versions = ", ".join(f"{name} {version}" for name, version in facts.manifest.versions.items())
    return [*lines, f"- Made {facts.manifest.created} with {versions}.", f"- Manifest digest: `{facts.digest}`."]


def _trained(router: Router, facts: Facts) -> str:
    if facts.strategy != "branch":
        how = "a head; the model is frozen" if facts.strategy == "head" else f"LoRA rank {router.rank} on all layers"
        return f"Trained for {router.task.name}: {how}. {_data(router)}"
    depth = f"the top {router.adapt_layers} of {facts.backbone.layers} layers" if router.adapt_layers else "no layer"
    how = f"LoRA rank {router.rank}" if router.rank else "all weights"
    told = f"Trained for {router.task.name}: {how}, {depth}, and the head"
    if router.data is None:
        return f"{told}; data and split are in the card of the artifact with the manifest digest `{router.digest}`."
    return f"{told}. {_data(router)}"


def _data(router: Router) -> str:
    data = router.data
    assert data is not None
    source = "rows of the package" if data.source == "embedded" else f"`{data.source}`"
    digest = f" (sha256 `{data.digest}`)" if data.digest is not None else ""
    rows = ", ".join(f"{count:,} {part}" for part, count in data.rows.items())
    return f"Data: {source}{digest}; rows: {rows}; digest of the split `{data.split_digest}`."


def _figures(router: Router) -> list[str]:
    metrics, results = router.metrics, router.results
    intervals = metrics.get("intervals", {})
    what = {"test": "test rows", "validation": "validation rows"}.get(str(metrics.get("split")), "rows")
    lines = [f"On {metrics.get('n', 0):,} {what} that were not trained on, from the {router.precision} model:", ""]
    rows = [[name, _percent(metrics[key]), _interval(intervals.get(key))] for key, name in _FIGURES if key in metrics]
    lines += _table(("figure", "value", "95 % interval"), rows)
    if baselines := results.get("baselines"):
        key = "accuracy" if "accuracy" in results else "f1"
        beside = [
            [name.replace("_", " "), _percent(row[key]), _interval(row.get(f"{key}_interval"))]
            for name, row in baselines.items()
        ]
        lines += [f"Baselines on the same rows, {dict(_FIGURES)[key]}:", ""]
        lines += _table(("baseline", "value", "95 % interval"), beside)
    if verdict := results.get("verdict"):
        lines += [str(verdict), ""]
    if weak := _weakest(results):
        lines += [f"Weakest classes: {weak}.", ""]
    return lines


def _weakest(results: Mapping[str, Any]) -> str:
    classes = [(name, row) for name, row in results.get("per_class", {}).items() if row.get("support")]
    classes.sort(key=lambda item: item[1]["f1"])
    what = "rows" if "accuracy" in results else "entities"
    return ", ".join(
        f"{name} (F1 {_percent(row['f1'])} of {row['support']:,} {what})" for name, row in classes[:_WEAKEST]
    )


def _calibration(router: Router, *, named: bool) -> str:
    rule, name = router.rule, f"{router.task.name}: " if named else ""
    told = f"{name}logits are divided by the temperature {router.temperature:.4g}"
    if found := router.results.get("calibration"):
        told += f" (expected calibration error {found['ece_before']:.4f} before, {found['ece_after']:.4f} after)"
    what = {
        "span": f"entities with a score below {rule.threshold:.3f} are not reported",
        "positive": f'an answer of "{router.task.positive}" below {rule.threshold:.3f} is "not sure"',
        "winner": f'an answer below {rule.threshold:.3f} is "not sure"',
    }[rule.applies_to]
    kept = "entities kept" if rule.applies_to == "span" else "answered"
    effect = rule.effect
    return (
        f"{told}; {what}. Chosen on {effect.n:,} validation rows for `{rule.target}`: "
        f"{_percent(effect.coverage)} {kept}, {_percent(effect.accuracy_answered)} of these right "
        f"({_interval(effect.accuracy_answered_interval)})."
    )


def _limits(facts: Facts) -> list[str]:
    lines = []
    for router in facts.routers:
        name = f"{router.task.name}: " if len(facts.routers) > 1 else ""
        results = router.results
        if router.task.kind == "token":
            lines.append(f"- {name}Reads {router.max_length} tokens at once; longer texts in overlapping windows.")
        else:
            lines.append(f"- {name}Reads the first {router.max_length} tokens of a text; what follows is not seen.")
        lines += [f"- {name}{warning}." for warning in results.get("warnings", ())]
        if shifted := results.get("shifted"):
            key = "accuracy" if "accuracy" in shifted else "f1"
            figure = f"{dict(_FIGURES)[key]} {_percent(shifted[key])} ({_interval(shifted['intervals'][key])})"
            lines.append(f"- {name}On rows of another source, `{shifted['data']}` ({shifted['n']:,} rows): {figure}.")
        elif results:
            lines.append(f"- {name}No figure of rows of another source is known: expect other texts to do worse.")
        if found := results.get("out_of_scope"):
            lines.append(
                f'- {name}Of {found["n"]:,} texts that belong to no class {_percent(found["recall"])} are "not sure".'
            )
        if found := results.get("false_positives"):
            lines.append(f"- {name}{found['per_1000_words']:.2f} false entities of structured types in 1,000 words.")
    return lines


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _interval(pair: Sequence[float] | None) -> str:
    return f"{100 * pair[0]:.1f} to {100 * pair[1]:.1f}" if pair is not None else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"

    return [line(heads), f"|{' --- |' * len(heads)}", *(line(row) for row in rows), ""]
