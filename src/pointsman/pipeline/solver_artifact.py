"""A solver's folder: a PEFT adapter, `solver.json`, the questions it was trained on, and what decontamination removed.

Takes and gives `Solver`; checks that the files are those that were written. Loads no weights.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pointsman.artifacts import layout
from pointsman.data.questions import Question
from pointsman.errors import ArtifactError, ConfigError
from pointsman.pipeline.solver_prompts import ASKED, Prompts, Style

if TYPE_CHECKING:
    from pointsman.backbones import Backbone

SOLVER = "solver.json"
DECONTAMINATION = "decontamination.json"
QUESTIONS = "training_questions.jsonl.gz"
COMPARISON = "training_comparison.json"
TRAINING = "training.json"

FORMAT = 1
_FILES = ("adapter_config.json", layout.ADAPTER_WEIGHTS, DECONTAMINATION, QUESTIONS)


@dataclass(frozen=True)
class Solver:
    """What `solver.json` says.

    Attributes:
        path: the folder.
        expert: name of the expert.
        categories: MMLU-Pro categories that it is for.
        in_domain: it was trained on a part of the very data set that it is judged on.
        base: `backbone_record` of the model that it stands on.
        prompts: how it is asked.
        style: in which of them.
        max_new_tokens: most tokens of an answer.
        precision: in which it was trained.
        held: ids of the questions of the evaluation set that were kept from training (in-domain); else empty.
        record: everything, as JSON has it.
    """

    path: Path
    expert: str
    categories: tuple[str, ...]
    in_domain: bool
    base: Mapping[str, Any]
    prompts: Prompts
    style: Style
    max_new_tokens: int
    precision: str
    held: frozenset[str] = frozenset()
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """Which questions it was trained on, in words that stand in every output."""
        return told(self.in_domain)

    def questions(self) -> list[Question]:
        """Return what it was trained on.

        Raises:
            ArtifactError: it cannot be read.
        """
        file = self.path / QUESTIONS
        try:
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            return [Question(**{**row, "options": tuple(row["options"])}) for row in rows]
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            raise ArtifactError(f"{file}: cannot be read ({error}): copy the solver again") from None

    def backbone(self, given: str | None = None) -> Backbone:
        """Return the base that the solver stands on.

        Args:
            given: where it is now; None: where it was at training.

        Raises:
            ConfigError: it is another model.
            BackboneError: it cannot be had.
        """
        from pointsman.backbones import resolve

        found = resolve(given or str(self.base["name"]))
        if (found.digest, found.tokenizer_digest) != (self.base["digest"], self.base["tokenizer_digest"]):
            raise ConfigError(
                f"{self.path}: trained on {self.base['name']} (weights {str(self.base['digest'])[:12]}…), the base "
                f"is {found.name} ({found.digest[:12]}…): name the one that it was trained on with --backbone"
            )
        return found


def told(in_domain: bool) -> str:
    """Return in words which questions a solver was trained on."""
    if in_domain:
        return "IN-DOMAIN: trained on a part of the evaluation data set itself, judged on question groups kept apart"
    return "no leakage: no question of the evaluation set was trained on"


def is_solver(folder: str | Path) -> bool:
    """Return whether a folder is a solver's."""
    return (Path(folder) / SOLVER).is_file()


def write_solver(folder: Path, record: Mapping[str, Any]) -> None:
    """Write `solver.json` beside the files that it speaks of, with their digests."""
    files = {name: _digest(folder / name) for name in _FILES}
    whole = {"format": FORMAT, **record, "files": files}
    (folder / SOLVER).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_questions(folder: Path, rows: Iterable[Question]) -> None:
    """Write what is trained on, the same bytes for the same rows."""
    text = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    (folder / QUESTIONS).write_bytes(gzip.compress(text.encode("utf-8", "replace"), mtime=0))


def read_solver(folder: str | Path) -> Solver:
    """Read a solver's folder and check its files.

    Raises:
        ArtifactError: it is not whole, or not what was written.
    """
    path = Path(folder)
    file = path / SOLVER
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise ArtifactError(f"{file}: format {record['format']}, this version reads {FORMAT}: train it again")
        style = record["style"]
        if style not in ASKED:
            raise ArtifactError(f"{file}: 'style' is {style!r}: use {' or '.join(ASKED)}")
        found = Solver(
            path=path,
            expert=str(record["expert"]),
            categories=tuple(record["categories"]),
            in_domain=bool(record["in_domain"]),
            base={key: str(record["base"][key]) for key in ("name", "digest", "tokenizer_digest")},
            prompts=Prompts.of(record["templates"], str(file)),
            style=style,
            max_new_tokens=int(record["max_new_tokens"]),
            precision=str(record["precision"]),
            held=frozenset(record["held"]),
            record=record,
        )
        digests = dict(record["files"])
    except FileNotFoundError:
        raise ArtifactError(
            f"{path} is no solver: it has no {SOLVER}; make one with 'pointsman train solver'"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{file}: not what a solver's folder says of itself ({error!r}): train it again") from None
    for name in _FILES:
        if not (path / name).is_file():
            raise ArtifactError(f"{path / name} is missing: the solver is not whole; copy it again")
        if _digest(path / name) != digests.get(name):
            raise ArtifactError(f"{path / name} is not the file that {SOLVER} speaks of: copy the solver again")
    return found


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
