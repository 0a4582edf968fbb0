"""The errors a user can meet: one line each, saying what was wrong, where, and what to do.

`PointsmanError` is the base; the command line prints its text and exits 2, without a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PointsmanError(Exception):
    """Base of every error that a user can cause and mend."""


class DataError(PointsmanError):
    """Data that cannot be read, or that must not be trained on."""


class TaskError(PointsmanError):
    """An unknown task or label, or a task file that is not one."""


class BackboneError(PointsmanError):
    """A backbone that cannot be had, is of no known family, or is not the bytes it should be."""


class ArtifactError(PointsmanError):
    """A directory that is not a whole artifact, or disagrees with itself."""


class ConfigError(PointsmanError):
    """Options that make no sense, alone or together."""


class OutputError(PointsmanError):
    """An output place that exists, cannot be written, or is full."""


class ExpertError(PointsmanError):
    """An expert that cannot be asked: its server is away, or its adapter cannot be loaded."""


class WorkerError(PointsmanError):
    """A worker that ended, or cannot be had, before its work was done."""


class MissingExtraError(PointsmanError):
    """A part of Pointsman that is not installed."""

    def __init__(self, extra: str, module: str) -> None:
        super().__init__(f"this needs the Python package '{module}': pip install 'pointsman[{extra}]'")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" for the closest known name, or "" when none is close."""
    found = difflib.get_close_matches(name.casefold(), {k.casefold(): k for k in known}, n=1, cutoff=0.5)
    if not found:
        return ""
    original = next(k for k in known if k.casefold() == found[0])
    return f", did you mean '{original}'?"
