"""The build step: rows of one task from one or several sources to a folder of three parts that `train` takes.

Every source keeps a split of its own; the rows of the others are cut together. Balancing and `max_samples` come after,
on the training part alone. What was left out, and why, stands in `metadata.json`; the same sources, options and seed
give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pointsman import __version__, tasks
from pointsman.artifacts.directory import check_output, staged
from pointsman.data import build_folder, sources
from pointsman.data.conflicts import find_conflicts, normalised
from pointsman.data.example import Example, Split
from pointsman.data.files import Fields
from pointsman.data.near import row_groups
from pointsman.data.sources import Ask, Reading, Source, Taken
from pointsman.data.splits import PARTS, complete_split, subsample
from pointsman.errors import ConfigError, DataError
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress, Silent, stage
from pointsman.pipeline.step import Step, where
from pointsman.tasks import Task

_TABLE_ROWS = 200
_Read = list[tuple[Ask, Source, Taken]]


@dataclass(frozen=True)
class BuildOptions:
    """What to build.

    Attributes:
        task: name of a known task or a YAML task file.
        sources: `--source` values as typed.
        out: folder to write.
        seed: decides the split, draws, and generated rows.
        max_samples: most training rows, classes as equal as possible; 0: all.
        balance: as many training rows of each class as the smallest has.
        on_conflict: about a text that stands with different labels.
        revision: for a source of the Hub that names none itself.
        reading: how sources are read.
        overwrite: replace what is there.
    """

    task: str
    sources: tuple[str, ...]
    out: Path
    seed: int = 0
    max_samples: int = 0
    balance: bool = False
    on_conflict: Literal["refuse", "drop"] = "refuse"
    revision: str | None = None
    reading: Reading = field(default_factory=Reading)
    overwrite: bool = False


@dataclass(frozen=True)
class BuildResult:
    """A written build.

    Attributes:
        path: its folder.
        metadata: the content of its metadata.json.
    """

    path: Path
    metadata: Mapping[str, Any]


def build(options: BuildOptions, progress: Progress | None = None) -> BuildResult:
    """Read the sources, split, draw, and write the folder whole or not at all.

    Raises:
        PointsmanError: anything wrong with options, sources or rows; nothing is written then.
    """
    tell = progress or Silent()
    task = tasks.get(options.task)
    if options.balance and task.kind == "token":
        raise ConfigError(f"--balance: task '{task.name}' marks entities, its rows have no classes; leave it out")
    if options.max_samples < 0:
        raise ConfigError(f"--max-samples {options.max_samples}: use a number of rows, or 0 for all")
    if options.reading.max_rows is not None and options.reading.max_rows < 0:
        raise ConfigError(f"--max-rows {options.reading.max_rows}: use a number of rows, or 0 for all")
    chosen = _choose(options, task)
    _check_heeded(options.reading, [source for _, source in chosen])
    check_output(options.out, overwrite=options.overwrite, reads=[one.path for one, _ in chosen if one.path])
    for asked, _ in chosen[len(options.sources) :]:
        tell.say(f"{asked.id}: added, for an endpoint is given")
    read = [(asked, source, _read(asked, source, task, options, tell)) for asked, source in chosen]
    if len(read) > 1:
        read = _groups_apart(read)
    split, dropped = _split([taken for *_, taken in read], options)
    for note in split.notes:
        tell.say(note)
    train, drawn, left = _draw(split.train, task, options)
    if drawn:
        tell.say(f"training part: {drawn}")
    rows = {"train": train, "validation": split.validation, "test": split.test}
    for part in PARTS:
        if not rows[part]:
            raise DataError(f"no {part} rows are left: {sum(map(len, rows.values())):,} rows are too few; give more")
    absent = _absent(train, task)
    for note in absent:
        tell.say(f"warning: {note}")
    notes = (*(note for *_, taken in read for note in taken.notes), *split.notes, *absent)
    metadata = {
        "task": task.name,
        "labels": list(task.names),
        "pointsman": __version__,
        "seed": options.seed,
        "max_samples": options.max_samples or None,
        "balance": options.balance,
        "on_conflict": options.on_conflict,
        "label_map": dict(options.reading.label_map),
        "exclude_labels": list(options.reading.exclude_labels),
        "drawn": drawn,
        "counts": {part: _counts(rows[part], task) for part in PARTS},
        "sources": [_described(asked, source, taken, task) for asked, source, taken in read],
        "licences": _licences(source for _, source, _ in read),
        "dropped": [*_conversion_drops(read), *dropped, *left],
        "notes": list(notes),
        "launcher": where().to_dict(),
    }
    with staged(options.out) as folder:
        build_folder.begin(folder)
        for part in PARTS:
            build_folder.write_part(folder, part, rows[part])
        whole = build_folder.finish(folder, metadata)
    return BuildResult(options.out, whole)


def _choose(options: BuildOptions, task: Task) -> list[tuple[Ask, Source]]:
    """Take every `--source` apart before anything is read."""
    if not options.sources:
        raise ConfigError(f"no --source: see pointsman data sources {task.name}")
    twice = [typed for typed, n in Counter(options.sources).items() if n > 1]
    if twice:
        raise ConfigError(f"--source {twice[0]} stands twice; name it once")
    asked = [sources.ask(typed) for typed in options.sources]
    if options.reading.endpoint and options.reading.synthesize != 0 and "synthesis" not in options.sources:
        asked.append(sources.ask("synthesis"))
    found = [(one, sources.find(one, task.name)) for one in asked]
    if options.revision:
        remote = [one for one, source in found if source.home.startswith("https://huggingface.co/") and not one.path]
        if len(remote) == 1 and remote[0].revision:
            raise ConfigError(
                f"--revision {options.revision}: --source {remote[0].typed} names one; leave one of them out"
            )
        if len(remote) != 1:
            raise ConfigError(
                f"--revision {options.revision}: it is for one source of the Hub, here are {len(remote)}; "
                "write ID@REVISION for each"
            )
        found = [
            (sources.ask(one.typed, options.revision) if one is remote[0] else one, source) for one, source in found
        ]
    return found


_FLAGS = {"label_map": "--label-map", "exclude_labels": "--exclude-label", "fields": "--text-field and the like"}


def _check_heeded(reading: Reading, sources_: Sequence[Source]) -> None:
    """Refuse settings that none of the sources reads by: a data set has a conversion of its own."""
    given = {
        "label_map": bool(reading.label_map),
        "exclude_labels": bool(reading.exclude_labels),
        "fields": replace(reading.fields, split=None) != Fields(),  # a split of "" is for every source
    }
    for name, is_given in given.items():
        if is_given and not any(name in source.heeds for source in sources_):
            fitting = [source.id for source in sources.known() if name in source.heeds]
            raise ConfigError(
                f"{_FLAGS[name]}: none of these sources reads by it, each has a conversion of its own "
                f"({' and '.join(fitting)} would); leave it out, or convert the rows yourself and use file:PATH"
            )


def _read(asked: Ask, source: Source, task: Task, options: BuildOptions, tell: Progress) -> Taken:
    tell.say(f"{asked.typed}: reading")

    reading = replace(
        options.reading,
        seed=options.seed,
        workspace=options.out.parent / f"{options.out.name}.synthesis",
        overwrite=options.overwrite,
        advance=stage(tell, "read"),
    )
    taken = source.read(asked, task, reading)
    n = sum(len(rows) for rows in taken.parts.values())
    tell.say(f"{asked.typed}: {taken.tally.read:,} rows read, {n:,} taken")
    for note in taken.notes:
        tell.say(note)
    return taken


def _groups_apart(read: _Read) -> _Read:
    """Put its source's name before each group: template 5 of one is not template 5 of another."""
    names = [asked.path.name if asked.id == "file" and asked.path else asked.id for asked, *_ in read]
    out = []
    for name, (asked, source, taken) in zip(names, read, strict=True):
        if not source.own_groups:
            name = name if names.count(name) == 1 else named(asked.typed)
            parts = {
                part: [replace(row, group=f"{name}: {row.group}") if row.group is not None else row for row in rows]
                for part, rows in taken.parts.items()
            }
            taken = replace(taken, parts=parts)
        out.append((asked, source, taken))
    return out


