"""One run of a synthesis: which requests are sent, what is kept of their answers, and when it is enough.

Takes an endpoint's client and an open journal; gives a `Synthesis`. One thread decides and writes, others wait for the
endpoint.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from pointsman.data import synthesis_prompt as prompt
from pointsman.data.chat_client import ChatClient, RequestFailedError
from pointsman.data.synthesis_journal import Journal
from pointsman.data.synthesis_sieve import Sieve
from pointsman.data.synthesis_values import LABEL, ORIGIN, Advance, Stop, Synthesis, SynthesisOptions, group_of
from pointsman.errors import DataError

# What the model wrote is asked for again when it cannot be read, this often.
_MORE_READINGS = 2
_FAILURES_IN_A_ROW = 5
_BARREN_IN_A_ROW = 20
# Field and manner vary in length, and a chat template wraps the messages in a few more tokens.
_SLACK = 128


@dataclass
class _Job:
    """A request under way, and what its readings so far have cost."""

    request: int
    instruction: prompt.Instruction
    readings: int = 0
    tokens: int = 0
    uncounted: int = 0
    retries: int = 0


class Run:
    """One run; see `until_done`."""

    def __init__(
        self,
        options: SynthesisOptions,
        seeds: Sequence[str],
        model: str,
        client: ChatClient,
        journal: Journal,
        progress: Advance | None,
    ) -> None:
        self.options, self.seeds, self.model = options, seeds, model
        self.client, self.journal = client, journal
        self.progress = progress or (lambda done, total, text: None)
        self.started = time.perf_counter()
        self.resumed = bool(journal.requests)
        self.sieve = Sieve(seeds)
        self.sieve.keep(str(row["text"]) for row in journal.rows)
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[tuple[_Job, Any]] = queue.SimpleQueue()
        self.under_way: dict[int, _Job] = {}
        self.failures = self.barren = 0
        self.tokens = sum(line.get("tokens", 0) for line in journal.requests.values())

    @property
    def kept(self) -> int:
        """Rows in the journal."""
        return len(self.journal.rows)

    def until_done(self) -> Synthesis:
        """Ask until there are enough rows, the budget is used up, or nothing new comes."""
        workers = [threading.Thread(target=self._work, daemon=True) for _ in range(self.options.concurrency)]
        for worker in workers:
            worker.start()
        try:
            stop = self._ask_all()
        finally:
            for _ in workers:
                self.jobs.put(None)
        if not self.kept:
            raise DataError(self._nothing(stop))
        return self._summary(stop)

    def _ask_all(self) -> Stop:
        numbers = (number for number in count() if number not in self.journal.requests)
        while True:
            stop = self._stop()
            while stop is None and len(self.under_way) < self.options.concurrency and self._more_needed():
                self._send(self._job(next(numbers)))
                stop = self._stop()
            if not self.under_way:
                return stop or "tokens"
            self._take(*self.answers.get())

    def _stop(self) -> Stop | None:
        if self.kept >= self.options.n:
            return "count"
        if self.barren >= _BARREN_IN_A_ROW:
            return "nothing new"
        budget = self.options.token_budget
        if budget is not None and self.tokens + self._reserve(len(self.under_way) + 1) > budget:
            return "tokens"
        return None

    def _reserve(self, requests: int) -> int:
        """Return the most tokens that so many requests can take: a token is at least a byte."""
        longest = max(self.seeds, key=lambda seed: len(seed.encode()))
        words = prompt.instruction(0, [longest], self.options.per_request, 0)
        size = len(words.system.encode()) + len(words.user.encode()) + _SLACK
        return requests * (self.options.max_tokens + size)

    def _more_needed(self) -> bool:
        """Tell whether the requests under way can bring too few rows."""
        return len(self.under_way) * self.options.per_request < self.options.n - self.kept

    def _job(self, number: int) -> _Job:
        return _Job(number, prompt.instruction(number, self.seeds, self.options.per_request, self.options.seed))

    def _send(self, job: _Job) -> None:
        self.under_way[job.request] = job
        self.jobs.put(job)

    def _work(self) -> None:
        """Ask for one job after the other: the part that runs in threads."""
        options = self.options
        while (job := self.jobs.get()) is not None:
            try:
                answer: Any = self.client.ask(
                    job.instruction.messages,
                    f"{job.request}.{job.readings}",
                    model=self.model,
                    max_tokens=options.max_tokens,
                    temperature=options.temperature,
                    # Another reading is another sample, else the server would write the same again.
                    seed=(options.seed * 1_000_003 + job.request * 11 + job.readings) % 2**31,
                )
            except BaseException as error:  # handed on to the thread that decides
                answer = error
            self.answers.put((job, answer))

    def _take(self, job: _Job, answer: Any) -> None:
        """Judge one answer, write what is kept, or send the job again."""
        del self.under_way[job.request]
        if isinstance(answer, RequestFailedError):
            job.retries += answer.retries
            self._failed(job, str(answer))
            return
        if isinstance(answer, DataError) and self.kept:
            raise DataError(f"{answer} ({self._left()})") from None
        if isinstance(answer, BaseException):
            raise answer
        job.retries += answer.retries
        job.tokens += answer.tokens or 0
        self.tokens += answer.tokens or 0
        if answer.tokens is None:
            job.uncounted += 1
            if self.options.token_budget is not None:
                raise DataError(
                    f"{self.client.base} does not say how many tokens it used, so a token budget cannot be kept: "
                    f"leave it out and limit the number of rows ({self._left()})"
                )
        found = prompt.items(answer.text)
        if found is None:
            if job.readings < _MORE_READINGS and self._stop() is None:
                job.readings += 1
                job.retries += 1
                self._send(job)
            else:
                limit = f": it was cut at {self.options.max_tokens} tokens" if answer.cut else ""
                self._failed(job, f"the model wrote neither a JSON array nor a list{limit}")
            return
        self._keep(job, answer, found)

    def _keep(self, job: _Job, answer: Any, found: list[Any]) -> None:
        dropped: Counter[str] = Counter()
        rows: list[dict[str, Any]] = []
        for item in found:
            if self.kept + len(rows) >= self.options.n:
                dropped["more than wanted"] += 1
                continue
            text, why = self.sieve.judge(item)
            if why:
                dropped[why] += 1
                continue
            rows.append(
                {
                    "text": text,
                    "label": LABEL,
                    "group": group_of(self.seeds[job.instruction.seed_index]),
                    "source": ORIGIN,
                    "model": answer.model,
                    "prompt": job.instruction.id,
                    "seed": job.instruction.seed_index,
                    "request": job.request,
                    "tokens": job.tokens,
                }
            )
        self.journal.add(
            rows,
            self._line(job) | {"received": len(found), "kept": len(rows), "dropped": dict(dropped), "id": answer.id},
        )
        self.failures = 0
        self.barren = 0 if rows or dropped["more than wanted"] else self.barren + 1
        self.progress(self.kept, self.options.n, f"{self.tokens:,} tokens")

    def _failed(self, job: _Job, why: str) -> None:
        self.journal.add((), self._line(job) | {"failed": why})
        self.failures += 1
        if self.failures >= _FAILURES_IN_A_ROW:
            raise DataError(
                f"{self.client.base}: {self.failures} requests in a row failed, the last with: {why}; "
                f"look at the server, or ask for less at a time ({self._left()})"
            )

    def _line(self, job: _Job) -> dict[str, Any]:
        return {
            "request": job.request,
            "prompt": job.instruction.id,
            "instruction": job.instruction.user,
            "seed": job.instruction.seed_index,
            "tokens": job.tokens,
            "uncounted": job.uncounted,
            "retries": job.retries,
        }

    def _left(self) -> str:
        return f"{self.kept:,} rows are in {self.journal.path}; the same command goes on from there"

    def _nothing(self, stop: Stop) -> str:
        if stop == "tokens" and not self.journal.requests:
            return (
                f"a token budget of {self.options.token_budget:,} is less than one request may take "
                f"({self._reserve(1):,}): raise it, or lower the tokens of one answer"
            )
        why = Counter(
            reason
            for line in self.journal.requests.values()
            for reason in (line.get("failed"), *line.get("dropped", ()))
            if reason
        )
        told = ", ".join(reason for reason, _ in why.most_common(3))
        return f"{self.model} at {self.client.base} brought no row that can be kept ({told}): try another model"

    def _summary(self, stop: Stop) -> Synthesis:
        lines = self.journal.requests.values()
        dropped: Counter[str] = Counter()
        for line in lines:
            dropped.update(line.get("dropped", {}))
        failed = sum("failed" in line for line in lines)
        return Synthesis(
            path=self.journal.path,
            model=self.model,
            wanted=self.options.n,
            kept=self.kept,
            requests=len(lines) - failed,
            failed=failed,
            received=sum(line.get("received", 0) for line in lines),
            dropped=dict(dropped),
            tokens=self.tokens,
            uncounted=sum(line.get("uncounted", 0) for line in lines),
            retries=sum(line.get("retries", 0) for line in lines),
            seconds=time.perf_counter() - self.started,
            resumed=self.resumed,
            stop=stop,
        )
