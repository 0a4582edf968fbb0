"""Commands run on tiny models; what their reports show is tested by itself."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _undrawn(no_pictures: None) -> None:
    """Draw no pictures."""
