"""What every training run under Hugging Face's Trainer shares: arguments, callbacks, whole checkpoints, resume.

Only what is trained is saved. Killed at any moment a run goes on from its last whole checkpoint and ends at the same
weights. In a crew torch's DistributedDataParallel adds the gradients up; the checkpoints are those of one worker, and a
run may go on with more or fewer. Dropout's masks are drawn anew for each step by (seed, step, member) there, so that a
crew that goes on ends at the same weights too. Knows nothing of rows, losses or artifacts.
"""

from __future__ import annotations

import math
import shutil
import time
import warnings
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.utils.data import DataLoader
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from pointsman.artifacts import room_for
from pointsman.backbones.hardware import Hardware
from pointsman.errors import ConfigError
from pointsman.training.batches import LengthBatches
from pointsman.training.crew import SINGLE, Member, Progress
from pointsman.training.recipe import Recipe
from pointsman.training.sft_recipe import SftRecipe

Settings = Recipe | SftRecipe
"""Of either kind of run: the loop itself reads what both have."""

_WEIGHTS = "trained.safetensors"
_WHOLE = "WHOLE"
_STATE = "trainer_state.json"


@dataclass(frozen=True)
class FitResult:
    """What fitting did.

    Attributes:
        history: the Trainer's log: losses, learning rates and validation figures by step.
        best_metric: the best checkpoint's figure on validation; not a number where nothing was validated.
        metric: its name; "": nothing was validated.
        steps: updates made.
        epochs: passes over the rows, fractions included.
        best_epochs: those that the weights left in the model took; all of them where nothing was validated.
        seconds: time in the loop (of this process, when resumed).
        resumed_from: step that training went on from; 0 for a fresh start.
        weights: what each class counts in the loss; None when all count the same.
    """

    history: list[dict[str, Any]]
    best_metric: float
    metric: str
    steps: int
    epochs: float
    best_epochs: float
    seconds: float
    resumed_from: int = 0
    weights: list[float] | None = field(default=None)


