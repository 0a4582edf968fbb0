"""The rivals that speed.py measures against: the field's script, and a well-tuned Trainer. No benchmark itself.

Both are plain transformers Trainer + PEFT in fp32: MiniLM with its own dropout, LoRA rank 16 on all layers, the
family's targets and its whole head. "Theirs" pads every row to the longest of the data set and takes batches of
8; "tuned" pads to the longest row of a batch, groups rows by length and takes batches of 32.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import common
import numpy as np

if TYPE_CHECKING:
    import torch
    from transformers import Trainer

    from pointsman.backbones import Backbone

EPOCHS, BATCH, TUNED_BATCH = 3, 8, 32
MAX_LENGTH = 512
# Steps of a block before the clock starts.
WARM_UP = 3


@dataclass
class Data:
    """Rows of CLINC150 as plain texts and label indices."""

    labels: tuple[str, ...]
    train: tuple[list[str], list[int]]
    validation: tuple[list[str], list[int]]
    test: tuple[list[str], list[int]]


def stock_lora(backbone: Backbone, labels: tuple[str, ...], seed: int) -> torch.nn.Module:
    """Build the field's model: the stock classifier in fp32 with its own dropout, LoRA on all layers."""
    import torch
    from peft import LoraConfig, TaskType, get_peft_model

    from pointsman.backbones.cut import load_classifier

    torch.manual_seed(seed)
    config = LoraConfig(
        task_type=TaskType.SEQ_CLS,
        r=16,
        lora_alpha=32,
        lora_dropout=0.1,
        bias="none",
        target_modules=list(backbone.family.lora_targets),
        modules_to_save=list(backbone.family.head),
    )
    model: torch.nn.Module = get_peft_model(load_classifier(backbone, labels, seed=seed), config)
    return model


def tokenised(backbone: Backbone, part: tuple[list[str], list[int]], *, padded: bool) -> list[common.Row]:
    """Return the rows that a Trainer reads, all padded to the longest one or not padded at all."""
    from pointsman.backbones.cut import load_tokenizer

    tokenizer = load_tokenizer(backbone)
    found = tokenizer(part[0], truncation=True, max_length=MAX_LENGTH, padding=padded)
    return [
        {"input_ids": ids, "attention_mask": mask, "labels": label}
        for ids, mask, label in zip(found["input_ids"], found["attention_mask"], part[1], strict=True)
    ]


def trainer(model: torch.nn.Module, rows: list[common.Row], work: Path, **settings: Any) -> Trainer:
    """Return a plain Trainer; `settings` go to its arguments, `eval_dataset` and `collator` to itself."""
    from transformers import PrinterCallback, Trainer, TrainingArguments, default_data_collator

    own = {key: settings.pop(key, None) for key in ("eval_dataset", "collator", "callbacks")}
    arguments = TrainingArguments(
        output_dir=str(work),
        learning_rate=2e-4,
        warmup_steps=100,
        weight_decay=0.0,
        use_cpu=True,
        label_names=["labels"],
        report_to=[],
        disable_tqdm=True,
        logging_strategy="no",
        dataloader_pin_memory=False,
        **settings,
    )
    made = Trainer(
        model=model,
        args=arguments,
        train_dataset=rows,
        eval_dataset=own["eval_dataset"],
        data_collator=own["collator"] or default_data_collator,
        callbacks=own["callbacks"] or [],
    )
    made.remove_callback(PrinterCallback)
    return made


def stamps() -> tuple[Any, list[float]]:
    """Return a callback that notes when each step ends, and its notes."""
    from transformers import TrainerCallback

    times: list[float] = []

    class Stamp(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, *args: Any, **kwargs: Any) -> None:
            times.append(time.perf_counter())

    return Stamp(), times


def padding_collator(backbone: Backbone) -> Callable[..., Any]:
    """Return transformers' collator that pads to the longest row of the batch."""
    from transformers import DataCollatorWithPadding

    from pointsman.backbones.cut import load_tokenizer

    collator: Callable[..., Any] = DataCollatorWithPadding(load_tokenizer(backbone))
    return collator


class Rivals:
    """Theirs and tuned, built once, timed by blocks of steps."""

    def __init__(self, backbone: Backbone, data: Data) -> None:
        self.backbone = backbone
        self.data = data
        self.padded = tokenised(backbone, data.train, padded=True)
        self.ragged = tokenised(backbone, data.train, padded=False)
        self.model = stock_lora(backbone, data.labels, seed=0)

    def theirs(self, steps: int, seed: int) -> float:
        """Return seconds a step of theirs."""
        return self._time(steps, self.padded, per_device_train_batch_size=BATCH, seed=seed)

    def tuned(self, steps: int, seed: int) -> float:
        """Return seconds a step of tuned; 50 steps or a multiple see all lengths alike.

        The Trainer groups 50 batches at a time, longest rows first.
        """
        return self._time(
            steps,
            self.ragged,
            per_device_train_batch_size=TUNED_BATCH,
            train_sampling_strategy="group_by_length",
            collator=padding_collator(self.backbone),
            seed=seed,
        )

    def _time(self, steps: int, rows: list[common.Row], **settings: Any) -> float:
        stamp, times = stamps()
        with tempfile.TemporaryDirectory(prefix="bench-speed-") as work:
            made = trainer(
                self.model,
                rows,
                Path(work),
                callbacks=[stamp],
                max_steps=steps + WARM_UP,
                save_strategy="no",
                **settings,
            )
            made.train()
        return (times[-1] - times[WARM_UP - 1]) / (len(times) - WARM_UP)


def whole(backbone: Backbone, data: Data, file: Path, facts: common.Row) -> common.Row:
    """Run theirs whole, once: its accuracies and times, kept in `file`."""
    rows = tokenised(backbone, data.train, padded=True)
    validation = tokenised(backbone, data.validation, padded=True)
    model = stock_lora(backbone, data.labels, seed=0)
    stamp, times = stamps()
    steps = EPOCHS * -(-len(rows) // BATCH)
    print(f"theirs, whole: {len(rows):,} rows of {len(rows[0]['input_ids'])} tokens, {steps:,} steps", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as work:
        made = trainer(
            model,
            rows,
            Path(work),
            eval_dataset=validation,
            callbacks=[stamp],
            per_device_train_batch_size=BATCH,
            num_train_epochs=EPOCHS,
            eval_strategy="epoch",
            save_strategy="epoch",
            save_total_limit=1,
            load_best_model_at_end=True,
            metric_for_best_model="eval_loss",
            greater_is_better=False,
            seed=0,
        )
        started = time.perf_counter()
        made.train()
        seconds = time.perf_counter() - started
    found = {
        "test_accuracy": accuracy(model, backbone, data.test),
        "validation_accuracy": accuracy(model, backbone, data.validation),
        "seconds": seconds,
        "steps": steps,
        "step_seconds_mean": (times[-1] - times[0]) / (len(times) - 1),
        "step_seconds_median": float(np.median(np.diff(times))),
        "padded_to": len(rows[0]["input_ids"]),
        "rows": len(rows),
        "evaluations": [entry for entry in made.state.log_history if "eval_loss" in entry],
        "machine": facts,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def accuracy(model: Any, backbone: Backbone, part: tuple[list[str], list[int]]) -> float:
    """Return a model's share of right answers, in fp32 through the inference path."""
    from pointsman.backbones.cut import load_tokenizer
    from pointsman.inference.torch_predictor import torch_logits

    logits, _ = torch_logits(model.eval(), load_tokenizer(backbone), MAX_LENGTH)(part[0])
    return float((logits.argmax(axis=1) == np.array(part[1])).mean())
