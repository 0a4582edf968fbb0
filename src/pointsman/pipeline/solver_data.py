"""What a solver is trained on: its expert's sets, less every question that also stands in the evaluation set.

Without leakage (the default) those are the external sets of the expert and MMLU-Pro's validation part. In-domain the
evaluation set itself is cut by question group. The contamination check against the questions that will be judged always
runs, and what it removed is listed. Knows nothing of models.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pointsman.backbones.backbone import digest_files
from pointsman.data.contamination import decontaminate
from pointsman.data.questions import Question, question_groups, read_questions
from pointsman.data.urls import is_hub_id
from pointsman.errors import ConfigError, DataError, MissingExtraError, nearest
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.solver_prompts import Style, style_of, target
from pointsman.tasks.solvers import SolverExpert

EVALUATION = "mmlu_pro"
VALIDATION = "mmlu_pro_validation"

_TRAIN_SHARE = 0.5


@dataclass(frozen=True)
class QuestionSet:
    """A data set of questions.

    Attributes:
        name: as `--data` names it.
        repo: on the Hub.
        files: patterns of the files that hold the rows that are taken, in the repository.
        experts: who are trained on it.
    """

    name: str
    repo: str
    files: tuple[str, ...]
    experts: tuple[str, ...] = ()


SETS = (
    QuestionSet(EVALUATION, "TIGER-Lab/MMLU-Pro", ("data/test-*.parquet",)),
    QuestionSet(VALIDATION, "TIGER-Lab/MMLU-Pro", ("data/validation-*.parquet",)),
    QuestionSet("gsm8k", "openai/gsm8k", ("main/train-*.parquet",), ("math-reasoner",)),
    QuestionSet("openmathreasoning", "nvidia/OpenMathReasoning", ("data/cot-00000-*.parquet",), ("math-reasoner",)),
    QuestionSet(
        "arc",
        "allenai/ai2_arc",
        ("ARC-Challenge/train-*.parquet", "ARC-Easy/train-*.parquet"),
        ("science-expert", "generalist"),
    ),
    QuestionSet("openbookqa", "allenai/openbookqa", ("main/train-*.parquet",), ("science-expert",)),
    QuestionSet("sciq", "allenai/sciq", ("data/train-*.parquet",), ("science-expert",)),
    QuestionSet("commonsenseqa", "tau/commonsense_qa", ("data/train-*.parquet",), ("social-sciences", "generalist")),
    QuestionSet("strategyqa", "ChilleD/StrategyQA", ("train.json",), ("social-sciences",)),
    QuestionSet(
        "truthfulqa",
        "truthfulqa/truthful_qa",
        ("multiple_choice/validation-*.parquet",),
        ("humanities", "law", "generalist"),
    ),
)
"""Every set that `--data SET=…` knows: the evaluation set, MMLU-Pro's validation part (of every expert, by category),
and the external sets."""


@dataclass(frozen=True)
class SolverData:
    """What an expert is trained on.

    Attributes:
        rows: questions to learn from, each with the answer or a solution.
        held: ids of the evaluation set's questions that are kept from training (in-domain); else empty.
        sources: for each set its file, digest and counts.
        decontamination: what was compared, what was removed and why.
        left_out: rows by why they were not taken.
        notes: what a person should know, one line each.
    """

    rows: tuple[Question, ...]
    held: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]
    decontamination: Mapping[str, Any]
    left_out: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def styles(self) -> dict[Style, int]:
        """How many rows teach in each style."""
        return dict(Counter(style_of(row) for row in self.rows))

    @property
    def digest(self) -> str:
        """sha256 over all that is taught, in order."""
        found = hashlib.sha256()
        for row in self.rows:
            found.update(repr((row.question, row.options, target(row))).encode("utf-8", "backslashreplace"))
        return found.hexdigest()


@dataclass
class _Gathered:
    rows: list[Question] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def solver_data(
    expert: SolverExpert,
    given: Mapping[str, str] | None = None,
    *,
    in_domain: bool = False,
    max_samples: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
) -> SolverData:
    """Gather an expert's rows and remove what the evaluation set holds.

    Args:
        expert: whose.
        given: set -> file, or Hub id (`org/name`, `org/name@revision`); sets that train are then these alone. Without
            it: the expert's sets from the Hub. The evaluation set is needed in either case.
        in_domain: train on a part of the evaluation set, cut by question group, and on nothing else.
        max_samples: most rows, drawn evenly from the sources; 0: all.
        seed: of cut and draw.
        progress: told what is done.

    Raises:
        ConfigError: a set that there is not, or that does not go with what is asked.
        DataError: a set that cannot be had or read, or nothing left to learn from.
    """
    tell, given = progress or Silent(), dict(given or {})
    _check_names(expert, given, in_domain)
    evaluation, source, notes = _set_rows(EVALUATION, given)
    own = [row for row in evaluation if row.category in expert.categories]
    if not own:
        raise DataError(f"--data {EVALUATION}: no question of {expert.name} ({', '.join(expert.categories)}) in it")
    sources = [{**source, "role": "evaluation", "of_the_expert": len(own)}]
    held: tuple[str, ...] = ()
    if in_domain:
        rows, judged = _cut(own, seed)
        held = tuple(row.id for row in judged)
        sources[0] |= {"role": "evaluation and training", "training": len(rows), "held": len(judged)}
        notes.append(
            f"IN-DOMAIN: {len(rows):,} questions of {EVALUATION} itself are trained on, {len(judged):,} of other "
            "question groups are kept for evaluation"
        )
        found = _Gathered(rows)
    else:
        judged = evaluation  # all of it: another category's question is no less a leak
        found = _external(expert, given, tell)
        notes += _unused(expert, given)
    usable = _usable(found)
    clean, overlap = decontaminate(usable, judged)
    for line in overlap.told():
        tell.say(f"contamination: {line}")
    rows = _drawn(clean, max_samples, seed)
    if not rows:
        raise DataError(
            f"{expert.name}: no row is left to learn from of {len(usable):,} "
            f"(removed because the evaluation set holds them: {len(overlap.found):,})"
        )
    return SolverData(
        tuple(rows), held, (*sources, *found.sources), overlap.to_dict(), dict(found.left_out), (*notes, *found.notes)
    )


def _check_names(expert: SolverExpert, given: Mapping[str, str], in_domain: bool) -> None:
    known = [one.name for one in SETS]
    for name in given:
        if name not in known:
            raise ConfigError(f"--data {name}=…: no such set{nearest(name, known)} (known: {', '.join(known)})")
        if in_domain and name != EVALUATION:
            raise ConfigError(f"--in-domain trains on {EVALUATION} alone: leave out --data {name}=…")
        if name not in (EVALUATION, VALIDATION) and expert.name not in _set(name).experts:
            raise ConfigError(
                f"--data {name}=…: {expert.name} is not trained on it (its sets: {', '.join(set_names(expert))})"
            )


def set_names(expert: SolverExpert) -> list[str]:
    """Return the names of the sets that an expert is trained on."""
    return [VALIDATION, *(one.name for one in SETS if expert.name in one.experts)]


def _set(name: str) -> QuestionSet:
    return next(one for one in SETS if one.name == name)


def _unused(expert: SolverExpert, given: Mapping[str, str]) -> list[str]:
    left = [name for name in set_names(expert) if name not in given]
    if not set(given) - {EVALUATION} or not left:
        return []
    return [f"sets of {expert.name} that were not named with --data are not trained on: {', '.join(left)}"]


def _external(expert: SolverExpert, given: Mapping[str, str], tell: Progress) -> _Gathered:
    """Read the sets that train: those given, or all of the expert's."""
    found = _Gathered()
    named = [name for name in set_names(expert) if name in given] or set_names(expert)
    for name in named:
        rows, source, notes = _set_rows(name, given)
        kept = [row for row in rows if name != VALIDATION or row.category in expert.categories]
        found.rows += [replace(row, id=f"{name}/{row.id}", source=name) for row in kept]
        found.sources.append({**source, "role": "training", "taken": len(kept)})
        found.notes += notes
        tell.say(f"{name}: {len(kept):,} of {len(rows):,} questions, from {source['place']}")
    return found


