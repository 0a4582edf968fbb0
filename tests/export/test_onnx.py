"""Graphs of one router: the model's own answers in ONNX Runtime, whatever the family, kind, batch and length."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from pointsman.artifacts import ExportRecord, layout, open_artifact, write_manifest
from pointsman.backbones import Backbone
from pointsman.errors import ArtifactError, BackboneError, ConfigError
from pointsman.export.classifier import add_classifier
from pointsman.export.cost import Cost, Reference
from pointsman.export.gptq import observe
from pointsman.export.graph import FLOAT, Graph
from pointsman.export.linear import Linear
from pointsman.export.merged import merge
from pointsman.export.onnx import Router as RouterPart
from pointsman.export.onnx import session_of, write_graphs, write_onnx
from pointsman.export.quantize import LEVELS, Setting, Terms, plain
from pointsman.inference import softmax
from pointsman.inference.onnx_session import open_session, run

KINDS = ("sequence", "token")
Router = Callable[[str, str], Path]


def _write(
    folder: Path, backbone: Backbone, out: Path, precisions: tuple[str, ...] = ("fp32",), opset: int | None = None
) -> tuple[Any, ExportRecord]:
    artifact = open_artifact(folder)
    model = merge(artifact, backbone)
    return model, write_onnx(artifact, model, out, precisions=precisions, opset=opset, say=lambda text: None)


def _batch(rows: int, tokens: int, vocabulary: int, pad: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(rows * 100 + tokens)
    ids = rng.integers(5, vocabulary, (rows, tokens))
    mask = np.ones_like(ids)
    for row in range(1, rows):
        length = int(rng.integers(1, tokens + 1))
        ids[row, length:], mask[row, length:] = pad, 0
    return ids, mask


@pytest.mark.parametrize("kind", KINDS)
def test_fp32_answers_as_the_model_does(
    router: Router, family: str, kind: str, backbone: Backbone, tmp_path: Path
) -> None:
    model, _ = _write(router(family, kind), backbone, tmp_path)
    session = open_session(tmp_path / layout.GRAPHS["fp32"], threads=1)
    for rows, tokens in ((1, 1), (1, 9), (5, 23), (2, backbone.max_length)):
        ids, mask = _batch(rows, tokens, model.config.vocab_size, model.config.pad_token_id)
        with torch.no_grad():
            expected = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.numpy()
        (found,) = run(session, ["logits"], ids, mask)
        assert found.dtype == np.float32
        assert found.shape == expected.shape
        apart = np.abs(softmax(found) - softmax(expected))
        assert (apart[mask.astype(bool)] if kind == "token" else apart).max() < 1e-5


@pytest.mark.parametrize("kind", KINDS)
def test_lower_precisions_run_and_say_what_they_cost(
    router: Router, family: str, kind: str, backbone: Backbone, tmp_path: Path
) -> None:
    model, record = _write(router(family, kind), backbone, tmp_path, ("fp32", "fp16", "int8"))
    assert record.precisions == ["fp32", "fp16", "int8"]
    ids, mask = _batch(3, 12, model.config.vocab_size, model.config.pad_token_id)
    answers = {}
    for precision in record.precisions:
        session = open_session(tmp_path / layout.GRAPHS[precision], threads=1)
        assert [given.type for given in session.get_outputs()] == ["tensor(float)"]
        answers[precision] = run(session, ["logits"], ids, mask)[0]
        cost = record.figures["precisions"][precision]["cost"]["logits"]
        assert any(note.startswith(f"{precision}: |Δp| at most {cost['delta']:.1e}") for note in record.notes)
    for precision, bar in (("fp16", 0.01), ("int8", 0.2)):
        apart = np.abs(softmax(answers[precision]) - softmax(answers["fp32"]))
        assert 0 < (apart[mask.astype(bool)] if kind == "token" else apart).max() < bar
    sizes = [(tmp_path / layout.GRAPHS[precision]).stat().st_size for precision in record.precisions]
    assert max(sizes[1:]) < 0.8 * sizes[0]


def test_the_graph_says_what_it_is(router: Router, backbones: dict[str, Backbone], tmp_path: Path) -> None:
    _, record = _write(router("bert", "sequence"), backbones["bert"], tmp_path, opset=18)
    model = onnx.load(tmp_path / layout.GRAPHS["fp32"])
    assert {entry.domain: entry.version for entry in model.opset_import} == {"": 18, "com.microsoft": 1}
    assert record.opset == 18
    assert model.producer_name == "pointsman"
    assert record.producer.startswith(f"pointsman {model.producer_version}, onnx ")
    assert {p.key: p.value for p in model.metadata_props}["tasks"] == "support"
    inputs = {given.name: given.type.tensor_type for given in model.graph.input}
    assert list(inputs) == ["input_ids", "attention_mask"]
    for given in inputs.values():
        assert given.elem_type == onnx.TensorProto.INT64
        assert [d.dim_param for d in given.shape.dim] == ["batch", "tokens"]
    (output,) = model.graph.output
    assert output.name == "logits"
    assert [d.dim_param or d.dim_value for d in output.type.tensor_type.shape.dim] == ["batch", 3]
    assert not (tmp_path / layout.GRAPHS["int8"]).exists()
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"model.onnx"}


def test_operators_are_fused(router: Router, backbones: dict[str, Backbone], tmp_path: Path) -> None:
    model, record = _write(router("bert", "sequence"), backbones["bert"], tmp_path)
    kinds = Counter(node.op_type for node in onnx.load(tmp_path / layout.GRAPHS["fp32"]).graph.node)
    layers = model.config.num_hidden_layers
    assert (kinds["MultiHeadAttention"], kinds["BiasGelu"], kinds["LayerNormalization"]) == (
        layers,
        layers,
        2 * layers + 1,
    )
    assert not {"Softmax", "Erf", "Transpose", "Split"} & set(kinds)
    assert (
        record.notes[0]
        == f"fused operators: {layers} BiasGelu, {2 * layers + 1} LayerNormalization, {layers} MultiHeadAttention"
    )


def test_the_same_export_is_the_same_bytes(router: Router, backbones: dict[str, Backbone], tmp_path: Path) -> None:
    for name in ("one", "two"):
        _write(router("bert", "sequence"), backbones["bert"], tmp_path / name, ("fp32", "int8"))
    for file in ("model.onnx", "model_int8.onnx"):
        assert (tmp_path / "one/onnx" / file).read_bytes() == (tmp_path / "two/onnx" / file).read_bytes()


@pytest.mark.parametrize("opset", [17, 18, 23])
def test_opsets_that_graphs_are_written_for(
    router: Router, backbones: dict[str, Backbone], opset: int, tmp_path: Path
) -> None:
    for family in ("roberta", "modernbert"):
        _write(router(family, "sequence"), backbones[family], tmp_path / family, ("fp32", "fp16", "int8"), opset)


@pytest.mark.parametrize("opset", [16, 24])
def test_other_opsets_are_refused(opset: int) -> None:
    with pytest.raises(ConfigError, match=f"--opset {opset}: graphs are written for opsets 17 to 23"):
        Graph(opset)


@pytest.mark.parametrize(("family", "key"), [("bert", "hidden_act"), ("modernbert", "classifier_activation")])
def test_an_activation_without_an_operator_is_refused(
    router: Router, backbones: dict[str, Backbone], family: str, key: str, tmp_path: Path
) -> None:
    artifact = open_artifact(router(family, "sequence"))
    model = merge(artifact, backbones[family])
    setattr(model.config, key, "silu")
    with pytest.raises(BackboneError, match=f"'{key}' is 'silu'.*--format merged"):
        write_onnx(artifact, model, tmp_path, precisions=("fp32",), say=lambda text: None)


def test_a_graph_that_computes_something_else_is_not_handed_over(
    router: Router, backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    artifact = open_artifact(router("bert", "sequence"))
    model = merge(artifact, backbones["bert"])
    model.config.num_attention_heads = 4  # the modules keep their 2
    with pytest.raises(ArtifactError, match=r"probabilities differ from the model's by .* please report it"):
        write_onnx(artifact, model, tmp_path, precisions=("fp32",), say=lambda text: None)


def _bare(source: Path, out: Path) -> Path:
    """Return a copy of an artifact without golden rows."""
    bare = Path(shutil.copytree(source, out))
    (bare / layout.GOLDEN).unlink()
    write_manifest(bare, open_artifact(source).manifest.model_copy(update={"files": {}}))
    return bare


def test_golden_rows_are_counted_and_their_absence_said(
    router: Router, backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    source = router("bert", "sequence")
    artifact = open_artifact(source)
    rows = Reference(artifact, merge(artifact, backbones["bert"])).golden
    counted = sum(row.margin >= 0.02 for row in rows)
    assert counted
    _, record = _write(source, backbones["bert"], tmp_path / "with", ("fp32", "int8"))
    cost = record.figures["precisions"]["fp32"]["cost"]["logits"]
    assert (cost["on"], cost["decisions"], cost["alike"]) == ("golden rows", counted, counted)
    assert cost["delta"] < 1e-5
    assert not any("no golden rows" in note for note in record.notes)
    _, record = _write(_bare(source, tmp_path / "bare"), backbones["bert"], tmp_path / "without", ("fp32", "int8"))
    assert record.figures["precisions"]["int8"]["cost"]["logits"]["on"] == "random token ids"
    assert any(note.startswith("no golden rows: int8 weights are rounded plainly") for note in record.notes)


def _tensors(file: Path) -> dict[str, Any]:
    return {t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(file).graph.initializer}


def test_golden_rows_round_the_weights(router: Router, backbones: dict[str, Backbone], tmp_path: Path) -> None:
    """Without them each number goes to the nearest and nothing is scaled."""
    source, name = router("bert", "sequence"), "bert.encoder.layer.0.intermediate.dense"
    model, _ = _write(source, backbones["bert"], tmp_path / "with", ("int8",))
    _write(_bare(source, tmp_path / "bare"), backbones["bert"], tmp_path / "without", ("int8",))
    rounded, bare = (_tensors(tmp_path / side / layout.GRAPHS["int8"]) for side in ("with", "without"))
    expected = plain(model.get_submodule(name).weight.numpy())
    assert np.array_equal(bare[f"{name}.int8"], expected.values)
    assert f"{name}.smooth" not in bare
    assert f"{name}.smooth" in rounded
    assert not np.array_equal(rounded[f"{name}.int8"], expected.values)


@pytest.mark.parametrize("golden", ["both", "one"])
def test_int8_layers_are_shared_where_fp32_ones_are(
    router: Router, backbones: dict[str, Backbone], golden: str, tmp_path: Path
) -> None:
    """Layers 0 and 1 of 4 and the key of layer 2 are once there; a router without golden rows is run on the other's."""
    source = router("bert", "sequence")
    other = source if golden == "both" else _bare(source, tmp_path / "bare")
    routers = [
        RouterPart(open_artifact(p), merge(open_artifact(p), backbones["bert"]), p.name) for p in (source, other)
    ]
    routers[1] = replace(routers[1], output="other")
    changed: Any = routers[1].model
    for part in ("attention.self.query", "attention.self.value", "intermediate.dense"):
        changed.get_submodule(f"bert.encoder.layer.2.{part}").weight.data *= 1.1
    written = write_graphs(routers, tmp_path, ("int8",), 17, lambda text: None)

    def products(model: onnx.ModelProto) -> Counter[str]:
        names = [node.name for node in model.graph.node if node.op_type == "MatMulIntegerToFloat"]
        layers = Counter(name.split(".")[3] for name in names)
        return layers + Counter("key" for name in names if "layer.2.attention.self.key" in name)

    whole, alone = products(onnx.load(tmp_path / layout.GRAPHS["int8"])), products(written.some(["other"]))
    assert alone["0"] >= 6
    assert whole == {
        "0": alone["0"],
        "1": alone["1"],
        "2": 2 * alone["2"] - alone["key"],
        "3": 2 * alone["3"],
        "key": alone["key"],
    }
    assert [len(set(a.layers) & set(b.layers)) for a, b in [written.branches.values()]] == [2]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("terms", LEVELS, ids=str)
