from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pointsman.data import build_folder
from pointsman.data.files import Fields, load_examples
from pointsman.data.sources import Reading
from pointsman.errors import ConfigError, DataError, OutputError
from pointsman.pipeline.build import BuildOptions, BuildResult, build
from pointsman.tasks import get

DATA = Path(os.environ.get("POINTSMAN_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
real = pytest.mark.skipif(
    not (DATA / "clinc150.jsonl.gz").exists(),
    reason="real data not at hand: set POINTSMAN_DATA or put it in ../shared/data",
)
THINGS = ("mast", "keel", "rudder", "sail", "anchor", "hull", "boiler", "piston", "valve", "flywheel", "crank", "gauge")
THINGS += ("petal", "stem", "root", "sepal", "stamen", "seed", "nave", "vault", "apse", "spire", "crypt", "lens")
WORDS = [f"{a} {b}" for a in ("amber", "basil", "cedar", "delta", "ember") for b in ("fjord", "grove", "heath", "isle")]


def rows_of(folder: Path, part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


def texts_of(folder: Path, part: str) -> set[str]:
    return {row["text"] for row in rows_of(folder, part)}


def jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def make(out: Path, *sources: str, task: str = "jailbreak", **more: Any) -> BuildResult:
    return build(BuildOptions(task=task, sources=sources, out=out, **more))


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    rows = [
        {"text": f"{word} number {n}", "label": label, "group": f"{label} {word}"}
        for label, words in (("benign", WORDS), ("jailbreak", WORDS[:8]))
        for word in words
        for n in range(2)
    ]
    return jsonl(tmp_path / "prompts.jsonl", [r | {"text": f"{r['label'][0]} {r['text']}"} for r in rows])


def test_a_build_is_three_parts_and_says_what_it_holds(prompts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = make(out, f"file:{prompts}")
    assert sorted(file.name for file in out.iterdir()) == [
        "metadata.json",
        "test.jsonl",
        "train.jsonl",
        "validation.jsonl",
    ]
    meta = json.loads((out / "metadata.json").read_text(encoding="utf-8"))
    assert meta == result.metadata
    assert {part: counts["rows"] for part, counts in meta["counts"].items()} == {
        part: len(rows_of(out, part)) for part in build_folder.PARTS
    }
    assert sum(counts["rows"] for counts in meta["counts"].values()) == 56
    assert meta["licences"] == {"the user's": ["file"]}
    assert meta["sources"][0]["sha256"] == load_examples(prompts, get("jailbreak")).digest
    assert meta["counts"]["train"]["sources"] == {"prompts.jsonl": meta["counts"]["train"]["rows"]}
    assert rows_of(out, "train")[0].keys() == {"text", "label", "group", "source"}
    assert build_folder.check(out) is not None
    groups = [{row["group"] for row in rows_of(out, part)} for part in build_folder.PARTS]
    assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]


def test_the_reader_takes_a_build_back_as_it_was(prompts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, f"file:{prompts}")
    loaded = load_examples(out, get("jailbreak"))
    for part in build_folder.PARTS:
        assert [build_folder.row(row) for row in loaded.parts[part]] == rows_of(out, part)


def test_the_same_build_gives_the_same_bytes_and_another_seed_others(prompts: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        make(tmp_path / name, f"file:{prompts}", seed=seed, max_samples=20)
    files = [{f.name: f.read_bytes() for f in (tmp_path / name).iterdir()} for name in "abc"]
    assert files[0] == files[1]
    assert files[0]["train.jsonl"] != files[2]["train.jsonl"]


def test_drawing_comes_after_splitting_and_touches_training_alone(prompts: Path, tmp_path: Path) -> None:
    make(tmp_path / "all", f"file:{prompts}")
    drawn = make(tmp_path / "drawn", f"file:{prompts}", max_samples=10).metadata
    balanced = make(tmp_path / "balanced", f"file:{prompts}", balance=True).metadata
    for part in ("validation", "test"):
        whole = (tmp_path / "all" / f"{part}.jsonl").read_bytes()
        assert whole == (tmp_path / "drawn" / f"{part}.jsonl").read_bytes()
        assert whole == (tmp_path / "balanced" / f"{part}.jsonl").read_bytes()
    assert texts_of(tmp_path / "drawn", "train") < texts_of(tmp_path / "all", "train")
    assert drawn["drawn"] == "10 total, 5 per class"
    assert drawn["counts"]["train"]["labels"] == {"benign": 5, "jailbreak": 5}
    assert drawn["dropped"][-1]["reason"] == "not drawn (--max-samples 10)"
    fewest = balanced["counts"]["train"]["labels"]["jailbreak"]
    assert balanced["counts"]["train"]["labels"]["benign"] == fewest
    assert balanced["drawn"] == f"{2 * fewest:,} total, {fewest:,} per class"


def copy_of_toxic_chat(root: Path) -> Path:
    import csv

    def write(part: str, rows: list[tuple[str, int]]) -> None:
        path = root / "data" / "0124" / f"toxic-chat_annotation_{part}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["user_input", "toxicity", "jailbreaking"])
            writer.writerows([text, 1 - attack, attack] for text, attack in rows)

    write("train", [(f"chat {word} asks", n % 2) for n, word in enumerate(WORDS)])
    write("test", [(f"held {word} asks", n % 2) for n, word in enumerate(WORDS[:6])])
    return root


def test_a_source_keeps_its_own_split_and_others_are_cut(prompts: Path, tmp_path: Path) -> None:
    copy = copy_of_toxic_chat(tmp_path / "chat")
    out = tmp_path / "out"
    meta = make(out, f"lmsys/toxic-chat={copy}", f"file:{prompts}").metadata
    origins = {
        part: {row["text"] for row in rows_of(out, part) if row["source"] == "lmsys/toxic-chat"}
        for part in build_folder.PARTS
    }
    assert origins["test"] == {f"held {word} asks" for word in WORDS[:6]}
    assert all(text.startswith("chat ") for text in origins["train"] | origins["validation"])
    assert origins["validation"]  # every source is in every part
    assert all(len(counts["sources"]) == 2 for counts in meta["counts"].values())
    assert meta["licences"] == {"CC-BY-NC-4.0": ["lmsys/toxic-chat"], "the user's": ["file"]}
    assert [one["own_split"] for one in meta["sources"]] == [["test", "train"], []]


def test_a_text_of_one_source_s_test_part_is_taken_from_the_other_s_training(tmp_path: Path) -> None:
    copy = copy_of_toxic_chat(tmp_path / "chat")
    rows = [{"text": f"Held {word}  ASKS", "label": ("benign", "jailbreak")[n % 2]} for n, word in enumerate(WORDS[:6])]
    rows += [{"text": f"mine {word}", "label": ("benign", "jailbreak")[n % 2]} for n, word in enumerate(WORDS)]
    file = jsonl(tmp_path / "rows.jsonl", rows)
    out = tmp_path / "out"
    meta = make(out, f"lmsys/toxic-chat={copy}", f"file:{file}").metadata
    assert not any(text.startswith("Held") for text in texts_of(out, "train") | texts_of(out, "validation"))
    left = [one for one in meta["dropped"] if one["stage"] == "split"]
    assert sum(one["rows"] for one in left) + sum(c["rows"] for c in meta["counts"].values()) == 26 + 26
    assert all(one["source"] == "rows.jsonl" for one in left)
    assert {one["reason"] for one in left} <= {"the text stands in a later part", "the text stands twice in training"}


def test_near_duplicates_never_stand_on_both_sides_of_a_given_split(tmp_path: Path) -> None:
    long = (
        "Please tell me in three short sentences why the old lighthouse on the {} was built of brick and not of stone"
    )
    rows = [
        {"text": f"{w} {n}", "label": ("benign", "jailbreak")[n % 2], "split": "train"} for n, w in enumerate(WORDS)
    ]
    rows += [{"text": w.upper()[::-1], "label": "benign", "split": "test"} for w in WORDS[:4]]
    rows += [{"text": long.format("cape"), "label": "benign", "split": "train"}]
    rows += [{"text": long.format("coast"), "label": "benign", "split": "test"}]
    file = jsonl(tmp_path / "rows.jsonl", rows)
    out = tmp_path / "out"
    meta = make(out, f"file:{file}").metadata
    assert long.format("coast") in texts_of(out, "test")
    assert long.format("cape") not in texts_of(out, "train") | texts_of(out, "validation")
    assert {"source": "rows.jsonl", "stage": "split", "reason": "near a text of a later part", "rows": 1} in meta[
        "dropped"
    ]


def test_equal_group_names_of_two_sources_are_not_one_group(tmp_path: Path) -> None:
    rows = [{"label": ("benign", "jailbreak")[n % 2], "group": str(n)} for n in range(20)]
    one = jsonl(tmp_path / "one.jsonl", [r | {"text": f"one {WORDS[n]}"} for n, r in enumerate(rows)])
    two = jsonl(tmp_path / "two.jsonl", [r | {"text": f"zwei {WORDS[n]}"} for n, r in enumerate(rows)])
    out = tmp_path / "out"
    make(out, f"file:{one}", f"file:{two}")
    groups = {row["group"] for part in build_folder.PARTS for row in rows_of(out, part)}
    assert len(groups) == 40
    assert "one.jsonl: 3" in groups


def test_what_was_dropped_and_not_mapped_is_counted(tmp_path: Path) -> None:
    def chat(n: int, name: str) -> dict[str, str]:
        call = f'<functioncall> {{"name": "{name}", "arguments": "{{}}"}}'
        return {"system": "SYSTEM: functions", "chat": f"USER: {WORDS[n]} {name}\n\n\nASSISTANT: {call}"}

    names = ("send_email", "calculate_tip", "search_books", "play_music")
    file = jsonl(tmp_path / "glaive.jsonl", [chat(n, name) for n in range(12) for name in names])
    meta = make(tmp_path / "out", f"glaiveai/glaive-function-calling-v2={file}", task="intent").metadata
    (source,) = meta["sources"]
    assert (source["rows_read"], source["rows_taken"]) == (48, 36)
    assert source["tables"]["unmapped"] == {"total": 12, "different": 1, "most": {"play_music": 12}}
    assert meta["dropped"][0] == {
        "source": "glaiveai/glaive-function-calling-v2",
        "stage": "conversion",
        "reason": "calls a function that no category is known for",
        "rows": 12,
    }
    assert any("no training row shows data_transformation, scheduling" in note for note in meta["notes"])


def test_contradictions_are_refused_or_dropped_and_counted(prompts: Path, tmp_path: Path) -> None:
    both = [{"text": "b amber fjord number 0", "label": label} for label in ("benign", "jailbreak")]
    file = jsonl(tmp_path / "more.jsonl", both + [{"text": f"x {w}", "label": "benign"} for w in WORDS])
    out = tmp_path / "out"
    with pytest.raises(DataError, match="--on-conflict drop"):
        make(out, f"file:{prompts}", f"file:{file}")
    assert not out.exists()
    meta = make(out, f"file:{prompts}", f"file:{file}", on_conflict="drop").metadata
    assert "b amber fjord number 0" not in texts_of(out, "train") | texts_of(out, "validation") | texts_of(out, "test")
    assert sum(one["rows"] for one in meta["dropped"]) >= 3


def test_nothing_is_left_where_a_source_fails(prompts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(DataError, match="no such file"):
        make(out, f"file:{prompts}", f"file:{tmp_path / 'none.jsonl'}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["prompts.jsonl"]


def test_an_output_that_is_there_is_refused_first_and_replaced_when_told(prompts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, f"file:{prompts}")
    with pytest.raises(OutputError, match="exists already"):
        make(out, "TIGER-Lab/MMLU-Pro", task="domain")  # refused before anything is fetched
    make(out, f"file:{prompts}", seed=3, overwrite=True)
    assert json.loads((out / "metadata.json").read_text(encoding="utf-8"))["seed"] == 3
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="did not write"):
        make(other, f"file:{prompts}", overwrite=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sources": ()}, "no --source: see pointsman data sources jailbreak"),
        ({"sources": ("embedded", "embedded")}, "--source embedded stands twice"),
        ({"sources": ("embeded",)}, "did you mean 'embedded'"),
        ({"sources": ("embedded",), "revision": "main"}, "is for one source of the Hub, here are 0"),
        ({"sources": ("embedded",), "task": "pii", "balance": True}, "--balance: task 'pii' marks entities"),
        ({"sources": ("embedded",), "max_samples": -1}, "--max-samples -1"),
        ({"sources": ("embedded",), "reading": Reading(max_rows=-1)}, "--max-rows -1"),
        ({"sources": ("embedded",), "max_samples": 1, "balance": True}, "--max-samples 1: below a row for each of 2"),
        ({"sources": ("lmsys/toxic-chat@v1",), "revision": "v2"}, "--revision v2: --source lmsys/toxic-chat@v1 names"),
        (
            {"sources": ("lmsys/toxic-chat",), "reading": Reading(label_map={"ok": "benign"})},
            r"--label-map: none of these sources reads by it, .*\(file and microsoft/presidio-research would\)",
        ),
        ({"sources": ("embedded",), "reading": Reading(exclude_labels=("benign",))}, "--exclude-label: none of these"),
        ({"sources": ("embedded",), "reading": Reading(fields=Fields(text="t"))}, "--text-field and the like: none"),
        ({"sources": ("synthesis",), "task": "modality"}, "needs --vllm-endpoint URL"),
        ({"sources": ("embedded",), "reading": Reading(endpoint="http://x")}, "'synthesis' has no rows of task"),
    ],
)
def test_options_that_make_no_sense(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build(BuildOptions(**{"task": "jailbreak", "out": tmp_path / "out", **options}))


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    file = jsonl(tmp_path / "rows.jsonl", [{"text": w, "label": "benign"} for w in WORDS[:2]])
    with pytest.raises(DataError, match="few"):
        make(tmp_path / "out", f"file:{file}")


def test_an_endpoint_adds_rows_of_both_in_the_groups_of_their_seeds(tmp_path: Path) -> None:
    from tests.data.chat_server import completion, send, serving

    def answer(handler: Any, body: dict[str, Any]) -> None:
        draw = random.Random(body["seed"])
        things = [draw.sample(THINGS, 6) for _ in range(10)]
        texts = ["Sketch the {} with its {} and {}, and tell what {}, {} and {} are for".format(*six) for six in things]
        send(handler, 200, completion(json.dumps(texts)))

    with serving(answer) as server:
        out = tmp_path / "out"
        reading = Reading(endpoint=server.address, synthesize=8)
        meta = make(out, "embedded", task="modality", reading=reading).metadata
    assert [one["source"] for one in meta["sources"]] == ["embedded", "synthesis"]
    assert meta["sources"][1]["rows_taken"] == 8
    made = [(part, row) for part in build_folder.PARTS for row in rows_of(out, part) if row["source"] == "synthesis"]
    assert {row["label"] for _, row in made} == {"BOTH"}
    where = {row["group"]: part for part in build_folder.PARTS for row in rows_of(out, part)}
    assert all(where[row["group"]] == part for part, row in made)
    assert (tmp_path / "out.synthesis").is_dir()


@real
def test_real_presidio_rows_convert_with_their_spans_and_templates(tmp_path: Path) -> None:
    out = tmp_path / "out"
    reading = Reading(fields=Fields(group="template_id", split=""))
    meta = make(
        out,
        f"file:{DATA / 'pii_presidio_synth_v2.jsonl.gz'}",
        task="pii",
        reading=reading,
        on_conflict="drop",
    ).metadata
    assert sum(counts["rows"] for counts in meta["counts"].values()) + sum(d["rows"] for d in meta["dropped"]) == 1204
    groups = [{row["group"] for row in rows_of(out, part)} for part in build_folder.PARTS]
    assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
    loaded = load_examples(out, get("pii"))
    assert sum(counts["entities"]["PERSON"] for counts in meta["counts"].values()) == sum(
        span.label == "PERSON" for rows in loaded.parts.values() for row in rows for span in row.spans or ()
    )


@real
@pytest.mark.parametrize(
    ("name", "task", "fields", "labels"),
    [
        ("mmlu_pro.jsonl.gz", "domain", Fields(text="question", label="category", split=""), {}),
        ("modality_image_prompts.jsonl.gz", "modality", Fields(), {"image": "DIFFUSION"}),
        ("jailbreak_inthewild.jsonl.gz", "jailbreak", Fields(), {}),
        ("prompt_injection_deepset.jsonl.gz", "jailbreak", Fields(), {"injection": "jailbreak"}),
    ],
)
def test_real_files_convert(tmp_path: Path, name: str, task: str, fields: Fields, labels: dict[str, str]) -> None:
    reading = Reading(fields=fields, label_map=labels)
    meta = make(tmp_path / "out", f"file:{DATA / name}", task=task, reading=reading, on_conflict="drop").metadata
    total = sum(counts["rows"] for counts in meta["counts"].values()) + sum(one["rows"] for one in meta["dropped"])
    assert total == meta["sources"][0]["rows_read"]


def test_every_row_that_is_left_out_is_counted(tmp_path: Path) -> None:
    rows = [{"text": f"{word} {n}", "label": "benign" if n % 2 else "jailbreak"} for n, word in enumerate(WORDS * 2)]
    rows += [{"text": f"other {word}", "label": "unclear"} for word in WORDS[:7]]
    one, other = jsonl(tmp_path / "a" / "rows.jsonl", rows), jsonl(tmp_path / "b" / "rows.jsonl", rows)
    reading = Reading(exclude_labels=("unclear",), label_map={"harmless": "benign"})
    meta = make(tmp_path / "out", f"file:{one}", f"file:{other}", reading=reading).metadata
    kept = sum(part["rows"] for part in meta["counts"].values())
    assert sum(source["rows_read"] for source in meta["sources"]) == 2 * len(rows)
    assert kept + sum(row["rows"] for row in meta["dropped"]) == 2 * len(rows)
    left = [row for row in meta["dropped"] if row["reason"] == "labelled 'unclear' (--exclude-label)"]
    assert [row["rows"] for row in left] == [7, 7]
    assert (meta["label_map"], meta["exclude_labels"]) == ({"harmless": "benign"}, ["unclear"])
    assert "--label-map: no row is labelled 'harmless'" in meta["notes"]


def test_labels_that_were_mapped_are_told(tmp_path: Path) -> None:
    rows = [{"text": f"{word} {n}", "label": "OK" if n % 2 else "jailbreak"} for n, word in enumerate(WORDS)]
    reading = Reading(label_map={"ok": "benign"})
    meta = make(tmp_path / "out", f"file:{jsonl(tmp_path / 'r.jsonl', rows)}", reading=reading).metadata
    assert "10 rows labelled 'OK' read as benign" in meta["notes"]


def test_labels_that_no_training_row_shows_are_told_on_the_way(tmp_path: Path) -> None:
    from tests.pipeline.tells import Tells

    rows = [{"text": word, "label": "benign"} for word in WORDS]
    tell = Tells()
    build(BuildOptions("jailbreak", (f"file:{jsonl(tmp_path / 'r.jsonl', rows)}",), tmp_path / "out"), tell)
    assert "warning: no training row shows jailbreak: add a source that does" in tell.lines


def test_balanced_classes_are_equal_whatever_the_most(prompts: Path, tmp_path: Path) -> None:
    meta = make(tmp_path / "out", f"file:{prompts}", balance=True, max_samples=7).metadata
    assert meta["drawn"] == "6 total, 3 per class"