def _set_rows(name: str, given: Mapping[str, str]) -> tuple[list[Question], dict[str, Any], list[str]]:
    """Return a set's questions, where they come from, and what to know of them.

    Rows at fault are left out and told: published sets hold some (two of the 9,676 of MMLU-Pro that were read here).
    """
    typed = given.get(name)
    if typed == "":
        raise ConfigError(f"--data {name}=: names no file and no Hub id")
    if typed is not None and (Path(typed).exists() or not is_hub_id(typed)):
        read = [read_questions(typed, need_options=name == EVALUATION, on_fault="drop")]
        place, digest = named(typed), read[0].digest
    else:
        files, place = _from_hub(name, typed or _set(name).repo)
        read = [read_questions(file, need_options=name == EVALUATION, on_fault="drop") for file in files]
        digest = digest_files(files)
    rows = [row for one in read for row in one.questions]
    source = {"set": name, "place": place, "sha256": digest, "questions": len(rows)}
    return rows, source, [f"{name}: {note}" for one in read for note in one.notes]


def _from_hub(name: str, repo: str) -> tuple[list[Path], str]:
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise MissingExtraError("data", "huggingface_hub") from None
    patterns = list(_set(name).files)
    identity, _, revision = repo.partition("@")
    try:
        folder = Path(
            snapshot_download(identity, repo_type="dataset", revision=revision or None, allow_patterns=patterns)
        )
    except Exception as error:  # the Hub's client raises errors of many libraries
        reason = " ".join(str(error).split())[:160]
        raise DataError(
            f"the set {name} ({repo}) cannot be had from the Hub: {reason}. Offline: pass a file of it, --data "
            f"{name}=FILE; nothing else is taken in its place"
        ) from None
    files = sorted(file for pattern in patterns for file in folder.glob(pattern))
    if not files:
        raise DataError(f"the set {name} ({repo}) has no {', '.join(patterns)}: name another revision, or a file")
    return files, f"hub {identity}@{folder.name}"