def _split(read: Sequence[Taken], options: BuildOptions) -> tuple[Split, list[dict[str, Any]]]:
    """Split the rows of all sources, and say which were left out by it and why.

    A source with a split of its own is completed by itself, so that each part holds rows of it; the others are cut
    together. Then all are put together, and what stands on both sides, or nearly, is taken from the earlier part.
    """
    how: Any = {"seed": options.seed, "on_conflict": options.on_conflict}
    loose = [row for taken in read for row in taken.parts.get("all", ())]
    given = [parts for taken in read if (parts := {p: r for p, r in taken.parts.items() if p != "all"})]
    before = [row for taken in read for rows in taken.parts.values() for row in rows]
    pools = [*given, *([{"all": loose}] if loose else [])]
    splits = [complete_split(pool, **how) for pool in pools]
    if len(splits) == 1:
        whole = splits[0] if loose else _near_apart(splits[0])  # what is cut here is cut by near groups already
        return whole, _vanished(before, whole)
    together = {part: [row for split in splits for row in getattr(split, part)] for part in PARTS}
    whole = complete_split({part: rows for part, rows in together.items() if rows}, **how)
    whole = _near_apart(whole)
    notes = tuple(note for split in (*splits, whole) for note in split.notes)
    return replace(whole, notes=tuple(dict.fromkeys(notes))), _vanished(before, whole)


def _near_apart(split: Split) -> Split:
    """Remove rows that are near duplicates of one in a later part, as equal texts are: the test part stays."""
    rows = [row for part in PARTS for row in getattr(split, part)]
    groups = iter(row_groups(rows))
    of = {part: [next(groups) for _ in getattr(split, part)] for part in PARTS}
    later: set[int] = set()
    kept: dict[str, tuple[Example, ...]] = {}
    notes = split.notes
    for part in reversed(PARTS):
        given: tuple[Example, ...] = getattr(split, part)
        kept[part] = tuple(row for row, group in zip(given, of[part], strict=True) if group not in later)
        later.update(of[part])
        if removed := len(given) - len(kept[part]):
            notes += (f"{removed:,} {part} rows removed: nearly the same text stands in a later part",)
    return replace(split, train=kept["train"], validation=kept["validation"], test=kept["test"], notes=notes)


