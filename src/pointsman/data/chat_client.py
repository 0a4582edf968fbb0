"""A small client of OpenAI-compatible chat endpoints: one question, one answer, with patience and without surprises.

Takes a base address, gives `Reply`. Time-outs, dropped connections, 408, 429 and 5xx are tried again a bounded number
of times, with exponential back-off and seeded jitter; everything else the server refuses is one clear error. Built on
`urllib`: it honours proxies, needs no package, and threads are enough for the few requests that a model answers at
once. The key goes to that endpoint alone (redirects are not followed). It does not know what the texts are for.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from pointsman.data.chat_protocol import base_address, said
from pointsman.errors import DataError
from pointsman.patience import retry_after

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
# A server that wants to be left alone for longer than this is not waited for.
_LONGEST_RETRY_AFTER = 300.0
_MOST_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Attributes:
        text: what the model wrote; "" when it wrote nothing.
        model: the model as the server names it.
        id: the server's name of the request.
        tokens: prompt and completion, as the server counts them; None: it does not say.
        cut: the model was stopped by the limit of tokens.
        retries: how often the request was sent again before this answer came.
    """

    text: str
    model: str
    id: str
    tokens: int | None
    cut: bool
    retries: int


class RequestFailedError(Exception):
    """A request that failed in ways that may pass, too often; the next one may do better."""

    def __init__(self, reason: str, retries: int) -> None:
        super().__init__(reason)
        self.retries = retries


class _PassingError(Exception):
    """A fault that may pass: what happened, and how long the server asks to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow no redirect: it would take the key somewhere else, and turn POST into GET."""


