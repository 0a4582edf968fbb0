"""A LoRA adapter's folder, looked at before anything loads it: is it whole, of this base, and fit to share it.

Takes a folder and a base, gives `AdapterFacts` with every problem named. Reads JSON, file sizes, digests and the
weights' header alone; loads no weights and knows nothing of tool schemas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pointsman.artifacts import layout
from pointsman.artifacts.directory import tensor_shapes
from pointsman.backbones.backbone import ALIASES, digest_files
from pointsman.errors import ArtifactError, ConfigError
from pointsman.experts import vllm_server

if TYPE_CHECKING:
    from pointsman.experts.registry import Expert

CONFIG, WEIGHTS = "adapter_config.json", layout.ADAPTER_WEIGHTS
# Variants of LoRA that peft writes under the same type: they change the base, cannot stand beside other adapters on
# it, or are left out by servers without a word.
_VARIANTS = (
    "alora_invocation_tokens",
    "arrow_config",
    "kasa_config",
    "layer_replication",
    "lora_bias",
    "megatron_config",
    "monteclora_config",
    "trainable_token_indices",
    "use_bdlora",
    "use_qalora",
    "velora_config",
)
# Starting weights for which peft rewrites the base's weights when the adapter is added to it.
_REWRITING = ("corda", "loftq", "lora_ga", "olora", "pissa")
# Parts of a model that see or hear, by the names that architectures give them.
_SEEING = re.compile(
    r"(?:^|\.)(visual|vision\w*|image\w*|img\w*|audio\w*|video\w*|mm_\w+|multi_?modal\w*|embed_vision|merger|"
    r"connector|projector|resampler|patch_embed)(?=\.)"
)
_LORA = re.compile(r"(?P<module>.+)\.lora_(?:embedding_)?(?P<side>[AB])(?:\.weight)?")
_LAYER = re.compile(r"\.(?:layers|h)\.(\d+)\.")
_FROM_WIDTH = ("q_proj", "k_proj", "v_proj", "gate_proj", "up_proj")
_CACHED = re.compile(r"models--([^/]+?)--([^/]+)(?:/|$)")


@dataclass(frozen=True)
class AdapterFacts:
    """What an adapter's folder says of itself.

    Attributes:
        path: the folder.
        rank: the highest of its layers; 0 where it cannot be told.
        alpha: as trained; 0 where it cannot be told.
        targets: last parts of the names of the modules that it adapts, sorted.
        bytes: of its weights' file.
        base: the model that it says it was trained on; "" where it says none.
        use_dora: whether it is a DoRA, which peft does not mix with others in a batch.
        digest: sha256 over configuration and weights; "" where a file is missing.
        problems: why it must not be used, one line each.
        notes: what to know of it all the same.
    """

    path: Path
    rank: int = 0
    alpha: float = 0
    targets: tuple[str, ...] = ()
    bytes: int = 0
    base: str = ""
    use_dora: bool = False
    digest: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Base:
    """The model that experts share, as far as its name and configuration tell.

    Attributes:
        name: as `experts.yaml` names it.
        folder: where it lies; None: not a local folder.
        width: of its hidden states; None where there is no configuration to read.
        layers: how many it has; None as above.
    """

    name: str
    folder: Path | None = None
    width: int | None = None
    layers: int | None = None


def base_of(name: str) -> Base:
    """Return what can be told of a base without a download: an alias, a folder or a Hub id.

    Raises:
        ConfigError: a folder whose config.json cannot be read.
    """
    folder = Path(name)
    if name in ALIASES or not folder.is_dir():
        return Base(name)
    file = folder / "config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
        shape = config.get("text_config") or config
        return Base(name, folder, int(shape["hidden_size"]), int(shape["num_hidden_layers"]))
    except FileNotFoundError:
        raise ConfigError(f"base {name} is no model folder: it has no config.json") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{file}: the base's shape cannot be read ({error})") from None


def find_adapter(path: Path) -> Path:
    """Return the folder that holds the adapter: `path`, or its sub-folder `final` where only that one does."""
    final = path / "final"
    return final if not (path / CONFIG).is_file() and (final / CONFIG).is_file() else path


def declared_base(path: Path) -> str:
    """Return the base that an adapter's folder names, or "" where it names none."""
    try:
        found = json.loads((path / CONFIG).read_text(encoding="utf-8"))["base_model_name_or_path"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def check_adapter(expert: Expert, base: Base, *, served: bool = False) -> AdapterFacts:
    """Look at an expert's adapter.

    Args:
        expert: whose adapter it is.
        base: the model that the experts share.
        served: a vLLM server will run it: what vLLM does not take is a problem as well.

    Returns:
        Its facts; fit to use when they hold no problem.
    """
    folder = expert.path
    if (missing := _missing(folder)) is not None:
        return AdapterFacts(folder, problems=(missing,))
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        if not isinstance(config, dict):
            raise ValueError("expected a JSON object")
    except (OSError, ValueError) as error:
        return AdapterFacts(folder, problems=(f"{folder / CONFIG} cannot be read: {error}",))
    shapes, damage = _shapes(folder / WEIGHTS)
    problems = [*_config_problems(folder / CONFIG, config), *damage]
    wrong_base, told = _judge_base(folder / CONFIG, declared_base(folder), base)
    problems += wrong_base
    notes = [*told, *_notes(folder, config)]
    rank = 0
    if not damage:
        rank, wrong = _tensor_problems(folder / WEIGHTS, config, shapes, base)
        problems += wrong
    if served:
        problems += vllm_server.refused(config, rank)
    alpha = config.get("lora_alpha")
    modules = (_LORA.fullmatch(key) for key in shapes)
    return AdapterFacts(
        path=folder,
        rank=rank,
        alpha=alpha if isinstance(alpha, int | float) else 0,
        targets=tuple(sorted({m["module"].rsplit(".", 1)[-1] for m in modules if m is not None})),
        bytes=(folder / WEIGHTS).stat().st_size,
        base=declared_base(folder),
        use_dora=bool(config.get("use_dora")),
        digest=digest_files([folder / CONFIG, folder / WEIGHTS]),
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _missing(folder: Path) -> str | None:
    """Return what keeps a folder from being an adapter's at all."""
    if not folder.is_dir():
        return f"{folder}: no such folder; correct 'path'"
    if not (folder / CONFIG).is_file():
        if (folder / "config.json").is_file():
            return f"{folder} holds a whole model, no adapter: it has no {CONFIG}"
        inner = sorted(found.parent.name for found in folder.glob(f"*/{CONFIG}"))
        told = f"; name one of its folders: {', '.join(inner[:5])}" if inner else ""
        return f"{folder} is no adapter: it has no {CONFIG}{told}"
    if not (folder / WEIGHTS).is_file():
        if (folder / "adapter_model.bin").is_file():
            return (
                f"{folder / 'adapter_model.bin'} is a pickle, and reading one runs what is in it: save the adapter "
                f"again with peft's save_pretrained, which writes {WEIGHTS}"
            )
        return f"{folder / WEIGHTS} is missing: the adapter is not whole; copy it again"
    return None


def _shapes(file: Path) -> tuple[dict[str, list[int]], list[str]]:
    """Return the tensors' shapes, and what is wrong with the file."""
    try:
        with file.open("rb") as stream:
            start = stream.read(40)
        if start.startswith(b"version https://git-lfs"):
            return {}, [f"{file} is a Git LFS pointer, not the weights: fetch them with 'git lfs pull'"]
        shapes = tensor_shapes(file)
        # The header was read, so its length and its offsets can be.
        length = int.from_bytes(start[:8], "little")
        with file.open("rb") as stream:
            stream.seek(8)
            header: dict[str, Any] = json.loads(stream.read(length))
        end = max((int(v["data_offsets"][1]) for k, v in header.items() if k != "__metadata__"), default=0)
        if not all(type(side) is int for shape in shapes.values() for side in shape):
            raise ValueError("a shape is not of whole numbers")
    except ArtifactError as error:
        return {}, [str(error)]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        return {}, [f"{file} is not a safetensors file: {error}"]
    if (size := file.stat().st_size) != 8 + length + end:
        return {}, [f"{file} has {size:,} bytes, its header says {8 + length + end:,}: copy it again"]
    return shapes, []


def _config_problems(file: Path, config: Mapping[str, Any]) -> list[str]:
    if config.get("peft_type") != "LORA":
        return [f"{file}: peft_type is {config.get('peft_type')!r}: experts are LoRA adapters"]
    problems = []
    if (kind := config.get("task_type")) not in (None, "CAUSAL_LM"):
        problems.append(f"{file}: task_type is {kind!r}: an expert writes text (CAUSAL_LM)")
    if not isinstance(config.get("r"), int) or config["r"] < 1:
        problems.append(f"{file}: the rank 'r' is {config.get('r')!r}: expected a whole number from 1")
    if not isinstance(config.get("lora_alpha"), int | float) or config["lora_alpha"] <= 0:
        problems.append(f"{file}: 'lora_alpha' is {config.get('lora_alpha')!r}: expected a positive number")
    if saved := config.get("modules_to_save"):
        problems.append(
            f"{file}: modules_to_save {saved}: whole copies of parts of the base, which experts on one base do not "
            "share; train without them"
        )
    if (bias := config.get("bias", "none")) != "none":
        problems.append(f"{file}: bias is {bias!r}: it changes the base that others share; train with bias='none'")
    problems += [
        f"{file}: '{name}' is set: only plain LoRA shares a base; train without it"
        for name in _VARIANTS
        if config.get(name)
    ]
    start = config.get("init_lora_weights")
    if isinstance(start, str) and start.lower().startswith(_REWRITING):
        problems.append(
            f"{file}: init_lora_weights is {start!r}: adding it rewrites the base that others share; save it as a "
            "plain LoRA (save_pretrained with path_initial_model_for_weight_conversion)"
        )
    return problems


def _notes(folder: Path, config: Mapping[str, Any]) -> list[str]:
    notes = []
    if config.get("use_dora"):
        notes.append("a DoRA: peft does not mix it with other adapters in one batch")
    if (folder / "adapter_model.bin").is_file():
        notes.append(f"adapter_model.bin is not read: {WEIGHTS} is")
    return notes


def _tensor_problems(
    file: Path, config: Mapping[str, Any], shapes: Mapping[str, list[int]], base: Base
) -> tuple[int, list[str]]:
    """Return the highest rank among the tensors, and what is wrong with them."""
    sides: dict[str, dict[str, list[int]]] = {}
    other = []
    for key, shape in shapes.items():
        if found := _LORA.fullmatch(key):
            sides.setdefault(found["module"], {})[found["side"]] = shape
        elif not (config.get("use_dora") and ".lora_magnitude_vector" in key):
            other.append(key)
    problems = []
    if other:
        problems.append(f"{file}: {_some(other)}: no LoRA weights, so they cannot stand beside other experts")
    if not sides:
        return 0, [*problems, f"{file} holds no LoRA weights"]
    if seeing := [module for module in sides if _SEEING.search(module)]:
        problems.append(
            f"{file}: {_some(seeing)}: outside the language model, where servers leave LoRA out without a word; "
            "train with target_modules in the language model alone"
        )
    if half := [module for module, pair in sides.items() if set(pair) != {"A", "B"}]:
        problems.append(f"{file}: {_some(half)}: one of lora_A and lora_B is missing; copy the file again")
    whole = {module: (pair["A"], pair["B"]) for module, pair in sides.items() if len(pair) == 2}
    ranks, wrong = _ranks(file, config, whole)
    return max(ranks, default=0), [*problems, *wrong, *_misfits(file, whole, base)]


def _ranks(
    file: Path, config: Mapping[str, Any], pairs: Mapping[str, tuple[list[int], list[int]]]
) -> tuple[set[int], list[str]]:
    """Compare the tensors' ranks with each other and with the configuration's."""
    odd = [m for m, (a, b) in pairs.items() if len(a) < 2 or len(b) < 2 or a[0] != b[1]]
    if odd:
        return set(), [f"{file}: {_some(odd)}: lora_A and lora_B have different ranks; the file is damaged"]
    ranks = {a[0] for a, _ in pairs.values()}
    pattern = config.get("rank_pattern") or {}
    stated = [config.get("r"), *(pattern.values() if isinstance(pattern, dict) else ())]
    allowed = {rank for rank in stated if isinstance(rank, int)}
    if config.get("target_parameters"):  # one tensor holds those of every expert of a mixture, side by side
        return allowed, []
    if allowed and (strange := sorted(ranks - allowed)):
        told = " and ".join(str(rank) for rank in sorted(allowed))
        return ranks, [f"{file} has rank {strange[0]}, {CONFIG} says {told}: they are not of one run"]
    return ranks, []


def _misfits(file: Path, pairs: Mapping[str, tuple[list[int], list[int]]], base: Base) -> list[str]:
    """Compare the tensors with the base's own shape: two models may have one name."""
    if base.width is None or base.layers is None:
        return []
    for module, (a, _) in pairs.items():
        if _SEEING.search(module):
            continue
        layer = _LAYER.search(f"{module}.")
        if layer and int(layer[1]) >= base.layers:
            return [f"{file}: {module}: the base {base.name} has {base.layers} layers: it is another model's adapter"]
        if module.rsplit(".", 1)[-1] in _FROM_WIDTH and len(a) == 2 and a[1] != base.width:
            return [
                f"{file}: {module} takes {a[1]} values, the base {base.name} has a width of {base.width}: it is "
                "another model's adapter"
            ]
    return []


def _judge_base(file: Path, declared: str, base: Base) -> tuple[list[str], list[str]]:
    """Return the problem of an adapter that names another base, and a note where names alone say it is the same."""
    if not declared:
        return [f"{file} names no base (base_model_name_or_path): add that of the model it was trained on"], []
    if same_model(base.name, declared) or _same_folder(declared, base.folder):
        return [], []
    both_are_here = base.folder is not None and Path(declared).is_dir()
    if (_is_path(declared) or _is_path(base.name)) and not both_are_here and _tail(base.name) & _tail(declared):
        return [], [f"trained on {declared}, taken for {base.name} by its name"]
    return [
        f"{file}: trained on {declared}, the base is {base.name}: train it on this base, or correct "
        "base_model_name_or_path if they are the same model"
    ], []


def _known_as(name: str) -> set[str]:
    """Return the names of a model that mean the same, in small letters and without revision."""
    plain = name.rstrip("/")
    if not _is_path(plain):
        plain = plain.partition("@")[0]
    names = {plain}
    if plain in ALIASES:
        names.add(ALIASES[plain].repo)
    if cached := _CACHED.search(plain):
        names.add(f"{cached[1]}/{cached[2]}")
    return {each.casefold() for each in names}


def same_model(one: str, other: str) -> bool:
    """Return whether two names mean one model: an alias, its Hub id, the id at a revision, its folder in the cache."""
    return bool(_known_as(one) & _known_as(other))


def _tail(name: str) -> set[str]:
    return {known.rsplit("/", 1)[-1] for known in _known_as(name)}


def _is_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or name.count("/") > 1 or Path(name).is_dir()


def _same_folder(declared: str, folder: Path | None) -> bool:
    return folder is not None and Path(declared).is_dir() and Path(declared).samefile(folder)


def _some(names: list[str]) -> str:
    first = names[0].removeprefix("base_model.model.")
    return first if len(names) == 1 else f"{first} and {len(names) - 1:,} more"