def _vanished(before: Sequence[Example], split: Split) -> list[dict[str, Any]]:
    """Count the rows that splitting left out, by source and reason."""
    kept = Counter(_key(row) for part in PARTS for row in getattr(split, part))
    later = {normalised(row.text) for part in ("validation", "test") for row in getattr(split, part)}
    train = {normalised(row.text) for row in split.train}
    contradicted = {conflict.text for conflict in find_conflicts(before)}
    reasons: Counter[tuple[str | None, str]] = Counter()
    for row in before:
        if kept[_key(row)]:
            kept[_key(row)] -= 1
            continue
        text = normalised(row.text)
        if text in later:
            reason = "the text stands in a later part"
        elif text in train:
            reason = "the text stands twice in training"
        else:
            reason = "the text stands with different labels" if text in contradicted else "near a text of a later part"
        reasons[row.origin or row.source, reason] += 1
    return [
        {"source": source, "stage": "split", "reason": reason, "rows": n} for (source, reason), n in reasons.items()
    ]


def _key(row: Example) -> tuple[Any, ...]:
    return row.origin, row.source, row.text, row.label


def _draw(
    train: tuple[Example, ...], task: Task, options: BuildOptions
) -> tuple[tuple[Example, ...], str | None, list[dict[str, Any]]]:
    """Balance the training part and cut it to size; say it as "6,000 total, 2,000 per class"."""
    n = options.max_samples or len(train)
    classes = Counter(row.label for row in train)
    if options.balance:
        n = len(classes) * min(n // len(classes), *classes.values())
        if not n:
            raise ConfigError(f"--max-samples {options.max_samples}: below a row for each of {len(classes)} classes")
    if not options.max_samples and not options.balance:
        return train, None, []
    drawn = subsample(train, n, seed=options.seed)
    told = f"{len(drawn):,} total"
    if task.kind == "sequence":
        counts = Counter(row.label for row in drawn).values()
        low, high = min(counts), max(counts)
        told += f", {low:,} per class" if low == high else f", {low:,} to {high:,} per class"
    most = [f"--max-samples {options.max_samples}"] * bool(options.max_samples)
    why = " and ".join(["--balance"] * options.balance + most)
    left = len(train) - len(drawn)
    entry = {"source": None, "stage": "draw", "reason": f"not drawn ({why})", "rows": left}
    return drawn, told, [entry] if left else []


def _counts(rows: Sequence[Example], task: Task) -> dict[str, Any]:
    if task.kind == "token":
        found = Counter(span.label for row in rows for span in row.spans or ())
        labels = {name: found[name] for name in task.names if found[name]}
        return {
            "rows": len(rows),
            "entities": labels,
            "rows_without_entities": sum(not row.spans for row in rows),
            "sources": dict(Counter(row.origin or row.source for row in rows)),
        }
    counted = Counter(row.label for row in rows)
    return {
        "rows": len(rows),
        "labels": {name: counted[name] for name in task.names if counted[name]},
        "sources": dict(Counter(row.origin or row.source for row in rows)),
    }


def _absent(train: Sequence[Example], task: Task) -> tuple[str, ...]:
    """Return a note on labels that no training row shows."""
    if task.kind == "token":
        seen: set[str | None] = {span.label for row in train for span in row.spans or ()}
    else:
        seen = {row.label for row in train}
    missing = [name for name in task.names if name not in seen]
    if not missing:
        return ()
    return (f"no training row shows {', '.join(missing)}: add a source that does",)


def _described(asked: Ask, source: Source, taken: Taken, task: Task) -> dict[str, Any]:
    return {
        "source": source.id,
        "asked": named(asked.typed),
        "place": named(taken.place),
        "revision": taken.revision or asked.revision,
        "sha256": taken.digest,
        "licence": source.licence,
        "home": source.home,
        "conversion": source.conversion(task.name),
        "rows_read": taken.tally.read,
        "rows_taken": sum(len(part) for part in taken.parts.values()),
        "own_split": sorted(part for part in taken.parts if part != "all"),
        "dropped": dict(taken.tally.dropped.most_common()),
        "tables": {
            name: {"total": counts.total(), "different": len(counts), "most": dict(counts.most_common(_TABLE_ROWS))}
            for name, counts in taken.tally.tables.items()
        },
    }


def _licences(found: Iterable[Source]) -> dict[str, list[str]]:
    licences: dict[str, list[str]] = {}
    for source in found:
        licences.setdefault(source.licence, []).append(source.id)
    return licences


def _conversion_drops(read: _Read) -> list[dict[str, Any]]:
    return [
        {"source": source.id, "stage": "conversion", "reason": reason, "rows": n}
        for _, source, taken in read
        for reason, n in taken.tally.dropped.most_common()
    ]


STEP = Step(
    "data build", BuildOptions, build, reads=("sources",), writes="out", names=("task",), needs=("train", "data")
)
