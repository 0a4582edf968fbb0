"""What `--overwrite` may throw away of rows that an endpoint was paid for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pointsman import tasks
from pointsman.data.sources.source import Ask, Reading
from pointsman.data.sources.synthesis import SOURCE
from pointsman.data.synthesis_journal import ROWS, opened
from pointsman.errors import OutputError


def test_overwrite_keeps_the_rows_that_another_process_is_writing(tmp_path: Path) -> None:
    reading = Reading(endpoint="http://127.0.0.1:9", endpoint_model="any", workspace=tmp_path, overwrite=True)
    with opened(tmp_path) as journal:
        journal.begin({"model": "any"})
        journal.add([{"text": "paid for", "request": 0, "tokens": 3}], {"request": 0, "kept": 1})
        with pytest.raises(OutputError, match="another process is at work"):
            SOURCE.read(Ask("synthesis", "synthesis"), tasks.get("modality"), reading)
        assert "paid for" in (tmp_path / ROWS).read_text()