def arguments(
    recipe: Settings, rows: int, hardware: Hardware, work: Path, *, metric: str | None, higher: bool = True
) -> TrainingArguments:
    """Return the Trainer's arguments.

    Args:
        recipe: settings, none left open.
        rows: training rows.
        hardware: device and precision.
        work: folder for checkpoints.
        metric: the validation figure that the best checkpoint is chosen by; None: nothing is validated, and the last
            weights are kept.
        higher: a higher figure is better.
    """
    steps_per_epoch = math.ceil(math.ceil(rows / recipe.batch_size) / recipe.gradient_accumulation)
    total_steps = steps_per_epoch * recipe.epochs
    by_epoch = recipe.evaluate_every == 0 or recipe.evaluate_every >= total_steps
    warmup = int(recipe.warmup if recipe.warmup >= 1 else recipe.warmup * total_steps)
    when = "epoch" if by_epoch else "steps"
    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        per_device_eval_batch_size=256,
        gradient_accumulation_steps=recipe.gradient_accumulation,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        warmup_steps=warmup,
        lr_scheduler_type=recipe.schedule,
        eval_strategy=when if metric else "no",
        save_strategy=when,
        eval_steps=None if by_epoch else recipe.evaluate_every,
        save_steps=500 if by_epoch else recipe.evaluate_every,
        logging_strategy="steps",
        logging_steps=max(1, min(50, steps_per_epoch // 4)),
        load_best_model_at_end=metric is not None,
        # Early stopping's count goes on where it stood.
        restore_callback_states_from_checkpoint=True,
        metric_for_best_model=f"eval_{metric}" if metric else None,
        greater_is_better=higher if metric else None,
        seed=recipe.seed,
        data_seed=recipe.seed,
        use_cpu=hardware.device == "cpu",
        disable_tqdm=True,
        report_to=[],
        remove_unused_columns=False,
        label_names=["labels"],
        dataloader_pin_memory=False,
        optim="adamw_torch_fused",
        # All that is trained has gradients at every step, but for the vision tower where a batch has no images.
        ddp_find_unused_parameters=isinstance(recipe, SftRecipe) and recipe.adapt == "full",
        ddp_broadcast_buffers=False,
        logging_nan_inf_filter=False,
    )


def callbacks(
    patience: int, tensorboard: Path | None, progress: Progress | None, member: Member = SINGLE
) -> list[TrainerCallback]:
    """Return the loop's own callbacks.

    Args:
        patience: evaluations without a gain after which training stops; 0: never.
        tensorboard: folder for scalars; None writes none.
        progress: told each step.
        member: whose loop; the first one alone writes and tells.
    """
    found: list[TrainerCallback] = [_Tells(progress if member.first else None)]
    if member.first:
        found.insert(0, _Marks())
    if not member.alone:
        found.append(_Draws(member))
    if patience:
        found.append(EarlyStoppingCallback(early_stopping_patience=patience))
    if tensorboard is not None and member.first:
        from torch.utils.tensorboard import SummaryWriter
        from transformers.integrations import TensorBoardCallback

        found.append(TensorBoardCallback(tb_writer=SummaryWriter(str(tensorboard))))
    return found


def drive(
    trainer: LoopTrainer,
    recipe: Settings,
    *,
    metric: str | None,
    resume: bool,
    weights: list[float] | None = None,
    member: Member = SINGLE,
) -> FitResult:
    """Run the loop, and leave the best checkpoint's weights in the model.

    Args:
        trainer: with `arguments` and `callbacks` of this module.
        recipe: settings, none left open.
        metric: as in `arguments`.
        resume: go on from the last whole checkpoint, if there is one; else what is there is removed.
        weights: of the classes, for the record.
        member: whose loop; the best weights are put into the first one's model.

    Raises:
        ConfigError: training diverged.
    """
    work = Path(str(trainer.args.output_dir))
    trainer.remove_callback(PrinterCallback)
    checkpoint = member.agree(lambda: _begin(work, resume=resume))
    patience = recipe.patience if metric else 0
    started = time.perf_counter()
    try:
        with room_for(work), warnings.catch_warnings():
            # Of accelerate's, about a setting that torch's older versions know by this name alone.
            warnings.filterwarnings("ignore", message="`broadcast_buffers` is deprecated", category=FutureWarning)
            if checkpoint is not None and _stopped(checkpoint, patience):
                trainer.state = TrainerState.load_from_json(str(checkpoint / _STATE))
                trainer._load_best_model()
            else:
                trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except FloatingPointError:
        raise ConfigError(
            f"training diverged (loss is not a number): lower --learning-rate (now {recipe.learning_rate:g})"
        ) from None
    state = trainer.state
    epochs = float(state.epoch or 0)
    share = (state.best_global_step or state.global_step) / max(1, state.global_step)
    return FitResult(
        history=[dict(entry) for entry in state.log_history],
        best_metric=float(state.best_metric) if state.best_metric is not None else float("nan"),
        metric=metric or "",
        steps=state.global_step,
        epochs=epochs,
        best_epochs=epochs * share,
        seconds=time.perf_counter() - started,
        resumed_from=int(checkpoint.name.rsplit("-", 1)[1]) if checkpoint else 0,
        weights=weights,
    )


class LoopTrainer(Trainer):
    """A Trainer whose checkpoints hold what is trained alone."""

    def autocast(self, hardware: Hardware) -> Any:
        """Return the context in which the forward pass is computed."""
        if hardware.precision == "fp32":
            return nullcontext()
        return torch.autocast(hardware.device, dtype=torch.bfloat16)

    def require_finite(self) -> None:
        """Refuse weights that are no numbers, for which no logged loss need have shown yet.

        Raises:
            FloatingPointError: training has diverged.
        """
        if not all(bool(p.isfinite().all()) for p in self._trained().values()):
            raise FloatingPointError

    def _trained(self) -> dict[str, torch.nn.Parameter]:
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}

    @property
    def member(self) -> Member:
        """Whose loop it is."""
        return Member(int(self.args.process_index), int(self.args.world_size))

    def _save_rng_state(self, output_dir: str) -> None:
        if self.member.first:
            super()._save_rng_state(output_dir)
        if self.member.first and not self.member.alone:
            (Path(output_dir) / "rng_state_0.pth").replace(Path(output_dir) / "rng_state.pth")

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if self.member.alone:  # a crew draws anew for each step
            super()._load_rng_state(checkpoint)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        self.require_finite()
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: v.detach().cpu().contiguous() for k, v in self._trained().items()}, folder / _WEIGHTS)

    def _restore(self, folder: str | Path) -> None:
        saved = load_file(Path(folder) / _WEIGHTS)
        with torch.no_grad():
            for name, parameter in self._trained().items():
                parameter.copy_(saved[name])

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        self._restore(resume_from_checkpoint)

    def _load_best_model(self) -> None:
        if not self.member.first:
            return
        # By step, not by the recorded path: a resumed run may stand in another folder.
        self._restore(Path(str(self.args.output_dir)) / f"checkpoint-{self.state.best_global_step}")


