"""The forward pass of a generating model as it stands: requests to batches, images through the vision tower, and the
last token's hidden state.

Positions are always given, never left to the model: what a stock model keeps of one call on itself cannot then reach
another. Batches are padded on the left, so the last token of every row is the last column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from pointsman.encoding.conversation import Prepared, Preparer
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


LAST_LAYER = -1


@dataclass(frozen=True, slots=True)
class Pooling:
    """Which hidden state stands for a request.

    Attributes:
        tokens: `last`, or the `mean` of all. (A causal model's first token has seen nothing.)
        layer: layers below it; -1: all of them, and the final norm.
    """

    tokens: Literal["last", "mean"] = "last"
    layer: int = LAST_LAYER

    def check(self, layers: int) -> None:
        """Refuse a layer that the model has not.

        Raises:
            ConfigError: naming the flag.
        """
        if self.layer != LAST_LAYER and not 1 <= self.layer <= layers:
            raise ConfigError(f"--hidden-layer {self.layer}: use 1 to {layers}, or -1 for the last")


@dataclass(frozen=True)
class Seen:
    """What the vision tower makes of one image.

    Attributes:
        tokens: float [image tokens, width].
        deep: for each of the lower layers that are given more, float [image tokens, width].
    """

    tokens: torch.Tensor
    deep: tuple[torch.Tensor, ...]


@dataclass(frozen=True)
class Batch:
    """Requests side by side.

    Attributes:
        ids: int64 [rows, tokens], padded on the left.
        mask: int64 [rows, tokens].
        positions: int64 [rows, tokens], or [3, rows, tokens] of a model that sees.
        types: int64 [rows, tokens], 1 where a token is part of an image; None: the model sees nothing.
        seen: of every row with an image, in order.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    positions: torch.Tensor
    types: torch.Tensor | None
    seen: tuple[Seen, ...]

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of a stock model's forward pass."""
        given: dict[str, Any] = {
            "input_ids": self.ids,
            "attention_mask": self.mask,
            "position_ids": self.positions,
        }
        if self.seen:
            given["mm_token_type_ids"] = self.types
            given["mm_encoder_outputs"] = {"image": _Outputs(self.seen)}
        return given


class _Outputs:
    """Vision outputs in the form in which the stock model takes them from outside."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self.pooler_output = tuple(one.tokens for one in seen)
        self.deepstack_features = [tuple(layer) for layer in zip(*(one.deep for one in seen), strict=True)]


class FrozenModel:
    """A loaded generating model with what makes its input. Not thread-safe by itself.

    Args:
        model: in eval mode.
        preparer: of the same backbone.
    """

    def __init__(self, model: PreTrainedModel, preparer: Preparer) -> None:
        self.model = model
        self.preparer = preparer

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        found: torch.device = next(self.model.parameters()).device
        return found

    def see(self, prepared: Sequence[Prepared], *, grad: bool = False) -> list[Seen | None]:
        """Run the images through the vision tower; None for a request without one.

        Args:
            prepared: requests.
            grad: what comes out carries gradients, for training the tower itself.
        """
        images = [one for one in prepared if one.pixel_values is not None]
        if not images:
            return [None] * len(prepared)
        pixels = torch.from_numpy(np.concatenate([one.pixel_values for one in images if one.pixel_values is not None]))
        grid = torch.from_numpy(np.concatenate([one.grid for one in images if one.grid is not None]))
        core: Any = self.model.model
        with torch.set_grad_enabled(grad):
            out = core.get_image_features(pixels.to(self.device), grid.to(self.device), return_dict=True)
        rows = zip(out.pooler_output, *out.deepstack_features, strict=True)
        found = iter([Seen(tokens, tuple(deep)) for tokens, *deep in rows])
        return [next(found) if one.pixel_values is not None else None for one in prepared]

    def batch(self, prepared: Sequence[Prepared], seen: Sequence[Seen | None] | None = None) -> Batch:
        """Put requests side by side; images are looked at unless `seen` is given."""
        seen = self.see(prepared) if seen is None else seen
        longest = max(len(one.input_ids) for one in prepared)
        ids = torch.full((len(prepared), longest), self.preparer.pad_id, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        for row, one in enumerate(prepared):
            ids[row, longest - len(one.input_ids) :] = torch.from_numpy(one.input_ids)
            mask[row, longest - len(one.input_ids) :] = 1
        types = None
        if self.preparer.image_token is not None:
            types = (ids == self.preparer.image_token).to(torch.int64)
        grids = [one.grid for one in prepared if one.grid is not None]
        positions = self._positions(ids, mask, types, grids)
        move = self.device
        return Batch(
            ids.to(move),
            mask.to(move),
            positions.to(move),
            types.to(move) if types is not None else None,
            tuple(one for one in seen if one is not None),
        )

    def hidden(self, batch: Batch, **more: Any) -> Any:
        """Return the stock core's output; `last_hidden_state[:, -1]` is the last token of each row.

        Args:
            batch: requests.
            more: further arguments of the stock forward pass, such as a cache.
        """
        core: Any = self.model.model
        with torch.inference_mode():
            return core(**batch.arguments(), **more)

    def pooled(self, batch: Batch, pooling: Pooling) -> torch.Tensor:
        """Return one hidden state for each row, float32 [rows, width]."""
        if pooling.layer == LAST_LAYER:
            states = self.hidden(batch, use_cache=False).last_hidden_state
        else:
            states = self._at(batch, pooling.layer)
        if pooling.tokens == "last":
            found: torch.Tensor = states[:, -1].float()
            return found
        weight = batch.mask[..., None].float()
        mean: torch.Tensor = (states.float() * weight).sum(1) / weight.sum(1)
        return mean

    def _at(self, batch: Batch, layer: int) -> torch.Tensor:
        """Return the states after a lower layer, without keeping those of the others."""
        module: Any = self.model.get_submodule(self.preparer.backbone.family.layers)[layer - 1]
        caught: list[torch.Tensor] = []
        handle = module.register_forward_hook(
            lambda _, __, out: caught.append(out[0] if isinstance(out, tuple) else out)
        )
        try:
            self.hidden(batch, use_cache=False)
        finally:
            handle.remove()
        return caught[0]

    def _positions(
        self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor | None, grids: Sequence[Any]
    ) -> torch.Tensor:
        if types is None or not grids:
            plain = (mask.cumsum(-1) - 1).clamp(min=0)
            return plain if types is None else plain.expand(3, *plain.shape)
        core: Any = self.model.model
        found, _ = core.get_rope_index(
            ids, mm_token_type_ids=types, image_grid_thw=torch.from_numpy(np.concatenate(grids)), attention_mask=mask
        )
        positions: torch.Tensor = found
        return positions
