"""Who may ask for what: API keys in a request's headers against those of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from pointsman.serving.errors import ApiError
from pointsman.serving.settings import Key, Settings

ADMIN = "/admin/"
"""Paths below it are for admin keys alone."""

_OPEN = frozenset({"/health", "/ready", "/", "/docs"})  # probes, and the page, which holds no data
_OPEN_BELOW = "/page/"


class Refusal(ApiError):  # noqa: N818 - as ApiError is called
    """An error with headers of its own."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(status, code, message)
        self._own = {name.replace("_", "-"): value for name, value in headers.items()}

    def headers(self) -> dict[str, str]:
        """Return what goes beside the body."""
        return super().headers() | self._own


class Door:
    """Lets requests in.

    Args:
        settings: whose keys.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def admit(self, path: str, headers: Mapping[bytes, bytes]) -> Key | None:
        """Return whose key a request carries; None where none is needed.

        Args:
            path: that is asked for.
            headers: of the request, names in lower case.

        Raises:
            ApiError: 401: a key is needed and not given, or is none of ours; 403: it does not open this path.
        """
        admin = path.startswith(ADMIN)
        if not self._settings.keys:
            if admin:
                raise ApiError(
                    403, "FORBIDDEN", "admin paths need an admin key, and no keys are configured: see `keys`"
                )
            return None
        key = self._key(headers)
        if key is None and (path in _OPEN or path.startswith(_OPEN_BELOW)):
            return None
        if key is None:
            raise Refusal(
                401,
                "UNAUTHORIZED",
                "send an API key that is known here: 'Authorization: Bearer KEY' or 'X-API-Key: KEY'",
                WWW_Authenticate='Bearer realm="pointsman"',
            )
        if admin and not key.admin:
            raise ApiError(403, "FORBIDDEN", f"the key '{key.name}' is no admin key")
        return key

    def _key(self, headers: Mapping[bytes, bytes]) -> Key | None:
        scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer":
            given = headers.get(b"x-api-key", b"")
        given = given.strip()
        return self._settings.key_of(given.decode("utf-8", "surrogateescape")) if given else None
