"""Which route a path belongs to and what may be done with it, known before anything of a request is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute, Match, Route


@dataclass(frozen=True)
class Endpoint:
    """A path that is served.

    Attributes:
        template: as it was written, e.g. `/api/v1/classify/{task}`.
        methods: that it takes.
        allow: the same, as a header.
    """

    template: str
    methods: frozenset[str]
    allow: str


class Endpoints:
    """The paths of an application.

    Args:
        routes: of Starlette, the first that fits wins.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        methods: dict[str, set[str]] = {}
        first: dict[str, Route] = {}
        for route in routes:
            if isinstance(route, Route):
                methods.setdefault(route.path, set()).update(route.methods or {"GET", "HEAD"})
                first.setdefault(route.path, route)
        known = {path: Endpoint(path, frozenset(found), ", ".join(sorted(found))) for path, found in methods.items()}
        self._plain = {path: endpoint for path, endpoint in known.items() if "{" not in path}
        self._patterns = [(first[path], endpoint) for path, endpoint in known.items() if "{" in path]

    def find(self, scope: dict[str, Any]) -> Endpoint | None:
        """Return what a request asks for; None: a path that is not served."""
        if (plain := self._plain.get(scope["path"])) is not None:
            return plain
        for route, endpoint in self._patterns:
            if route.matches(scope)[0] is not Match.NONE:
                return endpoint
        return None
