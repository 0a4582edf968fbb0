from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pointsman.errors import ConfigError
from pointsman.experts import BackendSettings, check_experts, check_labels, examine, read_experts
from pointsman.pipeline.run import TrainResult
from tests.experts.conftest import edit


def test_good_experts(experts_file: Path) -> None:
    found = check_experts(read_experts(experts_file))
    assert found.problems == ()
    assert {name: facts.rank for name, facts in found.adapters.items()} == {"calendar": 4, "claim-window": 12}
    assert {name: len(tools or ()) for name, tools in found.tools.items()} == {"calendar": 1, "claim-window": 0}
    assert found.notes == (f"no router: name its artifact with 'router' in {experts_file} to route",)


def test_every_problem_is_named_at_once(experts_file: Path) -> None:
    root = experts_file.parent
    (root / "tools.json").write_text("[]", encoding="utf-8")
    edit(root / "experts/calendar/adapter_config.json", bias="all")
    text = experts_file.read_text(encoding="utf-8").replace(", tools: none", "")
    experts_file.write_text(text, encoding="utf-8")
    experts = read_experts(experts_file, tools=False)
    found = examine(experts)
    assert [len(problems) for problems in found.of.values()] == [2, 1]
    bias, tools, missing = found.problems
    assert bias.startswith("calendar: ")
    assert "bias is 'all'" in bias
    assert "holds no tool" in tools
    assert missing.startswith("claim-window: tool schema missing: name its file with 'tools'")
    with pytest.raises(ConfigError, match=r"bias is 'all'.* \(and 2 more: run 'pointsman experts check --file"):
        check_experts(experts)


def test_what_vllm_does_not_take_is_wrong_for_vllm_alone(experts_file: Path, adapter: Callable[..., Path]) -> None:
    experts = read_experts(experts_file)
    dora = replace(experts.experts[0], path=adapter("dora", use_dora=True))
    experts = replace(experts, experts=(dora, *experts.experts[1:]))
    assert examine(experts).problems == ()
    served = replace(experts, backend=BackendSettings("vllm", "http://host/v1"))
    assert [line[:16] for line in examine(served).problems] == ["calendar: a DoRA"]


def test_the_same_adapter_twice_is_noted(experts_file: Path) -> None:
    experts = read_experts(experts_file)
    twice = replace(experts.experts[1], path=experts.experts[0].path)
    notes = examine(replace(experts, experts=(experts.experts[0], twice))).notes
    assert "calendar and claim-window are the same adapter, byte for byte" in notes


def test_a_base_that_is_no_model_is_named(experts_file: Path, tmp_path: Path) -> None:
    experts = replace(read_experts(experts_file), base=str(tmp_path))
    assert "no config.json" in examine(experts).problems[0]


def test_labels_in_any_order(experts_file: Path) -> None:
    check_labels(["claim-window", "calendar"], read_experts(experts_file))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["calendar"], "it never chooses claim-window; train"),
        (["calendar", "claim-window", "third"], "third would have nobody to answer; train"),
        (["Calendar", "claim-window"], "it never chooses calendar; Calendar would have nobody to answer; train"),
    ],
)
def test_labels_of_other_experts_are_refused(experts_file: Path, labels: list[str], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_labels(labels, read_experts(experts_file))
    assert message in str(refused.value)
    assert f"decides between [{', '.join(labels)}], {experts_file} names [calendar, claim-window]" in str(refused.value)


def test_the_router_of_the_file_is_compared(experts_file: Path, trained: Callable[[str], TrainResult]) -> None:
    experts = read_experts(experts_file)
    other = examine(replace(experts, router=trained("bert").artifact.path)).problems
    assert "names [calendar, claim-window]" in other[0]
    gone = examine(replace(experts, router=experts_file.parent / "gone")).problems
    assert gone[0].startswith("router: ")
