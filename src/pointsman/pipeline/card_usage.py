"""The part of a model card that says how to use it: programs that run as they stand, given the folder."""

from __future__ import annotations

from pointsman.artifacts import layout
from pointsman.pipeline.card_facts import Facts, Router


def usage(facts: Facts, repo: str | None = None) -> list[str]:
    """Return the lines of the section: Pointsman, Transformers where it reads this kind, ONNX Runtime likewise.

    Args:
        facts: of the artifact.
        repo: its Hub id, where it is meant to be fetched from.
    """
    lines = ["## How to use it", ""]
    if repo is not None:
        lines += _code(
            "from huggingface_hub import snapshot_download",
            "",
            f'folder = snapshot_download("{repo}")',
        )
    else:
        lines += _code(f'folder = "{facts.path.resolve().name}"')
    lines += ["### Pointsman", "", 'Long texts, temperature, "not sure" and digests are taken care of.', ""]
    lines += _pointsman(facts)
    if facts.strategy != "branch":
        return lines
    if facts.kind in ("router", "merged"):
        lines += ["### Transformers", "", *_transformers(facts)]
        lines += ["### ONNX Runtime", "", "From the artifact that `pointsman train` wrote:", ""]
        lines += ["```sh", "pointsman export ARTIFACT --format onnx --out FOLDER", "```", ""]
    elif facts.kind == "onnx":
        lines += ["### ONNX Runtime", "", *_onnx(facts, facts.routers[0])]
    else:
        lines += ["### ONNX Runtime", "", "One call of one graph answers every task:", "", *_bundle(facts)]
    return lines


def _code(*lines: str, language: str = "python") -> list[str]:
    return [f"```{language}", *lines, "```", ""]


def _pointsman(facts: Facts) -> list[str]:
    if facts.kind == "bundle":
        return _code(
            "import pointsman",
            "",
            'decisions = pointsman.load_bundle(folder).predict_all(["A text to decide."])',
            "for task, (decision,) in decisions.items():",
            "    print(task, decision.label, decision.probability, decision.abstained)",
        )
    if facts.images:
        return _code(
            "from pathlib import Path",
            "",
            "import pointsman",
            "from pointsman.data.example import Example",
            "from pointsman.data.pictures import Picture",
            "",
            'request = Example("A text to decide.", image=Picture(path=Path("screenshot.png")))',
            "(decision,) = pointsman.load(folder).predict([request])",
            "print(decision.label, decision.probability, decision.abstained)",
        )
    return _code(
        "import pointsman",
        "",
        '(decision,) = pointsman.load(folder).predict(["A text to decide."])',
        "print(decision.label, decision.probability, decision.abstained)",
    )


def _transformers(facts: Facts) -> list[str]:
    (router,) = facts.routers
    token = router.task.kind == "token"
    name = f"AutoModelFor{'Token' if token else 'Sequence'}Classification"
    adapter = facts.kind == "router" and not facts.full
    lines = ["import torch"]
    if adapter:
        lines += ["from peft import PeftModel", f"from transformers import AutoConfig, {name}, AutoTokenizer", ""]
        revision = f', revision="{facts.revision}"' if facts.base is not None and facts.revision is not None else ""
        if facts.base is not None:
            lines.append(f'base = "{facts.base}"')
        else:
            lines.append(f'base = "…"  # the base model: its weights have the sha256 {facts.backbone.digest}')
        lines += [
            "config = AutoConfig.from_pretrained(folder)  # of the base model, with the labels",
            f"model = {name}.from_pretrained(",
            f"    base{revision}, config=config, dtype=torch.float32",
            ")",
            "# The classifier that Transformers reports as missing comes with the adapter.",
            "model = PeftModel.from_pretrained(model, folder).eval()",
        ]
    else:
        lines += [f"from transformers import {name}, AutoTokenizer", ""]
        lines += [f"model = {name}.from_pretrained(folder, dtype=torch.float32).eval()"]
    lines += ["tokenizer = AutoTokenizer.from_pretrained(folder)", f"temperature = {router.temperature!r}"]
    lines += ["", 'text = "A text to decide."']
    offsets = ", return_offsets_mapping=True" if token else ""
    lines += [
        f'inputs = tokenizer(text, truncation=True, max_length={router.max_length}, return_tensors="pt"{offsets})'
    ]
    if token:
        lines += ['offsets = inputs.pop("offset_mapping")[0].tolist()']
    lines += [
        "with torch.inference_mode():",
        "    probabilities = torch.softmax(model(**inputs).logits[0] / temperature, dim=-1)",
    ]
    if token:
        lines += [
            "for (start, end), row in zip(offsets, probabilities):",
            "    piece, label = text[start:end].strip(), model.config.id2label[int(row.argmax())]",
            '    if piece and label != "O":',
            "        print(piece, label, float(row.max()))",
        ]
    else:
        lines += ["print(model.config.id2label[int(probabilities.argmax())], float(probabilities.max()))"]
    return [*_code(*lines), *_left_to_do(router)]


