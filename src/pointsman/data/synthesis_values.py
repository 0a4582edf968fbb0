"""What a synthesis is asked for and what came of it: the values that its parts hand to each other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pointsman.errors import ConfigError

LABEL, ORIGIN = "BOTH", "synthesis"
DEFAULT_N = 2_000

Advance = Callable[[int, int, str], None]
"""Called with (rows kept, rows wanted, a word)."""
Stop = Literal["off", "count", "tokens", "nothing new"]


@dataclass(frozen=True)
class SynthesisOptions:
    """What to ask of which endpoint.

    Attributes:
        endpoint: base address, with or without `/v1`.
        model: name as the endpoint serves it; None: the first it names.
        n: rows wanted; 0: none, nothing is asked.
        concurrency: requests under way at a time.
        per_request: prompts that one request asks for.
        max_tokens: limit of one answer.
        token_budget: prompt and completion tokens of all requests, as the server counts them; None: no limit.
        timeout: seconds of one attempt.
        retries: further attempts of a request after time-outs, dropped connections, 429 and 5xx.
        temperature: of the sampling.
        seed: of everything drawn here, and of the sampling.
    """

    endpoint: str
    model: str | None = None
    n: int = DEFAULT_N
    concurrency: int = 8
    per_request: int = 10
    max_tokens: int = 1_500
    token_budget: int | None = None
    timeout: float = 120.0
    retries: int = 5
    temperature: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        least = {"n": 0, "concurrency": 1, "per_request": 1, "max_tokens": 1, "retries": 0, "temperature": 0}
        for name, value in least.items():
            if getattr(self, name) < value:
                raise ConfigError(f"synthesis: {name} is {getattr(self, name)}; it is at least {value}")
        if self.timeout <= 0 or (self.token_budget is not None and self.token_budget <= 0):
            raise ConfigError("synthesis: timeout and token_budget are more than 0")

    @classmethod
    def asked(cls, endpoint: str | None, n: int | None, **more: Any) -> SynthesisOptions | None:
        """Return the options of the two flags, `n` None where it was not given; None: no synthesis.

        Raises:
            ConfigError: rows are wanted and no endpoint is given.
        """
        if endpoint is None:
            if n:
                raise ConfigError(f"--synthesize-both {n} needs an endpoint: --vllm-endpoint URL")
            return None
        if n == 0:
            return None
        return cls(endpoint, n=DEFAULT_N if n is None else n, **more)


@dataclass(frozen=True)
class Synthesis:
    """What a folder holds after a run; counts are those of all runs together.

    Attributes:
        path: the file of rows.
        model: the model asked.
        wanted: rows asked for by the user.
        kept: rows in the file.
        requests: requests answered; `failed`: given up.
        received: items in the answers.
        dropped: how many of them were not kept, by reason.
        tokens: prompt and completion; `uncounted`: answers for which the server named none.
        retries: attempts after the first.
        seconds: of this run.
        resumed: whether an earlier run had begun it.
        stop: `count` (there are enough), `tokens` (the budget), `nothing new` (the last requests brought no row that
            was not there) or `off`.
    """

    path: Path
    model: str = ""
    wanted: int = 0
    kept: int = 0
    requests: int = 0
    failed: int = 0
    received: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    tokens: int = 0
    uncounted: int = 0
    retries: int = 0
    seconds: float = 0.0
    resumed: bool = False
    stop: Stop = "off"

    def __str__(self) -> str:
        if self.stop == "off":
            return "synthesis: none wanted"
        why = {"count": "enough", "tokens": "token budget used up", "nothing new": "no new rows came any more"}
        dropped = ", ".join(f"{n:,} {reason}" for reason, n in sorted(self.dropped.items(), key=lambda d: -d[1]))
        return (
            f"synthesis: {self.kept:,} of {self.wanted:,} rows from {self.model} ({why[self.stop]}); "
            f"{self.requests:,} requests, {self.failed:,} failed, {self.retries:,} retries; "
            f"{self.received:,} received, {sum(self.dropped.values()):,} dropped{f' ({dropped})' if dropped else ''}; "
            f"{self.tokens:,} tokens{f', {self.uncounted:,} answers uncounted' if self.uncounted else ''}; "
            f"{self.seconds:.0f} s"
        )


def group_of(seed: str) -> str:
    """Return the group of a seed's relatives: the one that the embedded data gives to the seed itself."""
    return f"{LABEL}/{hashlib.sha256(seed.encode()).hexdigest()[:12]}"
