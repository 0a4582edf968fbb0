"""Splits that hold: rows to train, validation and test by whole groups, alike in their labels.

Rows of one group, and rows of the same text, never stand on two sides. The same rows and seed give the
same parts whatever their order in the file. Takes and gives `Example`; reads no files.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pointsman.data.conflicts import (
    OnConflict,
    contradicted_test,
    merge_duplicates,
    normalised,
    resolve_conflicts,
    separate_parts,
    shared_groups,
)
from pointsman.data.example import Example, Split
from pointsman.errors import ConfigError, DataError

PARTS = ("train", "validation", "test")
_Label = str | None
_Rows = dict[str, list[Example]]


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Rows that have to stay together."""

    key: bytes
    rows: tuple[int, ...]
    labels: dict[_Label, int]


def make_split(
    examples: Sequence[Example],
    *,
    seed: int,
    validation: float = 0.1,
    test: float = 0.1,
    out_of_scope: Sequence[Example] = (),
) -> Split:
    """Split rows at random, stratified by label, by whole groups.

    Each class gets two training rows first, then a validation and a test row, as far as it has groups for
    them. Rows out of scope train nothing, so all of them go to validation and test where groups allow.

    Args:
        examples: labelled rows.
        seed: another seed gives another split.
        validation, test: share of the rows for each; 0 leaves the part empty.
        out_of_scope: rows that belong to no class (label None).

    Raises:
        ConfigError: shares that make no sense.
        DataError: too few rows or groups to hold out a validation part.
    """
    parts, notes = _cut((*examples, *out_of_scope), {"validation": validation, "test": test}, seed)
    return _as_split(parts, notes)


def complete_split(
    parts: Mapping[str, Sequence[Example]],
    *,
    seed: int,
    validation: float = 0.1,
    test: float = 0.1,
    out_of_scope: Mapping[str, Sequence[Example]] | None = None,
    on_conflict: OnConflict = "refuse",
) -> Split:
    """Make the split to train with from what a file gives: parts as they are, missing ones cut.

    In this order: contradictions within the training or the validation rows are refused or dropped; rows whose text
    stands in a later part are removed; a missing validation or test part is cut from train (everything,
    where the file names no parts); training rows that stand twice are merged.

    Args:
        parts: rows by `train`, `validation`, `test`, or all of them under `all` (`Loaded.parts`).
        seed: decides what is cut.
        validation, test: shares of a part that is cut.
        out_of_scope: rows that belong to no class, by the same keys.
        on_conflict: what to do about a text with different labels.

    Raises:
        ConfigError: shares that make no sense.
        DataError: contradictions, no training rows, or too few to hold out a validation part.
    """
    pool: _Rows = {part: list(rows) for part, rows in parts.items() if rows}
    for part, rows in (out_of_scope or {}).items():
        if rows:
            pool.setdefault(part, []).extend(rows)
    source = "all" if "all" in pool else "train"
    if not any(example.label is not None for example in pool.get(source, ())):
        raise DataError(
            f"no training rows: the split has only {', '.join(pool) or 'empty parts'}; "
            f"mark rows as train, or make a new split with --split-field ''"
        )
    notes: tuple[str, ...] = ()
    for part in (source, "validation"):
        if part in pool:
            kept, more = resolve_conflicts(pool[part], on_conflict)
            pool[part] = list(kept)
            notes += more
    if source == "train":
        notes += contradicted_test(pool.get("test", ())) + shared_groups(pool)
        separated, more = separate_parts(pool)
        notes += more
        pool = {part: list(rows) for part, rows in separated.items()}
    shares = {"validation": validation, "test": test}
    missing = {
        part: share for part, share in shares.items() if not any(row.label is not None for row in pool.get(part, ()))
    }
    if missing:
        cut, more = _cut(pool.pop(source), missing, seed, given=source == "train")
        for part, rows in cut.items():  # a part given with rows out of scope alone keeps them
            pool[part] = [*rows, *pool.get(part, ())]
        notes += more
    # Rows out of scope are no class to merge; they stay as they are.
    train, more = merge_duplicates([row for row in pool["train"] if row.label is not None])
    pool["train"] = [*train, *(row for row in pool["train"] if row.label is None)]
    return _as_split(pool, notes + more)