def _cut(rows: Sequence[Question], seed: int) -> tuple[list[Question], list[Question]]:
    """Cut questions into those to train on and those to judge on, by whole groups, each category alike."""
    groups = question_groups(rows)
    sizes, wanted = (
        Counter(groups),
        Counter({c: n * _TRAIN_SHARE for c, n in Counter(r.category for r in rows).items()}),
    )
    first: dict[int, Question] = {}
    for row, group in zip(rows, groups, strict=True):
        first.setdefault(group, row)
    train: set[int] = set()
    for group in sorted(sizes, key=lambda g: _order(seed, first[g].id)):
        category = first[group].category
        if sizes[group] <= wanted[category]:
            train.add(group)
            wanted[category] -= sizes[group]
    parts: tuple[list[Question], list[Question]] = ([], [])
    for row, group in zip(rows, groups, strict=True):
        parts[group not in train].append(row)
    if not all(parts):
        raise DataError(f"--in-domain: {len(rows):,} questions in {len(sizes):,} groups cannot be cut in two")
    return parts


def _order(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).digest()


def _usable(found: _Gathered) -> list[Question]:
    """Return rows that teach something; others are counted."""
    rows = []
    for row in found.rows:
        try:
            target(row)
        except DataError:
            ends_otherwise = row.options and row.answer is not None
            why = "the solution ends in another answer than the row's" if ends_otherwise else "nothing to learn from"
            found.left_out[why] += 1
            continue
        rows.append(row)
    return rows


def stratified(rows: Sequence[Question], most: int, seed: int) -> list[Question]:
    """Return at most so many questions, drawn evenly from their categories, in the order given; 0: all."""
    return _evenly(rows, [str(row.category) for row in rows], most, seed)


def _drawn(rows: Sequence[Question], most: int, seed: int) -> list[Question]:
    """Return at most so many rows, drawn evenly from their sources; 0: all."""
    return _evenly(rows, [row.source for row in rows], most, seed)


def _evenly(rows: Sequence[Question], kinds: Sequence[str], most: int, seed: int) -> list[Question]:
    if not most or most >= len(rows):
        return list(rows)
    turns: Counter[str] = Counter()
    places: list[tuple[int, bytes, int]] = []
    for i in sorted(range(len(rows)), key=lambda i: _order(seed, kinds[i], rows[i].id, i)):
        places.append((turns[kinds[i]], _order(seed, i), i))
        turns[kinds[i]] += 1
    return [rows[i] for i in sorted(i for _, _, i in sorted(places)[:most])]
