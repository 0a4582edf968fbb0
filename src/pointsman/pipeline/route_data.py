"""The step behind `pointsman data build adapter`: the experts' own training rows to a folder of routing data.

Reads, looks at every image once, groups, cuts, measures what needs no router (image size, text, majority) and writes
the folder whole or not at all. The same rows, options and seed give the same parts.
"""

from __future__ import annotations

import datetime
import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman import __version__
from pointsman.artifacts import check_output, staged
from pointsman.data import routing, routing_build
from pointsman.data.conflicts import normalised
from pointsman.data.routing_build import Cut, Parts, Placed
from pointsman.data.routing_sources import BadRow, ExpertRow, ExpertRows, expert_sources, read_expert
from pointsman.data.size_baseline import fit_sizes
from pointsman.errors import BackboneError, ConfigError, DataError, MissingExtraError
from pointsman.evaluation.baselines import fit_logistic, fit_majority
from pointsman.evaluation.metrics import Figure
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress, Silent, stage
from pointsman.pipeline.step import Step, where

TEXT_BACKBONE = "minilm"
_LISTED = 200
_TOKENS = 256  # of a text that the text baseline reads

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RouteDataOptions:
    """What to build.

    Attributes:
        experts: `--experts` values as typed.
        out: folder to write; None: `datasets/routing_DATE_TIME`.
        cut: how rows are cut.
        copy_images: copy images where hard links would do.
        skip_bad: leave out rows that cannot be used, and list them; else one refuses the build.
        overwrite: replace what is there.
    """

    experts: tuple[str, ...]
    out: Path | None = None
    cut: Cut = field(default_factory=Cut)
    copy_images: bool = False
    skip_bad: bool = False
    overwrite: bool = False


@dataclass(frozen=True)
class RouteDataResult:
    """Written routing data.

    Attributes:
        path: its folder.
        metadata: the content of its metadata.json.
    """

    path: Path
    metadata: Mapping[str, Any]


def route_data(options: RouteDataOptions, progress: Progress | None = None) -> RouteDataResult:
    """Build routing data from experts' rows.

    Raises:
        PointsmanError: anything wrong with options, rows or images; nothing is written then.
    """
    tell = progress or Silent()
    _check(options.cut)
    sources = expert_sources(options.experts)
    out = options.out or default_folder()
    check_output(out, overwrite=options.overwrite, reads=[source.path for source in sources])
    read = [read_expert(source) for source in sources]
    _refuse([row for one in read for row in one.bad], options)
    looked = routing_build.look([row for one in read for row in one.rows], stage(tell, "images"))
    good, broken = routing_build.without_faults(
        [row for one in read for row in one.rows], looked, {one.source.name: one.file for one in read}
    )
    _refuse(broken, options)
    bad = [*(row for one in read for row in one.bad), *broken]
    if bad:
        tell.say(f"{len(bad):,} rows left out that cannot be used (--skip-bad); {routing.METADATA} lists them")
    names = [source.name for source in sources]
    if gone := [name for name in names if not any(row.expert == name for row in good)]:
        raise DataError(f"no row of the expert '{gone[0]}' can be used; the first: {_first(bad, gone[0])}")
    placed = routing_build.place(good, looked, stage(tell, "comparing"))
    parts = routing_build.cut(placed, names, options.cut)
    shared, contradictions = routing_build.shared(placed), routing_build.contradictions(placed)
    notes = [*parts.notes, *_told(shared, contradictions)]
    for note in notes:
        tell.say(note)
    baselines = measure(parts, names, tell)
    metadata = {
        "task": "adapter",
        "labels": names,
        "pointsman": __version__,
        "seed": options.cut.seed,
        "options": _options(options),
        "counts": {part: _counts(rows, names) for part, rows in parts.rows.items()},
        "sources": [_described(one) for one in read],
        "images": _images(placed),
        "shared": {"groups": len(shared), "listed": shared[:_LISTED]},
        "contradictions": {"rows": len(contradictions), "listed": contradictions[:_LISTED]},
        "baselines": baselines,
        "left_out": _left_out(parts, bad),
        "notes": notes,
        "launcher": where().to_dict(),
    }
    with staged(out) as folder:
        whole = routing_build.write(folder, parts, names, metadata, copy_images=options.copy_images)
    return RouteDataResult(out, whole)


