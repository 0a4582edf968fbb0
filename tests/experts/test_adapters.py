from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pointsman.errors import ConfigError
from pointsman.experts import AdapterFacts, Expert, Experts, check_adapter, vllm_command, vllm_flags
from pointsman.experts.adapters import Base, base_of, find_adapter
from pointsman.experts.registry import BackendSettings
from tests.experts.conftest import edit

Adapter = Callable[..., Path]


def looked_at(folder: Path, base: Base, served: bool = False) -> AdapterFacts:
    return check_adapter(Expert("calendar", folder), base, served=served)


@pytest.fixture(scope="module")
def base(base_folder: Path) -> Base:
    return base_of(str(base_folder))


def tensors(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


def save(folder: Path, content: dict[str, Any]) -> None:
    from safetensors.torch import save_file

    save_file({key: value.contiguous() for key, value in content.items()}, folder / "adapter_model.safetensors")


def test_a_good_adapter(adapter: Adapter, base: Base) -> None:
    folder = adapter("calendar", rank=4)
    found = looked_at(folder, base, served=True)
    assert (found.problems, found.notes) == ((), ())
    assert (found.rank, found.alpha, found.targets, found.use_dora) == (4, 8, ("q_proj", "v_proj"), False)
    weights = folder / "adapter_model.safetensors"
    assert found.bytes == weights.stat().st_size
    assert found.base == base.name
    before = found.digest
    edit(folder / "adapter_config.json", lora_alpha=16)
    assert looked_at(folder, base).digest != before != hashlib.sha256(weights.read_bytes()).hexdigest()


def test_the_base_is_read(base: Base, base_folder: Path, tmp_path: Path) -> None:
    assert (base.folder, base.width, base.layers) == (base_folder, 16, 2)
    assert base_of("qwen3-vl-8b") == Base("qwen3-vl-8b")
    with pytest.raises(ConfigError, match="has no config"):
        base_of(str(tmp_path))


def test_final_is_found(adapter: Adapter, tmp_path: Path) -> None:
    inner = adapter("run/final")
    assert find_adapter(inner.parent) == inner
    assert find_adapter(inner) == inner
    shutil.copytree(inner, tmp_path / "both")
    shutil.copytree(inner, tmp_path / "both" / "final")
    assert find_adapter(tmp_path / "both") == tmp_path / "both"


# Folders that are no whole adapter


def test_folders_that_are_none(adapter: Adapter, base: Base, base_folder: Path, tmp_path: Path) -> None:
    assert "no such folder" in looked_at(tmp_path / "gone", base).problems[0]
    assert "holds a whole model" in looked_at(base_folder, base).problems[0]
    adapter("run/checkpoint-20")
    adapter("run/checkpoint-40")
    (problem,) = looked_at(tmp_path / "experts" / "run", base).problems
    assert problem.endswith("name one of its folders: checkpoint-20, checkpoint-40")


def test_pickled_weights_are_refused_with_the_reason(adapter: Adapter, base: Base) -> None:
    import torch

    folder = adapter("calendar")
    torch.save(tensors(folder), folder / "adapter_model.bin")
    assert looked_at(folder, base).notes == ("adapter_model.bin is not read: adapter_model.safetensors is",)
    (folder / "adapter_model.safetensors").unlink()
    (problem,) = looked_at(folder, base).problems
    assert "is a pickle, and reading one runs what is in it" in problem
    (folder / "adapter_model.bin").unlink()
    assert looked_at(folder, base).problems[0].endswith("the adapter is not whole; copy it again")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a safetensors file"),
        (b"\xff" * 64, "header too long"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", "Git LFS pointer"),
        (b'\x2f\x00\x00\x00\x00\x00\x00\x00{"a": {"shape": ["x"], "data_offsets": [0, 0]}} ', "is not a safetensors"),
        (b'\x10\x00\x00\x00\x00\x00\x00\x00{"a": {"b": 1}} ', "is not a safetensors file"),
    ],
)
def test_weights_that_are_none(adapter: Adapter, base: Base, content: bytes, message: str) -> None:
    folder = adapter("calendar")
    (folder / "adapter_model.safetensors").write_bytes(content)
    (problem,) = looked_at(folder, base).problems
    assert message in problem
    assert str(folder / "adapter_model.safetensors") in problem


@pytest.mark.parametrize("change", [-1, -100, 7])
def test_weights_cut_short_or_grown(adapter: Adapter, base: Base, change: int) -> None:
    folder = adapter("calendar")
    file = folder / "adapter_model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:change] if change < 0 else whole + b"x" * change)
    (problem,) = looked_at(folder, base).problems
    assert f"has {len(whole) + change:,} bytes, its header says {len(whole):,}" in problem


@pytest.mark.parametrize("content", ["{", "[]", "\xff"])
def test_a_configuration_that_is_none(adapter: Adapter, base: Base, content: str) -> None:
    folder = adapter("calendar")
    (folder / "adapter_config.json").write_text(content, encoding="latin-1")
    (problem,) = looked_at(folder, base).problems
    assert "adapter_config.json cannot be read" in problem


