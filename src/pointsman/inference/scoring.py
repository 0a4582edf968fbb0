"""Labels scored by a generating model: the probability of each name when the answer has to be one of them.

No free text is trusted: wherever names part, the model chooses among their next tokens alone (a decode that a trie of
the names constrains, all ways of it at once), and what leaves no choice is not read: names whose first tokens differ
need nothing but the prompt. Where every layer attends to all that came before, the tokens before later choices stand
behind the prompt as a tree, whose nodes see the prompt and their own ancestors: one pass reads both. Other models (a
sliding window, a recurrent state) read the prompt first and then each node's path in a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from pointsman.encoding.multimodal import Batch
from pointsman.errors import ConfigError


def score_names(model: Any, batch: Batch, names: Sequence[Sequence[int]], cache: Any) -> npt.NDArray[np.float32]:
    """Return the log-probability of each name among the names.

    Args:
        model: the stock causal model, with its adapter switched on.
        batch: requests, ready to be answered.
        names: ids of each name, its end of turn included.
        cache: an empty key-value cache, or one of what comes before the batch's tokens; what it holds behind them
            afterwards is of no use.

    Returns:
        float32 [rows, names]; their probabilities add up to one.

    Raises:
        ConfigError: two names are alike.
    """
    tree = NameTree.of(tuple(map(tuple, names)))
    with torch.inference_mode():
        if not tree.tokens:
            logits = model(**batch.arguments(), past_key_values=cache, use_cache=True, logits_to_keep=1).logits
        else:
            logits = (_together if takes_masks(model) else _apart)(model, batch, tree, cache)
        found: npt.NDArray[np.float32] = tree.scores(logits).cpu().numpy()
        return found


@dataclass(frozen=True)
class NameTree:
    """Where names part, and what has to be read to get there: names that begin alike share their nodes.

    Attributes:
        tokens: of the nodes, parents first; only those with a choice behind them.
        parents: node before each; -1: the prompt.
        choices: for each place where names part (its node, -1: the prompt) the tokens to choose from.
        steps: for each name its way: (which choice, which of its tokens).
    """

    tokens: tuple[int, ...]
    parents: tuple[int, ...]
    choices: tuple[tuple[int, tuple[int, ...]], ...]
    steps: tuple[tuple[tuple[int, int], ...], ...]

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, names: tuple[tuple[int, ...], ...]) -> NameTree:
        """Build it from the ids of names.

        Raises:
            ConfigError: one is the beginning of another, or the same.
        """
        following: dict[tuple[int, ...], list[int]] = {}  # beginning of names -> the tokens after it
        for name in names:
            for place, token in enumerate(name):
                after = following.setdefault(name[:place], [])
                if token not in after:
                    after.append(token)
        if len(set(names)) < len(names) or any(name in following for name in names):
            raise ConfigError("two labels are alike, or one begins another, to the model's tokenizer: rename one")
        parting = [start for start, after in following.items() if len(after) > 1]
        needed = {start[:end] for start in parting for end in range(1, len(start) + 1)}
        nodes = [start for start in following if start in needed]
        place_of = {(): -1} | {start: place for place, start in enumerate(nodes)}
        return cls(
            tokens=tuple(start[-1] for start in nodes),
            parents=tuple(place_of[start[:-1]] for start in nodes),
            choices=tuple((place_of[start], tuple(following[start])) for start in parting),
            steps=tuple(
                tuple(
                    (number, following[start].index(name[len(start)]))
                    for number, start in enumerate(parting)
                    if name[: len(start)] == start
                )
                for name in names
            ),
        )

    def depths(self) -> list[int]:
        """Return how many tokens of a name come before each node's prediction: 1 for the first token's node."""
        found: list[int] = []
        for parent in self.parents:
            found.append(1 if parent < 0 else found[parent] + 1)
        return found

    def sees(self) -> torch.Tensor:
        """Return which node sees which: itself and its ancestors; bool [nodes, nodes]."""
        found = torch.eye(len(self.tokens), dtype=torch.bool)
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                found[node] |= found[parent]
        return found

    def scores(self, logits: torch.Tensor) -> torch.Tensor:
        """Return each name's log-probability among the names, float32 [rows, names].

        Args:
            logits: after the prompt and after each node, float [rows, 1 + nodes, vocabulary].
        """
        logs = [logits[:, 1 + node, list(tokens)].float().log_softmax(-1) for node, tokens in self.choices]
        none = logits.new_zeros(len(logits), dtype=torch.float32)
        return torch.stack([sum((logs[at][:, which] for at, which in path), none) for path in self.steps], dim=1)


def following(batch: Batch, tokens: int) -> torch.Tensor:
    """Return the positions of `tokens` more tokens: int64 [rows, tokens], or [3, rows, tokens] of a model that sees."""
    if batch.positions.dim() == 2:
        last = batch.positions[:, -1:]
        return last + 1 + torch.arange(tokens, device=last.device)
    last = batch.positions.amax(dim=(0, 2))[:, None]
    return (last + 1 + torch.arange(tokens, device=last.device)).expand(3, -1, -1)


def attends_to_all(model: Any) -> bool:
    """Tell whether every layer attends to all that came before: no window, no recurrent state."""
    config = model.config.get_text_config()
    kinds = getattr(config, "layer_types", None) or ["full_attention"]
    window = getattr(config, "sliding_window", None) if getattr(config, "use_sliding_window", True) else None
    return set(kinds) == {"full_attention"} and window is None


def takes_masks(model: Any) -> bool:
    """Tell whether every layer attends to all that came before, but for what a mask that is given leaves out."""
    return attends_to_all(model) and model.config.get_text_config()._attn_implementation in ("sdpa", "eager")


def _together(model: Any, batch: Batch, tree: NameTree, cache: Any) -> torch.Tensor:
    """Read prompts and names in one pass; float [rows, 1 + nodes, vocabulary]."""
    rows, new = batch.ids.shape
    nodes, device = len(tree.tokens), batch.ids.device
    depths = torch.tensor(tree.depths(), device=device)
    known = batch.mask.shape[1]  # what the cache holds, and the prompt's tokens
    sees = torch.zeros(rows, 1, new + nodes, known + nodes, dtype=torch.bool, device=device)
    causal = torch.ones(new, known, dtype=torch.bool, device=device).tril(known - new)
    there = batch.mask.bool()
    sees[:, 0, :new, :known] = causal & there[:, None]
    sees[:, 0, new:, :known] = there[:, None]
    sees[:, 0, new:, known:] = tree.sees().to(device)
    mask = torch.zeros(sees.shape, dtype=model.dtype, device=device).masked_fill_(~sees, torch.finfo(model.dtype).min)
    names = torch.tensor(tree.tokens, device=device).expand(rows, -1)
    given = batch.arguments() | {
        "input_ids": torch.cat([batch.ids, names], dim=1),
        "attention_mask": mask,
        "position_ids": torch.cat([batch.positions, following(batch, int(depths.max()))[..., depths - 1]], dim=-1),
    }
    if batch.seen:
        assert batch.types is not None
        given["mm_token_type_ids"] = torch.cat([batch.types, torch.zeros_like(names)], dim=1)
    found: torch.Tensor = model(**given, past_key_values=cache, use_cache=True, logits_to_keep=1 + nodes).logits
    return found


def _apart(model: Any, batch: Batch, tree: NameTree, cache: Any) -> torch.Tensor:
    """Read the prompts, then every node's path in a row of its own; float [rows, 1 + nodes, vocabulary]."""
    rows, nodes = len(batch.ids), len(tree.tokens)
    first = model(**batch.arguments(), past_key_values=cache, use_cache=True, logits_to_keep=1)
    sees, depths = tree.sees(), tree.depths()
    longest = max(depths)
    taken = torch.zeros((nodes, longest), dtype=torch.int64)
    for node in range(nodes):
        path = sees[node].nonzero()[:, 0].tolist()  # parents come first
        taken[node, : len(path)] = torch.tensor([tree.tokens[one] for one in path])
    cache.batch_repeat_interleave(nodes)
    ids = taken.to(batch.ids.device).repeat(rows, 1)
    mask = torch.cat([batch.mask.repeat_interleave(nodes, 0), torch.ones_like(ids)], dim=1)
    out = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=following(batch, longest).repeat_interleave(nodes, -2),
        past_key_values=cache,
        use_cache=True,
    )
    cache.batch_select_indices(torch.arange(rows, device=ids.device) * nodes)
    after = out.logits[torch.arange(rows * nodes), (torch.tensor(depths) - 1).repeat(rows)].unflatten(0, (rows, nodes))
    return torch.cat([first.logits, after], dim=1)