class ChatClient:
    """Asks one endpoint; may be used from several threads at once.

    Args:
        endpoint: base address, with or without `/v1`.
        timeout: seconds that one attempt may take, the reading of its answer included.
        retries: further attempts after the first.
        seed: of the jitter.
        key: bearer token, sent to this endpoint only; None: none.
        sleep: how to wait, in seconds.
        stopped: asked before each retry; True ends the request.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        timeout: float = 120.0,
        retries: int = 5,
        seed: int = 0,
        key: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.base = base_address(endpoint, named="--vllm-endpoint", key_in="OPENAI_API_KEY")
        self.timeout = timeout
        self.retries = retries
        self.seed = seed
        self._key = key.strip() if key else ""
        self._sleep = sleep
        self._stopped = stopped
        self._reached = False
        self._opener = urllib.request.build_opener(_NoRedirect)

    def first_model(self) -> str:
        """Return the name of the first model that the endpoint serves.

        Raises:
            DataError: it cannot be reached, refuses, or serves none.
        """
        try:
            body, _ = self._patiently("GET", "/models", None, "models")
        except RequestFailedError as error:
            raise DataError(f"{self.base}/models: {error}; name the model to ask, or try later") from None
        served = body.get("data")
        first = served[0].get("id") if isinstance(served, list) and served and isinstance(served[0], dict) else None
        if not isinstance(first, str) or not first:
            raise DataError(f"{self.base}/models names no model: name the one to ask")
        return first

    def ask(self, messages: Sequence[Mapping[str, str]], name: str, **settings: Any) -> Reply:
        """Send one chat request.

        Args:
            messages: `role` and `content` of each.
            name: names the request; the jitter of its waiting depends on it.
            settings: further fields of the request (`model`, `temperature`, `max_tokens`, …).

        Raises:
            RequestFailedError: it failed in passing ways, once more than `retries`.
            DataError: the server refuses such requests.
        """
        body, retries = self._patiently("POST", "/chat/completions", {"messages": list(messages), **settings}, name)
        choice = body["choices"][0]
        return Reply(
            text=choice["message"].get("content") or "",
            model=str(body.get("model") or settings.get("model", "")),
            id=str(body.get("id", "")),
            tokens=_tokens(body.get("usage")),
            cut=choice.get("finish_reason") == "length",
            retries=retries,
        )

    def _patiently(self, method: str, path: str, content: Any, name: str) -> tuple[dict[str, Any], int]:
        """Return the answer's JSON object and the number of retries it took."""
        jitter = random.Random(f"{self.seed}:{name}")
        for attempt in range(self.retries + 1):
            try:
                body = self._once(method, path, content)
            except _PassingError as fault:
                if attempt == self.retries or fault.wait > _LONGEST_RETRY_AFTER or self._stopped():
                    raise RequestFailedError(str(fault), attempt) from None
                wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt) * jitter.uniform(0.5, 1.0)
                self._sleep(max(wait, fault.wait))
            else:
                return body, attempt
        raise AssertionError("not reached")

    def _once(self, method: str, path: str, content: Any) -> dict[str, Any]:
        headers = {"Accept": "application/json", "User-Agent": "pointsman"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
        deadline = time.monotonic() + self.timeout
        try:
            with self._opener.open(request, timeout=self.timeout) as response:
                raw = _read(response, deadline)
        except urllib.error.HTTPError as error:
            with error:
                self._refused(path, error)
        except TimeoutError:
            raise _PassingError(f"no answer within {self.timeout:g} s") from None
        except (OSError, http.client.HTTPException) as error:  # URLError is an OSError
            self._unreachable(error)
        self._reached = True
        try:
            body = json.loads(raw)
            if method == "POST":
                message = body["choices"][0]["message"]
                if not isinstance(message.get("content") or "", str):
                    raise TypeError
            elif not isinstance(body, dict):
                raise TypeError
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            raise _PassingError("the answer is not the JSON of a chat completion") from None
        return dict(body)

    def _refused(self, path: str, error: urllib.error.HTTPError) -> None:
        """Raise what an HTTP status that is not 2xx means."""
        self._reached = True
        status = f"{error.code} {error.reason or http.client.responses.get(error.code, '')}".strip()
        words = self._message(error)
        if error.code in (408, 429) or error.code >= 500:
            raise _PassingError(f"{status}{words}", retry_after(error.headers.get("Retry-After")) or 0.0)
        if 300 <= error.code < 400:
            words = f": it redirects to {error.headers.get('Location', 'nowhere')}; give that address"
        elif error.code in (401, 403):
            words += "; put the endpoint's key in OPENAI_API_KEY" if not self._key else "; look at OPENAI_API_KEY"
        elif error.code == 404:
            words += "; look at the address and at the name of the model"
        raise DataError(f"{self.base}{path} answers {status}{words}")

    def _message(self, error: urllib.error.HTTPError) -> str:
        """Return ": what the server says", on one line and without the key."""
        try:
            message, _ = said(error.read(65_536), key=self._key)
        except (OSError, http.client.HTTPException):
            return ""
        return f": {message}" if message else ""

    def _unreachable(self, error: Exception) -> None:
        """Raise what a connection that failed means."""
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, TimeoutError):
            raise _PassingError(f"no connection within {self.timeout:g} s") from None
        if isinstance(reason, ssl.SSLCertVerificationError):
            raise DataError(f"{self.base}: its certificate is not trusted ({reason.verify_message})") from None
        if not self._reached and isinstance(reason, ConnectionRefusedError | socket.gaierror):
            raise DataError(f"{self.base} cannot be reached ({reason}): is the server up, the address right?") from None
        raise _PassingError(
            f"the connection broke ({' '.join(str(reason).split()) or type(reason).__name__})"
        ) from None


def _read(response: IO[bytes], deadline: float) -> bytes:
    """Read a whole body before the deadline, however slowly it drips."""
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read1(65_536):  # type: ignore[attr-defined]
        chunks.append(chunk)
        size += len(chunk)
        if time.monotonic() > deadline:
            raise TimeoutError
        if size > _MOST_BYTES:
            raise _PassingError(f"the answer is larger than {_MOST_BYTES:,} bytes")
    if getattr(response, "length", None):  # bytes that were promised and never came
        raise http.client.IncompleteRead(b"", response.length)  # type: ignore[attr-defined]
    return b"".join(chunks)


def _tokens(usage: Any) -> int | None:
    """Return prompt and completion tokens together, if the server counts them."""
    if not isinstance(usage, dict):
        return None
    counts = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    if all(isinstance(n, int) and n >= 0 for n in counts):
        return sum(counts)  # type: ignore[arg-type]
    total = usage.get("total_tokens")
    return total if isinstance(total, int) and total >= 0 else None
