from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.forms import exported
from tests.serving.servers import Running, running


@pytest.fixture(scope="session")
def served_bundle(router: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of two tiny routers on one backbone: `support` (sequence) and `pii` (token), fp32 and int8."""
    out = tmp_path_factory.mktemp("served") / "bundle"
    return exported([router("bert", "sequence"), router("bert", "token")], "bundle", out).path


@pytest.fixture(scope="session")
def server(served_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of `served_bundle` for all tests that do not change it."""
    with running(served_bundle, log=tmp_path_factory.mktemp("server") / "log") as found:
        yield found
