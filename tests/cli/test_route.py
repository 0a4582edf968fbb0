"""`pointsman route` and `pointsman stack evaluate`, end to end on a tiny model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pointsman.cli.route import harmless
from tests.conftest import Run
from tests.experts.stacks import CALLS, World, reading, say, seeing
from tests.generating import NAMES, screen

__all__ = ["reading", "seeing"]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A screenshot."""
    file = tmp_path / "screen.png"
    file.write_bytes(screen("calendar", 5).read())
    return file


def test_an_answer_with_its_call(run: Run, seeing: World, image: Path, tmp_path: Path) -> None:
    file = seeing.file(tmp_path)
    asked = ["route", "--stack", file, "--image", image, "--expert", "calendar"]
    text = seeing.rows(1)[0].text
    code, out, err = run(*asked, "--text", text)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == say(CALLS["calendar"])
    assert lines[1].startswith("expert: calendar  | router: ")
    assert lines[2] == 'tool call: valid  open_month {"month": 5}'
    assert [word for word in lines[3].split() if word.isalpha() and word != "ms"] == [
        "prepare", "see", "route", "switch", "answer", "total",
    ]  # fmt: skip
    code, out, _ = run(*asked, text, "--json", "--probabilities")
    found = json.loads(out)
    assert code == 0
    assert found["request"] == text
    assert found["text"] == say(CALLS["calendar"])
    assert found["tool_call"] == {"status": "valid", "name": "open_month", "arguments": {"month": 5}}
    assert sorted(found["decision"]["probabilities"]) == sorted(NAMES)
    assert run(*asked)[0] == 0  # a screenshot alone
    code, streamed, _ = run(*asked, text, "--stream")
    assert code == 0
    assert streamed.splitlines()[:3] == lines[:3] or streamed.splitlines()[0] == lines[0]


def test_exit_codes_say_what_came_of_it(
    run: Run, reading: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = reading.rows(1)[0].text
    reading.file(tmp_path)
    code, out, _ = run("route", text, "--expert", "claim-window", "--max-new-tokens", "12")
    assert code == 4
    assert "tool call: MALFORMED: " in out
    assert "cut at 12 tokens" in out
    code, out, _ = run("route", text, "--expert", "claim-window", "--max-new-tokens", "12", "--json")
    assert code == 4
    assert "arguments" not in json.loads(out)["tool_call"]
    content = yaml.safe_load((tmp_path / "experts.yaml").read_text(encoding="utf-8"))
    content["experts"]["claim-window"]["tools"] = content["experts"]["calendar"]["tools"]
    (tmp_path / "experts.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    code, out, _ = run("route", text, "--expert", "claim-window")
    assert code == 4
    assert "tool call: OFF SCHEMA: unknown tool 'open_claim'" in out

    code, out, _ = run("route", text, "--decide-only", "--probabilities")
    assert code in (0, 3)
    assert ("refused: no default expert" in out) == (code == 3)
    assert "tool call" not in out


def test_what_the_router_is_not_sure_of_ends_with_3(run: Run, reading: World, tmp_path: Path) -> None:
    import shutil

    router = Path(shutil.copytree(reading.routers["head"], tmp_path / "router"))
    code, _, err = run("calibrate", router, "--target", "coverage=0.1", "--data", reading.routing)
    rule = json.loads((router / "calibration.json").read_text(encoding="utf-8"))
    assert code == 0, err
    assert rule
    unsure = []
    for row in reading.rows(12, 4):
        code, out, _ = run("route", row.text, "--stack", reading.file(tmp_path), "--router", router, "--decide-only")
        assert code in (0, 3)
        unsure.append(code == 3)
        assert ("not sure" in out) == (code == 3)
    assert any(unsure)
    file = reading.file(tmp_path, default="calendar")
    row = reading.rows(12, 4)[unsure.index(True)]
    code, out, _ = run("route", row.text, "--stack", file, "--router", router)
    assert code == 0
    assert "not sure  (the default takes it)" in out


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([], "nothing is asked: pointsman route TEXT, --image FILE, or both"),
        (["a", "--text", "b"], "name what is asked once"),
        (["  "], "the text is blank"),
        (["a", "--expert", "calender"], "unknown expert 'calender', did you mean 'calendar'?"),
        (["a", "--max-new-tokens", "0"], "max_new_tokens 0: use 1 to 48"),
        (["a", "--image", "none.png"], "takes text alone"),
        (["a", "--router", "none"], "router: none is no folder"),
        (["a", "--precision", "int8"], "--precision int8: use fp32 or bf16"),
        (["a", "--stack", "none.yaml"], "none.yaml: no such file"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(
    run: Run, reading: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    reading.file(tmp_path)
    code, out, err = run("route", *more)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("pointsman: ")
    assert message in err
    assert "Traceback" not in err


def test_a_broken_screenshot(run: Run, seeing: World, image: Path, tmp_path: Path) -> None:
    image.write_bytes(image.read_bytes()[:100])
    code, out, err = run("route", "open week", "--stack", seeing.file(tmp_path), "--image", image)
    assert (code, out) == (2, "")
    assert f"{image} is damaged" in err
    assert len(err.splitlines()) == 1


def test_a_stack_is_judged(run: Run, seeing: World, tmp_path: Path) -> None:
    file, out_folder = seeing.file(tmp_path), tmp_path / "judged"
    asked = ["stack", "evaluate", seeing.routing, "--stack", file, "--max-samples", "6", "--quiet"]
    code, out, err = run(*asked, "--out", out_folder)
    assert (code, err) == (0, "")
    assert f"{file} on routing (test, 6 of 12 rows)" in out
    for told in ("routing accuracy", "tool call valid", "perfect routing", "difference", "p95", "requests/s"):
        assert told in out
    written = json.loads((out_folder / "stack_results.json").read_text(encoding="utf-8"))
    code, out, _ = run(*asked, "--batch", "3", "--json")
    assert code == 0
    assert json.loads(out)["routing"] == written["routing"]
    code, _, err = run(*asked, "--out", out_folder)
    assert code == 2
    assert "exists already" in err


def test_adapters_that_lie_on_the_server_are_not_called_good(run: Run, reading: World, tmp_path: Path) -> None:
    entries = {"calendar": {"path": "/srv/calendar", "tools": "none"}}
    entries |= {
        name: {"path": str(path), "tools": "none"} for name, path in reading.experts.items() if name not in entries
    }
    file = reading.file(tmp_path, experts=entries, backend={"url": "http://127.0.0.1:9/v1"})
    code, out, _ = run("experts", "check", "--file", file)
    assert code == 0
    assert "note: calendar: /srv/calendar is not on this machine" in out
    assert "vllm serve" not in out
    code, out, _ = run("experts", "list", "--file", file)
    states = {line.split()[0]: line for line in out.splitlines() if line.strip().startswith(NAMES)}
    assert states["calendar"].rstrip().endswith("on the server")
    assert states["claim-window"].rstrip().endswith("good")
    code, _, err = run("experts", "check", "--file", file, "--vllm")
    assert code == 2
    assert "the rank of 'calendar' cannot be told" in err


def test_text_of_a_model_cannot_steer_a_terminal() -> None:
    assert harmless("a\x1b[2Jb\r\n\tc\u202e\x07ü") == "a\ufffd[2Jb\ufffd\n\tc\ufffd\ufffdü"
