"""From options to a split: what is added to the training rows, or judged beside them, is known by no other part."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pointsman.data import embedded
from pointsman.data.conflicts import normalised
from pointsman.data.example import Example
from pointsman.data.near import row_groups
from pointsman.data.synthesis import SynthesisOptions
from pointsman.errors import ConfigError, DataError
from pointsman.pipeline.dataset import Dataset, load_dataset
from pointsman.pipeline.options import DataOptions
from tests.data.chat_server import says, serving

THINGS = {
    "bill": ("invoice", "refund", "charge", "receipt", "fee", "euro", "debit", "tariff", "rebate", "audit"),
    "bug": ("crash", "screen", "button", "freeze", "login", "error", "menu", "cursor", "popup", "driver"),
}


def jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def held(dataset: Dataset) -> list[Example]:
    return [*dataset.split.validation, *dataset.split.test]


def support(word: str) -> list[dict[str, Any]]:
    return [
        {"text": f"{word} {one} {two} {label}{n}", "label": label}
        for label, things in THINGS.items()
        for n, (one, two) in enumerate(zip(things, things[3:], strict=False))
    ]


def test_what_an_endpoint_writes_is_trained_on_only_where_no_held_out_row_knows_it(tmp_path: Path) -> None:
    judged = [row for row in held(load_dataset("modality", None, DataOptions())) if row.label == "BOTH"]
    texts = [row.text for row in judged if 3 <= len(row.text.split()) <= 80][:20]
    assert len(texts) == 20
    fresh = "Sketch the mast with its keel and rudder, and tell what sails, anchors and hulls are for"
    with serving(says(json.dumps([*texts[:9], fresh])), says(json.dumps(texts[9:]))) as server:
        options = SynthesisOptions.asked(server.address, 30)
        dataset = load_dataset("modality", None, DataOptions(synthesis=options), workspace=tmp_path / "made")
        shown = json.dumps(server.posts)
    written = [row for row in dataset.split.train if row.origin == "synthesis"]
    assert [row.text for row in written] == [fresh]
    assert any("left out that a held-out part knows" in note for note in dataset.notes)
    assert not {row.group for row in written} & {row.group for row in held(dataset)}
    assert not [row.text for row in judged if json.dumps(row.text)[1:-1] in shown], "a held-out seed was shown"


def test_rows_of_another_source_that_train_the_router_are_refused_or_told(tmp_path: Path) -> None:
    data = jsonl(tmp_path / "rows.jsonl", support("please mend my"))
    other = jsonl(tmp_path / "other.jsonl", support("nobody here ever saw such"))
    found = load_dataset(None, "support", DataOptions(path=data, shifted=other))
    assert found.leakage is None
    assert found.shifted is not None
    with pytest.raises(DataError, match=r"rows\.jsonl: these rows are not of another source: .* very text of a train"):
        load_dataset(None, "support", DataOptions(path=data, shifted=data))
    told = load_dataset(None, "support", DataOptions(path=data, shifted=data, allow_leakage=True)).leakage
    assert told is not None
    assert told.startswith("shifted figures are too high: ")


def test_groups_of_another_file_name_other_things(tmp_path: Path) -> None:
    data = jsonl(tmp_path / "rows.jsonl", [row | {"group": f"{n}"} for n, row in enumerate(support("please mend my"))])
    rows = [row | {"group": f"{n}"} for n, row in enumerate(support("nobody here ever saw such"))]
    other = jsonl(tmp_path / "other.jsonl", rows)
    assert load_dataset(None, "support", DataOptions(path=data, shifted=other)).leakage is None


def test_rows_of_the_generator_that_are_nearly_a_held_out_row_do_not_train(tmp_path: Path) -> None:
    made = [row for row in embedded.load("pii") if not row.spans and len(row.text.split()) >= 20]
    known = list({row.group: row for row in made}.values())[:5]
    own = [
        {
            "text": f"Call Ada about the {one} number {n}",
            "spans": [{"start": 5, "end": 8, "label": "PERSON"}],
            "split": "validation" if n % 4 == 0 else "train",
        }
        for n, one in enumerate(THINGS["bill"])
    ]
    path = jsonl(
        tmp_path / "rows.jsonl", [*own, *({"text": f"{r.text} ok", "spans": [], "split": "test"} for r in known)]
    )
    dataset = load_dataset("pii", None, DataOptions(path=path, allow_leakage=True))
    train = [row for row in dataset.split.train if row.origin == "embedded" or row.source == "embedded"]
    assert len(train) > 1000
    near = row_groups([*dataset.split.test, *train])
    assert not set(near[: len(dataset.split.test)]) & set(near[len(dataset.split.test) :])
    assert not {normalised(row.text) for row in train} & {normalised(row.text) for row in held(dataset)}


def test_a_task_and_a_new_one_and_neither() -> None:
    with pytest.raises(ConfigError, match="not both"):
        load_dataset("pii", "mine", DataOptions())
    with pytest.raises(ConfigError, match="neither is named"):
        load_dataset(None, None, DataOptions())
