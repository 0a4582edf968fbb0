"""Routing data out: experts' rows grouped by what their images show, cut into parts, and written as one folder.

Whole groups go to a part: rows of one image or of near copies of it (`image_groups`), whoever's rows they are; rows of
text alone by near duplicates of their texts. Takes checked rows and sketches of their images, gives parts and what was
left out with the reason. Knows no models and prints nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pointsman.data import routing
from pointsman.data.conflicts import normalised
from pointsman.data.example import Example
from pointsman.data.formats import file_digest
from pointsman.data.image_groups import Sketch, image_groups, sketch
from pointsman.data.near import row_groups
from pointsman.data.pictures import Picture
from pointsman.data.routing_sources import BadRow, ExpertRow
from pointsman.data.splits import make_split
from pointsman.errors import DataError

Tell = Callable[[int, int], None]

_MOST_HELD_OUT = 0.5  # share of an expert's rows that --eval-samples may take
_SPARE = 1.15  # groups are taken whole, so a little more than asked is held out first
_LEAST_GROUPS = 3


@dataclass(frozen=True, slots=True)
class Cut:
    """How rows are cut.

    Attributes:
        seed: another seed gives other parts.
        eval_share: of all rows, held out.
        eval_samples: rows held out of each expert in place of a share; 0: the share.
        validation_share: of the rows that are left.
        train_samples: rows of each expert that are left for training and validation; 0: all.
        balance: as many training rows of each expert as of the one with the fewest.
    """

    seed: int = 0
    eval_share: float = 0.2
    eval_samples: int = 0
    validation_share: float = 0.2
    train_samples: int = 0
    balance: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with what decides its part.

    Attributes:
        row: the expert's row.
        digest: of its image's pixels; "" for text alone.
        size: width and height of its image; (0, 0) for text alone.
        group: name of the group that stays together; the same in any order of rows.
    """

    row: ExpertRow
    digest: str
    size: tuple[int, int]
    group: str


@dataclass(frozen=True)
class Parts:
    """Rows by part, and what was decided on the way.

    Attributes:
        rows: `train`, `validation`, `test`, each in the experts' order.
        left_out: reason -> rows.
        notes: one line for each thing that a person should know.
    """

    rows: dict[str, tuple[Placed, ...]]
    left_out: dict[str, tuple[ExpertRow, ...]]
    notes: tuple[str, ...]


@dataclass
class Looked:
    """Images that were opened: each once, however many rows show it."""

    sketches: dict[Path, Sketch] = field(default_factory=dict)
    sizes: dict[Path, tuple[int, int]] = field(default_factory=dict)
    faults: dict[Path, str] = field(default_factory=dict)


def look(rows: Sequence[ExpertRow], progress: Tell | None = None) -> Looked:
    """Open every image of the rows once; one that cannot be used is kept as a fault."""
    looked = Looked()
    paths = list(dict.fromkeys(row.image for row in rows if row.image is not None))
    for done, path in enumerate(paths, 1):
        try:
            image = Picture(path=path).open()
            looked.sketches[path], looked.sizes[path] = sketch(image), image.size
        except DataError as error:
            looked.faults[path] = str(error)
        if progress is not None:
            progress(done, len(paths))
    return looked


def without_faults(
    rows: Sequence[ExpertRow], looked: Looked, files: Mapping[str, Path]
) -> tuple[list[ExpertRow], list[BadRow]]:
    """Return the rows whose image can be used, and the others with the reason."""
    good, bad = [], []
    for row in rows:
        if row.image is not None and row.image in looked.faults:
            place = f"{files[row.expert].parent / row.place}"
            bad.append(BadRow(row.expert, place, looked.faults[row.image]))
        else:
            good.append(row)
    return good, bad


def place(rows: Sequence[ExpertRow], looked: Looked, progress: Tell | None = None) -> list[Placed]:
    """Give each row its group.

    Raises:
        MissingExtraError: rows of text alone are there, and what finds near duplicates is not installed.
    """
    seen = [row for row in rows if row.image is not None]
    sketches = [looked.sketches[row.image] for row in seen if row.image is not None]
    names: dict[int, str] = {}
    groups = image_groups(sketches, progress)
    for one, group in zip(sketches, groups, strict=True):
        names[group] = min(names.get(group, "z"), one.digest)
    of_image = iter(zip(sketches, groups, strict=True))
    bare = [Example(row.text) for row in rows if row.image is None]
    of_text = iter(_text_groups(bare))
    placed = []
    for row in rows:
        if row.image is None:
            placed.append(Placed(row, "", (0, 0), next(of_text)))
        else:
            one, group = next(of_image)
            placed.append(Placed(row, one.digest, looked.sizes[row.image], f"image {names[group][:16]}"))
    return placed


