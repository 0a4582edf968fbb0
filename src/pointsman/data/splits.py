"""Splits that hold: rows to train, validation and test by whole groups, alike in their labels.

Rows of one group, rows of the same text and near duplicates never stand on two sides. The same rows and seed give
the same parts whatever their order in the file. Takes and gives `Example`; reads no files.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pointsman.data.conflicts import (
    OnConflict,
    contradicted_test,
    in_scope,
    merge_duplicates,
    normalised,
    resolve_conflicts,
    separate_parts,
    shared_groups,
)
from pointsman.data.example import Example, Split
from pointsman.data.near import Groups, row_groups
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
    join_near: bool = True,
) -> Split:
    """Split rows at random, stratified by label (by entity type for rows with spans), by whole groups.

    Rows of one given group, of one text, and near duplicates (`near.row_groups`) are one group. Each class gets
    two training rows first, then a validation and a test row, as far as it has groups for them. Rows out of scope
    train nothing, so all of them go to validation and test where groups allow. Of a class whose rows are so alike that
    none could be held out, near duplicates stand on both sides; `Split.leakage` says so.

    Args:
        examples: labelled rows.
        seed: another seed gives another split.
        validation, test: share of the rows for each; 0 leaves the part empty.
        out_of_scope: rows that belong to no class (neither label nor spans).
        join_near: False lets near duplicates stand on two sides; figures may then be too high.

    Raises:
        ConfigError: shares that make no sense.
        DataError: too few rows or groups to hold out a validation part.
    """
    shares = {"validation": validation, "test": test}
    parts, notes, leakage = _cut((*examples, *out_of_scope), shares, seed, join_near=join_near)
    return _as_split(parts, notes, leakage)


def complete_split(
    parts: Mapping[str, Sequence[Example]],
    *,
    seed: int,
    validation: float = 0.1,
    test: float = 0.1,
    out_of_scope: Mapping[str, Sequence[Example]] | None = None,
    on_conflict: OnConflict = "refuse",
    join_near: bool = True,
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
        join_near: False lets near duplicates stand on two sides of what is cut; figures may then be too high.

    Raises:
        ConfigError: shares that make no sense.
        DataError: contradictions, no training rows, or too few to hold out a validation part.
    """
    pool: _Rows = {part: list(rows) for part, rows in parts.items() if rows}
    for part, rows in (out_of_scope or {}).items():
        if rows:
            pool.setdefault(part, []).extend(rows)
    source = "all" if "all" in pool else "train"
    if not any(in_scope(row) for row in pool.get(source, ())):
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
    missing = {part: share for part, share in shares.items() if not any(in_scope(row) for row in pool.get(part, ()))}
    leakage = None
    if missing:
        cut, more, leakage = _cut(pool.pop(source), missing, seed, given=source == "train", join_near=join_near)
        for part, rows in cut.items():  # a part given with rows out of scope alone keeps them
            pool[part] = [*rows, *pool.get(part, ())]
        notes += more
    # Rows out of scope are no class to merge; they stay as they are.
    train, more = merge_duplicates([row for row in pool["train"] if in_scope(row)])
    pool["train"] = [*train, *(row for row in pool["train"] if not in_scope(row))]
    return _as_split(pool, notes + more, leakage)


def _as_split(parts: Mapping[str, Sequence[Example]], notes: tuple[str, ...], leakage: str | None) -> Split:
    scoped = {part: tuple(row for row in parts.get(part, ()) if in_scope(row)) for part in PARTS}
    out = {part: tuple(row for row in parts.get(part, ()) if not in_scope(row)) for part in PARTS}
    if not scoped["train"]:
        raise DataError("no training rows are left after removing rows that stand twice; give more rows")
    return Split(
        **scoped, out_of_scope={part: rows for part, rows in out.items() if rows}, notes=notes, leakage=leakage
    )


def _cut(
    examples: Sequence[Example],
    shares: Mapping[str, float],
    seed: int,
    *,
    given: bool = False,
    join_near: bool = True,
) -> tuple[_Rows, tuple[str, ...], str | None]:
    """Divide rows into train and the parts named in `shares`; `given`: train is a part of the user's."""
    if any(not 0 <= share < 1 for share in shares.values()) or sum(shares.values()) >= 1:
        raise ConfigError(
            f"shares {', '.join(f'{part} {share}' for part, share in shares.items())}: "
            f"use numbers from 0 that leave something to train on"
        )
    asked = {part: share for part, share in shares.items() if share > 0}
    parts: _Rows = {part: [] for part in ("train", *asked)}
    clusters, leakage = _clusters(examples, seed, join_near, 1 + len(asked))
    assigned = _assign(clusters, asked)
    row_part = [""] * len(examples)
    for cluster, part in zip(clusters, assigned, strict=True):
        for row in cluster.rows:
            row_part[row] = part
    for example, part in zip(examples, row_part, strict=True):
        parts[part].append(example)
    if "validation" in parts and not any(in_scope(row) for row in parts["validation"]):
        raise DataError(
            f"{len(examples):,} rows in {len(clusters):,} groups are too few to hold out a validation part; "
            f"give at least three rows a class, in different groups"
        )
    return parts, _cut_notes(parts, clusters, given), leakage


