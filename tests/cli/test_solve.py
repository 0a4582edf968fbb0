"""`pointsman train solver`, `evaluate SOLVER` and `solve`, as typed, on a tiny model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pointsman.pipeline.solver_artifact import Solver
from tests.conftest import Run
from tests.solving import ASKED, RANGES, school, tiny_base, write

OPTIONS = [word for option in RANGES for word in ("--options", option)]


@pytest.fixture(scope="module")
def taught() -> tuple[Path, Solver, Path, Path]:
    return school()


@pytest.fixture(scope="module")
def router(taught: tuple[Path, Solver, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A router between two categories, on the solver's own base."""
    from pointsman.pipeline.options import DataOptions, TrainOptions
    from pointsman.pipeline.train import train

    folder = tmp_path_factory.mktemp("router")
    rows = [{"text": ASKED.format(10 + i, 99 - i), "label": "math"} for i in range(40)]
    rows += [{"text": f"the judge said no to claim {i} of the tenant", "label": "law"} for i in range(40)]
    data = DataOptions(path=write(folder / "rows.jsonl", rows), labels=("law", "math"))
    options = TrainOptions(
        task="domain",
        data=data,
        strategy="head",
        overrides={"model": str(taught[0])},
        device="cpu",
        precision="fp32",
        out=folder / "router",
    )
    train(options)
    return folder / "router"


def test_train_and_evaluate(run: Run, taught: tuple[Path, Solver, Path, Path], tmp_path: Path) -> None:
    base, _, train, exam = taught
    some = tmp_path / "some.jsonl"
    some.write_text("".join(f"{line}\n" for line in train.read_text("utf-8").splitlines()[:40]), encoding="utf-8")
    (tmp_path / "direct.txt").write_text("{question}\n{options}\nsay it\n", encoding="utf-8")
    sets = ("--data", f"mmlu_pro={exam}", "--data", f"mmlu_pro_validation={some}")
    typed = ("train", "solver", "--model", base, *sets, "--epochs", 1, "--lora-rank", 4, "--device", "cpu")
    out = tmp_path / "made"
    code, printed, err = run(
        *typed, "--expert", "math-reasoner", "--template", f"direct={tmp_path}/direct.txt", "--out", out
    )
    assert code == 0, err
    assert "no leakage: no question of the evaluation set was trained on" in printed
    assert "rows (" in printed
    assert f"next: pointsman evaluate {out} --data FILE" in printed
    assert (
        json.loads((out / "solver.json").read_text("utf-8"))["templates"]["direct"] == "{question}\n{options}\nsay it"
    )
    judged = ("evaluate", out, "--data", exam, "--max-samples", 6, "--max-new-tokens", 5, "--device", "cpu")
    code, printed, err = run(*judged, "--quiet", "--out", tmp_path / "judged")
    assert code == 0, err
    for word in (
        "math-reasoner on",
        "6 questions",
        "by chance",
        "base",
        "expert",
        "difference",
        "McNemar",
        "no leakage",
    ):
        assert word in printed
    assert (tmp_path / "judged" / "training_comparison.json").is_file()
    code, printed, err = run(*judged, "--json", "--quiet")
    assert (code, err) == (0, "")
    assert json.loads(printed)["n"] == 6


def test_route_and_solve(run: Run, taught: tuple[Path, Solver, Path, Path], router: Path) -> None:
    _, solver, _, exam = taught
    rows = [json.loads(line) for line in exam.read_text("utf-8").splitlines()[:5]]
    right = 0
    for row in rows:
        code, out, err = run("solve", row["question"], *OPTIONS, "--solvers", solver.path, "--router", router, "--json")
        assert code == 0, err
        found = json.loads(out)
        assert found["expert"] == found["answer"]["expert"] == "math-reasoner"
        assert (found["decision"]["task"], found["decision"]["label"]) == ("domain", "math")
        assert 0.5 < found["decision"]["probability"] <= 1
        assert 1 / len(RANGES) < found["answer"]["confidence"] <= 1
        assert found["answer"]["option"] == RANGES["ABCD".index(found["answer"]["letter"])]
        right += found["answer"]["letter"] == row["answer"]
    assert right >= 3
    code, out, err = run(
        "solve", rows[0]["question"], *OPTIONS, "--solvers", solver.path.parent, "--expert", "math-reasoner"
    )
    assert code == 0, err
    assert "The answer is " in out
    assert "expert: math-reasoner  | named  | no leakage" in out
    code, out, _ = run(
        "solve",
        rows[0]["question"],
        *OPTIONS,
        "--solvers",
        solver.path,
        "--expert",
        "math-reasoner",
        "--max-new-tokens",
        3,
    )
    assert code == 3
    assert "answer: unreadable" in out
    assert "cut at 3 tokens" in out


