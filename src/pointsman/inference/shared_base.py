"""ONE generating model in memory, with any number of named LoRA adapters on it: router and experts share it.

Adapters are loaded when first asked for, stay in memory within a budget, and leave by least use. Images go through the
vision tower once for whoever needs them. Safe to use from several threads: one forward pass at a time, and nothing of a
request is kept on the model.
"""

from __future__ import annotations

import contextlib
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError

from pointsman.artifacts.layout import ADAPTER_WEIGHTS
from pointsman.backbones import hardware as hw
from pointsman.backbones.backbone import Backbone
from pointsman.backbones.cut import quiet_transformers
from pointsman.backbones.generating import load_generating
from pointsman.encoding.conversation import Prepared, Preparer
from pointsman.encoding.multimodal import Batch, FrozenModel, Pooling, Seen
from pointsman.errors import ConfigError, ExpertError, nearest
from pointsman.inference.generate import Generated, greedy
from pointsman.inference.prefixes import Prefixes, beginning, rest
from pointsman.inference.scoring import attends_to_all, score_names, takes_masks
from pointsman.inference.torch_predictor import weight_bytes

_LATELY = 4
"""Images of single requests whose vision features are kept: the next request is often about the same screenshot."""

_SHARED = 64
"""Tokens that a batch has to be spared, by reading once what all of it begins with: fewer are not worth the pass."""

_ALONE = "__base__"
"""PEFT's name for no adapter in a mixed batch."""


