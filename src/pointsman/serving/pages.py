"""The page for people and the readable API reference: plain files of `page/`, served so that a browser keeps them and
asks no other host for anything. Knows no model and no request: what the page shows it asks of the API itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pointsman.serving.errors import ApiError

FOLDER = Path(__file__).parent / "page"

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy: nothing but this server's own files and answers, no code in the HTML."""


@dataclass(frozen=True)
class _File:
    content: bytes
    kind: str
    tag: str


def routes() -> list[Route]:
    """Return the routes of the page (`/`), the reference (`/docs`) and their files (`/page/…`), read once."""
    files = {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}

    async def index(request: Request) -> Response:
        return _answer(request, files["index.html"])

    async def docs(request: Request) -> Response:
        return _answer(request, files["docs.html"])

    async def part(request: Request) -> Response:
        name = request.path_params["file"]
        if name not in files or name.endswith(".html"):
            raise ApiError(404, "NOT_FOUND", f"the page has no file '{name}': it starts at /")
        return _answer(request, files[name])

    return [Route("/", index), Route("/docs", docs), Route("/page/{file}", part)]


def _read(path: Path) -> _File:
    content = path.read_bytes()
    return _File(content, TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _answer(request: Request, file: _File) -> Response:
    headers = {
        "ETag": file.tag,
        "Cache-Control": "no-cache",  # kept, but asked for again: a new version of the server is a new page
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    if file.tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers={**headers, "Content-Type": file.kind})