def _as_split(parts: Mapping[str, Sequence[Example]], notes: tuple[str, ...]) -> Split:
    scoped = {part: tuple(row for row in parts.get(part, ()) if row.label is not None) for part in PARTS}
    out = {part: tuple(row for row in parts.get(part, ()) if row.label is None) for part in PARTS}
    if not scoped["train"]:
        raise DataError("no training rows are left after removing rows that stand twice; give more rows")
    return Split(**scoped, out_of_scope={part: rows for part, rows in out.items() if rows}, notes=notes)


def _cut(
    examples: Sequence[Example], shares: Mapping[str, float], seed: int, *, given: bool = False
) -> tuple[_Rows, tuple[str, ...]]:
    """Divide rows into train and the parts named in `shares`; `given`: train is a part of the user's."""
    if any(not 0 <= share < 1 for share in shares.values()) or sum(shares.values()) >= 1:
        raise ConfigError(
            f"shares {', '.join(f'{part} {share}' for part, share in shares.items())}: "
            f"use numbers from 0 that leave something to train on"
        )
    asked = {part: share for part, share in shares.items() if share > 0}
    parts: _Rows = {part: [] for part in ("train", *asked)}
    clusters = _clusters(examples, seed)
    assigned = _assign(clusters, asked)
    row_part = [""] * len(examples)
    for cluster, part in zip(clusters, assigned, strict=True):
        for row in cluster.rows:
            row_part[row] = part
    for example, part in zip(examples, row_part, strict=True):
        parts[part].append(example)
    if "validation" in parts and not any(row.label is not None for row in parts["validation"]):
        raise DataError(
            f"{len(examples):,} rows in {len(clusters):,} groups are too few to hold out a validation part; "
            f"give at least three rows a class, in different groups"
        )
    return parts, _cut_notes(parts, clusters, given)


