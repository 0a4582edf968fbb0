"""What every client of an OpenAI-compatible API has to know: where its address ends, and how its errors read.

Takes text and bytes. Knows no HTTP library, and not what is asked for.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from typing import Any

from pointsman.errors import ConfigError

_VERSION = re.compile(r"v\d+\w*")
_LONGEST = 300


def base_address(endpoint: str, *, named: str, key_in: str) -> str:
    """Return the address that `/chat/completions` is appended to: `http://host:8000` becomes `http://host:8000/v1`.

    Args:
        endpoint: as the user gives it, with or without `/v1` and what follows it.
        named: the option it was given with, for errors.
        key_in: where a key belongs instead of the address, for errors.

    Raises:
        ConfigError: not an http(s) address, or one that holds a password, a query or a fragment.
    """
    try:
        parts = urllib.parse.urlsplit(endpoint.strip())
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment or re.search(r"\s", endpoint.strip()):
        raise ConfigError(f"{named} {endpoint!r}: use an address such as http://localhost:8000/v1")
    if "@" in parts.netloc:
        raise ConfigError(f"{named}: leave name and password out of the address; a key goes in {key_in}")
    path = parts.path.rstrip("/").removesuffix("/chat/completions").rstrip("/")
    if not any(_VERSION.fullmatch(segment) for segment in path.split("/")):
        path += "/v1"
    return f"{parts.scheme}://{parts.netloc}{path}"


def said(body: bytes, *, key: str = "") -> tuple[str, frozenset[str]]:
    """Return what an error answer says, on one line, and the names that it gives the error.

    Understood are `{"error": {"message", "type", "code"}}`, the same without the outer level, `{"detail": …}` and plain
    text or HTML.

    Args:
        body: of the answer, or its beginning.
        key: that was sent, to be kept out of errors.

    Returns:
        The message, "" when there is none; and its `type` and `code`, none where the body is no error of this API.
    """
    text = body.decode(errors="replace")
    names: frozenset[str] = frozenset()
    try:
        found: Any = json.loads(text)
        inner = found.get("error", found) if isinstance(found, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("message"), str):
            names = frozenset(str(inner[name]) for name in ("type", "code") if inner.get(name) is not None)
        for name in ("error", "message", "detail"):
            if isinstance(found, dict) and name in found:
                found = found[name]
        text = found if isinstance(found, str) else json.dumps(found)
    except (ValueError, RecursionError):
        text = re.sub(r"<[^>]*>", " ", text)
    line = " ".join(text.split())
    if key:
        line = line.replace(key, "***")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…", names
