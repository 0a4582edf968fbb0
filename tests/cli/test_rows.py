"""What the command line says about rows: spans, leaks, other sources, the environment, many routers from one file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("VLLM_ENDPOINT", "MODEL", "EPOCHS", "MAX_SAMPLES"):
        monkeypatch.delenv(name, raising=False)


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


SPAN = {"start": 0, "end": 3, "label": "PERSON"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "Ada is", "spans": [{**SPAN, "end": 30}]}, "rows.jsonl:1: span 1 (0 to 30) lies outside the text"),
        ({"text": "Ada is", "spans": [{**SPAN, "end": 0}]}, "span 1 is empty"),
        ({"text": "Ada is", "spans": [SPAN, {**SPAN, "start": 1}]}, "overlap"),
        ({"text": "Ada is", "spans": [{**SPAN, "value": "Bob"}]}, "its value says 'Bob'"),
        ({"text": "Ada is", "spans": [{**SPAN, "label": "NICK"}]}, "map it with --label-map 'NICK=TYPE'"),
        ({"text": "Ada is"}, "no field 'spans'"),
    ],
)
def test_wrong_spans_are_one_line_and_exit_2(run: Run, tmp_path: Path, row: dict[str, Any], message: str) -> None:
    code, out, err = run("train", "pii", "--data", _write(tmp_path / "rows.jsonl", [row]), "--out", "router")
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]
    assert not (tmp_path / "router").exists()


@pytest.fixture
def leaking(tmp_path: Path, draw_texts: Callable[[str, int, int], list[str]]) -> Path:
    """A split of which a tenth of the test rows stand in train word for word."""
    rows = [
        {"text": text, "label": label, "split": "test" if i % 5 == 0 else "validation" if i % 5 == 1 else "train"}
        for label in ("animal", "fruit")
        for i, text in enumerate(draw_texts(label, 60, 0))
    ]
    test = [row for row in rows if row["split"] == "test"]
    return _write(tmp_path / "leaks.jsonl", [*rows, *({**row, "split": "train"} for row in test[:6])])


def test_a_split_that_leaks_is_refused_or_reported_first(
    run: Run, tmp_path: Path, leaking: Path, model_folders: dict[str, Path]
) -> None:
    base = ("train", "--name", "own", "--data", leaking, "--model", model_folders["bert"], "--out", tmp_path / "r")
    few = ("--epochs", 1, "--adapt-layers", 1, "--max-length", 32)
    code, _, err = run(*base, *few)
    assert code == 2
    assert "the split leaks: 6 of 48 held-out rows (12.5%) have the very text of a training row" in err.splitlines()[-1]
    assert "--allow-leakage" in err
    assert not (tmp_path / "r").exists()
    code, out, err = run(*base, *few, "--allow-leakage", "--json")
    assert code == 0, err
    assert json.loads(out)["warnings"][0].startswith("the split leaks, figures are too high")
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert page.index("the split leaks") < page.index("<h1>")


def test_another_source_stands_beside_the_test_part(
    run: Run,
    tmp_path: Path,
    support_file: Path,
    model_folders: dict[str, Path],
    draw_texts: Callable[[str, int, int], list[str]],
) -> None:
    rows = [{"text": t, "label": label} for label in ("animal", "tool") for t in draw_texts(label, 9, 3)]
    other = _write(tmp_path / "elsewhere.jsonl", rows)
    code, out, err = run(
        *("train", "--name", "own", "--data", support_file, "--model", model_folders["bert"], "--out", "r"),
        *("--epochs", 1, "--adapt-layers", 1, "--max-length", 32, "--shifted", other, "--json"),
    )
    assert code == 0, err
    shifted = json.loads(out)["shifted"]
    assert (shifted["data"], shifted["n"]) == ("elsewhere.jsonl", 18)
    assert "elsewhere.jsonl" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_the_environment_sets_options_and_flags_win(
    run: Run, tmp_path: Path, support_file: Path, model_folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL", str(model_folders["bert"]))
    monkeypatch.setenv("EPOCHS", "1")
    monkeypatch.setenv("MAX_SAMPLES", "30")
    config = tmp_path / "options.yaml"
    config.write_text("epochs: 9\nadapt_layers: 1\nmax_length: 32\n", encoding="utf-8")
    base = ("train", "--name", "own", "--data", support_file, "--config", config, "--quiet")
    assert run(*base, "--out", "env")[0] == 0
    assert run(*base, "--out", "flag", "--epochs", 2, "--max-samples", 60)[0] == 0
    recipes = {n: json.loads((tmp_path / n / "manifest.json").read_text()) for n in ("env", "flag")}
    assert [recipes[n]["recipe"]["epochs"] for n in ("env", "flag")] == [1, 2]
    assert [recipes[n]["data"]["rows"]["train"] for n in ("env", "flag")] == [30, 60]
    monkeypatch.setenv("EPOCHS", "many")
    assert run(*base, "--out", "bad")[0] == 2


def test_many_routers_from_one_file(
    run: Run, tmp_path: Path, support_file: Path, model_folders: dict[str, Path]
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f"out: all\ndefaults: {{model: '{model_folders['bert']}', epochs: 1, adapt_layers: 1, max_length: 32}}\n"
        f"tasks:\n  first: {{name: support, data: '{support_file}'}}\n"
        f"  second: {{name: support, data: '{support_file}', seed: 1}}\n",
        encoding="utf-8",
    )
    code, out, err = run("train", "--all", "--config", plan, "--json", "--quiet")
    assert code == 0, err
    assert set(json.loads(out)["tasks"] if "tasks" in json.loads(out) else json.loads(out)["routers"]) == {
        *("first", "second")
    }
    code, out, _ = run("train", "--all", "--config", plan, "--resume", "--quiet")
    assert code == 0
    assert "summary.json" in out
    assert run("train", "--all")[2].splitlines()[-1].startswith("pointsman: --all needs --config FILE")
    assert "name none beside it" in run("train", "domain", "--all", "--config", plan)[2]


def test_an_endpoint_is_asked_for_modality_alone(run: Run, tmp_path: Path) -> None:
    code, _, err = run("train", "modality", "--synthesize-both", 5, "--out", "m")
    assert code == 2
    assert "--synthesize-both 5 needs an endpoint" in err
    code, _, err = run("train", "modality", "--vllm-endpoint", "http://127.0.0.1:9/v1", "--out", "m", "--quiet")
    assert code == 2
    assert "127.0.0.1:9" in err.splitlines()[-1]
    assert not (tmp_path / "m").exists()