def _clusters(examples: Sequence[Example], seed: int, join_near: bool, parts: int) -> tuple[list[_Cluster], str | None]:
    """Join rows of equal group or text, and near ones; the order depends on the seed and texts alone.

    Returns:
        The clusters; and of which classes near duplicates were left apart, because joined they would have had fewer
        clusters than there are parts to fill.
    """
    joined = Groups(len(examples))
    texts = [normalised(example.text) for example in examples]
    first_text: dict[str, int] = {}
    first_group: dict[str, int] = {}
    for row, (example, text) in enumerate(zip(examples, texts, strict=True)):
        joined.join(row, first_text.setdefault(text, row))
        if example.group is not None:
            joined.join(row, first_group.setdefault(example.group, row))
    leakage = None
    if join_near:
        near = row_groups(examples)
        before = joined.roots()
        after = _joined(before, near)
        few = _fewer_than(parts, examples, before, after)
        apart = {label for label in few if label is not None}
        kept = [not apart.intersection(_labels(example)) for example in examples]
        # A near duplicate's group is named by its first row: by the first that is joined at all.
        first_kept: dict[int, int] = {}
        for row, group in enumerate(near):
            if kept[row]:
                joined.join(row, first_kept.setdefault(group, row))
        leakage = _told_apart(examples, apart)
    members: dict[int, list[int]] = {}
    for row, root in enumerate(joined.roots()):
        members.setdefault(root, []).append(row)
    draw = _draw(seed)
    key_of = {text: draw(text) for text in first_text}
    # No text stands in two clusters, so the least key of its texts names a cluster.
    clusters = [
        _Cluster(
            min(key_of[texts[row]] for row in rows),
            tuple(rows),
            Counter(label for row in rows for label in _labels(examples[row])),
        )
        for rows in members.values()
    ]
    return sorted(clusters, key=lambda cluster: (-len(cluster.rows), cluster.key)), leakage


def _joined(roots: Sequence[int], near: Sequence[int]) -> list[int]:
    """Return each row's group when near duplicates are joined as well."""
    joined = Groups(len(roots))
    for row, (root, group) in enumerate(zip(roots, near, strict=True)):
        joined.join(row, root)
        joined.join(row, group)
    return joined.roots()


def _fewer_than(parts: int, examples: Sequence[Example], before: Sequence[int], after: Sequence[int]) -> set[_Label]:
    """Return the labels that near duplicates leave with fewer groups than `parts`, and that had enough without."""
    had: dict[_Label, set[int]] = {}
    have: dict[_Label, set[int]] = {}
    for example, old, new in zip(examples, before, after, strict=True):
        for label in _labels(example):
            had.setdefault(label, set()).add(old)
            have.setdefault(label, set()).add(new)
    return {label for label in had if len(have[label]) < parts <= len(had[label])}


def _told_apart(examples: Sequence[Example], apart: set[str]) -> str | None:
    if not apart:
        return None
    rows = sum(bool(apart.intersection(_labels(example))) for example in examples)
    shown = ", ".join(f"'{label}'" for label in sorted(apart)[:5])
    return (
        f"the split leaks, figures are too high: {rows:,} rows of {shown}{', …' if len(apart) > 5 else ''} are near "
        "duplicates of each other, so that none could be held out without its like among the training rows; "
        "judge the router on other rows (--shifted FILE)"
    )


def _labels(example: Example) -> tuple[_Label, ...]:
    """Return what a row counts for: its label; each type of its entities, or "" for none; None out of scope."""
    if example.spans is None:
        return (example.label,)
    return tuple(sorted({span.label for span in example.spans})) or ("",)


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
        total[part] -= sum(labels.values())
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
    classes = Counter(label for cluster in clusters for label in cluster.labels if label)
    for part, rows in parts.items():
        absent = sorted(classes.keys() - {label for row in rows for label in _labels(row)})
        if absent:
            shown = ", ".join(f"'{label}' ({classes[label]})" for label in absent[:5])
            notes.append(
                f"no {part} row of {len(absent)} classes, for they have too few groups: "
                f"{shown}{', …' if len(absent) > 5 else ''}"
            )
    return tuple(notes)


def subsample(examples: Sequence[Example], max_samples: int, *, seed: int) -> tuple[Example, ...]:
    """Draw at most `max_samples` rows, as equally over the classes as they allow, in their old order.

    A row with entities is of the class of its rarest one; rows that hold none are a class too.

    Call it after splitting: drawing first would let a draw decide what is tested.

    Raises:
        ConfigError: fewer samples than classes.
    """
    found = [_labels(example) for example in examples]
    often = Counter(label for labels in found for label in labels)
    rows_of: dict[str, list[int]] = {}
    for row, labels in enumerate(found):
        rows_of.setdefault(min(labels, key=lambda label: (often[label], label or "")) or "", []).append(row)
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
    """Return the sha256 of which texts, labels and entities stand in which part; row order plays no part."""
    digest = hashlib.sha256()
    for part in PARTS:
        rows: Iterable[Example] = (*getattr(split, part), *split.out_of_scope.get(part, ()))
        digest.update(f"{part}\n".encode())
        for one in sorted(_row_digest(row) for row in rows):
            digest.update(one)
    return digest.hexdigest()


def _row_digest(row: Example) -> bytes:
    text, label = _utf8(row.text), _utf8(row.label or "")
    content = b"%d %d " % (len(text), row.label is not None) + text + label
    if row.spans is not None:
        content += b"".join(b"\n%d %d " % (span.start, span.end) + _utf8(span.label) for span in row.spans) + b"\n"
    return hashlib.sha256(content).digest()
