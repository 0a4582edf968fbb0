"""Tiny models of each family, built from configs with random weights; no network, one thread, own store."""

from __future__ import annotations

import functools
import gc
import json
import os
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.generating import tiny_qwen3, tiny_qwen3_vl  # noqa: F401 - fixtures
from tests.routing_artifacts import (  # noqa: F401 - fixtures
    head_router,
    name_router,
    requests_folder,
    screens,
    text_router,
)

if TYPE_CHECKING:
    from pointsman.backbones import Backbone
    from pointsman.pipeline.options import TrainOptions
    from pointsman.pipeline.run import TrainResult

# How long an example takes tells of the machine's other work, not of the code.
settings.register_profile("pointsman", deadline=None)
settings.load_profile("pointsman")

FAMILIES = ("bert", "roberta", "modernbert")
LAYERS = 4
WIDTH = 32

# What the tiny tokenizers learn their words from, and the tiny tasks are made of.
_WORDS = {
    "animal": "the dog chased a cat while the horse and the sheep slept in the barn near the river",
    "fruit": "an apple and a ripe pear fell beside the plum tree where the grapes and cherries grow",
    "tool": "take the hammer and a long saw then turn the screw with a wrench and sand the wood",
}
_FILLER = [
    "what",
    "is",
    "how",
    "do",
    "we",
    "find",
    "out",
    "about",
    "this",
    "one",
    "please",
    "tell",
    "me",
    "more",
    "of",
    "it",
    "now",
    "and",
    "then",
    "again",
]


