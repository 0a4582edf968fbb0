from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from pointsman.cli import train as verb
from pointsman.errors import ConfigError
from pointsman.pipeline.flags import DEFAULTS, LISTS, NUMBERS, SWITCHES, train_options
from pointsman.pipeline.options import DataOptions, TrainOptions

# Of the command line alone: where options are read from, and how the result is told.
_TELLING = {"context", "config", "json_", "quiet"}


def test_what_is_not_given_is_as_the_command_line_has_it() -> None:
    parameters = inspect.signature(verb.command).parameters
    missing = DEFAULTS.keys() - parameters.keys()
    assert not missing, f"no flags of 'pointsman train': {missing}"
    assert {name: parameters[name].default for name in DEFAULTS} == dict(DEFAULTS)
    assert DEFAULTS.keys() >= SWITCHES | LISTS | NUMBERS
    assert not _TELLING & DEFAULTS.keys()


def test_nothing_given() -> None:
    assert train_options({"task": "domain"}) == TrainOptions(task="domain")


def test_values_of_every_kind() -> None:
    made = train_options(
        {
            "name": "support",
            "data": "rows.csv",
            "text_field": "message",
            "labels": "a, b",
            "exclude_label": ["c"],
            "label_map": ["x=a"],
            "no_generator": True,
            "shifted": "other.csv",
            "target_modules": "query,value",
            "adapt_layers": "2",
            "epochs": "3",
            "learning_rate": 1,
            "out": "runs/x",
            "resume": True,
        }
    )
    assert isinstance(made.data, DataOptions)
    assert (made.name, made.data.path, made.data.fields.text) == ("support", Path("rows.csv"), "message")
    assert (made.data.labels, made.data.exclude_labels, made.data.label_map) == (("a", "b"), ("c",), {"x": "a"})
    assert (made.data.generator, made.data.shifted) == (False, Path("other.csv"))
    assert made.overrides == {
        "target_modules": ("query", "value"),
        "adapt_layers": 2,
        "epochs": 3,
        "learning_rate": 1.0,
    }
    assert (made.out, made.resume, made.overwrite) == (Path("runs/x"), True, False)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"adapt": "half"}, "--adapt half: use lora, full"),
        ({"on_conflict": "ask"}, "--on-conflict ask: use refuse, drop"),
        ({"adapt_layers": "two"}, "--adapt-layers two: use a number of layers, all or auto"),
        ({"epochs": "three"}, "epochs: 'three' is not a number"),
        ({"epochs": 1.5}, "--epochs 1.5: use a whole number"),
        ({"label_map": ["a"]}, "--label-map 'a': write OLD=NEW"),
    ],
)
def test_values_that_mean_nothing(value: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError, match=f"^{told}"):
        train_options({"task": "domain", **value})
