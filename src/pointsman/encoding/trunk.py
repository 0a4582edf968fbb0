"""The trunk's forward pass: texts in, `Activations` out, each distinct text computed once and stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch

from pointsman.backbones import hardware as hw
from pointsman.backbones.backbone import Backbone
from pointsman.backbones.cut import cut_trunk, cut_upper, load_encoder, load_tokenizer
from pointsman.encoding.activations import Activations, pad
from pointsman.encoding.store import ActivationStore, ShelfKey, text_key
from pointsman.encoding.tokens import length_batches, tokenize
from pointsman.errors import ConfigError

DEFAULT_MAX_LENGTH = 512

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""

_ROWS = 256
SHARD_TOKENS = 400_000
"""Tokens computed before a shard is written: a killed run loses at most these."""


def length_of(backbone: Backbone, asked: int) -> int:
    """Return the tokens after which a text is cut off.

    Args:
        backbone: that reads it.
        asked: of it; 0: the usual ones, or the model's limit.

    Raises:
        ConfigError: more than the model reads.
    """
    if asked > backbone.max_length:
        raise ConfigError(f"--max-length {asked}: {backbone.name} reads at most {backbone.max_length} tokens")
    return asked or min(DEFAULT_MAX_LENGTH, backbone.max_length)


def trunk_key(backbone: Backbone, *, depth: int, max_length: int, dtype: torch.dtype) -> ShelfKey:
    """Return the shelf of a trunk's outputs."""
    return ShelfKey(backbone.digest, backbone.tokenizer_digest, depth, max_length, str(dtype))


class Trunk:
    """The frozen lower part of a backbone, loaded.

    Args:
        backbone: whose trunk.
        depth: upper layers left to the branch.
        max_length: tokens after which a text is cut off.
        dtype: of weights, arithmetic and rows.
        device: where to compute; rows come back to the CPU.
    """

    def __init__(
        self, backbone: Backbone, *, depth: int, max_length: int, dtype: torch.dtype, device: str = "cpu"
    ) -> None:
        self.key = trunk_key(backbone, depth=depth, max_length=max_length, dtype=dtype)
        self._model = cut_trunk(load_encoder(backbone, dtype), backbone, depth).to(device)
        self._tokenizer = load_tokenizer(backbone)
        self._device = device
        self._most = hw.tokens_at_once(device, backbone.width, dtype)

    def batches(self, texts: Sequence[str]) -> Iterator[list[tuple[int, torch.Tensor, bool]]]:
        """Run texts through it, longest first.

        A row may differ in its last bit with the texts beside it (a batch is padded); the same texts give the same
        rows, with any number of threads.

        Yields:
            For each text of a batch its index, its hidden states [tokens, width], and whether its end was cut off.
        """
        ids, cut = tokenize(self._tokenizer, texts, self.key.max_length)
        for batch in length_batches([len(i) for i in ids], max_tokens=self._most, max_rows=_ROWS):
            inputs, mask = pad([torch.tensor(ids[i]) for i in batch])
            with torch.inference_mode():
                found = self._model(inputs.to(self._device), attention_mask=mask.to(self._device))
                hidden = found.last_hidden_state.cpu()
            yield [(i, hidden[place, : len(ids[i])].clone(), cut[i]) for place, i in enumerate(batch)]


def encode(
    backbone: Backbone,
    texts: Sequence[str],
    *,
    depth: int,
    max_length: int,
    dtype: torch.dtype,
    device: str = "cpu",
    store: ActivationStore | None = None,
    progress: Progress | None = None,
) -> Activations:
    """Run texts through the trunk, or fetch what the store has.

    Args:
        backbone: whose trunk.
        texts: any number, repeats welcome.
        depth: upper layers left to the branch; `backbone.layers` leaves the embeddings alone.
        max_length: tokens after which a text is cut off.
        dtype: of weights, arithmetic and stored rows.
        device: where to compute; rows come back to the CPU.
        store: where to look and to keep; None computes everything and keeps nothing.
        progress: told how far it is.
    """
    started = time.perf_counter()
    # Embeddings alone cost less to compute than to read.
    keep = store if store is not None and depth < backbone.layers else None
    key = trunk_key(backbone, depth=depth, max_length=max_length, dtype=dtype)
    keys = [text_key(text) for text in texts]
    distinct = dict(zip(keys, texts, strict=True))
    rows = keep.read(key, set(distinct)) if keep is not None else {}
    missing = [k for k in distinct if k not in rows]
    computed = len(missing)
    if missing:
        trunk = Trunk(backbone, depth=depth, max_length=max_length, dtype=dtype, device=device)
        fresh: dict[bytes, tuple[torch.Tensor, bool]] = {}
        tokens = done = 0
        for batch in trunk.batches([distinct[k] for k in missing]):
            fresh |= {missing[i]: (row, cut) for i, row, cut in batch}
            tokens += sum(len(row) for _, row, _ in batch)
            done += len(batch)
            if progress is not None:
                progress(len(distinct) - computed + done, len(distinct))
            if keep is not None and tokens >= SHARD_TOKENS:
                keep.write(key, fresh)
                rows.update(fresh)
                fresh, tokens = {}, 0
        if keep is not None:
            keep.write(key, fresh)
        rows.update(fresh)
    return Activations(
        rows=[rows[k][0] for k in keys],
        truncated=[rows[k][1] for k in keys],
        depth=depth,
        computed=computed,
        seconds=time.perf_counter() - started,
    )


def features(
    backbone: Backbone, activations: Activations, *, dtype: torch.dtype, device: str = "cpu"
) -> npt.NDArray[np.float32]:
    """Return the frozen backbone's mean-pooled, L2-normalised output, float32 [rows, width].

    It goes on from the trunk's output through the frozen upper layers; the baselines read it.
    """
    upper = cut_upper(load_encoder(backbone, dtype), backbone, activations.depth).to(device)
    out = np.zeros((len(activations.rows), backbone.width), dtype=np.float32)
    most = hw.tokens_at_once(device, backbone.width, dtype)
    for batch in length_batches(activations.lengths, max_tokens=most, max_rows=_ROWS):
        inputs, mask = pad([activations.rows[i] for i in batch])
        with torch.inference_mode():
            hidden = upper(inputs_embeds=inputs.to(device, dtype), attention_mask=mask.to(device))
            last = hidden.last_hidden_state.float().cpu()
        weights = mask.unsqueeze(-1).float()
        pooled = (last * weights).sum(1) / weights.sum(1)
        out[batch] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
    return out
