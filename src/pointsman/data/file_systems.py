"""File systems by URL (`s3://…`), opened by fsspec, and what goes wrong with them: one line each.

The package of a URL's scheme is needed (`s3fs` for `s3://`); credentials are found as that package finds them.
"""

from __future__ import annotations

from typing import Any

from pointsman.data.urls import scheme_of
from pointsman.errors import ConfigError, DataError, MissingExtraError, OutputError, PointsmanError, nearest

OBJECT_STORES = {"s3": ("s3", "s3fs"), "s3a": ("s3", "s3fs"), "gs": ("gcs", "gcsfs"), "gcs": ("gcs", "gcsfs")}
"""Schemes of stores that have buckets and no folders -> extra of Pointsman and package that they need."""

_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError", "ProfileNotFound")
_REFUSED = (
    "PermissionError",
    "RefreshError",
    "UnauthorizedSSOTokenError",
    "TokenRetrievalError",
    "AuthenticationError",
)
_AWAY = ("Connect", "Timeout", "Endpoint", "DNS", "gaierror")


def open_file_system(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, as fsspec has it, and the path in it.

    Raises:
        ConfigError: no such file system, no URL of it, or a package missing that no extra of ours brings.
        MissingExtraError: the package of a scheme that Pointsman has an extra for is not installed.
    """
    scheme = scheme_of(url)
    extra = OBJECT_STORES.get(scheme)
    try:
        import fsspec
    except ImportError:
        raise MissingExtraError(extra[0] if extra else "s3", "fsspec") from None
    try:
        fs, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        if extra:
            raise MissingExtraError(*extra) from None
        reason = " ".join(str(error).split())
        raise ConfigError(f"{url}: a package for {scheme}:// is missing ({reason}): pip install it") from None
    except ValueError as error:
        known = fsspec.available_protocols()
        if scheme in known:
            raise ConfigError(f"{url} is no URL of {scheme}:// ({' '.join(str(error).split())})") from None
        raise ConfigError(
            f"{url}: no file system '{scheme}:'{nearest(scheme, known)}; use a local path, s3://BUCKET/KEY "
            "or gs://BUCKET/KEY"
        ) from None
    except Exception as error:
        raise explain(url, error) from None
    return fs, str(path)


def explain(url: str, error: Exception, *, writes: bool = False) -> PointsmanError:
    """Return what an error of a file system's package means: no credentials, refused, nothing there, out of reach."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    text = " ".join(str(error).split())[:200]
    if any(kind in _NO_CREDENTIALS for kind in kinds):
        return ConfigError(
            f"{url}: no credentials for {scheme_of(url)}:// ({text}): {_how_to_log_in(url)}, then run it again"
        )
    if any(kind in _REFUSED for kind in kinds) or getattr(error, "status", None) in (401, 403):
        verb = "written" if writes else "read"
        return ConfigError(f"{url} may not be {verb} with these credentials ({text}): {_how_to_log_in(url)}")
    if "bucket" in text and isinstance(error, FileNotFoundError):
        return DataError(f"{url}: no bucket '{bucket_of(url)}': make it, or correct it")
    if isinstance(error, FileNotFoundError):
        return DataError(f"{url}: nothing is there ({text}): correct the path")
    if any(part in kind for part in _AWAY for kind in kinds[:3]):
        return ConfigError(f"{url} cannot be reached ({text}): see the network, and AWS_ENDPOINT_URL if it is set")
    kind = OutputError if writes else DataError
    return kind(f"{url} cannot be {'written' if writes else 'read'} ({kinds[0]}: {text})")


def bucket_of(url: str) -> str:
    """Return the bucket's name of an object store's URL."""
    return url.partition("://")[2].partition("/")[0]


def _how_to_log_in(url: str) -> str:
    if scheme_of(url) in ("s3", "s3a"):
        return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run 'aws configure'"
    if scheme_of(url) in ("gs", "gcs"):
        return "run 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS"
    return "log in as its package says"
