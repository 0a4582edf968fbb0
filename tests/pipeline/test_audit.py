"""The audit step on files: which parts they are, what is written, what is refused."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pointsman.data.files import Fields
from pointsman.errors import DataError, OutputError
from pointsman.pipeline.audit import audit_files, lines
from pointsman.pipeline.options import DataOptions

TOPICS = {
    "bill": ["invoice", "refund", "charge", "receipt", "price", "fee", "balance", "statement", "euro", "debit"],
    "bug": ["crash", "screen", "button", "freeze", "login", "error", "update", "install", "menu", "blank"],
}


def rows(n: int, seed: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    return [
        {"text": f"{' '.join(draw.choices(TOPICS[label], k=5))} {draw.getrandbits(64):x}", "label": label}
        for i in range(n)
        for label in [sorted(TOPICS)[i % 2]]
    ]


def write(path: Path, some: Sequence[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(row) + "\n" for row in some).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_a_folder_a_file_with_a_split_column_and_named_files_are_the_same(tmp_path: Path) -> None:
    train, test = rows(60, 0), rows(20, 1)
    write(tmp_path / "folder" / "train.jsonl", train)
    write(tmp_path / "folder" / "test.jsonl", test)
    one = write(
        tmp_path / "one.jsonl", [{**r, "split": "train"} for r in train] + [{**r, "split": "test"} for r in test]
    )
    several = [write(tmp_path / "support_train.jsonl.gz", train), write(tmp_path / "support-test.jsonl", test)]
    found = [audit_files(paths, None, DataOptions())[0] for paths in ([tmp_path / "folder"], [one], several)]
    assert [one.rows for one in found] == [{"train": 60, "test": 20}] * 3
    assert found[0].baselines == found[1].baselines == found[2].baselines
    assert found[0].faults == ()


def test_a_file_whose_name_says_no_part_is_refused_among_several(tmp_path: Path) -> None:
    files = [write(tmp_path / "train.jsonl", rows(8, 0)), write(tmp_path / "more.jsonl", rows(8, 1))]
    with pytest.raises(
        DataError, match=r"more\.jsonl: its name says no part; .* named after train, validation or test"
    ):
        audit_files(files, None, DataOptions())
    with pytest.raises(DataError, match="no file is named"):
        audit_files([], None, DataOptions())


def test_json_and_lines_are_written_and_not_over_others(tmp_path: Path) -> None:
    file = write(
        tmp_path / "train.jsonl",
        [*rows(40, 0), {"text": "the same", "label": "bug"}, {"text": "The  same", "label": "bill"}],
    )
    out = tmp_path / "new" / "audit.json"
    found, _ = audit_files([file], None, DataOptions(), out=out)
    written = json.loads(out.read_text())
    assert written["verdict"].startswith(
        "1 fault found: 1 text stands with different labels: 'the same' ('bug' at train"
    )
    assert written["n_conflicts"] == 1
    assert written["baselines"]["words"]["accuracy"] > 0.9
    assert out.with_suffix(".txt").read_text() == "\n".join(lines(found)) + "\n"
    with pytest.raises(OutputError, match=r"audit\.json: it is there already"):
        audit_files([file], None, DataOptions(), out=out)
    audit_files([file], None, DataOptions(), out=out, overwrite=True)


def test_a_known_task_reads_its_own_labels_and_a_token_task_its_spans(tmp_path: Path) -> None:
    texts = ["Write a short story", "Draw a fox in the snow", "Explain tides", "Paint a red barn"]
    file = write(tmp_path / "m.jsonl", [{"text": t, "label": ["ar", "diffusion"][i % 2]} for i, t in enumerate(texts)])
    found, _ = audit_files([file], "modality", DataOptions())
    assert set(found.balance) == {"AR", "DIFFUSION"}
    assert any("'BOTH'" in remark for remark in found.remarks)
    spans = [{"start": 3, "end": 6, "label": "PERSON"}]
    file = write(
        tmp_path / "p.jsonl", [{"text": "Hi Bob, tea?", "entities": spans}, {"text": "no one is here", "entities": []}]
    )
    found, _ = audit_files([file], "pii", DataOptions(fields=Fields(spans="entities")))
    assert found.balance == {"PERSON": {"all": 1}}
    assert "rows without an entity: 1 (50.0%)" in lines(found)


def test_the_lines_say_what_was_found(tmp_path: Path) -> None:
    train, test = rows(60, 0), rows(20, 1)
    leaked = [{**row, "split": "test"} for row in train[:5]]
    every = [{**r, "split": "train"} for r in train] + [{**r, "split": "test"} for r in test] + leaked
    found, _ = audit_files([write(tmp_path / "x.jsonl", every)], None, DataOptions())
    text = "\n".join(lines(found))
    assert text.startswith(
        "1 fault found: the split leaks: 5 of 25 held-out rows (20.0%) have the very text of a train"
    )
    assert "the same text: 5 rows have a text that stood before" in text
    assert f"  the same: '{train[0]['text']}' at x.jsonl:81 and x.jsonl:1" in text
    assert "words (TF-IDF)" in text


def test_sources_that_are_numbers_are_sources(tmp_path: Path) -> None:
    some = [row | {"source": 3 if row["label"] == "bill" else 4} for row in rows(80, 0)]
    found, _ = audit_files([write(tmp_path / "rows.jsonl", some)], None, DataOptions())
    assert any("source" in fault for fault in found.faults)


def test_one_of_several_files_may_hold_one_label(tmp_path: Path) -> None:
    test = [row for row in rows(40, 1) if row["label"] == "bug"]
    files = [write(tmp_path / "a_train.jsonl", rows(60, 0)), write(tmp_path / "a_test.jsonl", test)]
    found, _ = audit_files(files, None, DataOptions())
    assert found.rows == {"train": 60, "test": 20}
    assert found.balance["bill"]["test"] == 0
    alone = [write(tmp_path / "b_train.jsonl", test), write(tmp_path / "b_test.jsonl", test)]
    with pytest.raises(DataError, match="every row is labelled 'bug'"):
        audit_files(alone, None, DataOptions())


def test_a_build_is_audited_as_rows_of_its_task(tmp_path: Path) -> None:
    from pointsman.pipeline.build import BuildOptions, build

    names = ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ira", "Jo", "Kim", "Lou")
    texts = [
        f"{word} {seed} belongs to {name}" for seed, name in enumerate(names) for word in TOPICS["bill"][seed % 5 :]
    ]
    some = [
        {
            "text": text,
            "spans": [{"start": text.rindex(" ") + 1, "end": len(text), "label": "PERSON"}],
            "group": text[-2:],
        }
        for text in texts
    ]
    build(BuildOptions("pii", (f"file:{write(tmp_path / 'r.jsonl', some)}",), tmp_path / "out"))
    found, _ = audit_files([tmp_path / "out"], None, DataOptions())
    assert list(found.balance) == ["PERSON"]


def test_an_audit_never_replaces_what_it_reads(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.json", rows(20, 0))
    write(tmp_path / "folder" / "train.jsonl", rows(20, 0))
    taken = file.read_bytes()
    cases = (
        (file, file, "what is audited"),
        (tmp_path / "folder", tmp_path / "folder" / "train.jsonl", "what is audited"),
    )
    for path, out, message in (*cases, (file, tmp_path / "lines.txt", r"beside it as \.txt; name it \.json")):
        with pytest.raises(OutputError, match=message):
            audit_files([path], None, DataOptions(), out=out, overwrite=True)
    assert file.read_bytes() == taken
    audit_files([tmp_path / "folder"], None, DataOptions(), out=tmp_path / "folder" / "audit.json", overwrite=True)
    audit_files([tmp_path / "folder"], None, DataOptions(), out=tmp_path / "folder" / "audit.json", overwrite=True)
