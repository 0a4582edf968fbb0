"""Labels scored by a generating model: the probability that its answer is exactly a name, from one pass.

No free text is trusted: every name's tokens, its end of turn included, are scored from the same prompt, so the names
compete with each other alone. Where every layer attends to all that came before, the names stand behind the prompt as
a tree, whose nodes see the prompt and their own ancestors: one pass reads prompt and names. Other models (a sliding
window, a recurrent state) read the prompt first and then the names, each in a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from pointsman.encoding.multimodal import Batch


def score_names(model: Any, batch: Batch, names: Sequence[Sequence[int]], cache: Any) -> npt.NDArray[np.float32]:
    """Return the log-probability of each name as the whole answer.

    Args:
        model: the stock causal model, with its adapter switched on.
        batch: requests, ready to be answered.
        names: ids of each name, its end of turn included; no two alike.
        cache: an empty key-value cache, or one of what comes before the batch's tokens; what it holds behind them
            afterwards is of no use.

    Returns:
        float32 [rows, names].
    """
    tree = NameTree.of(names)
    with torch.inference_mode():
        if not tree.tokens:
            first = model(**batch.arguments(), past_key_values=cache, use_cache=True, logits_to_keep=1)
            return _plain(_logs(first.logits)[:, -1, [name[0] for name in names]])
        logs = _together(model, batch, tree, cache) if _attends_to_all(model) else _apart(model, batch, tree, cache)
        return _plain(tree.scores(logs))


@dataclass(frozen=True)
class NameTree:
    """Names as a tree: those that begin alike share their nodes; a name's last token is only ever predicted.

    Attributes:
        tokens: of the nodes, parents first.
        parents: node before each; -1: the prompt.
        steps: for each name (node after which a token is predicted; -1: the prompt, and that token).
    """

    tokens: tuple[int, ...]
    parents: tuple[int, ...]
    steps: tuple[tuple[tuple[int, int], ...], ...]

    @classmethod
    def of(cls, names: Sequence[Sequence[int]]) -> NameTree:
        """Build it."""
        known: dict[tuple[int, int], int] = {}
        tokens: list[int] = []
        parents: list[int] = []
        steps: list[tuple[tuple[int, int], ...]] = []
        for name in names:
            at, path = -1, list[tuple[int, int]]()
            for place, token in enumerate(name):
                path.append((at, token))
                if place + 1 < len(name):
                    if (at, token) not in known:
                        known[at, token] = len(tokens)
                        tokens.append(token)
                        parents.append(at)
                    at = known[at, token]
            steps.append(tuple(path))
        return cls(tuple(tokens), tuple(parents), tuple(steps))

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

    def scores(self, logs: torch.Tensor) -> torch.Tensor:
        """Return each name's log-probability, float [rows, names].

        Args:
            logs: log-probabilities after the prompt and after each node, float [rows, 1 + nodes, vocabulary].
        """
        at = torch.tensor([1 + node for path in self.steps for node, _ in path], device=logs.device)
        said = torch.tensor([token for path in self.steps for _, token in path], device=logs.device)
        owner = torch.tensor([n for n, path in enumerate(self.steps) for _ in path], device=logs.device)
        found = logs.new_zeros(len(logs), len(self.steps))
        return found.index_add_(1, owner, logs[:, at, said])


def following(batch: Batch, tokens: int) -> torch.Tensor:
    """Return the positions of `tokens` more tokens: int64 [rows, tokens], or [3, rows, tokens] of a model that sees."""
    if batch.positions.dim() == 2:
        last = batch.positions[:, -1:]
        return last + 1 + torch.arange(tokens, device=last.device)
    last = batch.positions.amax(dim=(0, 2))[:, None]
    return (last + 1 + torch.arange(tokens, device=last.device)).expand(3, -1, -1)


def _attends_to_all(model: Any) -> bool:
    """Tell whether every layer attends to all that came before, by a mask that may be given."""
    config = model.config.get_text_config()
    kinds = getattr(config, "layer_types", None) or ["full_attention"]
    window = getattr(config, "sliding_window", None) if getattr(config, "use_sliding_window", True) else None
    return set(kinds) == {"full_attention"} and window is None and config._attn_implementation in ("sdpa", "eager")


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
    return _logs(model(**given, past_key_values=cache, use_cache=True, logits_to_keep=1 + nodes).logits)


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
    logs = out.logits[torch.arange(rows * nodes), (torch.tensor(depths) - 1).repeat(rows)].unflatten(0, (rows, nodes))
    return torch.cat([_logs(first.logits), _logs(logs)], dim=1)


def _logs(logits: torch.Tensor) -> torch.Tensor:
    return logits.float().log_softmax(-1)


def _plain(scores: torch.Tensor) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = scores.float().cpu().numpy()
    return found
