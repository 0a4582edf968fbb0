"""A step says all that it reads: models and tasks that are paths, values of mappings, what stands in its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman.data.urls import is_hub_id
from pointsman.pipeline import steps
from pointsman.pipeline.evaluate import EvaluateOptions
from pointsman.pipeline.evaluate_solver import EvaluateSolverOptions, SolverExam
from pointsman.pipeline.options import DataOptions, TrainOptions
from pointsman.pipeline.preprocess import PreprocessOptions
from pointsman.pipeline.route_data import RouteDataOptions
from pointsman.pipeline.score import ScoreOptions
from pointsman.pipeline.stack_evaluate import EvaluateStackOptions, StackExam
from pointsman.pipeline.step import inputs_here, paths_in, with_paths
from pointsman.pipeline.train_solver import SolverOptions, SolverTraining


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return folder


def touched(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return file


def solver(folder: Path, base: Path | str) -> Path:
    touched(folder / "solver.json").write_text(json.dumps({"base": {"name": str(base)}}))
    return folder


def test_models_and_tasks_that_are_paths(here: Path) -> None:
    base, step = model(here / "base"), steps.get("train")
    rows, task = touched(here / "rows.jsonl"), touched(here / "things.yaml")

    def found(given: str, asked: str) -> list[Path]:
        return inputs_here(step, TrainOptions(asked, data=DataOptions(rows), overrides={"model": given}))

    assert found(str(base), "things.yaml") == [rows, Path("things.yaml"), base]
    assert found("base", "intent") == [rows, Path("base")]
    assert found("org/name", str(task)) == [rows, task]
    model(here / "minilm")  # the alias comes first
    assert found("minilm", "intent") == [rows]
    assert inputs_here(step, TrainOptions("intent", data=DataOptions(rows))) == [rows]
    assert inputs_here(steps.get("preprocess"), PreprocessOptions(rows, here / "out", "base")) == [rows, Path("base")]


def test_paths_in_a_mapping_are_found_and_changed(here: Path) -> None:
    step, exam = steps.get("train solver"), touched(here / "exam.jsonl")
    model(here / "base")
    data = {"mmlu_pro": "exam.jsonl", "gsm8k": "openai/gsm8k@1", "arc": "s3://b/arc.jsonl", "sciq": "volume:v/sciq"}
    options = SolverTraining("law", here / "out", SolverOptions(data=data, model="base"))
    found = paths_in(step, options)
    assert found["how.data"] == (Path("exam.jsonl"), Path("s3://b/arc.jsonl"), Path("volume:v/sciq"))
    assert found["how.model"] == (Path("base"),)
    assert inputs_here(step, options) == [Path("exam.jsonl"), Path("base")]
    other = with_paths(options, {"how.data": [exam, "openai/gsm8k@1", Path("/x"), "volume:v/sciq"]})  # type: ignore[list-item]
    assert other.how.data == {"mmlu_pro": str(exam), "gsm8k": "openai/gsm8k@1", "arc": "/x", "sciq": "volume:v/sciq"}


@pytest.mark.parametrize(
    ("typed", "is_id"),
    [
        ("org/name", True),
        ("org/name@main", True),
        ("name", False),
        ("./name", False),
        ("/name", False),
        ("a/b/c", False),
        ("rows/x.jsonl", False),
        ("volume:v/x", False),
        ("s3://b", False),
    ],
)
def test_ids_of_the_hub(typed: str, is_id: bool) -> None:
    assert is_hub_id(typed) is is_id


def test_what_an_experts_file_names(here: Path) -> None:
    base, rows = model(here / "base"), touched(here / "rows.jsonl")
    one, two, tools = here / "run/final", here / "two", touched(here / "tools.json")
    touched(one / "adapter_config.json")
    touched(two / "adapter_config.json")
    (here / "router").mkdir()
    (here / "other").mkdir()
    file = here / "stack" / "experts.yaml"
    file.parent.mkdir()
    experts: dict[str, Any] = {"a": {"path": "../run", "tools": "../tools.json"}, "b": {"path": str(two)}}
    content = {"base": "../base", "router": "../router", "experts": experts}
    file.write_text(yaml.safe_dump(content))

    def found(**more: Any) -> set[Path]:
        options = EvaluateStackOptions(StackExam(rows), file, **more)
        return {path.resolve() for path in inputs_here(steps.get("stack evaluate"), options)}

    assert found() == {file, rows, one, two, tools, here / "router", base}
    assert found(router=here / "other") == {file, rows, one, two, tools, here / "other", base}
    assert found(backbone="org/name") == {file, rows, one, two, tools, here / "router"}
    file.write_text("experts: 3")  # the step says what is wrong with it
    assert found() == {file, rows}
    file.unlink()
    assert found() == {rows}


def test_rows_that_an_experts_file_names(here: Path) -> None:
    rows, own = touched(here / "a.jsonl"), touched(here / "b.jsonl")
    file = here / "experts.yaml"
    file.write_text(yaml.safe_dump({"experts": {"a": {"path": "x", "data": "a.jsonl"}}}))
    found = inputs_here(steps.get("data build adapter"), RouteDataOptions(("experts.yaml", f"b={own}")))
    assert {path.resolve() for path in found} == {file, rows, own}


def test_the_base_of_an_artifact(here: Path, artifact_copy: Path) -> None:
    manifest = json.loads((artifact_copy / "manifest.json").read_text())
    base = Path(manifest["backbone"]["name"])
    rows = touched(here / "rows.jsonl")
    judged = EvaluateOptions((artifact_copy,), DataOptions(rows), backbone=None)
    assert inputs_here(steps.get("evaluate"), judged) == [artifact_copy, rows, base]
    elsewhere = EvaluateOptions((artifact_copy,), DataOptions(rows), backbone="org/name")
    assert inputs_here(steps.get("evaluate"), elsewhere) == [artifact_copy, rows]
    scored = ScoreOptions((artifact_copy,), (str(rows),), str(here / "out"))
    assert inputs_here(steps.get("score"), scored) == [artifact_copy, rows, base]


def test_the_base_of_a_solver_and_of_a_router(here: Path, artifact_copy: Path) -> None:
    base, data = model(here / "base"), touched(here / "exam.jsonl")
    router = Path(json.loads((artifact_copy / "manifest.json").read_text())["backbone"]["name"])
    one = solver(here / "solvers" / "law", base)
    step = steps.get("evaluate solver")

    def found(folder: Path, **more: Any) -> list[Path]:
        return inputs_here(step, EvaluateSolverOptions(folder, SolverExam(data, **more), artifact_copy))

    assert found(one) == [one, artifact_copy, data, base, router]
    assert found(one.parent) == [one.parent, artifact_copy, data, base, router]
    assert found(one, backbone="org/name") == [one, artifact_copy, data, router]
    solver(one, "qwen3-0.6b")
    assert found(one) == [one, artifact_copy, data, router]
    (one / "solver.json").write_text("[")
    assert found(one) == [one, artifact_copy, data, router]