class EpochLoader(DataLoader[Any]):
    """A loader whose batches follow the epoch, also after resuming."""

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose batches come next."""
        assert isinstance(self.batch_sampler, LengthBatches)
        self.batch_sampler.set_epoch(epoch)


def checkpoint_gradients(model: Any) -> None:
    """Have the layers compute their activations again instead of keeping them."""
    # Without reentry no input has to require gradients, and a cut model has no token embeddings to ask for them.
    model.enable_input_require_grads = _nothing
    with warnings.catch_warnings():
        # The name changes in transformers 6; the old one is known to every version admitted here.
        warnings.simplefilter("ignore", FutureWarning)
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})


def _nothing() -> None:
    """Stand where a model would change itself."""


def _begin(work: Path, *, resume: bool) -> Path | None:
    """Return the checkpoint to go on from; without `resume` remove what is there."""
    if resume:
        return _last_whole(work)
    for stale in work.glob("checkpoint-*"):
        shutil.rmtree(stale)
    return None


def _last_whole(work: Path) -> Path | None:
    """Return the newest checkpoint that was written to its end, and remove those that were not."""
    whole = []
    for folder in work.glob("checkpoint-*"):
        if (folder / _WHOLE).is_file():
            whole.append(folder)
        else:
            shutil.rmtree(folder)
    return max(whole, key=lambda f: int(f.name.rsplit("-", 1)[1]), default=None)


def _stopped(checkpoint: Path, patience: int) -> bool:
    """Tell whether early stopping ended the run at this checkpoint: resumed, it must not train on."""
    state = TrainerState.load_from_json(str(checkpoint / _STATE))
    stopping = state.stateful_callbacks.get(EarlyStoppingCallback.__name__) or {}
    return 0 < patience <= int(stopping.get("attributes", {}).get("early_stopping_patience_counter", 0))


class _Marks(TrainerCallback):
    """Marks a checkpoint as whole once it is, then removes those no longer needed, their marks first.

    A kill at any moment leaves a whole checkpoint to go on from, and none that only looks whole (the Trainer's
    own rotation would remove the old one before the new one is marked).
    """

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        work = Path(args.output_dir)
        current = work / f"checkpoint-{state.global_step}"
        (current / _WHOLE).touch()
        best = work / f"checkpoint-{state.best_global_step}"
        for folder in work.glob("checkpoint-*"):
            if folder not in (current, best):
                (folder / _WHOLE).unlink(missing_ok=True)
                shutil.rmtree(folder)


class _Draws(TrainerCallback):
    """Gives each member of a crew random numbers of its own, the same for the same step."""

    def __init__(self, member: Member) -> None:
        self.member = member

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        drawn = np.random.SeedSequence((args.seed, state.global_step, self.member.rank)).generate_state(1, np.uint64)
        torch.manual_seed(int(drawn[0]))


class _Tells(TrainerCallback):
    """Passes progress on, and stops when the loss is no number."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.text = ""

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        if self.progress is not None:
            self.progress(state.global_step, state.max_steps, self.text)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        loss = (logs or {}).get("loss")
        if loss is not None and not np.isfinite(loss):
            raise FloatingPointError(loss)

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        name = str(args.metric_for_best_model)
        if metrics and name in metrics:
            self.text = f"epoch {state.epoch or 0:.0f}: validation {name.removeprefix('eval_')} {metrics[name]:.4f}"
