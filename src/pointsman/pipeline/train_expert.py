"""The step that makes an expert: its own rows to a LoRA on a generating model that gives their answers.

Takes rows as experts' training files have them (`data.routing_sources`); gives an adapter folder as PEFT and vLLM read
it, whole or not at all. Knows nothing of routers; whether what it writes is any good is the stack's exam to say.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pointsman.artifacts import check_output, staged
from pointsman.backbones import Backbone, resolve
from pointsman.backbones import hardware as hw
from pointsman.backbones.generating import load_generating, require_generating
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.data.routing import conversation
from pointsman.data.routing_sources import ExpertSource, read_expert
from pointsman.encoding.conversation import Preparer, Template
from pointsman.encoding.pooled import request_key
from pointsman.errors import ConfigError, DataError
from pointsman.pipeline.options import Progress, Silent, stage
from pointsman.pipeline.run import backbone_record, versions
from pointsman.training.adapter import save_adapter
from pointsman.training.loop import FitResult
from pointsman.training.sft import Lesson, fit_sft
from pointsman.training.sft_model import build_sft
from pointsman.training.sft_recipe import SftRecipe

TRAINING = "training.json"
"""What an expert's folder says of how it was made; nothing reads it but people."""


@dataclass(frozen=True)
class _Rows:
    source: str
    digest: str
    examples: Sequence[Example]


def train_expert(
    rows: Path | Sequence[Example],
    out: Path,
    model: str,
    *,
    recipe: SftRecipe | None = None,
    template: Template | None = None,
    device: hw.Device = "auto",
    precision: hw.Precision = "auto",
    progress: Progress | None = None,
    overwrite: bool = False,
) -> Path:
    """Train an expert on requests and their answers, the loss on the answers alone, and write its adapter.

    Args:
        rows: the expert's training file (or its folder), or rows with answers.
        out: folder to write; its name is the expert's.
        model: base: alias, Hub id or folder.
        recipe: settings; None: `SftRecipe()`.
        template: how a request is put, which has to be how the expert will be asked: `template` and `system` of
            `experts.yaml`, and the router's limits of image size. None: the request's text as it is.
        device, precision: `auto` or a choice.
        progress: told what is done.
        overwrite: replace what is there.

    Returns:
        The folder.

    Raises:
        PointsmanError: rows, model, settings or output that do not serve; nothing is written then.
    """
    tell, recipe, template = progress or Silent(), recipe or SftRecipe(), template or Template()
    if recipe.adapt != "lora":
        raise ConfigError("--adapt full: an expert is a LoRA beside others on one base: use lora")
    check_output(out, overwrite=overwrite, reads=[rows] if isinstance(rows, Path) else [])
    backbone = resolve(model)
    require_generating(backbone)
    hardware = hw.choose(device, precision)
    found = _read(rows, out.absolute().name)
    started = time.perf_counter()
    preparer = Preparer(backbone)
    lessons = []
    for number, row in enumerate(found.examples, start=1):
        lessons.append(_lesson(row, preparer, template))
        tell.advance("preparing", number, len(found.examples))
    prepared = time.perf_counter() - started
    with staged(out) as folder:
        trainable = build_sft(load_generating(backbone, dtype=hardware.dtype, device=hardware.device), backbone, recipe)
        result = fit_sft(
            trainable,
            preparer,
            lessons,
            recipe,
            hardware,
            folder / "work",
            progress=stage(tell, f"expert {out.absolute().name}"),
        )
        shutil.rmtree(folder / "work", ignore_errors=True)
        save_adapter(trainable, folder, backbone)
        told = _told(found, lessons, backbone, recipe, template, hardware, result)
        told["seconds"] = {"prepare": prepared, "fit": result.seconds}
        (folder / TRAINING).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return out


def _read(rows: Path | Sequence[Example], name: str) -> _Rows:
    """Return the rows, all of them with an answer.

    Raises:
        DataError: there are none, or one that cannot be used.
    """
    if isinstance(rows, Path):
        read = read_expert(ExpertSource(name, rows))
        if read.bad:
            more = f" (rows at fault after it: {len(read.bad) - 1:,})" if len(read.bad) > 1 else ""
            raise DataError(f"{read.bad[0].place}: {read.bad[0].reason}{more}")
        examples = [
            Example(
                row.text,
                label=name,
                source=row.place,
                image=Picture(path=row.image, where=row.place) if row.image is not None else None,
                answer=conversation(row.record).answer,
            )
            for row in read.rows
        ]
        found = _Rows(str(read.file), read.digest, examples)
    else:
        digest = hashlib.sha256()
        for row in rows:
            digest.update(
                request_key(row) + hashlib.sha256((row.answer or "").encode("utf-8", "surrogatepass")).digest()
            )
        found = _Rows("rows in memory", digest.hexdigest(), rows)
    if not found.examples:
        raise DataError(f"{found.source}: there is no row to learn from")
    for number, row in enumerate(found.examples, start=1):
        if not (row.answer or "").strip():
            raise DataError(
                f"{row.source or f'row {number}'}: the row has no answer to learn: add it or remove the row"
            )
    return found


def _lesson(row: Example, preparer: Preparer, template: Template) -> Lesson:
    """Return a row as the model learns it; one that does not fit is refused, as it would be when the expert is asked.

    Raises:
        DataError: request and answer are longer than the model reads.
    """
    answer = tuple(preparer.answer_ids(row.answer or ""))
    room = min(preparer.limit, template.max_tokens or preparer.limit) - len(answer)
    prepared = preparer.prepare(row, replace(template, max_tokens=room)) if room > 0 else None
    if prepared is None or prepared.truncated:
        raise DataError(
            f"{row.source or 'a row'}: request and answer ({len(answer):,} tokens) are longer than the "
            f"{preparer.limit:,} tokens that the model reads: shorten them, or remove the row"
        )
    return Lesson(prepared, answer)


def _told(
    rows: _Rows,
    lessons: Sequence[Lesson],
    backbone: Backbone,
    recipe: SftRecipe,
    template: Template,
    hardware: hw.Hardware,
    result: FitResult,
) -> dict[str, Any]:
    return {
        "rows": {
            "source": rows.source,
            "sha256": rows.digest,
            "count": len(lessons),
            "images": sum(one.prepared.pixel_values is not None for one in lessons),
            "answer_tokens": sum(len(one.answer) for one in lessons),
        },
        "base": backbone_record(backbone).model_dump(),
        "recipe": recipe.to_dict(),
        "template": template.to_dict(),
        "device": hardware.device,
        "precision": hardware.precision,
        "steps": result.steps,
        "history": result.history,
        "versions": versions(),
    }
