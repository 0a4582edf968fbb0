"""The whole generating model as trunk: each request once through it, its pooled hidden state kept in the store.

Pooled states are rounded to bf16 wherever they are used, in training and in serving, so what a head was trained and
judged on is what it is given later.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import torch

from pointsman.backbones.backbone import Backbone
from pointsman.data.example import Example
from pointsman.encoding.ahead import in_order
from pointsman.encoding.conversation import Prepared, Template
from pointsman.encoding.multimodal import Pooling
from pointsman.encoding.store import ActivationStore, ShelfKey
from pointsman.errors import ConfigError

Progress = Callable[[int, int], None]
"""Called with (requests done, requests in all)."""

Hidden = Callable[[Sequence[Prepared]], torch.Tensor]
"""Requests to float32 [rows, width]."""

# Requests computed before a shard is written: a killed run loses at most this many.
_SHARD = 64
# Bytes of image tensors that are held for a shard: a large screenshot has 24 MB.
_IMAGE_BYTES = 512_000_000
# Tokens in a batch, padding counted.
_TOKENS = 4096


@dataclass(frozen=True)
class Pooled:
    """What the frozen model makes of requests.

    Attributes:
        features: float32 [rows, width], each value one of bf16.
        truncated: for each row, whether the end of its text was cut off.
        computed: rows that went through the model now; the others came from the store.
        seconds: what it took.
        keys: for each row, see `request_key`.
    """

    features: torch.Tensor
    truncated: list[bool]
    computed: int = 0
    seconds: float = 0.0
    keys: tuple[bytes, ...] = ()


def request_key(example: Example) -> bytes:
    """Return the 32-byte digest by which a request is found: its text and the bytes of its image."""
    image = example.image.digest() if example.image is not None else ""
    return hashlib.sha256(f"{image}\n{example.text}".encode("utf-8", "surrogatepass")).digest()


def shelf_key(backbone: Backbone, template: Template, precision: str, pooling: Pooling) -> ShelfKey:
    """Return where pooled states of a model and template are kept."""
    told = {**template.to_dict(), "precision": precision, **asdict(pooling)}
    return ShelfKey(
        backbone.digest,
        backbone.tokenizer_digest,
        0,
        template.max_tokens,
        str(torch.bfloat16),
        json.dumps(told, sort_keys=True),
    )


def rounded(hidden: torch.Tensor) -> torch.Tensor:
    """Return hidden states as heads read them: bf16 values, float32."""
    return hidden.to(torch.bfloat16).float()


def pooled(
    key: ShelfKey,
    keys: Sequence[bytes],
    prepare: Mapping[bytes, Callable[[], Prepared]],
    hidden: Hidden,
    *,
    store: ActivationStore | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> Pooled:
    """Run requests through the frozen model, or fetch what the store has.

    Args:
        key: of the store's shelf, see `shelf_key`.
        keys: of each request, see `request_key`; repeats welcome.
        prepare: for each distinct key what makes the request ready; called once, where it is not in the store.
        hidden: the frozen model.
        store: where to look and to keep; None computes everything and keeps nothing.
        progress: told how far it is.
        workers: threads that make requests ready while the model computes; 1: none do.
    """
    started = time.perf_counter()
    distinct = list(dict.fromkeys(keys))
    rows = dict(store.read(key, set(distinct))) if store is not None else {}
    missing = [k for k in distinct if k not in rows]
    done = len(distinct) - len(missing)
    if progress is not None and missing:
        progress(done, len(distinct))
    for ready in _shards(missing, prepare, workers):
        made: dict[bytes, tuple[torch.Tensor, bool]] = {}
        for batch in _batches(ready):
            states = hidden([ready[k] for k in batch]).to(torch.bfloat16).cpu()
            for k, state in zip(batch, states, strict=True):
                made[k] = (state[None].clone(), ready[k].truncated)
            if progress is not None:
                progress(done + len(made), len(distinct))
        rows.update(made)
        done += len(made)
        if store is not None:
            store.write(key, made)
    width = next(iter(rows.values()))[0].shape[-1] if rows else 0
    features = torch.cat([rows[k][0] for k in keys]).float() if keys else torch.zeros(0, width)
    seconds = time.perf_counter() - started
    return Pooled(features, [rows[k][1] for k in keys], len(missing), seconds, tuple(keys))


def _shards(
    keys: Sequence[bytes], prepare: Mapping[bytes, Callable[[], Prepared]], workers: int
) -> Iterator[dict[bytes, Prepared]]:
    """Yield requests made ready, as many as go into a shard of the store and into memory."""
    ready: dict[bytes, Prepared] = {}
    held = 0
    for k, one in zip(keys, in_order(lambda k: prepare[k](), keys, workers), strict=True):
        ready[k] = one
        held += one.pixel_values.nbytes if one.pixel_values is not None else 0
        if len(ready) == _SHARD or held >= _IMAGE_BYTES:
            yield ready
            ready, held = {}, 0
    if ready:
        yield ready


def _batches(ready: Mapping[bytes, Prepared]) -> list[list[bytes]]:
    """Return requests of like length together, at most `_TOKENS` padded tokens a batch."""
    batches: list[list[bytes]] = []
    longest = 0
    for k in sorted(ready, key=lambda k: len(ready[k].input_ids)):
        longest = max(longest, len(ready[k].input_ids))
        if not batches or longest * (len(batches[-1]) + 1) > _TOKENS:
            batches.append([])
            longest = len(ready[k].input_ids)
        batches[-1].append(k)
    return batches


def check_shelf(store: ActivationStore, key: ShelfKey) -> None:
    """Refuse a folder of stored features that are another model's.

    Raises:
        ConfigError: what it holds is of another base, processor or setting; all is named.
    """
    files = sorted(store.folder.glob("*/shelf.json"))
    if not files:
        raise ConfigError(
            f"{store.folder} holds no stored features: make them with 'pointsman encode … --out {store.folder}'"
        )
    differences = []
    for file in files:
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"{file} cannot be read ({error}): remove {file.parent}, and encode the data again"
            ) from None
        names = {"backbone": "base", "tokenizer": "processor (tokenizer, chat template or image settings)"}
        wrong = [names[k] for k in names if found.get(k) != getattr(key, k)]
        if not wrong and found.get("inputs", "") == key.inputs:
            return
        differences.append(
            f"another {' and '.join(wrong)}"
            if wrong
            else f"other settings ({_told(found.get('inputs', ''), key.inputs)})"
        )
    raise ConfigError(
        f"{store.folder}: its features are of {'; '.join(dict.fromkeys(differences))}: encode the data again with "
        "this model, or name the right --model and settings"
    )


def _told(found: str, wanted: str) -> str:
    a, b = (json.loads(text) if text else {} for text in (found, wanted))
    return ", ".join(f"{k} {a.get(k)!r}, here {b.get(k)!r}" for k in sorted({*a, *b}) if a.get(k) != b.get(k))