# Files that take minutes, the longest first: one that begins last is waited for.
_LONG = ("tests/test_vision_stack.py", "tests/launchers/test_ray_", "tests/test_runtime.py")
# Files that one worker does, by what they share.
_SHARED = {"ray": r"/test_ray_", "solver": r"/test_(evaluate_solver|solve)\.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""

    def place(item: pytest.Item) -> int:
        return next((number for number, start in enumerate(_LONG) if item.nodeid.startswith(start)), len(_LONG))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Have one worker do the files that share what takes long to make: a runtime of Ray's, a solver that has learnt."""
    from xdist.scheduler import LoadFileScheduling

    class Shared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return next((name for name, part in _SHARED.items() if re.search(part, file)), file)

    config.option.loadscopereorder = False  # files of few tests may be the longest
    return Shared(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(autouse=True, scope="session")
def _quiet_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No network, an activation store of our own, one thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POINTSMAN_STORE", str(tmp_path_factory.mktemp("store")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("TOKENIZERS_PARALLELISM", "false")
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(1)
        yield


@pytest.fixture(autouse=True, scope="module")
def _libraries_apart() -> None:
    """Leave what is loaded by now out of garbage collection: each fit asks for a whole one, 0.4 s and more of it."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Give the environment back as it was: libraries write into it."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


def _sentences() -> list[str]:
    return [*_WORDS.values(), " ".join(_FILLER), "ABC abc 0123456789 .,:;!?'\"-()"] * 4


def _tokenizer(family: str) -> Any:
    """Make a small fast tokenizer: WordPiece for BERT, byte-level BPE for the others."""
    import tokenizers
    from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertTokenizerFast, PreTrainedTokenizerFast, RobertaTokenizerFast

    if family == "bert":
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        # Written out: the trainer of WordPiece breaks ties differently in each process.
        words = sorted({word for text in _WORDS.values() for word in text.split()} | set(_FILLER))
        letters = sorted(set("abcdefghijklmnopqrstuvwxyz0123456789.,:;!?'\"-()"))
        tokens = [*special, *words, *letters, *(f"##{letter}" for letter in letters)]
        vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
        tokenizer = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece()
        first, last = "[CLS]", "[SEP]"
        wrapper: Any = BertTokenizerFast
    else:
        special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        tokenizer = tokenizers.Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=500,
            special_tokens=special,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        )
        tokenizer.train_from_iterator(_sentences(), trainer)
        first, last = "<s>", "</s>"
        wrapper = RobertaTokenizerFast if family == "roberta" else PreTrainedTokenizerFast
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} $B {last}",
        special_tokens=[(first, tokenizer.token_to_id(first)), (last, tokenizer.token_to_id(last))],
    )
    pad, unk, mask = (special[0], special[1], special[4]) if family == "bert" else ("<pad>", "<unk>", "<mask>")
    return wrapper(
        tokenizer_object=tokenizer,
        cls_token=first,
        sep_token=last,
        bos_token=first,
        eos_token=last,
        pad_token=pad,
        unk_token=unk,
        mask_token=mask,
    )


def _config(family: str, tokenizer: Any) -> Any:
    from transformers import BertConfig, ModernBertConfig, RobertaConfig

    shape = {
        "vocab_size": len(tokenizer),
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
        "intermediate_size": 48,
        "pad_token_id": tokenizer.pad_token_id,
    }
    if family == "bert":
        return BertConfig(**shape, max_position_embeddings=64)
    if family == "roberta":
        return RobertaConfig(**shape, max_position_embeddings=66, type_vocab_size=1, bos_token_id=0, eos_token_id=2)
    return ModernBertConfig(
        **shape,
        max_position_embeddings=64,
        global_attn_every_n_layers=2,
        local_attention=8,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id,
    )


def _write_model(family: str, folder: Path) -> Path:
    import torch
    from transformers import AutoModel

    tokenizer = _tokenizer(family)
    config = _config(family, tokenizer)
    # Wider than a fresh model's weights: the layers have to matter for a wrong cut to show.
    config.initializer_range = 0.1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        model = AutoModel.from_config(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def model_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each family: config.json, model.safetensors, tokenizer."""
    root = tmp_path_factory.mktemp("models")
    return {family: _write_model(family, root / f"tiny-{family}") for family in FAMILIES}


@pytest.fixture(scope="session")
def backbones(model_folders: dict[str, Path]) -> dict[str, Backbone]:
    """The tiny models, resolved."""
    from pointsman.backbones import resolve

    return {family: resolve(str(folder)) for family, folder in model_folders.items()}


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    """Each family's name in turn."""
    return str(request.param)


@pytest.fixture
def backbone(family: str, backbones: dict[str, Backbone]) -> Backbone:
    """Each family's tiny model in turn."""
    return backbones[family]


@pytest.fixture(scope="session")
def draw_texts() -> Callable[[str, int, int], list[str]]:
    """Return what draws `n` distinct texts of a class (`animal`, `fruit`, `tool`)."""

    def draw(label: str, n: int, seed: int = 0) -> list[str]:
        rng = random.Random(f"{label} {seed}")
        words = _WORDS[label].split()
        out: dict[str, None] = {}
        while len(out) < n:
            text = rng.choices(_FILLER, k=rng.randint(0, 6)) + rng.choices(words, k=rng.randint(3, 8))
            rng.shuffle(text)
            out[" ".join(text)] = None
        return list(out)

    return draw


@pytest.fixture(scope="session")
def support_file(tmp_path_factory: pytest.TempPathFactory, draw_texts: Callable[..., list[str]]) -> Path:
    """A JSONL file of 3 classes, 40 rows each."""
    file = tmp_path_factory.mktemp("data") / "support.jsonl"
    rows = [{"text": text, "label": label} for label in _WORDS for text in draw_texts(label, 40)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def train_options(model_folders: dict[str, Path], support_file: Path) -> Callable[..., TrainOptions]:
    """Return what makes options of a small fp32 run on a tiny model: `make(family, out, **overrides)`."""
    from pointsman.pipeline.options import DataOptions, TrainOptions

    def make(family: str, out: Path, **overrides: Any) -> TrainOptions:
        settings = {"epochs": 2, "batch_size": 16, "adapt_layers": 2, "max_length": 32, "lora_rank": 4, **overrides}
        return TrainOptions(
            name="support",
            data=DataOptions(path=support_file),
            overrides={"model": str(model_folders[family]), **settings},
            precision="fp32",
            device="cpu",
            out=out,
        )

    return make


@pytest.fixture(scope="session")
def trained(
    tmp_path_factory: pytest.TempPathFactory, train_options: Callable[..., TrainOptions]
) -> Callable[[str], TrainResult]:
    """Return what gives a family's artifact, trained once by the whole step; copy it before changing it."""
    from pointsman.pipeline.train import train

    root = tmp_path_factory.mktemp("trained")
    return functools.cache(lambda family: train(train_options(family, root / family)))


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw nothing: pictures take most of a tiny run's time, and the families' runs have them."""
    monkeypatch.setattr("pointsman.evaluation.plots._svg", lambda *args, **options: "<svg></svg>")


@pytest.fixture
def artifact_copy(trained: Callable[[str], TrainResult], tmp_path: Path) -> Path:
    """A whole artifact (BERT) of the test's own."""
    return Path(shutil.copytree(trained("bert").artifact.path, tmp_path / "artifact"))


_ANIMALS = ("dog", "cat", "horse", "sheep")
_TOOLS = ("hammer", "saw", "wrench", "screw")


@pytest.fixture(scope="session")
def spans_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows in which animals are PERSON and `tool 7` is a GPE of two words."""
    rng = random.Random(3)
    rows = []
    for number in range(150):
        text, spans = "please", []
        for _ in range(rng.randint(0, 3)):
            text += " " + rng.choice(["find the", "tell me of", "and", "about one"]) + " "
            if rng.random() < 0.5:
                value, label = rng.choice(_ANIMALS), "PERSON"
            else:
                value, label = f"{rng.choice(_TOOLS)} {rng.randint(1, 9)}", "LOCATION"
            spans.append({"start": len(text), "end": len(text) + len(value), "label": label, "value": value})
            text += value
        rows.append({"text": f"{text} {number % 10}", "spans": spans, "group": f"g{number % 30}"})
    file = tmp_path_factory.mktemp("spans") / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def span_options(model_folders: dict[str, Path], spans_file: Path) -> Callable[..., TrainOptions]:
    """Return what makes options of a small fp32 run of a token task: `make(family, out, **overrides)`."""
    from pointsman.pipeline.options import DataOptions, TrainOptions

    def make(family: str, out: Path, **overrides: Any) -> TrainOptions:
        settings = {
            "epochs": 15,
            "batch_size": 8,
            "warmup": 0.06,
            "adapt_layers": "all",
            "max_length": 32,
            "lora_rank": 16,
            **overrides,
        }
        return TrainOptions(
            task="pii",
            data=DataOptions(path=spans_file, generator=False, labels=("PERSON", "GPE")),
            overrides={"model": str(model_folders[family]), "learning_rate": 1e-2, **settings},
            precision="fp32",
            device="cpu",
            out=out,
        )

    return make


@pytest.fixture(scope="session")
def trained_spans(
    tmp_path_factory: pytest.TempPathFactory, span_options: Callable[..., TrainOptions]
) -> Callable[[str], TrainResult]:
    """Return what gives a family's token artifact, trained once by the whole step; copy it before changing it."""
    from pointsman.pipeline.train import train

    root = tmp_path_factory.mktemp("trained-spans")
    return functools.cache(lambda family: train(span_options(family, root / family)))


@pytest.fixture(scope="session")
def router(
    tmp_path_factory: pytest.TempPathFactory,
    trained: Callable[[str], TrainResult],
    span_options: Callable[..., TrainOptions],
) -> Callable[[str, str], Path]:
    """Return what gives the artifact of a family and a kind (`sequence`, `token`); copy it before changing it.

    The token one is trained less than `trained_spans`: its scores lie near one another, so that they tell more.
    """
    from pointsman.pipeline.train import train

    root = tmp_path_factory.mktemp("routers")

    @functools.cache
    def give(family: str, kind: str) -> Path:
        if kind == "sequence":
            return trained(family).artifact.path
        return train(span_options(family, root / family, epochs=6, learning_rate=6e-3, lora_rank=4)).artifact.path

    return give


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A private key to sign with, and its public one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, (private, public) = ec.generate_private_key(ec.SECP256R1()), (tmp_path / "key.pem", tmp_path / "key.pub")
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command: `run("verb", …)` gives exit code, standard output and standard error."""
    from pointsman.cli import main

    def call(*args: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main([str(a) for a in args])
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return call