def _text_groups(rows: Sequence[Example]) -> list[str]:
    if not rows:
        return []
    keys = [hashlib.sha256(normalised(row.text).encode("utf-8", "surrogatepass")).hexdigest() for row in rows]
    names: dict[int, str] = {}
    groups = row_groups(rows)
    for key, group in zip(keys, groups, strict=True):
        names[group] = min(names.get(group, "z"), key)
    return [f"text {names[group][:16]}" for group in groups]


def cut(placed: Sequence[Placed], experts: Sequence[str], how: Cut) -> Parts:
    """Cut rows into parts by whole groups.

    Raises:
        DataError: an expert without rows, or with too few groups to stand in every part.
    """
    left: dict[str, list[ExpertRow]] = {}
    rows = _once(placed, left)
    _check_groups(rows, experts)
    rest, held = _hold_out(rows, how)
    notes = []
    if how.eval_samples:
        rest, held = _give_back(rest, held, how)
        held = _drawn(held, how.eval_samples, how.seed, "its image is held out (--eval-samples)", left)
    if how.train_samples:
        rest = _drawn(rest, how.train_samples, how.seed, "not drawn (--train-samples)", left)
    split = make_split(_stand_ins(rest), seed=how.seed, validation=how.validation_share, test=0.0, join_near=False)
    train, validation = ([rest[int(one.source)] for one in part] for part in (split.train, split.validation))
    if how.balance:
        fewest = min(Counter(one.row.expert for one in train).values())
        train = _drawn(train, fewest, how.seed, "not drawn (--balance)", left)
    parts = {"train": train, "validation": validation, "test": held}
    for asked, flag, found in (
        (how.eval_samples, "--eval-samples", held),
        (how.train_samples, "--train-samples", rest),
    ):
        have = Counter(one.row.expert for one in found)
        if asked and (few := [f"'{name}' {have[name]:,}" for name in experts if have[name] < asked]):
            notes.append(f"{flag} {asked:,}: fewer rows of {', '.join(few)}")
    for part, found in parts.items():
        shown = {one.row.expert for one in found}
        if absent := [name for name in experts if name not in shown]:
            what = routing.FILES[part]
            if part != "validation":
                raise DataError(
                    f"no row of the expert '{absent[0]}' is left for {what}: too many of its images are other "
                    "experts' too, or near copies of each other; give more rows"
                )
            notes.append(f"no row of {', '.join(absent)} in {what}: too few images")
    order = {name: number for number, name in enumerate(experts)}
    return Parts(
        {
            part: tuple(sorted(found, key=lambda o: (order[o.row.expert], o.row.number)))
            for part, found in parts.items()
        },
        {reason: tuple(out) for reason, out in left.items()},
        tuple(notes),
    )


def _once(placed: Sequence[Placed], left: dict[str, list[ExpertRow]]) -> list[Placed]:
    """Return rows without those that show and ask the same as an earlier one of the same expert."""
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for one in placed:
        key = (one.row.expert, one.digest, normalised(one.row.text))
        if key in seen:
            left.setdefault("the same image and text stand in an earlier row of the expert", []).append(one.row)
        else:
            seen.add(key)
            kept.append(one)
    return kept


def _check_groups(rows: Sequence[Placed], experts: Sequence[str]) -> None:
    groups: dict[str, set[str]] = {name: set() for name in experts}
    for one in rows:
        groups[one.row.expert].add(one.group)
    for name, found in groups.items():
        if len(found) < _LEAST_GROUPS:
            raise DataError(
                f"the expert '{name}' has {len(found)} different images or texts (near copies count once): training, "
                "validation and eval rows each need one of their own; give more rows"
            )


def _stand_ins(rows: Sequence[Placed]) -> list[Example]:
    """Return rows as the splitter takes them: a row's text is its group, for equal texts may stand on two sides."""
    return [Example(one.group, one.row.expert, one.group, str(number)) for number, one in enumerate(rows)]


def _hold_out(rows: Sequence[Placed], how: Cut) -> tuple[list[Placed], list[Placed]]:
    share = how.eval_share
    if how.eval_samples:
        fewest = min(Counter(one.row.expert for one in rows).values())
        share = min(_MOST_HELD_OUT, _SPARE * how.eval_samples / fewest)
    split = make_split(_stand_ins(rows), seed=how.seed, validation=0.0, test=share, join_near=False)
    rest, held = ([rows[int(one.source)] for one in part] for part in (split.train, split.test))
    return rest, held


def _give_back(rest: list[Placed], held: list[Placed], how: Cut) -> tuple[list[Placed], list[Placed]]:
    """Return groups to training while every expert keeps as many held-out rows as were asked for."""
    have = Counter(one.row.expert for one in held)
    groups: dict[str, Counter[str]] = {}
    for one in held:
        groups.setdefault(one.group, Counter())[one.row.expert] += 1
    back: set[str] = set()
    for name in sorted(groups, key=lambda group: _key(how.seed, group)):
        if all(have[expert] - n >= how.eval_samples for expert, n in groups[name].items()):
            have.subtract(groups[name])
            back.add(name)
    return [*rest, *(one for one in held if one.group in back)], [one for one in held if one.group not in back]