# What kind of adapter


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"peft_type": "IA3"}, "peft_type is 'IA3'"),
        ({"task_type": "SEQ_CLS"}, "task_type is 'SEQ_CLS'"),
        ({"r": 8}, "has rank 4, adapter_config.json says 8"),
        ({"r": "4"}, "the rank 'r' is '4'"),
        ({"lora_alpha": None}, "'lora_alpha' is None"),
        ({"bias": "all"}, "bias is 'all'"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save ['lm_head']"),
        ({"init_lora_weights": "pissa_niter_4"}, "rewrites the base that others share"),
        ({"layer_replication": [[0, 1]]}, "'layer_replication' is set"),
        ({"use_qalora": True}, "'use_qalora' is set"),
        ({"base_model_name_or_path": None}, "names no base"),
    ],
)
def test_configurations_that_cannot_share_a_base(
    adapter: Adapter, base: Base, changes: dict[str, Any], message: str
) -> None:
    folder = adapter("calendar")
    edit(folder / "adapter_config.json", **changes)
    (problem,) = looked_at(folder, base).problems
    assert message in problem


def test_modules_that_peft_saved_whole_are_named(adapter: Adapter, base: Base) -> None:
    folder = adapter("calendar", modules_to_save=["lm_head"])
    told = " ".join(looked_at(folder, base).problems)
    assert "lm_head.weight: no LoRA weights" in told
    assert "modules_to_save ['lm_head']" in told


def test_a_dora_is_noted_and_refused_for_vllm(adapter: Adapter, base: Base) -> None:
    folder = adapter("calendar", use_dora=True)
    found = looked_at(folder, base)
    assert (found.problems, found.use_dora) == ((), True)
    assert found.notes == ("a DoRA: peft does not mix it with other adapters in one batch",)
    assert "vLLM takes none" in looked_at(folder, base, served=True).problems[0]


def test_ranks_by_pattern(adapter: Adapter, base: Base) -> None:
    folder = adapter("calendar", rank=4, rank_pattern={"v_proj": 12})
    found = looked_at(folder, base)
    assert (found.problems, found.rank) == ((), 12)
    assert "rank_pattern, which vLLM leaves out" in looked_at(folder, base, served=True).problems[0]


def test_tensors_at_odds_with_each_other(adapter: Adapter, base: Base) -> None:
    folder = adapter("calendar")
    weights = tensors(folder)
    first = next(key for key in weights if "lora_A" in key)
    save(folder, {**weights, first: weights[first][:2]})
    assert "lora_A and lora_B have different ranks" in looked_at(folder, base).problems[0]
    save(folder, {key: value for key, value in weights.items() if key != first})
    assert "one of lora_A and lora_B is missing" in looked_at(folder, base).problems[0]
    save(folder, {})
    assert "holds no LoRA weights" in looked_at(folder, base).problems[0]


# Where it adapts


def test_targets_in_the_language_model_of_a_vision_model(adapter: Adapter, base: Base) -> None:
    found = looked_at(adapter("calendar", sees=True), base)
    assert (found.problems, found.targets) == ((), ("q_proj", "v_proj"))


@pytest.mark.parametrize("targets", [["q_proj", "qkv"], r".*\.(q_proj|qkv)", ["q_proj", "linear_fc1"]])
def test_targets_in_the_vision_tower_are_refused_and_named(adapter: Adapter, base: Base, targets: Any) -> None:
    (problem,) = looked_at(adapter("calendar", sees=True, target_modules=targets), base).problems
    assert "visual." in problem
    assert "outside the language model, where servers leave LoRA out without a word" in problem


@pytest.mark.parametrize(
    "module",
    [
        "model.vision_tower.vision_model.encoder.layers.0.self_attn.q_proj",
        "model.multi_modal_projector.linear_1",
        "visual.blocks.0.attn.qkv",
        "model.audio_tower.layers.0.fc1",
        "model.mm_projector.0",
    ],
)
def test_towers_by_their_names_in_other_architectures(adapter: Adapter, base: Base, module: str) -> None:
    folder = adapter("calendar")
    weights = tensors(folder)
    a, b = (weights[next(key for key in weights if side in key)] for side in ("lora_A", "lora_B"))
    name = f"base_model.model.{module}"
    save(folder, {**weights, f"{name}.lora_A.weight": a.clone(), f"{name}.lora_B.weight": b.clone()})
    (problem,) = looked_at(folder, base).problems
    assert module in problem


# Of which base