def default_folder() -> Path:
    """Return where a build without a folder of its own goes."""
    return Path("datasets") / f"routing_{datetime.datetime.now():%Y%m%d_%H%M%S}"


def _check(cut: Cut) -> None:
    for flag, share in (("--eval-share", cut.eval_share), ("--validation-share", cut.validation_share)):
        if not 0 < share < 0.9:
            raise ConfigError(f"{flag} {share}: use a share of the rows between 0 and 0.9")
    for flag, n in (("--eval-samples", cut.eval_samples), ("--train-samples", cut.train_samples)):
        if n < 0:
            raise ConfigError(f"{flag} {n}: use a number of rows for each expert, or 0 for all (of eval: the share)")


def _refuse(bad: Sequence[BadRow], options: RouteDataOptions) -> None:
    if not bad or options.skip_bad:
        return
    more = f" (rows at fault after it: {len(bad) - 1:,})" if len(bad) > 1 else ""
    raise DataError(f"{bad[0].place}: {bad[0].reason}{more}; --skip-bad leaves such rows out and lists them")


def _first(bad: Sequence[BadRow], expert: str) -> str:
    return next((f"{row.place}: {row.reason}" for row in bad if row.expert == expert), "none was read")


def _told(shared: Sequence[Mapping[str, Any]], contradictions: Sequence[Mapping[str, Any]]) -> list[str]:
    notes = []
    if shared:
        first = " and ".join(f"{name} ({place})" for name, place in shared[0]["first"].items())
        notes.append(
            f"{len(shared):,} images (or texts) stand in several experts' data, each group on one side of the split; "
            f"the first: {first}"
        )
    if contradictions:
        rows = " and ".join(f"{name} ({place})" for name, place in contradictions[0]["rows"].items())
        notes.append(
            f"{len(contradictions):,} times the same image and text are rows of several experts: no router can be "
            f"right about them; the first: {rows}"
        )
    return notes


# --- what needs no router ---------------------------------------------------------------------------------------------


def measure(parts: Parts, names: Sequence[str], tell: Progress) -> dict[str, Any]:
    """Return accuracy on the eval rows, with its 95 % interval, of what sees less than a router.

    `majority` answers the most frequent expert, `image_size` goes by width and height alone, `text` by the text alone.
    All are fitted on the training rows and choose their settings on the validation rows.
    """
    train, validation, test = (parts.rows[part] for part in ("train", "validation", "test"))
    y, chosen_on, truth = (_indices(rows, names) for rows in (train, validation, test))
    n = len(names)
    most = fit_majority(y, n)
    found: dict[str, Any] = {
        "majority": _judged(most.predict(np.zeros((len(test), 1))), truth, {"label": names[most.label]})
    }
    if any(one.digest for one in (*train, *test)):
        sizes = fit_sizes(
            [one.size for one in train], y, n, validation_sizes=[one.size for one in validation], validation_y=chosen_on
        )
        found["image_size"] = _judged(sizes.predict([one.size for one in test]), truth, {"neighbours": sizes.k})
    found["text"] = _text_alone(train, validation, test, (y, chosen_on, truth), n, tell)
    return found


def _judged(guess: Ints, truth: Ints, more: Mapping[str, Any]) -> dict[str, Any]:
    figure = Figure.share(int((guess == truth).sum()), len(truth))
    return {"accuracy": figure.value, "interval": figure.interval, "n": len(truth), **more}


def _indices(rows: Sequence[Placed], names: Sequence[str]) -> Ints:
    return np.array([names.index(one.row.expert) for one in rows], np.int64)


def _text_alone(
    train: Sequence[Placed],
    validation: Sequence[Placed],
    test: Sequence[Placed],
    labels: tuple[Ints, Ints, Ints],
    n: int,
    tell: Progress,
) -> dict[str, Any]:
    """Judge logistic regression on what is known of the texts: a frozen backbone's features, else words."""
    y, chosen_on, truth = labels
    known = {normalised(one.row.text) for one in train}
    more: dict[str, Any] = {"eval_texts_seen_in_training": sum(normalised(one.row.text) in known for one in test)}
    if not validation:
        return {"accuracy": None, "reason": "no validation rows to choose its settings on", **more}
    texts = [one.row.text for one in (*train, *validation, *test)]
    features, how = _features(texts, tell)
    if features is None:
        return {"accuracy": None, "reason": how, **more}
    a, b = len(train), len(train) + len(validation)
    model = fit_logistic(features[:a], y, n, validation_features=features[a:b], validation_y=chosen_on)
    return _judged(model.predict(features[b:]), truth, {"features": how, "c": model.c, **more})


