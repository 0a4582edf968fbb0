"""Scoring a corpus on tiny models: every row once, whatever is killed, damaged or changed on the way."""

from __future__ import annotations

import csv
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pointsman
from pointsman.data import storage
from pointsman.data.corpus import CorpusFields
from pointsman.errors import ArtifactError, ConfigError, DataError, OutputError, PointsmanError
from pointsman.pipeline.options import Silent
from pointsman.pipeline.score import STEP, ScoreOptions, finish, plan, score
from pointsman.pipeline.score_worker import Scorer
from pointsman.pipeline.step import Where, options_from_json, options_to_json, run_blocks, running
from tests.conftest import Run
from tests.forms import exported
from tests.pipeline.tells import Tells


@pytest.fixture(scope="session")
def models(router: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of two tiny routers: `support` (sequence) and `pii` (token)."""
    out = tmp_path_factory.mktemp("score") / "bundle"
    made = exported([router("bert", "sequence"), router("bert", "token")], "bundle", out, precisions=("fp32",)).path
    gc.freeze()  # a worker collects garbage when it has loaded: not through all that training has imported, each time
    return made


@pytest.fixture(scope="session")
def texts(draw_texts: Callable[..., list[str]]) -> list[str]:
    drawn = [draw_texts(label, 20) for label in ("animal", "fruit", "tool")]
    return [text for three in zip(*drawn, strict=True) for text in three]


@pytest.fixture
def data(tmp_path: Path, texts: list[str]) -> Path:
    """60 rows in files of three formats, 20 each."""
    folder = tmp_path / "data"
    (folder / "more").mkdir(parents=True)
    rows = [{"id": f"r{n}", "text": text} for n, text in enumerate(texts)]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\r\n" for row in rows[:20]), newline="")
    with (folder / "b.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("text", "id"), *((row["text"] + "\n", row["id"]) for row in rows[20:40])])
    pq.write_table(pa.Table.from_pylist(rows[40:]), folder / "more" / "c.parquet", row_group_size=9)
    return folder


@pytest.fixture
def options(models: Path, data: Path, tmp_path: Path) -> ScoreOptions:
    return ScoreOptions((models,), (str(data),), str(tmp_path / "out"), block_rows=8, threads=1)


def parts(out: Path | str) -> list[Path]:
    return sorted(Path(out).glob("part-*.parquet"))


def rows_in(out: Path | str) -> list[dict[str, Any]]:
    return [row for part in parts(out) for row in pq.read_table(part).to_pylist()]


def contents(out: Path | str) -> dict[str, bytes]:
    """What the rows became: the same bytes whoever wrote them, and when."""
    return {path.name: path.read_bytes() for path in Path(out).iterdir() if path.name[:4] in ("part", "reje")}


def spoil(data: Path) -> None:
    with (data / "a.jsonl").open("ab") as stream:
        stream.write(b'{"id": "x", "text": "private')


# --- what is written ----------------------------------------------------------------------------------------------------


def test_every_row_is_decided_as_by_the_bundle_itself(options: ScoreOptions, texts: list[str], models: Path) -> None:
    found = score(options)
    rows = rows_in(options.out)
    assert [row["id"] for row in rows] == [f"r{n}" for n in range(60)]
    asked = [text + "\n" if 20 <= n < 40 else text for n, text in enumerate(texts)]
    expected = pointsman.load_bundle(models, threads=1).predict_all(asked)
    for place, row in enumerate(rows):
        for task, decisions in expected.items():
            one = decisions[place]
            told = [row[f"{task}_{name}"] for name in ("label", "runner_up", "abstained", "truncated")]
            assert told == [one.label, one.runner_up, one.abstained, one.truncated]
            assert row[f"{task}_confidence"] == pytest.approx(one.probability, abs=1e-5)
            assert row[f"{task}_margin"] == pytest.approx(one.margin, abs=2e-5)
        spans = expected["pii"][place].spans or ()
        assert [(e["type"], e["start"], e["end"]) for e in row["pii_entities"]] == [
            (s.type, s.start, s.end) for s in spans
        ]
        assert row["pii_count"] == len(spans)
    assert len(parts(options.out)) == found.summary["parts"] == 9  # three of each file
    assert [pq.read_metadata(part).num_rows for part in parts(options.out)] == [8, 8, 4] * 3


def test_columns_are_what_was_asked_for(options: ScoreOptions) -> None:
    score(options)
    task = ["label", "confidence", "margin", "runner_up", "abstained", "truncated"]
    plain = ["id", *(f"support_{n}" for n in task), *(f"pii_{n}" for n in (*task, "entities", "count"))]
    schemas = [pq.read_schema(part) for part in parts(options.out)]
    assert all(schema.names == plain for schema in schemas)
    assert {field.name for field in schemas[0].field("pii_entities").type.value_type} == {
        "type",
        "start",
        "end",
        "score",
    }
    fields = CorpusFields(keep=("text",))
    score(replace(options, tasks=("pii",), fields=fields, probabilities=True, entity_text=True, overwrite=True))
    (row, *_) = [row for row in rows_in(options.out) if row["pii_count"]]
    assert [*row] == ["id", "text", *(n for n in plain if n.startswith("pii_")), "pii_probabilities"]
    assert {*row["pii_probabilities"]} == {"no_pii", "pii_detected"}
    entity = row["pii_entities"][0]
    assert entity["text"] == row["text"][entity["start"] : entity["end"]]


def test_every_label_has_its_probability(options: ScoreOptions) -> None:
    score(replace(options, tasks=("support",), probabilities=True))
    for row in rows_in(options.out):
        assert {*row["support_probabilities"]} == {"animal", "fruit", "tool"}
        assert sum(row["support_probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert row["support_probabilities"][row["support_label"]] == pytest.approx(row["support_confidence"])


def test_the_summary_counts_what_the_parts_hold(options: ScoreOptions, data: Path) -> None:
    spoil(data)
    with running(Where("ray", 3)):
        found = score(options)
    out, rows = Path(options.out), rows_in(options.out)
    summary = json.loads((out / "summary.json").read_text())
    assert summary == json.loads(json.dumps(found.summary))
    assert (summary["rows"], summary["scored"], summary["rejected"], summary["scored_now"]) == (61, 60, 1, 61)
    assert summary["launcher"] == {"launcher": "ray", "workers": 3}
    assert summary["inputs"] == [
        {"name": n, "rows": r} for n, r in (("a.jsonl", 21), ("b.csv", 20), ("more/c.parquet", 20))
    ]
    for name, task in summary["tasks"].items():
        labels = [row[f"{name}_label"] for row in rows]
        assert {label: one["rows"] for label, one in task["labels"].items()} == {n: labels.count(n) for n in labels}
        assert task["abstained"] == sum(row[f"{name}_abstained"] for row in rows)
        assert len(task["confidence"]) == 20
        assert sum(task["confidence"]) == 60
        for label, shown in task["examples"].items():
            expected = [row["id"] for row in rows if row[f"{name}_label"] == label]
            assert [one["id"] for one in shown] == expected[: len(shown)]
            assert all("text" not in one for one in shown)
    assert sum(summary["tasks"]["pii"]["entities"].values()) == sum(row["pii_count"] for row in rows)
    page = (out / "summary.html").read_text()
    for part in ("<svg", "support", "pii", "61 rows of 3 files", "1 row could not be scored", "malformed JSON"):
        assert part in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_rows_at_fault_are_set_aside_without_their_text(options: ScoreOptions, data: Path) -> None:
    spoil(data)
    tells = Tells()
    score(options, tells)
    (file,) = Path(options.out).glob("rejected-*.jsonl")
    assert file.name == "rejected-000002.jsonl"
    told = json.loads(file.read_text())
    assert (told["file"], told["row"]) == ("a.jsonl", 21)
    assert "malformed JSON" in told["reason"]
    for path in Path(options.out).iterdir():
        assert b"private" not in path.read_bytes()
    assert len(rows_in(options.out)) == 60


def test_texts_stand_nowhere_unless_they_are_asked_for(options: ScoreOptions, texts: list[str]) -> None:
    score(options)
    for path in Path(options.out).iterdir():
        if path.suffix != ".parquet":  # what is in them is compressed: rows are looked at
            assert texts[0] not in path.read_text()
    assert texts[0] not in json.dumps(rows_in(options.out), default=str)
    score(replace(options, fields=CorpusFields(keep=("text",)), overwrite=True))
    assert texts[0] in (Path(options.out) / "summary.html").read_text()


def test_hostile_labels_ids_and_names_are_only_text_on_the_page(options: ScoreOptions, data: Path) -> None:
    (data / "<b>x.jsonl").write_text(json.dumps({"id": "<script>alert(1)</script>", "text": "the dog"}) + "\n<i>\n")
    score(options)
    page = (Path(options.out) / "summary.html").read_text()
    assert "<script>" not in page
    assert "<b>x" not in page


# --- the same bytes, once -----------------------------------------------------------------------------------------------


def test_the_files_are_the_same_bytes_in_whatever_order_and_place_blocks_are_done(
    options: ScoreOptions, data: Path, tmp_path: Path
) -> None:
    spoil(data)
    score(options)
    expected = contents(options.out)
    other = replace(options, output=str(tmp_path / "other"))
    plan = STEP.plan(other, Silent())
    settled = options_from_json(ScoreOptions, options_to_json(plan.options))
    assert settled == plan.options
    first, second = Scorer(settled), Scorer(settled)
    blocks = json.loads(json.dumps(plan.blocks))
    reports = [(first, second)[n % 2](block) for n, block in enumerate(reversed(blocks))]
    reports.append(first(blocks[3]))  # done twice, as after a worker was lost
    STEP.finish(plan, json.loads(json.dumps(reports)), Silent())
    assert contents(other.out) == expected
    elsewhere = tmp_path / "moved"
    data.rename(elsewhere)
    score(replace(options, inputs=(str(elsewhere),), output=str(tmp_path / "third")))
    assert contents(tmp_path / "third") == expected


def test_what_is_there_is_not_scored_again(options: ScoreOptions, data: Path) -> None:
    spoil(data)
    expected_summary = score(options).summary
    expected = contents(options.out)
    for part in parts(options.out)[1::2]:
        part.unlink()
    kept = {part: part.stat().st_mtime_ns for part in parts(options.out)}
    plan = STEP.plan(options, Silent())
    assert [block["name"] for block in plan.blocks] == [f"{n:06d}" for n in (1, 3, 5, 7)]
    assert (plan.rows, plan.done) == (61, 61 - sum(block["rows"] for block in plan.blocks))
    again = score(options).summary
    assert contents(options.out) == expected
    assert all(part.stat().st_mtime_ns == when for part, when in kept.items())
    assert again["tasks"] == expected_summary["tasks"]
    assert again["scored_now"] < again["rows"]
    third = score(options).summary
    assert (third["tasks"], third["rejected"], third["scored_now"]) == (again["tasks"], 1, 0)
    assert third["rows_per_second"] is None


def test_damaged_parts_lost_rejections_and_leftovers_are_mended(options: ScoreOptions, data: Path) -> None:
    spoil(data)
    score(options)
    expected, out = contents(options.out), Path(options.out)
    parts(out)[0].write_bytes(parts(out)[0].read_bytes()[:-20])
    parts(out)[1].write_bytes(b"")
    (out / "rejected-000002.jsonl").unlink()
    (out / ".part-000004.parquet.0123.tmp").write_bytes(b"half of")
    tells = Tells()
    found = score(options, tells)
    assert contents(out) == expected
    assert found.summary["scored_now"] == 8 + 8 + 5
    assert sum("is damaged: its rows are scored again" in line for line in tells.lines) == 2
    assert not list(out.glob(".*"))


_RUN = "import sys; from pointsman.cli import main; main(sys.argv[1:])"


@dataclass(frozen=True)
class Moment:
    """When to kill: so many seconds after the command began, or after it said what is to be done."""

    seconds: float
    planned: bool


def finishes(arguments: Sequence[str], kill: Moment | None = None) -> tuple[bool, float, float]:
    """Run a command; returns whether it came to its end, and the seconds until it had planned and after."""
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-c", _RUN, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    if kill is None or kill.planned:
        assert any(b" block" in line for line in child.stderr)
    planned = time.monotonic()
    try:
        child.communicate(timeout=120 if kill is None else kill.seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return False, 0.0, 0.0
    assert child.returncode == 1  # all is done, rows were rejected
    return True, planned - began, time.monotonic() - planned


def test_killed_ten_times_at_random_moments_every_row_stands_once(
    models: Path, texts: list[str], tmp_path: Path
) -> None:
    rows = [{"id": n, "text": f"{texts[n % 60]} {texts[(7 * n) % 60]} {n}"} for n in range(600)]
    (tmp_path / "data").mkdir()
    for name, some in (("a", rows[:250]), ("b", rows[250:])):
        lines = [*(json.dumps(row) for row in some), '{"id": "no text"}'][:: 1 if name == "a" else -1]
        (tmp_path / "data" / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    common = ["score", str(models), "--data", str(tmp_path / "data"), "--block-rows", "10", "--threads", "1"]
    _, planning, scoring = finishes([*common, "--out", str(tmp_path / "whole")])
    expected = contents(tmp_path / "whole")
    assert len(expected) == 26 + 36 + 2
    rng, kills, runs, in_the_middle = random.Random(8), 0, 0, 0
    while kills < 10:
        out, done = tmp_path / f"out{runs}", False
        runs += 1
        while not done and kills < 10:
            early = rng.random() < 0.2
            moment = Moment(rng.uniform(0, planning if early else scoring), planned=not early)
            before = len(parts(out))
            done, _, _ = finishes([*common, "--out", str(out)], moment)
            kills += not done
            in_the_middle += not done and before < len(parts(out))
            assert all(pq.read_metadata(part).num_rows <= 10 for part in parts(out))  # whole, or not there
        if not done:
            finishes([*common, "--out", str(out)])
        assert contents(out) == expected
        assert sorted(int(row["id"]) for row in rows_in(out)) == list(range(600))
        assert not list(out.glob(".*"))
    assert in_the_middle >= 1


# --- what is refused ----------------------------------------------------------------------------------------------------


def test_a_run_goes_on_only_with_the_same_inputs(options: ScoreOptions, data: Path, tmp_path: Path) -> None:
    score(options)
    expected, file = contents(options.out), data / "a.jsonl"
    content = file.read_bytes()

    def refused(match: str, **changes: Any) -> None:
        with pytest.raises(ConfigError, match=match) as error:
            score(replace(options, **changes))
        assert "choose another --out, or begin anew with --overwrite" in str(error.value)
        assert "\n" not in str(error.value)

    file.write_bytes(content)  # another time, the same bytes: no matter
    score(options)
    assert contents(options.out) == expected
    file.write_bytes(content[::-1])
    refused(r"other inputs \(.*a\.jsonl has changed since\)")
    file.write_bytes(content + b'{"text": "one more"}\n')
    refused(r"other inputs \(.*a\.jsonl has changed since\)")
    file.write_bytes(content)
    (data / "z.jsonl").write_bytes(content)
    refused(r"other inputs \(z\.jsonl is new\)")
    (data / "z.jsonl").unlink()
    refused(r"other inputs \(b\.csv is not among them now\)", inputs=(str(data / "a.jsonl"), str(data / "more")))
    refused(r"other settings \(block rows 8, now 9\)", block_rows=9)
    refused(r"other settings \(tasks support, pii, now pii\)", tasks=("pii",))
    refused(r"other settings \(keep none, now text\)", fields=CorpusFields(keep=("text",)))
    assert contents(options.out) == expected
    score(replace(options, block_rows=9, overwrite=True))
    assert [row["id"] for row in rows_in(options.out)] == [f"r{n}" for n in range(60)]
    assert len(parts(options.out)) == 9


def test_a_run_goes_on_only_with_the_same_models(options: ScoreOptions, router: Callable[[str, str], Path]) -> None:
    one = replace(options, models=(router("bert", "sequence"),))
    score(one)
    with pytest.raises(ConfigError, match=r"another model for support \(.* is not the same\)"):
        score(replace(options, models=(router("roberta", "sequence"),)))
    with pytest.raises(ConfigError, match="other settings"):
        score(replace(options, models=(router("bert", "sequence"), router("bert", "token"))))


def test_artifacts_beside_one_another_answer_as_well(options: ScoreOptions, router: Callable[[str, str], Path]) -> None:
    score(options)
    expected = [(row["support_label"], row["pii_label"]) for row in rows_in(options.out)]
    both = (router("bert", "sequence"), router("bert", "token"))
    score(replace(options, models=both, overwrite=True))
    assert [(row["support_label"], row["pii_label"]) for row in rows_in(options.out)] == expected


def test_a_worker_with_another_model_than_the_plan_is_refused(options: ScoreOptions) -> None:
    plan = STEP.plan(options, Silent())
    assert plan.options.settled is not None
    wrong = replace(plan.options, settled=replace(plan.options.settled, digests={"support": "0" * 64}))
    with pytest.raises(ArtifactError, match="is not the model for 'support' that this run began with"):
        Scorer(wrong)


def test_a_file_that_changes_while_it_is_scored(options: ScoreOptions, data: Path) -> None:
    plan = STEP.plan(options, Silent())
    worker = Scorer(plan.options)
    reports = [worker(block) for block in plan.blocks]
    with (data / "a.jsonl").open("ab") as stream:
        stream.write(b'{"text": "one more"}\n')
    with pytest.raises(DataError, match=r"a\.jsonl changed while it was scored"):
        STEP.finish(plan, reports, Silent())
    (data / "a.jsonl").write_bytes(b'{"text": "one"}\n')
    with pytest.raises(DataError, match="the file has changed; begin anew with --overwrite"):
        Scorer(plan.options)(plan.blocks[0])


def test_a_block_that_nobody_did_is_noticed(options: ScoreOptions) -> None:
    plan = STEP.plan(options, Silent())
    worker = Scorer(plan.options)
    reports = [worker(block) for block in plan.blocks[:-1]]
    with pytest.raises(OutputError, match=r"part-000008\.parquet is missing"):
        STEP.finish(plan, reports, Silent())


def test_other_peoples_folders_are_left_alone(options: ScoreOptions, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("precious")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match="is not empty and holds no run"):
            score(replace(options, overwrite=overwrite))
    (out / "thesis.txt").unlink()
    score(options)
    (out / "thesis.txt").write_text("precious")
    score(replace(options, overwrite=True))
    assert (out / "thesis.txt").read_text() == "precious"


def test_beginning_anew_costs_nothing_where_it_cannot_begin(options: ScoreOptions, data: Path) -> None:
    score(options)
    before = contents(options.output)
    with pytest.raises(DataError, match="txt"):
        score(replace(options, fields=CorpusFields(text="txt"), overwrite=True))
    assert contents(options.output) == before


def test_a_folder_that_another_run_took_is_not_summed_up(options: ScoreOptions) -> None:
    work = plan(options, Silent())
    reports = list(run_blocks(STEP, work, Silent()))
    plan(replace(options, block_rows=9, overwrite=True), Silent())
    with pytest.raises(OutputError, match="was taken by another run meanwhile"):
        finish(work, reports, Silent())


def test_parts_of_another_run_and_a_broken_plan(options: ScoreOptions, tmp_path: Path) -> None:
    score(options)
    score(replace(options, output=str(tmp_path / "other"), tasks=("pii",)))
    (Path(options.out) / "part-000001.parquet").write_bytes((tmp_path / "other" / "part-000001.parquet").read_bytes())
    with pytest.raises(OutputError, match=r"part-000001\.parquet is of another run than plan\.json says"):
        score(options)
    for content in ("{", "{}", '{"kind": "pointsman score", "format": 99}', "[]"):
        (Path(options.out) / "plan.json").write_text(content)
        with pytest.raises(OutputError, match=r"plan\.json cannot be used"):
            score(options)
    score(replace(options, overwrite=True))


def test_a_plan_that_was_killed_before_its_first_part_binds_nobody(options: ScoreOptions) -> None:
    STEP.plan(options, Silent())
    score(replace(options, block_rows=30))
    assert len(parts(options.out)) == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"block_rows": 0}, "--block-rows 0"),
        ({"threads": 0}, "--threads 0"),
        ({"models": ()}, "name a bundle"),
        ({"tasks": ("suport",)}, "--task suport: no model answers for it, did you mean 'support'"),
        ({"precision": "int4"}, "int4"),
        ({"device": "cuda"}, "runs on the CPU"),
        ({"backbone": "x"}, "exports hold their backbone"),
        ({"fields": CorpusFields(keep=("support_label",))}, "--keep support_label: a column of that name"),
        ({"fields": CorpusFields(text="body")}, "no field 'body'.*--text-field"),
        ({"fields": CorpusFields(id="key")}, "no field 'key'.*--id-field"),
        ({"inputs": ("nowhere/*.jsonl",)}, "matches no file"),
        ({"models": (Path("nowhere"),)}, "nowhere is no folder"),
        ({"inputs": ("ftpx://host/a.jsonl",)}, "use a local path, s3://BUCKET/KEY"),
        ({"output": "volume:scores/one"}, "add --launcher modal"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    options: ScoreOptions, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(PointsmanError, match=message) as error:
        score(replace(options, **changes))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()


def test_the_output_must_not_lie_in_the_input(options: ScoreOptions, data: Path) -> None:
    for name in (str(data), f"{data}/**/*.jsonl"):
        with pytest.raises(ConfigError, match=r"--out .* lies in --data"):
            score(replace(options, inputs=(name,), output=str(data / "scored")))
    score(replace(options, inputs=(f"{data}/*.jsonl",), output=str(data / "scored")))


def test_no_rows_at_all(options: ScoreOptions, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(DataError, match="no row in 1 file: check --data"):
        score(replace(options, inputs=(str(tmp_path / "empty.jsonl"),)))


def test_a_block_whose_rows_are_all_rejected_is_an_empty_part(options: ScoreOptions, tmp_path: Path) -> None:
    rows = [{"text": "the dog"}] * 8 + [{"text": ""}] * 8
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = score(replace(options, inputs=(str(tmp_path / "x.jsonl"),), probabilities=True, entity_text=True))
    assert [pq.read_metadata(part).num_rows for part in parts(options.out)] == [8, 0]
    assert pq.read_schema(parts(options.out)[0]).equals(pq.read_schema(parts(options.out)[1]))
    assert found.summary["rejected"] == 8
    nothing = replace(options, inputs=(str(tmp_path / "y.jsonl"),), output=str(tmp_path / "none"))
    (tmp_path / "y.jsonl").write_text('{"text": ""}\n')
    assert score(nothing).summary["scored"] == 0


# --- places, options, command line --------------------------------------------------------------------------------------


def test_a_corpus_and_its_scores_in_an_object_store(options: ScoreOptions, data: Path) -> None:
    import fsspec

    store = fsspec.filesystem("memory")
    try:
        for path in (data / "a.jsonl", data / "b.csv", data / "more" / "c.parquet"):
            store.pipe_file(f"/scores/in/{path.relative_to(data)}", path.read_bytes())
        there = replace(options, inputs=("memory://scores/in",), output="memory://scores/out")
        score(there)
        place = storage.folder("memory://scores/out")
        assert len(place.files()) == 9 + 3
        ids = [
            row["id"]
            for file in sorted(place.files())
            if file.startswith("part")
            for row in pq.read_table(place.open(file)).to_pylist()
        ]
        assert ids == [f"r{n}" for n in range(60)]
        place.remove(["part-000004.parquet"])
        assert score(there).summary["scored_now"] == 8
        store.pipe_file("/scores/in/a.jsonl", (data / "a.jsonl").read_bytes()[::-1])
        with pytest.raises(ConfigError, match=r"memory://.*a\.jsonl has changed since"):
            score(there)
    finally:
        store.rm("/scores", recursive=True)


def test_options_survive_the_way_to_another_machine(options: ScoreOptions) -> None:
    for some in (
        options,
        replace(options, fields=CorpusFields("body", "key", ("a", "b")), tasks=("pii",), threads=None),
    ):
        assert options_from_json(ScoreOptions, options_to_json(some)) == some


def test_the_command_line(run: Run, models: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["score", models, "--data", "data", "--out", "out", "--block-rows", "8", "--threads", "1"]
    code, out, err = run(*arguments)
    assert code == 0
    assert "out: 60 rows in 9 parts; 60 rows now" in out
    assert "support: " in out
    assert f"page: {tmp_path}/out/summary.html" in out
    assert "score: 60 rows in 3 files, 9 blocks" in err
    spoil(data)
    code, out, err = run(*arguments)
    assert code == 2
    assert "has changed since" in err
    code, out, err = run(*arguments, "--overwrite", "--json", "--quiet")
    assert code == 1
    assert json.loads(out)["rejected"] == 1
    assert err == ""
    code, out, _ = run(*arguments)
    assert code == 1  # also when nothing was left to do
    assert "rejected: 1 row, see" in out
    assert "a.jsonl, row 21: malformed JSON" in out


def test_urls_reach_the_step_as_they_were_typed(run: Run, models: Path) -> None:
    code, _, err = run("score", models, "--data", "memory://nothing/here.jsonl", "--out", "memory://nothing/out")
    assert code == 2
    assert "memory://nothing/here.jsonl: no such file or folder; check the URL" in err
