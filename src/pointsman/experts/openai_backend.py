"""Experts on an OpenAI-compatible server (vLLM and its like) that has each adapter under its own name.

Takes the server's address, gives answers, whole or as they are written. Loads and unloads adapters there where it is
allowed to. One pool of connections; safe to share among threads. Knows neither router nor tool calls.

Tried again, within one budget of seconds: connections that fail or break, 429, 502, 503 and 504; never once a piece of
the answer has been handed on.
"""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pointsman.data.chat_protocol import base_address
from pointsman.data.pictures import Picture, to_data_url
from pointsman.errors import ConfigError, ExpertError, nearest
from pointsman.experts.backend import Answered
from pointsman.experts.openai_errors import NotServedError, lora_refused, lora_settled, refused
from pointsman.experts.openai_http import Pool
from pointsman.experts.openai_stream import Reply, Stream, names, whole
from pointsman.patience import FaultError, Patience

R = TypeVar("R")


class OpenAIBackend:
    """Asks the experts of one server.

    Args:
        url: of the API, with or without `/v1`.
        key: where the server wants one; sent to this address alone, and in no error.
        timeout_seconds: that one answer may take, with its retries, waits and the loading of its adapter. A stream may
            overrun it by the silence that is allowed.
        first_token_seconds: of silence allowed before the first piece of a stream, and between pieces.
        retries: further attempts.
        load_adapters: let the server load an adapter that it does not have yet; it has to run with
            VLLM_ALLOW_RUNTIME_LORA_UPDATING=True.
        adapters: folder of each expert's adapter, as the server's machine sees it.
        extra: further fields of every request, for what the API's own do not say.
        extra_of_images: further fields of requests with an image.
        sleep: how to wait, in seconds.

    Raises:
        ConfigError: no address, no key that a header can hold, or numbers out of range.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None,
        timeout_seconds: float = 60.0,
        first_token_seconds: float = 30.0,
        retries: int = 2,
        load_adapters: bool = False,
        adapters: Mapping[str, Path] | None = None,
        extra: Mapping[str, Any] | None = None,
        extra_of_images: Mapping[str, Any] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base_address(url, named="backend.url", key_in="backend.key_env")
        if timeout_seconds <= 0 or first_token_seconds <= 0 or retries < 0:
            raise ConfigError(
                f"backend: timeout_seconds {timeout_seconds:g}, first_token_seconds {first_token_seconds:g}, "
                f"retries {retries}: seconds above 0, retries of 0 or more"
            )
        self._key = (key or "").strip()
        if not self._key.isascii() or not self._key.isprintable():
            raise ConfigError(
                "backend.key_env: the key holds what no header can: look for a line break or a letter with an accent"
            )
        self._timeout, self._silence, self._retries = timeout_seconds, first_token_seconds, retries
        self._loads, self._adapters = load_adapters, dict(adapters or {})
        self._extra, self._extra_of_images = dict(extra or {}), dict(extra_of_images or {})
        self._sleep = sleep
        self._pool = Pool(self.base, self._key)

    def answer(
        self,
        expert_name: str,
        text: str,
        image: Picture | None,
        *,
        system: str,
        max_new_tokens: int,
        on_text: Callable[[str], None] | None,
    ) -> Answered:
        """See `Backend.answer`; `seconds` holds `answer`, `first_token` of a stream, and `switch` if it was loaded."""
        started = time.perf_counter()
        seconds: dict[str, float] = {}
        patience = Patience(self._timeout, self._retries)
        where = f"expert '{expert_name}' at {self.base}"
        fields: dict[str, Any] = {
            "model": expert_name,
            "messages": _messages(text, image, system),
            "temperature": 0,
            "max_tokens": max_new_tokens,
            **self._extra,
            **(self._extra_of_images if image is not None else {}),
        }
        if on_text is not None:
            fields |= {"stream": True, "stream_options": {"include_usage": True}}
        body = json.dumps(fields).encode()

        def attempt(left: float) -> Reply:
            if on_text is None:
                return self._whole(where, body, left)

            def told(piece: str) -> None:
                seconds.setdefault("first_token", time.perf_counter() - started)
                on_text(piece)

            return self._streamed(where, body, left, told)

        try:
            reply = self._patiently(attempt, patience)
        except NotServedError as error:
            if not self._may_load(expert_name, error, patience):
                raise
            seconds["switch"] = self._load(expert_name, patience)
            started = time.perf_counter()
            reply = self._patiently(attempt, patience)
        seconds["answer"] = time.perf_counter() - started
        return Answered(reply.text, reply.tokens, reply.truncated, seconds)

    def served(self) -> list[str]:
        """Return the names that the server has: base models and adapters.

        Raises:
            ExpertError: it cannot be reached, or is none of this API.
        """
        return self._served(Patience(self._timeout, self._retries))

    def check(self, names: Iterable[str], flags: Sequence[str] = ()) -> None:
        """Look whether the server has all these experts, and load those that it lacks where that is allowed.

        Args:
            names: of the experts.
            flags: that the server needs to have them, as words of its command; (): those for the missing ones alone.

        Raises:
            ExpertError: it lacks some, and names the flags; or see `served` and `load`.
        """
        served = self.served()
        missing = [name for name in names if name not in served]
        if self._loads:
            for name in [name for name in missing if name in self._adapters]:
                self.load(name)
                missing.remove(name)
        if missing:
            raise ExpertError(self._lacks(missing, served, flags))

    def load(self, name: str) -> None:
        """Let the server load an expert's adapter; no harm if it has it.

        Raises:
            ExpertError: it may not or cannot.
        """
        self._load(name, Patience(self._timeout, self._retries))

    def unload(self, name: str) -> None:
        """Let the server let go of an expert's adapter; no harm if it does not have it.

        Raises:
            ExpertError: it may not or cannot.
        """
        self._lora("/unload_lora_adapter", name, "", Patience(self._timeout, self._retries))

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def __enter__(self) -> OpenAIBackend:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _whole(self, where: str, body: bytes, left: float) -> Reply:
        with self._pool.ask(where, "POST", "/chat/completions", body, seconds=left, silence=left) as answer:
            content = answer.body()
        if answer.status != 200:
            raise refused(where, answer.status, answer.headers, content, key=self._key)
        return whole(where, content, answer.kind)

    def _streamed(self, where: str, body: bytes, left: float, on_text: Callable[[str], None]) -> Reply:
        stream = Stream(where, self._key)
        silence = min(left, self._silence)
        with self._pool.ask(where, "POST", "/chat/completions", body, seconds=left, silence=silence) as answer:
            if answer.status != 200:
                raise refused(where, answer.status, answer.headers, answer.body(), key=self._key)
            try:
                for piece in stream.pieces(answer.events(lambda: stream.written)):
                    on_text(piece)
            except FaultError as fault:
                if stream.written:
                    raise FaultError(fault.error, again=False) from None
                raise
        return stream.reply()

    def _may_load(self, name: str, error: NotServedError, patience: Patience) -> bool:
        """Return whether a model that the server has not may be loaded there.

        Raises:
            ExpertError: it may not, or it is not the model that is missing.
        """
        try:
            served = self._served(patience)
        except NotServedError:
            told = "is this an OpenAI-compatible API? Its address usually ends in /v1"
            raise ExpertError(f"{error}: {told}") from None
        if self._loads and name in self._adapters:
            return True  # even if it is served by now: another thread may have loaded it, and to ask twice does no harm
        if name in served:
            return False
        raise ExpertError(self._lacks([name], served, ())) from None

    def _served(self, patience: Patience) -> list[str]:
        where = f"{self.base}/models"

        def attempt(left: float) -> list[str]:
            with self._pool.ask(where, "GET", "/models", None, seconds=left, silence=left) as answer:
                content = answer.body()
            if answer.status != 200:
                raise refused(where, answer.status, answer.headers, content, key=self._key)
            return names(where, content, answer.kind)

        return self._patiently(attempt, patience)

    def _load(self, name: str, patience: Patience) -> float:
        """Let the server load an adapter; returns the seconds that it took."""
        if name not in self._adapters:
            raise ExpertError(f"expert '{name}' has no adapter folder: give its path in the experts file")
        started = time.perf_counter()
        self._lora("/load_lora_adapter", name, str(self._adapters[name].absolute()), patience)
        return time.perf_counter() - started

    def _lora(self, path: str, name: str, folder: str, patience: Patience) -> None:
        where = f"expert '{name}' at {self.base}{path}"
        body = json.dumps({"lora_name": name} | ({"lora_path": folder} if folder else {})).encode()

        def attempt(left: float) -> None:
            with self._pool.ask(where, "POST", path, body, seconds=left, silence=left) as answer:
                content = answer.body()
            if answer.status != 200 and not lora_settled(answer.status, content):
                raise lora_refused(where, answer.status, answer.headers, content, key=self._key, path=folder)

        self._patiently(attempt, patience)

    def _lacks(self, missing: Sequence[str], served: Sequence[str], flags: Sequence[str]) -> str:
        """Say what the server does not have, and how it would."""
        experts = f"expert {', '.join(repr(name) for name in missing)}"
        has = ", ".join(repr(name) for name in served) or "no model"
        hint = nearest(missing[0], served) if len(missing) == 1 else ""
        if not flags:
            known = [f"{name}={self._adapters.get(name, 'PATH')}" for name in missing]
            flags = ["--enable-lora", "--lora-modules", *known]
        return (
            f"{self.base} does not serve {experts}{hint}: it serves {has}; start it with: "
            f"vllm serve BASE {shlex.join(flags)}"
        )

    def _patiently(self, attempt: Callable[[float], R], patience: Patience) -> R:
        while True:
            try:
                return attempt(patience.left)
            except FaultError as fault:
                self._sleep(patience.wait_after(fault))


def _messages(text: str, image: Picture | None, system: str) -> list[dict[str, Any]]:
    """Return the turns of a request; the image stands before the text, as the experts were trained.

    The server's tokenizer is not known here: what has the form of chat models' special tokens is broken up in the text,
    as `Preparer` does with those that it knows, so that no text ends its own turn.
    """
    text = _SPECIAL.sub("< ", text)
    turns: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    if image is None:
        return [*turns, {"role": "user", "content": text}]
    shown = {"type": "image_url", "image_url": {"url": to_data_url(image)}}
    return [*turns, {"role": "user", "content": [shown, {"type": "text", "text": text}]}]


_SPECIAL = re.compile(r"<(?=\|[^<>|\s]+\|>)")
"""Where a token like `<|im_end|>` begins."""
