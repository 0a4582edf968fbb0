from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pointsman.errors import ArtifactError, ConfigError
from pointsman.export.vllm import serve_command
from pointsman.pipeline.run import TrainResult


@pytest.fixture(scope="session")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return what makes a generating adapter on a tiny Qwen3 with PEFT."""
    from peft import LoraConfig, get_peft_model
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=64,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
    )

    def make(name: str, *, base: str = "Qwen/Qwen3-0.6B", **settings: Any) -> Path:
        lora = LoraConfig(task_type="CAUSAL_LM", target_modules=["q_proj", "v_proj"], **{"r": 8, **settings})
        model = get_peft_model(Qwen3ForCausalLM(config), lora)
        model.peft_config["default"].base_model_name_or_path = base
        folder = tmp_path_factory.mktemp("adapters") / name
        model.save_pretrained(folder, save_embedding_layers=False)
        return folder

    return make


def test_flags_of_one_adapter(adapter: Callable[..., Path]) -> None:
    folder = adapter("claims")
    assert shlex.split(serve_command([folder])) == [
        "vllm",
        "serve",
        "Qwen/Qwen3-0.6B",
        "--enable-lora",
        "--lora-modules",
        f"claims={folder}",
    ]


@pytest.mark.parametrize(("rank", "flag"), [(16, None), (17, "32"), (32, "32"), (100, "128"), (300, "320")])
def test_ranks_above_the_default_need_a_flag(adapter: Callable[..., Path], rank: int, flag: str | None) -> None:
    words = shlex.split(serve_command([adapter("claims", r=rank)]))
    assert words[words.index("--max-lora-rank") + 1 :] == [flag] if flag else "--max-lora-rank" not in words


def test_the_highest_rank_of_all_counts(adapter: Callable[..., Path]) -> None:
    folders = [adapter("one"), adapter("two", rank_pattern={"v_proj": 40})]
    words = shlex.split(serve_command(folders))
    assert words[-1] == "64"
    assert [word for word in words if "=" in word] == [f"one={folders[0]}", f"two={folders[1]}"]


def test_a_revision_is_served(adapter: Callable[..., Path]) -> None:
    assert "serve Qwen/Qwen3-0.6B --revision abc --enable-lora" in serve_command([adapter("claims", revision="abc")])


def test_names_with_spaces_are_quoted(adapter: Callable[..., Path]) -> None:
    folder = adapter("my claims")
    assert shlex.split(serve_command([folder]))[-1] == f"my claims={folder}"


def test_different_bases_name_both(adapter: Callable[..., Path]) -> None:
    with pytest.raises(ConfigError, match=r"two stands on other/base, .*one on Qwen/Qwen3-0\.6B"):
        serve_command([adapter("one"), adapter("two", base="other/base")])


def test_equal_names_are_refused(adapter: Callable[..., Path]) -> None:
    with pytest.raises(ConfigError, match="two adapters are called one"):
        serve_command([adapter("one"), adapter("one")])


def test_a_classifier_is_refused(trained: Callable[[str], TrainResult]) -> None:
    with pytest.raises(ConfigError, match=r"is a classifier \(SEQ_CLS\), and vLLM serves generating adapters"):
        serve_command([trained("bert").artifact.path])


def test_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="is no adapter"):
        serve_command([tmp_path])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task_type": "SEQ_2_SEQ_LM"}, "'SEQ_2_SEQ_LM': vLLM serves LORA adapters of CAUSAL_LM"),
        ({"peft_type": "IA3"}, "'peft_type' is 'IA3'"),
        ({"base_model_name_or_path": None}, "'base_model_name_or_path' is missing"),
        ({"modules_to_save": ["lm_head"]}, "'modules_to_save' is"),
        ({"use_dora": True}, "'use_dora' is set"),
        ({"bias": "all"}, "'bias' is 'all'"),
        ({"r": 1024}, "takes ranks from 1 to 512"),
        ({"r": 0}, "takes ranks from 1 to 512"),
        ({"r": "8"}, "rank '8'"),
    ],
)
def test_what_vllm_does_not_take(adapter: Callable[..., Path], change: dict[str, Any], message: str) -> None:
    folder = adapter("claims")
    file = folder / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ArtifactError, match=message):
        serve_command([folder])


def test_an_adapter_without_weights(adapter: Callable[..., Path]) -> None:
    folder = adapter("claims")
    (folder / "adapter_model.safetensors").unlink()
    with pytest.raises(ArtifactError, match="is not whole"):
        serve_command([folder])