def test_router_and_solvers_against_base_and_perfect_routing(
    run: Run, taught: tuple[Path, Solver, Path, Path], router: Path, tmp_path: Path
) -> None:
    _, solver, _, exam = taught
    rows = [json.loads(line) for line in exam.read_text("utf-8").splitlines()[:12]]
    astray = "the judge said no to claim 5 of the tenant"  # asked of math, sent to law, which has no solver
    file = write(tmp_path / "exam.jsonl", [*rows, rows[0] | {"question": astray, "question_id": 99}])
    typed = (
        "evaluate",
        solver.path.parent,
        "--data",
        file,
        "--router",
        router,
        "--device",
        "cpu",
        "--precision",
        "fp32",
    )
    code, out, err = run(*typed, "--json", "--quiet", "--out", tmp_path / "judged")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["n"] == 13
    assert (found["routing"]["without_solver"], found["routing"]["accuracy"]) == (1, 12 / 13)
    assert found["base"]["accuracy"] < 0.2 < 0.6 < found["routed"]["accuracy"] <= found["perfect"]["accuracy"]
    gain = found["routed_against_base"]
    assert gain["difference"] == pytest.approx(found["routed"]["accuracy"] - found["base"]["accuracy"])
    assert (tmp_path / "judged" / "eval_results.json").is_file()
    code, out, err = run(*typed, "--quiet")
    assert code == 0, err
    for word in ("sent to the right expert 92.3 %", "base alone", "routed", "perfect routing", "left to gain"):
        assert word in out
    stack = ("stack", "evaluate", file, "--stack", solver.path.parent, "--precision", "fp32", "--json", "--quiet")
    code, out, err = run(*stack, "--router", router)
    assert code == 0, err
    again = json.loads(out)
    for arm in ("base", "routed", "perfect"):
        assert again[arm]["accuracy"] == found[arm]["accuracy"]
    code, out, err = run(*stack)
    assert (code, out) == (2, "")
    assert "--router ARTIFACT is missing" in err


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["q", "--options", "a"], "say who chooses"),
        (["q", "--options", "a", "--expert", "law"], "a question with one option"),
        (["q", "--options", "a", "--options", "a", "--expert", "math-reasoner"], "options A and B are the same"),
        (["  ", "--options", "a", "--options", "b", "--expert", "math-reasoner"], "the question is blank"),
        (["q", "--options", "a", "--options", "b", "--expert", "math"], "unknown expert 'math'"),
        (
            ["q " * 3000, "--options", "a", "--options", "b", "--expert", "math-reasoner"],
            "leaves no room for 60 tokens",
        ),
        (["q", *(w for i in range(27) for w in ("--options", str(i))), "--expert", "law"], "27 options"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(
    run: Run, taught: tuple[Path, Solver, Path, Path], typed: list[str], message: str
) -> None:
    code, out, err = run("solve", *typed, "--solvers", taught[1].path)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_what_has_no_solver(run: Run, taught: tuple[Path, Solver, Path, Path], router: Path, tmp_path: Path) -> None:
    solver = taught[1].path
    two = ["q", "--options", "a", "--options", "b"]
    code, _, err = run("solve", *two, "--solvers", tmp_path, "--expert", "law")
    assert (code, "holds no solver" in err) == (2, True)
    asked = "the judge said no to claim 3 of the tenant"
    code, _, err = run("solve", asked, *two[1:], "--solvers", solver, "--router", router)
    assert code == 2
    assert "the router says 'law', which is for unknown expert 'law' (there are solvers: math-reasoner)" in err
    other = tiny_base(tmp_path / "other")
    content = bytearray((other / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (other / "model.safetensors").write_bytes(content)
    code, _, err = run("solve", *two, "--solvers", solver, "--expert", "math-reasoner", "--backbone", other)
    assert code == 2
    assert "trained on" in err


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ([], "name one expert with --expert NAME, or pass --all"),
        (["--expert", "law", "--all"], "name one expert with --expert NAME, or pass --all"),
        (["--expert", "lawyer"], "--expert lawyer: no such expert, did you mean 'law'?"),
        (["--expert", "law", "--data", "arc"], "--data 'arc': write NAME=FILE"),
        (["--expert", "law", "--template", "direct=none.txt"], "--template direct=none.txt: cannot be read"),
        (["--expert", "law", "--lora-rank", "0"], "--lora-rank 0: use 1 or more"),
    ],
)
def test_train_solver_mistakes(
    run: Run, taught: tuple[Path, Solver, Path, Path], typed: list[str], message: str
) -> None:
    code, out, err = run("train", "solver", "--model", taught[0], *typed)
    assert (code, out) == (2, "")
    assert message in err
