"""The command line as a user meets it: arguments in, exit code and both streams out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pointsman.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command: `run("verb", …)` gives exit code, standard output and standard error."""

    def call(*args: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main([str(a) for a in args])
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return call
