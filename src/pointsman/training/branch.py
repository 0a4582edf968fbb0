"""The trained part: a stock classifier cut to its upper layers, with LoRA and its whole head; its weights on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from pointsman.artifacts import layout
from pointsman.backbones import Backbone
from pointsman.backbones.cut import cut_branch, load_classifier, load_tokenizer, quiet_transformers
from pointsman.errors import ConfigError
from pointsman.tasks.task import Kind
from pointsman.training.adapter import save_adapter
from pointsman.training.loop import checkpoint_gradients
from pointsman.training.recipe import Recipe

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# PEFT's own name for "adapt no module": the head alone is trained, and saved by `modules_to_save`.
_NO_TARGETS = "dummy-target-modules"


@dataclass
class Branch:
    """What is trained.

    Attributes:
        model: call it with `inputs_embeds` (the trunk's output), or with `input_ids` when `whole`.
        backbone: what it was cut from.
        labels: in index order.
        kind: a label for the text, or for each token.
        depth: upper layers it holds.
        whole: nothing was cut off: full fine-tuning of everything, embeddings included.
        lora: whether it is a PEFT model.
        trainable, total: parameters trained, and of the whole model.
    """

    model: PreTrainedModel
    backbone: Backbone
    labels: tuple[str, ...]
    kind: Kind
    depth: int
    whole: bool
    lora: bool
    trainable: int
    total: int


def build(
    backbone: Backbone,
    labels: tuple[str, ...],
    recipe: Recipe,
    depth: int,
    dtype: torch.dtype,
    *,
    kind: Kind = "sequence",
) -> Branch:
    """Build the branch of `depth` upper layers.

    Frozen weights are stored in `dtype` once (autocast would cast them on every call); what is trained is fp32.

    Raises:
        ConfigError: `target_modules` names nothing in the model.
    """
    model = load_classifier(backbone, labels, kind=kind, dropout=recipe.dropout, seed=recipe.seed)
    total = sum(p.numel() for p in model.parameters())
    whole = recipe.adapt == "full" and depth == backbone.layers
    if not whole:
        model = cut_branch(model, backbone, depth, kind=kind)
    if recipe.adapt == "lora":
        from peft import LoraConfig, TaskType, get_peft_model

        targets = list(recipe.target_modules or backbone.family.lora_targets)
        config = LoraConfig(
            task_type=TaskType.TOKEN_CLS if kind == "token" else TaskType.SEQ_CLS,
            r=recipe.lora_rank,
            lora_alpha=recipe.lora_alpha,
            lora_dropout=recipe.lora_dropout,
            bias="none",
            target_modules=targets if depth else _NO_TARGETS,
            layers_to_transform=list(range(backbone.layers - depth, backbone.layers)) if depth else None,
            layers_pattern=backbone.family.layers_pattern if depth else None,
            modules_to_save=list(backbone.family.token_head if kind == "token" else backbone.family.head),
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            try:
                with quiet_transformers():
                    model = get_peft_model(model, config)
            except ValueError as error:
                raise ConfigError(
                    f"--target-modules {','.join(targets)}: {' '.join(str(error).split())[:160]} "
                    f"(the family's own: {', '.join(backbone.family.lora_targets)})"
                ) from None
    if recipe.gradient_checkpointing and depth:
        checkpoint_gradients(model.get_base_model() if recipe.adapt == "lora" else model)
    for parameter in model.parameters():
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(dtype)
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return Branch(model, backbone, labels, kind, depth, whole, recipe.adapt == "lora", trainable, total)


def save(branch: Branch, folder: Path, recipe: Recipe, max_length: int) -> None:
    """Write weights, configs and tokenizer as stock libraries read them.

    LoRA: a PEFT adapter over the whole stock model (layer numbers are the stock model's own). Full: the stock
    checkpoint. Either way config.json and the tokenizer's files stand beside it.
    """
    backbone, model = branch.backbone, branch.model
    stock = load_classifier(backbone, branch.labels, kind=branch.kind)
    if branch.lora:
        save_adapter(model, folder, backbone)
    else:
        trained = {k: v.detach().float().cpu() for k, v in model.named_parameters() if v.requires_grad}
        stock.load_state_dict(trained, strict=False)
        with quiet_transformers():
            stock.save_pretrained(folder)
    stock.config.save_pretrained(folder)
    tokenizer = load_tokenizer(backbone)
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.model_max_length = max_length
    tokenizer.save_pretrained(folder)
    lora = {
        "rank": recipe.lora_rank,
        "alpha": recipe.lora_alpha,
        "dropout": recipe.lora_dropout,
        "target_modules": list(recipe.target_modules or backbone.family.lora_targets) if branch.depth else [],
        "r": recipe.lora_rank,
        "lora_alpha": recipe.lora_alpha,
        "lora_dropout": recipe.lora_dropout,
        "task_type": "TOKEN_CLS" if branch.kind == "token" else "SEQ_CLS",
    }
    (folder / layout.LORA_CONFIG).write_text(json.dumps(lora, indent=1) + "\n", encoding="utf-8")