class SharedBase:
    """A base model and its adapters.

    Args:
        backbone: what the model is.
        model: loaded, in eval mode.
        preparer: makes its input.
        adapter_bytes: of adapters held at once; None: all of them.
        keep_prompts: adapters whose last prompt is kept, so that one that begins alike is not read again.

    Attributes:
        backbone, preparer: as given.
        loads: how often an adapter was read from disk.
        seen_images: how many images went through the vision tower.
        prefixes: prompts that have been read.
        weight_bytes: of the base in memory, without adapters.
    """

    def __init__(
        self,
        backbone: Backbone,
        model: Any,
        preparer: Preparer,
        *,
        adapter_bytes: int | None = None,
        keep_prompts: int = 4,
    ) -> None:
        self.backbone, self.preparer = backbone, preparer
        self.loads = self.seen_images = 0
        # A window or a recurrent state cannot be cut back to where two prompts part.
        self.prefixes = Prefixes(keep_prompts if attends_to_all(model) else 0, preparer.image_token)
        self._frozen = FrozenModel(model, preparer)
        self.weight_bytes = weight_bytes(model)
        self._budget = adapter_bytes
        self._paths: dict[str, Path] = {}
        self._pinned: set[str] = set()
        self._held: OrderedDict[str, tuple[str, int]] = OrderedDict()  # name -> PEFT's name, bytes; least used first
        self._peft: Any = None
        self._layers: list[Any] = []
        self._active: str | None = None  # "": PEFT has made layers, which have an active adapter of their own
        self._number = 0
        self._lately: OrderedDict[str, Seen] = OrderedDict()
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls,
        backbone: Backbone,
        *,
        device: str = "cpu",
        precision: str = "fp32",
        adapter_bytes: int | None = None,
        quantised: bool = False,
        keep_prompts: int = 4,
    ) -> SharedBase:
        """Load a model.

        Args:
            backbone: of a family that generates.
            device: `cpu` or `cuda`.
            precision: `fp32` or `bf16`, of its weights.
            adapter_bytes: of adapters held at once; None: all of them.
            quantised: four-bit weights (CUDA).
            keep_prompts: see `SharedBase`.

        Raises:
            BackboneError: it cannot be loaded, or does not generate.
        """
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        hw.choose(device, "fp32")  # type: ignore[arg-type]  # refuses a device that is not there
        preparer = Preparer(backbone)
        model = load_generating(backbone, dtype=dtype, device=device, quantised=quantised)
        return cls(backbone, model, preparer, adapter_bytes=adapter_bytes, keep_prompts=keep_prompts)

    @property
    def names(self) -> tuple[str, ...]:
        """Adapters that may be asked for."""
        return tuple(self._paths)

    @property
    def held(self) -> tuple[str, ...]:
        """Adapters that are in memory, least used first."""
        return tuple(self._held)

    @property
    def held_bytes(self) -> int:
        """Bytes of the adapters in memory."""
        return sum(size for _, size in self._held.values())

    def add(self, name: str, path: Path, *, pinned: bool = False) -> None:
        """Make an adapter known; it is read when it is first asked for.

        Args:
            name: any text.
            path: folder of a PEFT LoRA of this base.
            pinned: it is never let go of (the router's).

        Raises:
            ConfigError: another adapter has the name.
        """
        with self._lock:
            if name in self._paths and self._paths[name] != path:
                raise ConfigError(f"adapter '{name}' is known already, from {self._paths[name]}: choose another name")
            self._paths[name] = path
            if pinned:
                self._pinned.add(name)

    def remove(self, name: str) -> None:
        """Forget an adapter and let go of its memory."""
        with self._lock:
            self._known(name)
            self._let_go(name)
            del self._paths[name]
            self._pinned.discard(name)

    def release(self, name: str) -> None:
        """Let go of an adapter's memory; it stays known, and is read anew when it is asked for."""
        with self._lock:
            self._known(name)
            self._let_go(name)

    def ensure(self, name: str) -> None:
        """Have an adapter in memory: read it where it is not, and let the least used ones go.

        Raises:
            ConfigError: no such adapter.
            ExpertError: it cannot be read, or does not fit this base.
        """
        with self._lock:
            self._known(name)
            if name in self._held:
                self._held.move_to_end(name)
            else:
                self._load(name)
            self._make_room(name)

    def _make_room(self, used: str) -> None:
        """Let adapters go, least used first, until the others keep to the budget."""
        if self._budget is not None:
            for other in [n for n in self._held if n != used and n not in self._pinned]:
                if self.held_bytes <= self._budget:
                    break
                self._let_go(other)

    def switch(self, name: str | None) -> float:
        """Switch to an adapter (None: the base alone), reading it where it is not in memory; returns the seconds."""
        with self._lock:
            started = time.perf_counter()
            if name is not None:
                self.ensure(name)
            self._switch(name)
            return time.perf_counter() - started

    def see(self, prepared: Sequence[Prepared]) -> list[Seen | None]:
        """Run images through the vision tower, once for whoever needs them; None for a request without one."""
        with self._lock:
            key = prepared[0].image_key if len(prepared) == 1 else ""
            if key and key in self._lately:
                self._lately.move_to_end(key)
                return [self._lately[key]]
            self.seen_images += sum(one.pixel_values is not None for one in prepared)
            seen = self._frozen.see(prepared)
            if key and seen[0] is not None:
                self._lately[key] = seen[0]
                if len(self._lately) > _LATELY:
                    self._lately.popitem(last=False)
            return seen

    def hidden(
        self,
        prepared: Sequence[Prepared],
        seen: Sequence[Seen | None] | None = None,
        pooling: Pooling = Pooling(),  # noqa: B008 - frozen
    ) -> torch.Tensor:
        """Return the base's hidden state of each request, without any adapter, float32 [rows, width]."""
        with self._lock:
            batch = self._batch(prepared, seen)
            self._switch(None)
            if len(prepared) > 1 or pooling != Pooling():
                return self._frozen.pooled(batch, pooling)
            batch, cache, read = self._begun(None, prepared, batch)
            state: torch.Tensor = self._frozen.hidden(batch, past_key_values=cache, use_cache=True).last_hidden_state
            self._keep(None, read, cache, 1)
            return state[:, -1].float()

    def score(
        self,
        prepared: Sequence[Prepared],
        names: Sequence[Sequence[int]],
        adapter: str | None,
        seen: Sequence[Seen | None] | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return each name's log-probability among the names, as the answer to each request: float32 [rows, names].

        Args:
            prepared: requests.
            names: ids of each name, see `Preparer.answer_ids`.
            adapter: that answers; None: the base alone.
            seen: what `see` gave for them; None: images are looked at now.
        """
        with self._lock:
            batch = self._batch(prepared, seen)
            if adapter is not None:
                self.ensure(adapter)
            self._switch(adapter)
            batch, cache, read = self._begun(adapter, prepared, batch)
            scores = score_names(self._frozen.model, batch, names, cache)
            self._keep(adapter, read, cache, len(prepared))
            return scores

    def generate(
        self,
        prepared: Sequence[Prepared],
        adapters: Sequence[str | None],
        *,
        max_new_tokens: int,
        seen: Sequence[Seen | None] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> list[Generated]:
        """Write an answer to each request, each by its own adapter, in one batch.

        Args:
            prepared: requests.
            adapters: for each the one that answers; None: the base alone.
            max_new_tokens: most tokens of an answer.
            seen: what `see` gave for them; None: images are looked at now.
            on_text: told each new piece of text; for one request alone.

        Raises:
            ExpertError: an adapter cannot be read.
        """
        if on_text is not None and len(prepared) != 1:
            raise ConfigError("text is told piece by piece for one request at a time")
        with self._lock:
            ends = {self.preparer.end_id, int(self.preparer.tokenizer.eos_token_id or self.preparer.end_id)}
            options = {
                "tokenizer": self.preparer.tokenizer,
                "ends": sorted(ends),
                "max_new_tokens": max_new_tokens,
                "on_text": on_text,
            }
            batch = self._batch(prepared, seen)
            with self._answering(adapters) as forward:
                if len(set(adapters)) > 1:
                    return greedy(forward, batch, cache=self._cache(), **options)
                batch, cache, read = self._begun(adapters[0], prepared, batch)
                made = greedy(forward, batch, cache=cache, **options)
                self._keep(adapters[0], read, cache, len(prepared))
                return made

    @contextlib.contextmanager
    def _answering(self, adapters: Sequence[str | None]) -> Iterator[Callable[..., Any]]:
        """Give the forward pass of a batch whose rows have these adapters."""
        wanted = list(dict.fromkeys(name for name in adapters if name is not None))
        kept, self._pinned = self._pinned, self._pinned | set(wanted)  # one batch's adapters stay together
        try:
            for name in wanted:
                self.ensure(name)
        finally:
            self._pinned = kept
        if len(set(adapters)) == 1:
            self._switch(adapters[0])
            yield self._frozen.model
            return
        self._switch(wanted[0])  # adapters have to be on at all for rows to have their own
        rows = [self._held[name][0] if name is not None else _ALONE for name in adapters]
        try:
            yield lambda **given: self._peft(adapter_names=rows, **given)
        finally:
            self._make_room(wanted[-1])

    def _batch(self, prepared: Sequence[Prepared], seen: Sequence[Seen | None] | None) -> Batch:
        return self._frozen.batch(prepared, self.see(prepared) if seen is None else seen)

    def _begun(self, adapter: str | None, prepared: Sequence[Prepared], batch: Batch) -> tuple[Batch, Any, Prepared]:
        """Return what is left to read of a batch, the cache of what all of it begins with, and what that cache will be.

        The adapter has to be switched on.
        """
        if len(prepared) == 1:
            found = self.prefixes.take(adapter, prepared[0])
            return (rest(batch, found[1]), found[0], prepared[0]) if found else (batch, self._cache(), prepared[0])
        known = beginning(prepared, self.preparer.image_token)
        shared = len(known.input_ids)
        if shared * (len(prepared) - 1) < _SHARED or not takes_masks(self._frozen.model):
            return batch, self._cache(), Prepared(known.input_ids[:0])
        cache, common = self.prefixes.take(adapter, known, shared) or (self._cache(), 0)
        if common < shared:
            left = rest(self._frozen.batch([known], [None]), common)
            with torch.inference_mode():
                self._frozen.model(**left.arguments(), past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache.batch_repeat_interleave(len(prepared))
        return rest(batch, shared), cache, known

    def _keep(self, adapter: str | None, read: Prepared, cache: Any, rows: int) -> None:
        """Keep the cache of what `_begun` said that it will be."""
        if len(read.input_ids):
            if rows > 1:
                cache.batch_select_indices(torch.zeros(1, dtype=torch.int64, device=self._frozen.device))
            self.prefixes.keep(adapter, read, cache)

    def _cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self._frozen.model.config.get_text_config())

    def _known(self, name: str) -> None:
        if name not in self._paths:
            raise ConfigError(f"no adapter '{name}'{nearest(name, self._paths)} (known: {', '.join(self._paths)})")

    def _switch(self, name: str | None) -> None:
        if name == self._active or self._peft is None:
            return
        # PEFT's own set_adapter goes through the tensors of every adapter to say which of them learn: none does here.
        inner = [self._held[name][0]] if name is not None else []
        for layer in self._layers:
            vars(layer).update(_active_adapter=list(inner), _disable_adapters=name is None)
        if any(layer.active_adapters != inner or layer.disable_adapters == bool(inner) for layer in self._layers[:1]):
            raise RuntimeError("this version of peft keeps the active adapter of a layer elsewhere")
        if inner:
            self._peft.active_adapter = self._peft.base_model.active_adapter = inner[0]
        self._active = name

    def _load(self, name: str) -> None:
        from peft import PeftModel
        from peft.tuners.tuners_utils import BaseTunerLayer

        path, model = self._paths[name], self._frozen.model
        self._number += 1
        inner = f"a{self._number}"  # PEFT keeps them as attributes, whose names may not hold every character
        before = {id(p) for p in model.parameters()}
        # Without values of their own until they are read: an adapter that lacks some is found out.
        options = {"adapter_name": inner, "low_cpu_mem_usage": True, "torch_device": str(self._frozen.device)}
        try:
            for file in ("adapter_config.json", ADAPTER_WEIGHTS):  # PEFT would look for a missing one on the Hub
                if not (path / file).is_file():
                    raise OSError(f"there is no {file}")
            with quiet_transformers(), warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Found missing adapter keys")  # an error below
                if self._peft is None:
                    self._peft = PeftModel.from_pretrained(model, path, **options)
                else:
                    self._peft.load_adapter(str(path), **options)
            if lacking := [key for key, p in model.named_parameters() if p.is_meta]:
                raise ValueError(f"it has no weights for {lacking[0].partition('.lora_')[0]}")
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
            self._active = ""
            self._take_out(inner)
            raise ExpertError(
                f"{path}: the adapter '{name}' does not fit {self.backbone.name}: {' '.join(str(error).split())[:200]}"
            ) from None
        self._peft.eval()
        self._peft.requires_grad_(False)
        size = sum(p.numel() * p.element_size() for p in model.parameters() if id(p) not in before)
        self._layers = [m for m in model.modules() if isinstance(m, BaseTunerLayer)]
        self._held[name] = (inner, size)
        self.loads += 1
        self._active = ""
        self._switch(name)

    def _let_go(self, name: str) -> None:
        self.prefixes.forget(name)
        if name not in self._held:
            return
        if self._active == name:
            self._switch(None)
        self._take_out(self._held.pop(name)[0])

    def _take_out(self, inner: str) -> None:
        """Free the model of an adapter, also of one loaded in part; without any it is the stock model again."""
        from peft.tuners.tuners_utils import BaseTunerLayer

        model = self._frozen.model
        found = [(name, m) for name, m in model.named_modules() if isinstance(m, BaseTunerLayer)]
        if self._held:
            for _, layer in found:
                if inner in layer.active_adapters:
                    layer._active_adapter = []
                layer.delete_adapter(inner)
            self._peft.peft_config.pop(inner, None)
            left = next(reversed(self._held.values()))[0]  # PEFT looks up an active one when it adds another
            self._peft.active_adapter = self._peft.base_model.active_adapter = left
            return
        for name, layer in found:
            parent, _, own = name.rpartition(".")
            setattr(model.get_submodule(parent), own, layer.get_base_layer())
        vars(model).pop("peft_config", None)
        self._peft, self._layers, self._active = None, [], None
