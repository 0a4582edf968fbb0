"""Each step can be sent to another machine: its options as JSON, itself by name, its paths found in the options."""

from __future__ import annotations

import json
import pickle
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from pointsman.data.files import Fields
from pointsman.errors import ConfigError
from pointsman.pipeline import steps
from pointsman.pipeline.options import DataOptions
from pointsman.pipeline.step import MapStep, Step, options_from_json, options_to_json, paths_in, with_paths

AnyStep = Step[Any, Any]


@pytest.fixture(params=steps.STEPS)
def step(request: pytest.FixtureRequest) -> AnyStep:
    return steps.get(request.param)


def _least(kind: Any) -> Any:
    """Make a value of a type, of options with what they need and nothing more."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        needed = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
        return kind(**{name: _least(hints[name]) for name in needed})
    if get_origin(kind) is tuple:
        return (_least(get_args(kind)[0]),)
    if type(None) in get_args(kind):
        return None
    return Path("some/place") if kind is Path else kind("some")


def _full(name: str) -> Any:
    """Return options with something in most places, of steps that have places of more than one kind."""
    from pointsman.data.routing_build import Cut
    from pointsman.data.sources import Reading
    from pointsman.encoding.conversation import Template
    from pointsman.encoding.multimodal import Pooling
    from pointsman.pipeline.build import BuildOptions
    from pointsman.pipeline.encode import EncodeOptions
    from pointsman.pipeline.evaluate import EvaluateOptions
    from pointsman.pipeline.evaluate_solver import EvaluateSolverOptions, SolverExam
    from pointsman.pipeline.preprocess import PreprocessOptions
    from pointsman.pipeline.route_data import RouteDataOptions
    from pointsman.pipeline.stack_evaluate import EvaluateStackOptions, StackExam

    rows = DataOptions(
        Path("rows.jsonl"),
        Fields(text="é", split=""),
        ("x",),
        label_map={"old": "new"},
        labels=("a", "b"),
        shifted=Path("b"),
    )
    template = Template("Q {text}", "system", 1, 2, 3)
    return {
        "preprocess": PreprocessOptions(Path("a"), Path("b"), "model", template, 3, 4, True),
        "encode": EncodeOptions(Path("a"), Path("b"), "m", template, Pooling("mean", 3), 4, "cuda", "bf16"),
        "data build": BuildOptions(
            "domain", ("file:a.csv", "x/y@1"), Path("b"), reading=Reading(rows.fields, ("z",), {"p": "q"}, 5)
        ),
        "data build adapter": RouteDataOptions(("a=x", "experts.yaml"), Path("b"), Cut(seed=3), True, True, True),
        "evaluate": EvaluateOptions((Path("a"),), rows, "test", Path("out"), True, "cuda", "model", 7),
        "evaluate solver": EvaluateSolverOptions(
            Path("a"), SolverExam(Path("q"), 5, None, 6, out=Path("out")), Path("router")
        ),
        "stack evaluate": EvaluateStackOptions(
            StackExam(Path("a"), "test", out=Path("o")), Path("e.yaml"), Path("r"), "cpu", "bf16", "m"
        ),
    }.get(name)


def test_options_go_as_json_and_come_back(step: AnyStep) -> None:
    for options in (_least(step.options), _full(step.name)):
        if options is not None:
            text = options_to_json(options)
            assert isinstance(json.loads(text), dict)
            assert options_from_json(step.options, text) == options


def test_a_step_is_what_the_list_says(step: AnyStep) -> None:
    assert steps.get(step.name) is step
    assert step.kind in ("map", "fit", "single")
    assert (step.kind == "map") == isinstance(step, MapStep)


def test_paths_are_found_and_changed(step: AnyStep) -> None:
    options = _full(step.name) or _least(step.options)
    found = paths_in(step, options)
    assert set(found) <= {*step.reads, step.writes}
    if _full(step.name) is not None:
        assert set(found) == {*step.reads, step.writes}
    own = {one.name for one in fields(options)}
    for name, paths in found.items():
        if name.partition(".")[0] not in own:
            continue  # a property: launchers look at it, and replace nothing (score opens URLs by itself)
        other = [Path(f"/other/{number}") for number, _ in enumerate(paths)]
        assert list(paths_in(step, with_paths(options, {name: other}))[name]) == other


def test_a_steps_functions_are_found_by_name_elsewhere(step: AnyStep) -> None:
    parts = [step.run, step.options]
    if isinstance(step, MapStep):
        parts += [step.plan, step.worker, step.finish]
    assert pickle.loads(pickle.dumps(parts)) == parts


def test_paths_in_values_as_typed() -> None:
    step = steps.get("data build")
    from pointsman.pipeline.build import BuildOptions

    options = BuildOptions("domain", ("embedded", "org/name@1", "file:a b.csv", "org/name=copy"), Path("out"))
    assert paths_in(step, options)["sources"] == (Path("a b.csv"), Path("copy"))


def test_a_step_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match="no step 'encod', did you mean 'encode'"):
        steps.get("encod")
