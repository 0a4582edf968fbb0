"""Source `file:PATH`: the user's own rows, read by `pointsman.data.files` as `--data` is."""

from __future__ import annotations

from dataclasses import replace

from pointsman.data.files import load_examples
from pointsman.data.sources.source import Ask, Reading, Source, Taken, Tally
from pointsman.errors import ConfigError
from pointsman.tasks import Task


def _read(asked: Ask, task: Task, reading: Reading) -> Taken:
    if asked.path is None:
        raise ConfigError("--source file names no file; write --source file:PATH")
    loaded = load_examples(
        asked.path, task, reading.fields, exclude_labels=reading.exclude_labels, label_map=reading.label_map
    )
    name = asked.path.name
    parts = {
        part: [row if row.origin else replace(row, origin=name) for row in rows] for part, rows in loaded.parts.items()
    }
    if not reading.own_split:  # a folder's parts are its files': the field does not name them
        parts = {"all": [row for rows in parts.values() for row in rows]}
    tally = Tally(read=sum(len(rows) for rows in parts.values()) + sum(loaded.left_out.values()))
    for label, n in loaded.left_out.items():
        tally.dropped[f"labelled '{label}' (--exclude-label)"] = n
    return Taken(parts, tally, place=str(asked.path), digest=loaded.digest, notes=loaded.notes)


SOURCE = Source(
    id="file",
    tasks={"*": "text, label or spans, split, group by the names of its fields (--text-field, …)"},
    licence="the user's",
    home="file:PATH",
    read=_read,
    heeds=frozenset({"label_map", "exclude_labels", "fields"}),
)
