from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pointsman.cli import GROUPS
from tests.conftest import Run


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    words = [f"{a} {b}" for a in ("amber", "basil", "cedar", "delta") for b in ("fjord", "grove", "heath", "isle")]
    lines = [f"{label} {word},{'bad' if label == 'x' else 'ok'}" for word in words for label in ("x", "y")]
    file.write_text("\n".join(["body,verdict", *lines]) + "\n", encoding="utf-8")
    return file


def test_the_group_names_its_verbs(run: Run) -> None:
    code, out, _ = run("data", "--help")
    assert code == 0
    assert all(verb in out for verb in GROUPS["data"])


def test_help_of_all_verbs_imports_none_of_them() -> None:
    code = (
        "import sys\nfrom pointsman.cli import main\n"
        "try:\n    main(['data', '--help'])\nexcept SystemExit:\n    pass\n"
        "loaded = {'pointsman.cli.data', 'pointsman.cli.train', 'pointsman.data', 'numpy', 'datasets'}\n"
        "print('LOADED', loaded & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED set()"


def test_sources_lists_licence_and_conversion(run: Run) -> None:
    code, out, _ = run("data", "sources", "jailbreak")
    assert code == 0
    for words in ("lmsys/toxic-chat", "CC-BY-NC-4.0", "jailbreaking 0/1 -> benign/jailbreak", "embedded", "file:PATH"):
        assert words in out
    assert "toxicity 0/1" not in out
    assert "MMLU" not in out


def test_sources_as_json(run: Run) -> None:
    code, out, _ = run("data", "sources", "--json")
    assert code == 0
    found = {row["source"]: row for row in json.loads(out)}
    assert found["poloclub/diffusiondb"]["streamed"] is True
    assert found["lmsys/toxic-chat"]["tasks"].keys() == {"jailbreak", "safety"}
    code, out, _ = run("data", "sources", "safety", "--json")
    assert {row["source"] for row in json.loads(out)} >= {"lmsys/toxic-chat", "OpenSafetyLab/Salad-Data", "file"}
    assert all(row["tasks"].keys() <= {"safety", "*"} for row in json.loads(out))


def test_build_prints_parts_and_what_was_left_out(run: Run, rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "built"
    build: list[Any] = ["data", "build", "jailbreak", "--source", f"file:{rows}", "--out", out]
    build += ["--text-field", "body", "--label-field", "verdict", "--label-map", "bad=jailbreak"]
    build += ["--label-map", "OK=benign", "--max-samples", "10"]
    code, printed, err = run(*build)
    assert code == 0, err
    assert "training part: 10 total, 5 per class" in printed
    assert "jailbreak " in printed
    assert "left out: 16 rows: not drawn (--max-samples 10)" in printed
    assert f"next: pointsman train jailbreak --data {out}" in printed
    assert "32 rows read, 32 taken" in err
    assert len((out / "train.jsonl").read_text(encoding="utf-8").splitlines()) == 10

    code, _, err = run(*build)
    assert code == 2
    assert err == f"pointsman: {out} exists already: choose another --out, or pass --overwrite to replace it\n"
    code, printed, err = run(*build, "--overwrite", "--json", "--quiet")
    assert code == 0
    assert err == ""
    assert json.loads(printed)["counts"]["train"]["labels"] == {"benign": 5, "jailbreak": 5}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["jailbrake", "--source", "embedded"], "unknown task 'jailbrake', did you mean 'jailbreak'?"),
        (["jailbreak", "--source", "lmsys/toxic"], "unknown source 'lmsys/toxic', did you mean 'lmsys/toxic-chat'?"),
        (["jailbreak", "--source", "tatsu-lab/alpaca"], "source 'tatsu-lab/alpaca' has no rows of task 'jailbreak'"),
        (["jailbreak", "--source", "file:none.jsonl"], "none.jsonl: no such file"),
        (["jailbreak", "--source", "lmsys/toxic-chat=none"], "--source lmsys/toxic-chat=none: no such file or folder"),
        (["jailbreak", "--source", "embedded", "--on-conflict", "keep"], "--on-conflict keep: use refuse, drop"),
        (["jailbreak", "--source", "embedded", "--label-map", "a"], "--label-map 'a': write OLD=NEW"),
        (["modality", "--source", "embedded", "--synthesize-both", "9"], "give --vllm-endpoint URL"),
        (["jailbreak", "--source", "embedded", "--vllm-endpoint", "http://x"], "'synthesis' has no rows of task"),
        (["pii", "--source", "microsoft/presidio-research"], "is a file of a repository, not of the Hub; fetch https:"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(run: Run, args: list[str], message: str, tmp_path: Path) -> None:
    code, out, err = run("data", "build", *args, "--out", tmp_path / "out")
    assert code == 2
    assert out == ""
    assert message in err.splitlines()[-1]
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_hub_out_of_reach_exits_2_and_names_the_offline_ways(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    code, out, err = run("data", "build", "domain", "--source", "TIGER-Lab/MMLU-Pro", "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert "TIGER-Lab/MMLU-Pro: the data set is not in the Hugging Face cache" in last
    assert "--source TIGER-Lab/MMLU-Pro=PATH" in last
    assert not (tmp_path / "out").exists()


def test_an_endpoint_in_the_environment_is_for_modality(
    run: Run, rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLLM_ENDPOINT", "http://127.0.0.1:9")
    code, _, err = run("data", "build", "domain", "--source", "embedded", "--out", tmp_path / "a", "-q")
    assert code == 0, err
    code, _, err = run("data", "build", "modality", "--source", "embedded", "--out", tmp_path / "b", "-q", *NONE)
    assert code == 0, err


NONE = ("--synthesize-both", "0")