def _drawn(rows: Sequence[Placed], most: int, seed: int, reason: str, left: dict[str, list[ExpertRow]]) -> list[Placed]:
    """Return at most so many rows of each expert; the others are left out for a reason."""
    by_expert: dict[str, list[Placed]] = {}
    for one in sorted(rows, key=lambda one: (_key(seed, f"{one.group}\n{one.row.text}"), one.row.id)):
        by_expert.setdefault(one.row.expert, []).append(one)
    for found in by_expert.values():
        if len(found) > most:
            left.setdefault(reason, []).extend(one.row for one in found[most:])
    return [one for found in by_expert.values() for one in found[:most]]


def _key(seed: int, text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=str(seed).encode()).digest()


def shared(placed: Iterable[Placed]) -> list[dict[str, Any]]:
    """Return the groups that several experts have rows of: group, rows of each, and the first row of each."""
    groups: dict[str, list[ExpertRow]] = {}
    for one in placed:
        groups.setdefault(one.group, []).append(one.row)
    found = []
    for name, rows in groups.items():
        first = {row.expert: row.place for row in reversed(rows)}
        if len(first) > 1:
            found.append({"group": name, "rows": dict(Counter(row.expert for row in rows)), "first": first})
    return found


def contradictions(placed: Iterable[Placed]) -> list[dict[str, Any]]:
    """Return what no router can get right: the same image and text in several experts' rows."""
    seen: dict[tuple[str, str], dict[str, str]] = {}
    for one in placed:
        key = (one.digest, normalised(one.row.text))
        seen.setdefault(key, {}).setdefault(one.row.expert, one.row.place)
    return [{"text": key[1][:200], "rows": rows} for key, rows in seen.items() if len(rows) > 1]


def near_copies(placed: Iterable[Placed]) -> list[list[str]]:
    """Return the places of the first row of each image, for groups of several different images."""
    groups: dict[str, dict[str, str]] = {}
    for one in placed:
        if one.digest:
            groups.setdefault(one.group, {}).setdefault(one.digest, f"{one.row.expert}: {one.row.place}")
    return [list(found.values()) for found in groups.values() if len(found) > 1]


# --- writing ----------------------------------------------------------------------------------------------------------


def write(
    folder: Path, parts: Parts, experts: Sequence[str], metadata: Mapping[str, Any], *, copy_images: bool
) -> dict[str, Any]:
    """Write images, rows and, last, the metadata into an empty folder; returns the metadata.

    Args:
        folder: where to.
        parts: the rows.
        experts: names in label order.
        metadata: what the folder says of itself beside its files.
        copy_images: copy images; else they are hard links where the disk allows, and copies where not.
    """
    (folder / "images").mkdir()
    names: dict[tuple[str, Path], str] = {}
    how: Counter[str] = Counter()
    size = 0
    for one in (one for found in parts.rows.values() for one in found):
        image = one.row.image
        if image is not None and (one.row.expert, image) not in names:
            name = f"images/{one.row.id}{image.suffix.lower() or '.png'}"
            how[_put(image, folder / name, copy=copy_images)] += 1
            size += (folder / name).stat().st_size
            names[one.row.expert, image] = name
    files = {}
    for part, found in parts.rows.items():
        file = folder / routing.FILES[part]
        with file.open("w", encoding="utf-8", newline="\n") as stream:
            for one in found:
                stream.write(json.dumps(_record(one, experts, names), ensure_ascii=False) + "\n")
        files[file.name] = {"sha256": file_digest(file), "bytes": file.stat().st_size}
    images = {"files": len(names), "bytes": size, "hard_links": how["link"], "copies": how["copy"]}
    whole = {
        "kind": routing.KIND,
        "format": routing.FORMAT,
        "complete": True,
        **metadata,
        "images": images | dict(metadata.get("images", {})),
        "files": files,
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    (folder / routing.METADATA).write_text(text + "\n", encoding="utf-8")
    return whole


def _put(image: Path, to: Path, *, copy: bool) -> str:
    real = image.resolve()
    if not copy:
        try:
            os.link(real, to)
        except OSError:  # another disk, or a file system without links
            pass
        else:
            return "link"
    shutil.copyfile(real, to)
    return "copy"


def _record(one: Placed, experts: Sequence[str], names: Mapping[tuple[str, Path], str]) -> dict[str, Any]:
    """Return a row as it is written: the expert's own fields, and ours in place of any of the same name."""
    row = one.row
    record = {key: value for key, value in row.record.items() if key != "image"}
    own = {"source_id": record["id"]} if "id" in record else {}
    out: dict[str, Any] = {"id": row.id}
    if row.image is not None:
        out["image"] = names[row.expert, row.image]
    return {
        **out,
        **{key: value for key, value in record.items() if key != "id"},
        "label": experts.index(row.expert),
        "adapter": row.expert,
        "group": one.group,
        "source_row": row.place,
        **own,
    }