def _clusters(examples: Sequence[Example], seed: int) -> list[_Cluster]:
    """Join rows of equal group or equal normalised text; the order depends on the seed and texts alone."""
    parent = list(range(len(examples)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    texts = [normalised(example.text) for example in examples]
    first_text: dict[str, int] = {}
    first_group: dict[str, int] = {}
    for row, (example, text) in enumerate(zip(examples, texts, strict=True)):
        parent[root(row)] = root(first_text.setdefault(text, row))
        if example.group is not None:
            parent[root(row)] = root(first_group.setdefault(example.group, row))
    members: dict[int, list[int]] = {}
    for row in range(len(examples)):
        members.setdefault(root(row), []).append(row)
    draw = _draw(seed)
    key_of = {text: draw(text) for text in first_text}
    # No text stands in two clusters, so the least key of its texts names a cluster.
    clusters = [
        _Cluster(min(key_of[texts[row]] for row in rows), tuple(rows), Counter(examples[r].label for r in rows))
        for rows in members.values()
    ]
    return sorted(clusters, key=lambda cluster: (-len(cluster.rows), cluster.key))


def _draw(seed: int) -> Callable[[str], bytes]:
    """Return what gives each text its place in a random order that the seed decides."""
    salt = hashlib.blake2b(str(seed).encode(), digest_size=16).digest()
    return lambda text: hashlib.blake2b(_utf8(text), digest_size=8, key=salt).digest()


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _assign(clusters: Sequence[_Cluster], shares: Mapping[str, float]) -> list[str]:
    """Give each cluster, large ones first, to the part that lacks most of its labels.

    After iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011), by groups. When the clusters left of
    a label are just enough for the parts that still have none of it, they go there first.
    """
    rows_of: Counter[_Label] = Counter()
    left: Counter[_Label] = Counter()
    for cluster in clusters:
        rows_of.update(cluster.labels)
        left.update(cluster.labels.keys())
    parts = ("train", *shares)
    held_out = sum(shares.values()) or 1.0
    need: dict[str, dict[_Label, float]] = {part: {} for part in parts}
    for label, n in rows_of.items():
        wanted = {part: n * share for part, share in shares.items()}
        if label is None:
            wanted = {part: n * share / held_out for part, share in shares.items()}
        elif left[label] >= 2 + len(shares):
            wanted = {part: max(1.0, rows) for part, rows in wanted.items()}
        for part, rows in (wanted | {"train": n - sum(wanted.values())}).items():
            need[part][label] = rows
    total = {part: sum(need[part].values()) for part in parts}
    have: dict[str, Counter[_Label]] = {part: Counter() for part in parts}

    def lacking(label: _Label) -> list[str]:
        """Parts that still have to get the label, one entry a cluster, the most urgent first."""
        train = [] if label is None else ["train"] * max(0, 2 - have["train"][label])
        return train + [part for part in shares if not have[part][label]]

    chosen: list[str] = []
    for cluster in clusters:
        labels = cluster.labels
        part = ""
        for label in sorted(labels, key=lambda name: (left[name], name or "")):
            missing = lacking(label)
            if missing and left[label] <= len(missing):
                part = missing[0]
                break
        if not part:
            part = max(parts, key=lambda p: (sum(n * need[p][label] for label, n in labels.items()), total[p]))
        for label, n in labels.items():
            need[part][label] -= n
            have[part][label] += n
            left[label] -= 1
        total[part] -= len(cluster.rows)
        chosen.append(part)
    return chosen


def _cut_notes(parts: _Rows, clusters: Sequence[_Cluster], given: bool) -> tuple[str, ...]:
    n = sum(len(rows) for rows in parts.values()) or 1
    if given:
        notes = [
            f"{part}: {len(rows):,} of {n:,} training rows ({len(rows) / n:.1%}), for the data names none"
            for part, rows in parts.items()
            if part != "train"
        ]
    else:
        sizes = ", ".join(f"{part} {len(rows):,} ({len(rows) / n:.1%})" for part, rows in parts.items())
        notes = [f"split by label and whole groups ({len(clusters):,} groups of {n:,} rows): {sizes}"]
    classes = Counter(label for cluster in clusters for label in cluster.labels if label is not None)
    for part, rows in parts.items():
        absent = sorted(classes.keys() - {row.label for row in rows})
        if absent:
            shown = ", ".join(f"'{label}' ({classes[label]})" for label in absent[:5])
            notes.append(
                f"no {part} row of {len(absent)} classes, for they have too few groups: "
                f"{shown}{', …' if len(absent) > 5 else ''}"
            )
    return tuple(notes)


def subsample(examples: Sequence[Example], max_samples: int, *, seed: int) -> tuple[Example, ...]:
    """Draw at most `max_samples` rows, as equally over the classes as they allow, in their old order.

    Call it after splitting: drawing first would let a draw decide what is tested.

    Raises:
        ConfigError: fewer samples than classes.
    """
    rows_of: dict[str, list[int]] = {}
    for row, example in enumerate(examples):
        rows_of.setdefault(example.label or "", []).append(row)
    if max_samples < len(rows_of):
        raise ConfigError(f"max_samples is {max_samples:,} and there are {len(rows_of):,} classes; ask for more")
    if max_samples >= len(examples):
        return tuple(examples)
    key = _draw(seed)
    chosen: list[int] = []
    # The smallest class first: what it cannot fill goes to the larger ones.
    classes = sorted(rows_of.items(), key=lambda item: (len(item[1]), key(item[0])))
    for done, (_, rows) in enumerate(classes):
        quota = (max_samples - len(chosen)) // (len(classes) - done)
        chosen += sorted(rows, key=lambda row: (key(examples[row].text), row))[:quota]
    return tuple(examples[row] for row in sorted(chosen))


def split_digest(split: Split) -> str:
    """Return the sha256 of which texts and labels stand in which part; row order plays no part."""
    digest = hashlib.sha256()
    for part in PARTS:
        rows: Iterable[Example] = (*getattr(split, part), *split.out_of_scope.get(part, ()))
        digest.update(f"{part}\n".encode())
        for one in sorted(_row_digest(row) for row in rows):
            digest.update(one)
    return digest.hexdigest()


def _row_digest(row: Example) -> bytes:
    text, label = _utf8(row.text), _utf8(row.label or "")
    return hashlib.sha256(b"%d %d " % (len(text), row.label is not None) + text + label).digest()