@pytest.mark.parametrize(
    ("base_name", "declared"),
    [
        ("qwen3-vl-8b", "Qwen/Qwen3-VL-8B-Instruct"),
        ("Qwen/Qwen3-VL-8B-Instruct", "qwen3-vl-8b"),
        ("Qwen/Qwen3-VL-8B-Instruct@abc", "Qwen/Qwen3-VL-8B-Instruct@def"),
        ("Qwen/Qwen3-VL-8B-Instruct", "qwen/qwen3-vl-8b-instruct/"),
        ("Qwen/Qwen3-0.6B", "/cache/hub/models--Qwen--Qwen3-0.6B/snapshots/12ab"),
    ],
)
def test_names_of_one_model(adapter: Adapter, base_name: str, declared: str) -> None:
    folder = adapter("calendar")
    edit(folder / "adapter_config.json", base_model_name_or_path=declared)
    found = looked_at(folder, Base(base_name))
    assert (found.problems, found.notes, found.base) == ((), (), declared)


def test_another_base_is_refused_and_both_are_named(adapter: Adapter) -> None:
    folder = adapter("calendar")
    edit(folder / "adapter_config.json", base_model_name_or_path="Qwen/Qwen3-VL-4B-Instruct")
    (problem,) = looked_at(folder, Base("Qwen/Qwen3-VL-8B-Instruct")).problems
    assert "trained on Qwen/Qwen3-VL-4B-Instruct, the base is Qwen/Qwen3-VL-8B-Instruct" in problem
    edit(folder / "adapter_config.json", base_model_name_or_path="other/Qwen3-VL-8B-Instruct")
    assert len(looked_at(folder, Base("Qwen/Qwen3-VL-8B-Instruct")).problems) == 1


def test_folders_are_compared_as_folders(adapter: Adapter, base: Base, base_folder: Path, tmp_path: Path) -> None:
    folder = adapter("calendar")
    link = tmp_path / "link"
    link.symlink_to(base_folder)
    edit(folder / "adapter_config.json", base_model_name_or_path=str(link))
    assert looked_at(folder, base).problems == ()
    # A folder of the machine that trained: its name is all there is.
    edit(folder / "adapter_config.json", base_model_name_or_path=f"/mnt/gone/{base_folder.name}")
    found = looked_at(folder, base)
    assert (found.problems, len(found.notes)) == ((), 1)
    assert "by its name" in found.notes[0]
    # One that is here, and is another.
    other = Path(shutil.copytree(base_folder, tmp_path / base_folder.name))
    edit(folder / "adapter_config.json", base_model_name_or_path=str(other))
    assert len(looked_at(folder, base).problems) == 1


def test_a_base_of_the_same_name_and_another_shape(adapter: Adapter, base: Base) -> None:
    folder = adapter("calendar")
    assert "has 1 layers: it is another model's adapter" in looked_at(folder, replace(base, layers=1)).problems[0]
    assert "takes 16 values" in looked_at(folder, replace(base, width=32)).problems[0]


# Flags of a vLLM server


def stack(tmp_path: Path, *ranks: tuple[str, Path], **settings: Any) -> Experts:
    experts = tuple(Expert(name, path) for name, path in ranks)
    return Experts(tmp_path / "experts.yaml", "qwen3-0.6b", None, None, experts, **settings)


@pytest.mark.parametrize(("rank", "flag"), [(4, "8"), (8, "8"), (9, "16"), (300, "320"), (512, "512")])
def test_the_smallest_rank_that_fits(tmp_path: Path, rank: int, flag: str) -> None:
    experts = stack(tmp_path, ("a", Path("/x/a")), ("b", Path("/x/b")))
    assert vllm_flags(experts, {"a": 1, "b": rank}) == [
        *("--enable-lora", "--max-lora-rank", flag, "--max-loras", "2", "--lora-modules", "a=/x/a", "b=/x/b")
    ]


def test_ranks_that_vllm_does_not_take(tmp_path: Path, adapter: Adapter) -> None:
    experts = stack(tmp_path, ("a", adapter("calendar", rank=12)))
    assert "16" in vllm_flags(experts)
    with pytest.raises(ConfigError, match="rank 513 of an expert: vLLM takes at most 512"):
        vllm_flags(experts, {"a": 513})
    with pytest.raises(ConfigError, match="cannot be told"):
        vllm_flags(stack(tmp_path, ("a", tmp_path / "gone")))


def test_the_command_is_for_a_shell(tmp_path: Path) -> None:
    experts = stack(tmp_path, ("a", Path("/x y/a")), ("b", Path("/x/b=1")))
    told = vllm_command(experts, {"a": 8, "b": 8})
    assert told.startswith("vllm serve Qwen/Qwen3-0.6B --enable-lora")
    assert "'a=/x y/a'" in told
    assert json.dumps({"name": "b", "path": "/x/b=1"}) in told
    loading = replace(experts, backend=BackendSettings("vllm", "http://host:8000/v1", load_adapters=True))
    assert vllm_command(loading, {"a": 8, "b": 8}).startswith("VLLM_ALLOW_RUNTIME_LORA_UPDATING=True vllm serve")


def test_the_room_needs_no_torch() -> None:
    code = (
        "import sys\nfor name in ('torch', 'transformers', 'peft', 'jsonschema', 'PIL', 'safetensors'):\n"
        "    sys.modules[name] = None\n"
        "import pointsman.experts, pointsman.experts.editing, pointsman.cli.experts\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