def _features(texts: Sequence[str], tell: Progress) -> tuple[npt.NDArray[np.float32] | None, str]:
    """Return float32 [rows, width] and what they are; None with the reason where neither way is installed."""
    reason = "torch is not installed"
    if importlib.util.find_spec("torch") is not None:
        import torch

        from pointsman.backbones import resolve
        from pointsman.encoding import encode, features

        try:
            backbone = resolve(TEXT_BACKBONE)
        except (BackboneError, MissingExtraError) as error:
            reason = str(error)
        else:
            activations = encode(
                backbone,
                texts,
                depth=0,
                max_length=min(_TOKENS, backbone.max_length),
                dtype=torch.float32,
                progress=stage(tell, "texts"),
            )
            return features(backbone, activations, dtype=torch.float32), f"{TEXT_BACKBONE}, frozen, mean-pooled"
    from pointsman.data.text_baselines import tfidf

    try:
        words = tfidf(texts)
    except MissingExtraError as error:
        return None, f"{reason}; {error}"
    except ValueError:
        return None, f"{reason}; no word stands in two texts"
    tell.say(f"text baseline by words (TF-IDF): {reason}")
    return words.toarray(), "TF-IDF of words and pairs of words"


# --- what the folder says of itself -----------------------------------------------------------------------------------


def _options(options: RouteDataOptions) -> dict[str, Any]:
    cut = options.cut
    return {
        "train_samples": cut.train_samples or None,
        "eval_samples": cut.eval_samples or None,
        "eval_share": None if cut.eval_samples else cut.eval_share,
        "validation_share": cut.validation_share,
        "balance": cut.balance,
        "skip_bad": options.skip_bad,
    }


def _counts(rows: Sequence[Placed], names: Sequence[str]) -> dict[str, Any]:
    found = Counter(one.row.expert for one in rows)
    return {
        "rows": len(rows),
        "experts": {name: found[name] for name in names},
        "images": len({one.digest for one in rows if one.digest}),
        "groups": len({one.group for one in rows}),
        "text_only": sum(not one.digest for one in rows),
    }


def _described(one: ExpertRows) -> dict[str, Any]:
    return {
        "expert": one.source.name,
        "path": named(one.file),
        "sha256": one.digest,
        "rows": len(one.rows) + len(one.bad),
        "bad": len(one.bad),
    }


def _images(placed: Sequence[Placed]) -> dict[str, Any]:
    near = routing_build.near_copies(placed)
    return {
        "different": len({one.digest for one in placed if one.digest}),
        "groups": len({one.group for one in placed if one.digest}),
        "near_copies": {"groups": len(near), "listed": near[:_LISTED]},
    }


def _left_out(parts: Parts, bad: Sequence[BadRow]) -> list[dict[str, Any]]:
    """Return what was left out: reason, number, and rows by expert and place (of drawn ones only the number)."""
    found: list[dict[str, Any]] = [
        {"reason": reason, "rows": len(rows), "listed": _places(rows)} for reason, rows in parts.left_out.items()
    ]
    if bad:
        listed = [{"expert": row.expert, "row": row.place, "reason": row.reason} for row in bad]
        found.append({"reason": "cannot be used (--skip-bad)", "rows": len(bad), "listed": listed})
    return found


def _places(rows: Sequence[ExpertRow]) -> list[dict[str, str]]:
    return [{"expert": row.expert, "row": row.place} for row in rows[:_LISTED]]


def _rows_named(options: RouteDataOptions) -> Iterator[Path]:
    yield from (source.path for source in expert_sources(options.experts))


STEP = Step(
    "data build adapter",
    RouteDataOptions,
    route_data,
    reads=("experts",),
    writes="out",
    lists=("experts",),
    within=_rows_named,
    needs=("vision", "data"),
)
