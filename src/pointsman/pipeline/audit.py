"""The audit step: files in, what is wrong with them out, as JSON and as lines to read.

Takes a file, a folder or several files and how to read them; gives an `Audit`. Trains nothing that is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pointsman import tasks
from pointsman.data import build_folder
from pointsman.data.audit import Audit, audit
from pointsman.data.example import Example
from pointsman.data.files import PART_NAMES, load_examples
from pointsman.data.formats import data_extension
from pointsman.errors import DataError, OutputError
from pointsman.pipeline.options import DataOptions
from pointsman.tasks import Task

_BALANCE_SHOWN = 20


def audit_files(
    paths: Sequence[Path],
    task_name: str | None,
    options: DataOptions,
    *,
    label_check: bool = True,
    most_doubts: int = 20,
    out: Path | None = None,
    overwrite: bool = False,
) -> tuple[Audit, tuple[str, ...]]:
    """Audit files and write what was found.

    Args:
        paths: one file or folder; or several files whose names say their part.
        task_name: a task whose labels the rows carry; None: that of a folder of 'data build', else the rows' own.
        options: how to read them (its `path` is not used).
        label_check: whether to look for wrong labels.
        most_doubts: rows to list whose label is doubtful.
        out: JSON file to write; the lines to read go beside it as `.txt`.
        overwrite: whether to replace them.

    Returns:
        What was found, and one line for each thing done to rows while reading.

    Raises:
        PointsmanError: files that cannot be read, or an output that is there already.
    """
    if out is not None:
        _check_out(out, paths, overwrite=overwrite)
    task = tasks.get(task_name) if task_name is not None else _task_built(paths)
    parts, notes = _read(paths, task, options)
    found = audit(parts, task, label_check=label_check, most_doubts=most_doubts)
    if out is not None:
        _write(out, json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n")
        _write(out.with_suffix(".txt"), "\n".join(lines(found)) + "\n")
    return found, notes


def _check_out(out: Path, paths: Sequence[Path], *, overwrite: bool) -> None:
    """Refuse a place that is taken, or that is what is audited."""
    if out.suffix.casefold() == ".txt":
        raise OutputError(f"{out}: --out names the JSON file, the lines to read go beside it as .txt; name it .json")
    read = [file for path in paths for file in (filter(_is_part, path.iterdir()) if path.is_dir() else [path])]
    for file in (out, out.with_suffix(".txt")):
        if not file.exists():
            continue
        if any(one.exists() and file.samefile(one) for one in read):
            raise OutputError(f"{file}: it is what is audited; name another place with --out")
        if not overwrite:
            raise OutputError(f"{file}: it is there already; name another with --out, or pass --overwrite")


def _is_part(file: Path) -> bool:
    """Tell whether a file of a folder is read as one of its parts, or says what they are."""
    stem = file.name.lower().removesuffix(".gz").removesuffix(data_extension(file) or "")
    return stem in PART_NAMES or file.name == build_folder.METADATA


def _task_built(paths: Sequence[Path]) -> Task | None:
    """Return the task that a folder of `data build` names, if it is a known one."""
    if len(paths) != 1 or not paths[0].is_dir() or (built := build_folder.check(paths[0])) is None:
        return None
    return tasks.get(built.task) if built.task in tasks.names() else None


def _read(
    paths: Sequence[Path], task: Task | None, options: DataOptions
) -> tuple[dict[str, list[Example]], tuple[str, ...]]:
    """Return rows by part, those out of scope among them."""
    if not paths:
        raise DataError("no file is named; give a file, a folder, or several files named train, validation, test")
    parts: dict[str, list[Example]] = {}
    notes: tuple[str, ...] = ()
    for path in paths:
        loaded = load_examples(
            path,
            task,
            options.fields,
            exclude_labels=options.exclude_labels,
            oos_label=options.oos_label,
            label_map=options.label_map,
            several=len(paths) == 1,
        )
        for some in (loaded.parts, loaded.out_of_scope):
            for part, rows in some.items():
                parts.setdefault(part if len(paths) == 1 else _part_of(path), []).extend(rows)
        notes += loaded.notes
    labels = {row.label for some in parts.values() for row in some if row.label is not None}
    if task is None and len(labels) == 1:
        raise DataError(f"{paths[0]}: every row is labelled '{labels.pop()}'; give rows of at least two classes")
    order = ("train", "validation", "test", "all")
    return {part: parts[part] for part in order if part in parts}, notes


def _part_of(path: Path) -> str:
    """Return the part that the name of one of several files says: its stem, or a word of it."""
    stem = path.name.lower().removesuffix(".gz").removesuffix(data_extension(path) or "")
    for word in (stem, *stem.replace("-", "_").replace(".", "_").split("_")):
        if word in PART_NAMES:
            return PART_NAMES[word]
    raise DataError(
        f"{path}: its name says no part; of several files each is named after train, validation or test "
        f"(train.jsonl, intent_test.csv), or give one file with a column that says the part"
    )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); name another place with --out") from None


def lines(found: Audit) -> list[str]:
    """Return an audit as lines to read, the verdict first."""
    sizes = ", ".join(f"{part} {n:,}" for part, n in found.rows.items())
    total = sum(found.rows.values()) or 1
    out = [found.verdict, "", f"rows: {sizes}"]
    out += [
        f"the same text: {found.duplicates:,} rows have a text that stood before",
        f"near duplicates: {found.near:,} rows ({found.near / total:.1%}) have a near neighbour, "
        f"{found.near_by_words:,} by runs of five words (Jaccard >= 0.5); {found.near_groups:,} groups, the largest of "
        f"{found.largest:,} rows",
    ]
    leaks = found.leakage
    if leaks.held_out and len(found.rows) > 1:
        out.append(
            f"across parts, of {leaks.held_out:,} held-out rows: {leaks.exact.rows:,} ({leaks.exact.share:.1%}) have "
            f"the text of a training row, {leaks.near.rows:,} ({leaks.near.share:.1%}) are near duplicates of one, "
            f"{leaks.near_long.rows:,} of those ({leaks.near_long.share:.1%}) of 20 words or more"
        )
        out.append(f"groups across parts: {leaks.groups:,}")
        for name, crossing in (("the same", leaks.exact), ("near", leaks.near)):
            out += [f"  {name}: {pair}" for pair in crossing.examples]
    out.append(f"the same text with different answers: {found.n_conflicts:,}")
    out += [f"  {conflict}" for conflict in found.conflicts]
    if found.without_entity is not None:
        out.append(f"rows without an entity: {found.without_entity:,} ({found.without_entity / total:.1%})")
    out += ["", *_balance_lines(found)]
    if found.baselines:
        out += ["", "cross-validated, near duplicates and groups on one side:"]
        for name, title in (("length", "length alone"), ("source", "source alone"), ("words", "words (TF-IDF)")):
            if figures := found.baselines.get(name):
                area = f", AUC {figures.auc:.3f}" if figures.auc is not None else ""
                out.append(
                    f"  {title:<16} accuracy {figures.accuracy:6.1%}, balanced {figures.balanced_accuracy:6.1%} "
                    f"(guessing {figures.guessing:.1%}), macro F1 {figures.macro_f1:.3f}{area}"
                )
    if found.doubts:
        out += ["", f"labels to look at ({len(found.doubts):,} of {found.n_doubts:,}):"]
        out += [
            f"  {doubt.place + ': ' if doubt.place else ''}{doubt.text!r} is '{doubt.label}' "
            f"({doubt.label_probability:.2f}), the model says '{doubt.suggestion}' ({doubt.probability:.2f})"
            for doubt in found.doubts
        ]
    if found.faults:
        out += ["", "faults:", *(f"  {fault}" for fault in found.faults)]
    if found.remarks:
        out += ["", "keep in mind:", *(f"  {remark}" for remark in found.remarks)]
    return out


def _balance_lines(found: Audit) -> list[str]:
    """Return a table of rows by label and part, with lengths; the largest and smallest where there are many."""
    parts = list(found.rows)
    ranked = sorted(found.balance, key=lambda label: (-sum(found.balance[label].values()), label))
    left_out = len(ranked) - _BALANCE_SHOWN
    shown = ranked if left_out <= 0 else [*ranked[: _BALANCE_SHOWN // 2], *ranked[-_BALANCE_SHOWN // 2 :]]
    width = max((len(label) for label in shown), default=5)
    what = "label" if found.without_entity is None else "entities"
    out = [f"{what:<{width}}  " + "  ".join(f"{part:>10}" for part in parts) + "  characters (5 %, median, 95 %)"]
    for number, label in enumerate(shown):
        if left_out > 0 and number == _BALANCE_SHOWN // 2:
            out.append(f"… {left_out:,} more")
        lengths = found.lengths.get(label)
        told = f"  {lengths.low:,}, {lengths.median:,}, {lengths.high:,}" if lengths else ""
        out.append(f"{label:<{width}}  " + "  ".join(f"{found.balance[label][part]:>10,}" for part in parts) + told)
    return out