def test_int8_does_not_look_at_the_rows_beside(
    router: Router, family: str, kind: str, terms: Terms, backbone: Backbone, tmp_path: Path
) -> None:
    artifact = open_artifact(router(family, kind))
    model = merge(artifact, backbone)
    layers = model.config.num_hidden_layers
    graph = Graph(18)
    setting = Setting(terms, {"logits": terms})
    add_classifier(graph, model, artifact.task.kind, "logits", setting, trunk=layers // 2)
    session = session_of(graph.model(facts={}))
    ids, mask = _batch(6, 12, model.config.vocab_size, model.config.pad_token_id)
    (together,) = run(session, ["logits"], ids, mask)
    for row in range(len(ids)):
        n = int(mask[row].sum())
        (alone,) = run(session, ["logits"], ids[row : row + 1, :n], mask[row : row + 1, :n])
        there = together[row, :n] if kind == "token" else together[row]
        assert np.abs(softmax(alone[0]) - softmax(there)).max() < 1e-4
    with torch.no_grad():
        given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        apart = np.abs(softmax(together) - softmax(model(**given).logits.numpy()))
    assert (apart[mask.astype(bool)] if kind == "token" else apart).max() < 0.1


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ({"a": (0, 0), "b": (0, 0)}, Setting(LEVELS[0], {"a": LEVELS[0], "b": LEVELS[0]})),
        ({"a": (0, 1), "b": (0, 0)}, Setting(LEVELS[0], {"a": LEVELS[1], "b": LEVELS[0]})),
        ({"a": (1, 0), "b": (0, 2)}, Setting(LEVELS[1], {"a": LEVELS[0], "b": LEVELS[2]})),
        ({"a": (4, 0), "b": (0, 3)}, Setting(LEVELS[3], {"a": LEVELS[0], "b": LEVELS[3]})),
    ],
)
def test_the_cheapest_terms_that_keep_enough_decisions_are_taken(
    router: Router,
    backbones: dict[str, Backbone],
    needs: dict[str, tuple[int, int]],
    expected: Setting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each router needs a trunk and a branch of its own; what needs a trunk that there is not keeps nothing."""
    source = router("bert", "sequence")
    model = merge(open_artifact(source), backbones["bert"])
    routers = [RouterPart(open_artifact(source), model, name) for name in needs]
    made: list[Setting] = []

    def make(self: object, setting: Setting, precision: str, outputs: Collection[str]) -> object:
        made.append(setting)
        return setting, *outputs

    def cost(self: Reference, given: tuple[Setting, str]) -> Cost:
        trunk, branch = given[0].of(given[1], 1)
        assert trunk
        assert branch
        enough = LEVELS.index(trunk) >= needs[given[1]][0] and LEVELS.index(branch) >= needs[given[1]][1]
        return Cost(0.0, "golden rows", 100, 100 if enough else 90)

    monkeypatch.setattr("pointsman.export.onnx._Maker.make", make)
    monkeypatch.setattr("pointsman.export.onnx.session_of", lambda model: model)
    monkeypatch.setattr("pointsman.export.onnx.forward_of", lambda session, name: session)
    monkeypatch.setattr("pointsman.export.onnx.save", lambda model, file: file.parent.mkdir() or file.touch())
    monkeypatch.setattr(Reference, "cost", cost)
    record = write_graphs(routers, tmp_path, ("int8",), 17, lambda text: None).record
    assert record.figures["precisions"]["int8"]["int8"] == str(expected)
    assert len(made) == len(set(map(repr, made)))  # each once, the whole among them


def test_only_what_is_first_too_coarse_has_a_second_term(router: Router, family: str, backbone: Backbone) -> None:
    """Of four inputs of a layer two: attention's is quantised once, though only its values have the second term."""
    artifact = open_artifact(router(family, "token"))
    model = merge(artifact, backbone)
    [roundings] = observe([model], [Reference(artifact, model).typical()])
    graph = Graph(17)
    add_classifier(graph, model, "token", "logits", Setting(LEVELS[1], {"logits": LEVELS[1]}), roundings=roundings)
    layers = model.config.num_hidden_layers
    nodes = Counter(node.op_type for node in graph.model(facts={}).graph.node)
    assert nodes["QuantizeLinear"] == layers * (4 + 2)
    assert nodes["MatMulIntegerToFloat"] == layers * ((7 if family == "modernbert" else 6) + 2)


def test_more_terms_come_nearer() -> None:
    """One term of each leaves out about 1/200, two of inputs what the weights do, two of both next to nothing."""
    draw = np.random.default_rng(0)
    weight, table = (draw.normal(size=shape).astype(np.float32) for shape in ((32, 64), (9, 64)))
    graph = Graph(17)
    mask = graph.node("Cast", [graph.node("Unsqueeze", ["attention_mask", graph.ints(2)])], to=FLOAT)
    x = graph.node("Mul", [graph.rows("input_ids", table, "table"), mask])
    for terms in (Terms(1, 1), Terms(2, 1), Terms(2, 2)):
        linear = Linear(graph, {"layer.weight": weight}, 1, (terms, None))
        product = linear.product(x, "layer", 0, feed_forward=True)
        graph.output(product, f"of {terms.inputs}, {terms.weights}", ("batch", "tokens", 32))
    ids = np.arange(9)[None]
    names = ["of 1, 1", "of 2, 1", "of 2, 2"]
    found = run(session_of(graph.model(facts={})), names, ids, np.ones_like(ids))
    one, inputs, both = (float(np.std(value[0] - table @ weight.T) / np.std(table @ weight.T)) for value in found)
    assert 0.01 > one > 1.1 * inputs
    assert inputs > 20 * both


def test_a_row_of_zeros_is_multiplied() -> None:
    graph = Graph(17)
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    linear = Linear(graph, {"layer.weight": weight}, 1, (Terms(2, 2), Terms()))
    table = graph.rows("input_ids", np.array([[0, 0, 0], [1, -2, 3]], np.float32), "table")
    mask = graph.node("Cast", [graph.node("Unsqueeze", ["attention_mask", graph.ints(2)])], to=FLOAT)
    product = linear.product(table, "layer", 0, feed_forward=True)
    graph.output(graph.node("Mul", [product, mask]), "logits", ("batch", "tokens", 2))
    session = session_of(graph.model(facts={}))
    (found,) = run(session, ["logits"], np.array([[0, 1]]), np.ones((1, 2), np.int64))
    assert found[0] == pytest.approx(np.array([[0, 0], [4, 10]]), abs=1e-3)
