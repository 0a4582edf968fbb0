"""Paths that are not of this machine: `s3://bucket/key` and other URLs, and `volume:NAME/path` of Modal.

`Path("s3://bucket/key")` drops a slash and says `s3:/bucket/key`: both forms are recognised, and the URL is given back.
Opens nothing.
"""

from __future__ import annotations

import re
from pathlib import Path, PosixPath

# One letter would be a drive of Windows.
_URL = re.compile(r"(?!volume:)([A-Za-z][A-Za-z0-9+.-]+):/(.*)", re.DOTALL)


class UrlPath(PosixPath):
    """A path for showing: as text it is the URL itself, both slashes in their place."""

    def __str__(self) -> str:
        text = super().__str__()
        return url_of(text) if is_remote(text) else text


def is_volume(path: Path | str) -> bool:
    """Tell whether a path is one on a Modal volume, `volume:NAME/path`."""
    return str(path).startswith("volume:")


def is_remote(path: Path | str) -> bool:
    """Tell whether a path is a URL of a file system, in either form."""
    return _URL.fullmatch(str(path)) is not None


def url_of(path: Path | str) -> str:
    """Return the URL that a path was made of; of `file:`, which has no host, the one of its absolute path.

    Raises:
        ValueError: it is no URL.
    """
    found = _URL.fullmatch(str(path))
    if found is None:
        raise ValueError(f"{path} is no URL")
    scheme, rest = found.group(1).lower(), found.group(2).lstrip("/")
    return f"{scheme}:///{rest}" if scheme in ("file", "local") else f"{scheme}://{rest}"


def is_hub_id(typed: str) -> bool:
    """Tell whether a text that names no file here is one of the Hugging Face Hub: `org/name`, `org/name@revision`."""
    return (
        typed.count("/") == 1 and ":" not in typed and not typed.startswith((".", "/", "~")) and not Path(typed).suffix
    )


def scheme_of(url: str) -> str:
    """Return `s3` of `s3://bucket/key`."""
    return url.partition(":")[0]