def _onnx(facts: Facts, router: Router) -> list[str]:
    precision = facts.export.precisions[0] if facts.export is not None and facts.export.precisions else "fp32"
    token = router.task.kind == "token"
    lines = [
        *_reading(layout.GRAPHS[precision], router.max_length),
        f"temperature = {router.temperature!r}",
        f'labels = json.loads((folder / "{layout.CONFIG}").read_text())["id2label"]',
        "",
        '(logits,) = session.run(["logits"], inputs)',
        *_softmax("logits[0] / temperature"),
    ]
    if token:
        lines += [
            "for (start, end), row in zip(encoded.offsets, probabilities):",
            "    piece, label = text[start:end].strip(), labels[str(row.argmax())]",
            '    if piece and label != "O":',
            "        print(piece, label, row.max())",
        ]
    else:
        lines += ["print(labels[str(probabilities.argmax())], probabilities.max())"]
    others = [layout.GRAPHS[name] for name in (facts.export.precisions[1:] if facts.export is not None else [])]
    beside = [f"Other graphs in it: {', '.join(f'`{name}`' for name in others)}.", ""] if others else []
    return [*_code(*lines), *beside, *_left_to_do(router)]


def _bundle(facts: Facts) -> list[str]:
    precision = facts.export.precisions[0] if facts.export is not None and facts.export.precisions else "fp32"
    longest = max(router.max_length for router in facts.routers)
    return [
        *_code(
            *_reading(layout.GRAPHS[precision], longest),
            f'routers = json.loads((folder / "{layout.MANIFEST}").read_text())["routers"]',
            "",
            'names = [router["task"]["name"] for router in routers]',
            "answers = {}",
            "for router, logits in zip(routers, session.run(names, inputs)):",
            *(f"    {line}" for line in _softmax('logits[0] / router["temperature"]')),
            '    labels = router["task"]["labels"]',
            "    best = probabilities.argmax(axis=-1)  # of a token task: one for each token",
            '    answers[router["task"]["name"]] = [labels[i] for i in np.atleast_1d(best)], probabilities',
            "print({name: found for name, (found, _) in answers.items()})",
        ),
        f"Labels in order, temperature, threshold and window of each task stand in `{layout.ROUTER}` as well. "
        + _left_to_do(facts.routers[0])[0],
        "",
    ]


def _reading(graph: str, max_length: int) -> list[str]:
    """Return the lines that load tokenizer and graph and make the inputs."""
    return [
        "import json",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "import onnxruntime",
        "from tokenizers import Tokenizer",
        "",
        "folder = Path(folder)",
        f'tokenizer = Tokenizer.from_file(str(folder / "{layout.TOKENIZER}"))',
        f"tokenizer.enable_truncation({max_length})",
        f'session = onnxruntime.InferenceSession(str(folder / "{graph}"), providers=["CPUExecutionProvider"])',
        'text = "A text to decide."',
        "encoded = tokenizer.encode(text)",
        "inputs = {",
        '    "input_ids": np.array([encoded.ids], np.int64),',
        '    "attention_mask": np.array([encoded.attention_mask], np.int64),',
        "}",
    ]


def _softmax(of: str) -> list[str]:
    return [
        f"scaled = ({of}).astype(np.float64)",
        "powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))",
        "probabilities = powers / powers.sum(axis=-1, keepdims=True)",
    ]


def _left_to_do(router: Router) -> list[str]:
    if router.task.kind == "token":
        told = (
            "This gives labels of word pieces. Pointsman labels whole words, joins them to entities, reads long texts "
            f"in windows, and leaves out entities below {router.rule.threshold:.3f}."
        )
    elif router.rule.applies_to == "positive":
        told = f'Below {router.rule.threshold:.3f} an answer of "{router.task.positive}" is "not sure".'
    else:
        told = f'Below {router.rule.threshold:.3f} the answer is "not sure".'
    return [told, ""]
