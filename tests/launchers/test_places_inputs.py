"""URLs among the inputs that are no plain paths: fetched where that can be, else refused before anything starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pointsman.errors import ConfigError
from pointsman.launchers import LauncherSettings, launch
from pointsman.launchers.modal_launcher import check_paths
from pointsman.launchers.modal_settings import ModalSettings
from pointsman.pipeline import steps
from pointsman.pipeline.evaluate import EvaluateOptions
from pointsman.pipeline.evaluate_solver import EvaluateSolverOptions, SolverExam
from pointsman.pipeline.options import DataOptions, TrainOptions
from pointsman.pipeline.preprocess import PreprocessOptions
from pointsman.pipeline.route_data import RouteDataOptions
from pointsman.pipeline.stack_evaluate import EvaluateStackOptions, StackExam
from pointsman.pipeline.train_solver import SolverOptions, SolverTraining
from tests.conftest import Run
from tests.launchers.buckets import BUCKET, Bucket, bucket, server  # noqa: F401 - fixtures
from tests.solving import BRIEF, additions, tiny_base, write


def test_a_solver_is_trained_and_judged_from_urls(bucket: Bucket, tmp_path: Path, run: Run) -> None:  # noqa: F811
    files = {"mmlu_pro": additions(6, 2, start=100), "mmlu_pro_validation": additions(12, 1)}
    data = {
        name: bucket.write(f"{name}.jsonl", write(tmp_path / f"{name}.jsonl", rows).read_bytes())
        for name, rows in files.items()
    }
    how = SolverOptions(
        data=data,
        model=str(tiny_base(tmp_path / "base")),
        overrides={"epochs": 1, "rank": 4},
        prompts=BRIEF,
        max_new_tokens=4,
        device="cpu",
        precision="fp32",
    )
    made = launch(steps.get("train solver"), SolverTraining("math-reasoner", Path(f"s3://{BUCKET}/solver"), how))
    assert str(made.path) == f"s3://{BUCKET}/solver"
    assert {one["set"]: one["place"] for one in made.record["rows"]["sources"]} == data
    for key in bucket.keys("solver"):
        assert str(tmp_path / "places").encode() not in bucket.read(f"solver/{key}"), key

    with pytest.raises(ConfigError, match=rf"^s3://{BUCKET}/solver holds a solver, .* copy it here") as error:
        launch(steps.get("evaluate"), EvaluateOptions((made.path,), out=tmp_path / "judged"))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "judged").exists()
    exam = SolverExam(Path(data["mmlu_pro"]), device="cpu", precision="fp32")
    results = launch(steps.get("evaluate solver"), EvaluateSolverOptions(made.path, exam))
    assert (results["solver"], results["data"]) == (f"s3://{BUCKET}/solver", data["mmlu_pro"])
    code, out, err = run("evaluate", results["solver"], "--data", data["mmlu_pro"], "--device", "cpu", "--json")
    assert code == 0, err
    assert json.loads(out)["solver"] == results["solver"]


def test_a_folder_of_solvers_is_no_artifact(tmp_path: Path) -> None:
    (tmp_path / "solvers" / "law").mkdir(parents=True)
    (tmp_path / "solvers" / "law" / "solver.json").write_text(json.dumps({}))
    with pytest.raises(ConfigError, match=r"solvers holds a solver"):
        launch(steps.get("evaluate"), EvaluateOptions((tmp_path / "solvers",)))


URL = "s3://rows/x"
ROWS = DataOptions(Path("rows.jsonl"))


@pytest.mark.parametrize("launcher", ["local", "ray", "modal"])
@pytest.mark.parametrize(
    ("step", "options", "told"),
    [
        (
            "train",
            TrainOptions("intent", data=ROWS, overrides={"model": URL}),
            f"--model {URL}: a model is not fetched",
        ),
        ("train", TrainOptions(f"{URL}.yaml", data=ROWS), f"--task {URL}.yaml: a task is not fetched"),
        ("train solver", SolverTraining("law", Path("o"), SolverOptions(model=URL)), f"--model {URL}: a model is not"),
        ("preprocess", PreprocessOptions(Path("rows"), Path("o"), URL), f"--model {URL}: a model is not fetched"),
        ("evaluate", EvaluateOptions((Path("a"),), ROWS, backbone=URL), f"--backbone {URL}: a backbone is not fetched"),
        ("stack evaluate", EvaluateStackOptions(StackExam(Path("rows")), Path(URL)), f"{URL} names other files"),
        (
            "data build adapter",
            RouteDataOptions((f"{URL}.yaml",)),
            f"{URL}.yaml names other files, which are not fetched",
        ),
    ],
)
def test_what_is_not_fetched_is_said_before_anything_starts(step: str, options: Any, told: str, launcher: str) -> None:
    with pytest.raises(ConfigError) as error:
        launch(steps.get(step), options, LauncherSettings(launcher))
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)


def test_experts_rows_at_urls_are_fetched_as_before(bucket: Bucket, tmp_path: Path) -> None:  # noqa: F811
    from pointsman.launchers.url_options import check_urls, urls_of_step

    step, options = steps.get("data build adapter"), RouteDataOptions((f"a={bucket.write('a.jsonl', '')}", "b=b.jsonl"))
    check_urls(step, options)
    assert urls_of_step(step, options)[0] == {"experts": list(options.experts)}


@pytest.mark.parametrize(
    "options", [SolverOptions(data={"arc": "volume:v/arc.jsonl"}), SolverOptions(model="volume:v/m")]
)
def test_a_volume_is_seen_wherever_it_is_named(options: SolverOptions, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"volume:v/.*: a path on a Modal volume: add --launcher modal"):
        launch(steps.get("train solver"), SolverTraining("law", tmp_path / "o", options))


def test_on_modal_paths_of_this_machine_are_refused_wherever_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base").mkdir()
    Path("base/config.json").write_text("{}")
    Path("exam.jsonl").touch()
    out, data = Path("volume:routing-output/x"), DataOptions(Path("volume:moe-lora-data/rows"))

    def solver(**how: Any) -> SolverTraining:
        return SolverTraining("law", out, SolverOptions(**how))

    def check(step: str, options: Any) -> None:
        check_paths(steps.get(step), options, ModalSettings())

    check("train solver", solver(data={"arc": "allenai/ai2_arc", "mmlu_pro": "volume:moe-lora-data/exam.jsonl"}))
    for step, options, told in (
        (
            "train",
            TrainOptions("intent", data=data, overrides={"model": "base"}, out=out),
            "model base is on this machine",
        ),
        ("train", TrainOptions("things.yaml", data=data, out=out), "task things.yaml is on this machine"),
        ("train solver", solver(model="base"), "model base is on this machine"),
        ("train solver", solver(data={"mmlu_pro": "exam.jsonl"}), "data exam.jsonl is on this machine"),
    ):
        with pytest.raises(ConfigError, match=rf"^{told}, .*pointsman modal upload"):
            check(step, options)
