"""The app as it is described offline, against the list of steps; and its functions, run here through `.local()`."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import typing
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import modal
import pytest

from pointsman.errors import ConfigError, DataError, MissingExtraError, PointsmanError
from pointsman.launchers import modal_remote
from pointsman.launchers.modal_app import BuiltApp, FunctionPlan, build_app, extras_of, function_name, plan_functions
from pointsman.launchers.modal_errors import ModalError, error_of, speaking
from pointsman.launchers.modal_launcher import value_of
from pointsman.launchers.modal_remote import Answer, Call
from pointsman.launchers.modal_settings import ImageSettings, ModalSettings, Volumes
from pointsman.pipeline import steps
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Plan, Step, options_from_json, options_to_json, where
from tests import seeing
from tests.launchers.modal_account import mounted_volumes, no_account  # noqa: F401 - fixtures

VOLUMES = Volumes().names
At = Callable[[str], Path]


@pytest.fixture(scope="module")
def built() -> BuiltApp:
    return build_app(ModalSettings())


def local(function: modal.Function[..., Any, Any], *args: Any, **more: Any) -> Any:
    """What a function answers here; that it sees no volumes is what the client warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return value_of(function.local(*args, **more))


def spec(function: modal.Function[..., Any, Any]) -> Any:
    """What Modal's client keeps of a function: image, volumes, GPU; it has no public name for it."""
    return function._spec_  # type: ignore[attr-defined]


def call(step: str, options: Any, **more: Any) -> Call:
    return Call(step, options_to_json(options), VOLUMES, **more)


def test_every_step_has_its_functions(built: BuiltApp) -> None:
    expected = set()
    for name in steps.STEPS:
        parts = ("plan", "blocks", "finish") if steps.get(name).kind == "map" else ("run",)
        expected |= {function_name(name, part) for part in parts}
    assert set(built.functions) == expected == {plan.name for plan in plan_functions(ModalSettings())}
    assert {"preprocess-plan", "preprocess-blocks", "preprocess-finish"} <= expected
    assert built.app.name == "pointsman"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert set(built.app.registered_functions) == expected


def test_functions_are_found_by_name_in_a_container(built: BuiltApp) -> None:
    for plan in plan_functions(ModalSettings()):
        code = built.functions[plan.name]._raw_f_  # type: ignore[attr-defined]
        assert code.__module__ == "pointsman.launchers.modal_remote"
        assert callable(getattr(modal_remote, code.__qualname__))


def test_functions_have_image_volumes_and_resources(built: BuiltApp) -> None:
    settings = ModalSettings()
    images = {id(spec(function).image) for function in built.functions.values()}
    assert len(images) == 1
    for plan in plan_functions(settings):
        found = spec(built.functions[plan.name])
        assert list(found.volumes) == [f"/volumes/{name}" for name in VOLUMES]
        assert [volume.name for volume in found.volumes.values()] == list(VOLUMES)
        assert (found.gpus, found.cpu, found.memory) == (
            plan.resources.gpu,
            plan.resources.cpu,
            plan.resources.memory_gb * 1024,
        )
        assert found.secrets == []
    assert spec(built.functions["encode-blocks"]).gpus == "L40S"
    assert spec(built.functions["encode-plan"]).gpus is None
    assert spec(built.functions["encode-finish"]).gpus is None


def test_settings_reach_the_functions() -> None:
    settings = ModalSettings(
        app="mine", volumes=Volumes(data="rows", more=("screens",)), secrets=("huggingface",)
    ).with_resources("encode", gpu="H100:2", workers=3, memory_gb=64)
    built = build_app(settings)
    found = spec(built.of("encode", "blocks"))
    assert built.app.name == "mine"
    assert found.gpus == "H100:2"
    assert found.memory == 64 * 1024
    assert [volume.name for volume in found.volumes.values()] == [
        "rows",
        "moe-lora-checkpoints",
        "claimhawk-training-data",
        "routing-output",
        "screens",
    ]
    assert "huggingface" in repr(found.secrets)
    plan = next(one for one in plan_functions(settings) if one.name == "encode-blocks")
    assert plan.to_dict() == {
        "name": "encode-blocks",
        "step": "encode",
        "part": "blocks",
        "gpu": "H100:2",
        "cpu": 8.0,
        "memory_gb": 64,
        "timeout_minutes": 480,
        "workers": 3,
        "retries": 2,
    }


def test_the_image_has_what_the_steps_need(tmp_path: Path) -> None:
    assert set(extras_of(ImageSettings())) == {extra for name in steps.STEPS for extra in steps.get(name).needs}
    assert extras_of(ImageSettings(extras=("train",))) == ("train",)
    build_app(ModalSettings(image=ImageSettings(pointsman="pointsman==0.1.0", pip=("numpy",), apt=("git",))))
    with pytest.raises(ConfigError, match=r"image.pointsman other==1: write a requirement such as"):
        build_app(ModalSettings(image=ImageSettings(pointsman="other==1")))


def test_the_source_installs_without_its_content(tmp_path: Path) -> None:
    """The image installs what the source needs before the source is there: pyproject.toml says it all."""
    source = ImageSettings().source
    assert source is not None
    (tmp_path / "src" / "pointsman").mkdir(parents=True)
    for name in ("src/pointsman/__init__.py", "README.md", "LICENSE"):
        (tmp_path / name).touch()
    (tmp_path / "pyproject.toml").write_bytes((source / "pyproject.toml").read_bytes())
    code = "from hatchling.build import build_wheel; print(build_wheel('.'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (tmp_path / done.stdout.split()[-1]).is_file()


@dataclass(frozen=True)
class EchoOptions:
    data: Path
    out: Path


def _echo(options: EchoOptions, progress: Progress) -> dict[str, Any]:
    progress.say(f"reads {options.data}")
    if not options.data.exists():
        raise DataError(f"{options.data}: no such file")
    options.out.write_text(options.data.read_text())
    return {"out": options.out, "where": where().to_dict(), "note": f"from {options.data}."}


STEP = Step("echo", EchoOptions, _echo, reads=("data",), writes="out", needs=())


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more step in the list, and nothing else."""
    module = ModuleType("pointsman_test_step")
    module.STEP = STEP  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pointsman_test_step", module)
    monkeypatch.setitem(steps.STEPS, "echo", "pointsman_test_step:STEP")


@pytest.mark.usefixtures("echo")
def test_a_new_step_has_a_function_and_runs(volumes: At) -> None:
    function = build_app(ModalSettings()).of("echo")
    volumes("moe-lora-data/rows.txt").write_text("rows")
    volumes("routing-output/x").touch()
    options = EchoOptions(Path("volume:moe-lora-data/rows.txt"), Path("volume:routing-output/x"))
    log = "volume:routing-output/logs/one.log"
    found = local(function, call("echo", options, log=log, workers=3))
    assert found["where"] == {"launcher": "modal", "workers": 3}
    assert str(found["out"]) == "volume:routing-output/x"
    assert found["note"] == "from volume:moe-lora-data/rows.txt."
    assert volumes("routing-output/x").read_text() == "rows"
    assert volumes("routing-output/logs/one.log").read_text().endswith("reads volume:moe-lora-data/rows.txt\n")
    assert call("echo", options, log=log).touched == ("moe-lora-data", "routing-output")


@pytest.mark.usefixtures("echo")
def test_a_mistake_of_the_user_comes_back_as_itself(volumes: At) -> None:
    function = build_app(ModalSettings()).of("echo")
    options = EchoOptions(Path("volume:moe-lora-data/none"), Path("volume:routing-output/x"))
    log = "volume:routing-output/logs/one.log"
    with pytest.raises(DataError, match=r"^volume:moe-lora-data/none: no such file$"):
        local(function, call("echo", options, log=log))
    assert "echo: DataError: volume:moe-lora-data/none" in volumes("routing-output/logs/one.log").read_text()


class OutOfMemoryError(RuntimeError):
    """Named as torch's own."""


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (OutOfMemoryError("CUDA out of memory"), r"ran out of memory on Modal: choose more with steps.echo.gpu"),
        (MemoryError("cannot allocate"), r"ran out of memory on Modal: choose more with steps.echo.memory_gb"),
        (ModuleNotFoundError("No module named 'x'", name="x"), r"the image has no Python package 'x'"),
        (MissingExtraError("vision", "PIL"), r"pip install 'pointsman\[vision\]'"),
    ],
)
def test_what_a_container_lacks_is_told(monkeypatch: pytest.MonkeyPatch, raised: Exception, says: str) -> None:
    def fail(options: EchoOptions, progress: Progress) -> None:
        raise raised

    monkeypatch.setattr(sys.modules["pointsman_test_step"], "STEP", replace(STEP, run=fail))
    options = EchoOptions(Path("volume:moe-lora-data/a"), Path("volume:routing-output/x"))
    with pytest.raises(PointsmanError, match=says):
        local(build_app(ModalSettings()).of("echo"), call("echo", options))


@pytest.mark.usefixtures("echo")
def test_a_bug_is_raised_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(options: EchoOptions, progress: Progress) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(sys.modules["pointsman_test_step"], "STEP", replace(STEP, run=fail))
    options = EchoOptions(Path("volume:moe-lora-data/a"), Path("volume:routing-output/x"))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        local(build_app(ModalSettings()).of("echo"), call("echo", options))


def test_errors_keep_their_class_over_the_wire() -> None:
    for error in (DataError("x"), MissingExtraError("vision", "PIL"), ModalError("y")):
        found = error_of(type(error).__name__, str(error))
        assert str(found) == str(error)
        assert isinstance(error, type(found))
    assert type(error_of("DataError", "x")) is DataError
    assert type(error_of("SomethingElse", "x")) is PointsmanError
    with pytest.raises(ModalError, match=r"different versions"):
        value_of("text")  # type: ignore[arg-type]


def whole(built: BuiltApp, options: Any, step: str, tmp_path: Path) -> Any:
    """A map step as the launcher does it, its plan, blocks and reports travelling as bytes."""
    import cloudpickle

    one = call(step, options, workers=2)
    plan: Plan[Any] = cloudpickle.loads(cloudpickle.dumps(local(built.of(step, "plan"), one)))
    more = {"call": one, "options": options_to_json(plan.options)}
    blocks = json.loads(json.dumps(list(plan.blocks)))
    done = [local(built.of(step, "blocks"), block, **more) for block in reversed(blocks)]
    reports = json.loads(json.dumps(done))
    return local(built.of(step, "finish"), one, plan, [*plan.reports, *reports])


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_preprocess_and_encode_give_what_they_give_here(built: BuiltApp, volumes: At, tmp_path: Path) -> None:
    from pointsman.pipeline.encode import EncodeOptions, encode
    from pointsman.pipeline.preprocess import PreprocessOptions, preprocess

    model = seeing.tiny(volumes("moe-lora-checkpoints/model"))
    seeing.write_routing(volumes("moe-lora-data/routing"), {"train": 9, "validation": 3, "eval": 4})
    name, data = "volume:moe-lora-checkpoints/model", Path("volume:moe-lora-data/routing")
    there = PreprocessOptions(data, Path("volume:moe-lora-data/tensors"), name, shard_mb=1, threads=1)
    found = whole(built, there, "preprocess", tmp_path)
    assert str(found.path) == "volume:moe-lora-data/tensors"
    here = replace(there, data=volumes("moe-lora-data/routing"), out=tmp_path / "tensors", model=str(model.path))
    preprocess(here)
    one, two = content(volumes("moe-lora-data/tensors")), content(tmp_path / "tensors")
    assert one.keys() == two.keys()
    assert {k for k in one if k.endswith(".safetensors")}
    assert all(one[name] == two[name] for name in one if name.endswith(".safetensors"))
    record = json.loads(one["preprocess.json"])
    assert record["launcher"] == {"launcher": "modal", "workers": 2}
    assert record["data"]["path"] == "volume:moe-lora-data/routing"

    features = EncodeOptions(Path("volume:moe-lora-data/tensors"), Path("volume:moe-lora-data/features"), name)
    result = whole(built, features, "encode", tmp_path)
    assert str(result.path) == "volume:moe-lora-data/features"
    encode(replace(features, data=tmp_path / "tensors", out=tmp_path / "features", model=str(model.path)))
    one, two = content(volumes("moe-lora-data/features")), content(tmp_path / "features")
    assert {Path(name).name for name in one} == {Path(name).name for name in two}


def test_score_gives_what_it_gives_here(
    built: BuiltApp, volumes: At, tmp_path: Path, router: Callable[[str, str], Path]
) -> None:
    from pointsman.pipeline.score import ScoreOptions, score

    model = shutil.copytree(router("bert", "sequence"), volumes("moe-lora-checkpoints/router"))
    rows = "".join(json.dumps({"id": f"r{n}", "text": f"the dog {n}"}) + "\n" for n in range(20))
    volumes("moe-lora-data/rows.jsonl").write_text(rows)
    there = ScoreOptions(
        (Path("volume:moe-lora-checkpoints/router"),),
        ("volume:moe-lora-data/rows.jsonl",),
        "volume:routing-output/scores",
        block_rows=8,
        threads=1,
    )
    found = whole(built, there, "score", tmp_path)
    assert str(found.path) == "volume:routing-output/scores"
    here = (model,), (str(volumes("moe-lora-data/rows.jsonl")),), str(tmp_path / "scores")
    score(ScoreOptions(*here, block_rows=8, threads=1))
    one, two = content(volumes("routing-output/scores")), content(tmp_path / "scores")
    assert [name for name in one if name.startswith("part-")] != []
    assert {k: v for k, v in one.items() if k.startswith("part-")} == {k: v for k, v in two.items() if k[:5] == "part-"}


def test_a_build_gives_what_it_gives_here(built: BuiltApp, volumes: At, tmp_path: Path) -> None:
    from pointsman.pipeline.build import BuildOptions, build

    options = BuildOptions("intent", ("embedded",), Path("volume:moe-lora-data/intent"), max_samples=80)
    found = local(built.of("data build"), call("data build", options))
    assert str(found.path) == "volume:moe-lora-data/intent"
    build(replace(options, out=tmp_path / "intent"))
    one, two = content(volumes("moe-lora-data/intent")), content(tmp_path / "intent")
    assert one.keys() == two.keys()
    assert {name for name in one if one[name] != two[name]} <= {"metadata.json"}


def least(kind: Any, name: str = "") -> Any:
    """Options with every path on a volume where nothing is, and otherwise as little as they can hold."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        given = {}
        for one in dataclasses.fields(kind):
            optional_path = Path in typing.get_args(hints[one.name]) and one.name in ("data", "path", "out")
            required = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
            if required or optional_path:
                given[one.name] = least(hints[one.name], one.name)
        return kind(**given)  # type: ignore[operator]
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return inner[0]
    if kind is Path or Path in inner:
        path = Path(f"volume:{'routing-output' if name == 'out' else 'moe-lora-data'}/{name or 'none'}")
        return (path,) if origin in (tuple, list) else path
    if origin is tuple:
        return (least(inner[0], name),)
    if inner and dataclasses.is_dataclass(inner[0]):
        return least(inner[0], name)
    if origin in (dict, Mapping):
        return {}
    return {str: "none", int: 1, float: 1.0, bool: False}.get(kind, "none")


@pytest.mark.parametrize("name", list(steps.STEPS))
def test_each_step_says_on_modal_what_is_wrong(built: BuiltApp, volumes: At, name: str) -> None:
    step = steps.get(name)
    options = least(step.options)
    assert options_from_json(step.options, options_to_json(options)) == options
    part: Any = "plan" if step.kind == "map" else "run"
    with pytest.raises(PointsmanError) as error:
        local(built.of(name, part), call(name, options))
    assert "\n" not in str(error.value)
    assert str(volumes("x").parent) not in str(error.value)


def test_a_block_of_a_step_without_blocks(built: BuiltApp) -> None:
    with pytest.raises(ConfigError, match=r"train runs as a whole: it has no blocks"):
        local(built.of("preprocess", "plan"), Call("train", "{}", VOLUMES))


def test_without_a_run_there_is_our_error(built: BuiltApp) -> None:
    function, one = built.of("encode", "plan"), Call("encode", "{}", VOLUMES)
    with pytest.raises(ModalError, match=r"^encode: the app is not running: call it inside"), speaking("encode"):
        function.remote(one)
    with pytest.raises(ModalError, match=r"the app is not running"), speaking("encode"):
        list(function.map([one]))


def test_a_run_without_an_account_is_our_error(built: BuiltApp) -> None:
    says = r"^Modal does not know this account .* log in with 'modal setup'"
    with pytest.raises(ModalError, match=says), speaking("encode"), built.app.run():
        pass


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (
            modal.exception.FunctionTimeoutError("x"),
            r"encode took more than 30 minutes .* steps.encode.timeout_minutes",
        ),
        (modal.exception.NotFoundError("Volume 'x' not found"), r"Modal has no such thing: Volume 'x' not found"),
        (modal.exception.RemoteError("Container ran out of memory"), r"raise steps.encode.memory_gb in modal.yaml"),
        (modal.exception.ConnectionError("refused"), r"Modal cannot be reached: refused"),
        (modal.exception.DeserializationError("no class"), r"different versions"),
        (modal.exception.VersionError("old"), r"pip install -U modal"),
        (modal.exception.InvalidError("two\nlines"), r"^encode: Modal says: two lines$"),
    ],
)
def test_what_modal_says_is_one_line(raised: Exception, says: str) -> None:
    with pytest.raises(ModalError, match=says), speaking("encode", timeout_minutes=30):
        raise raised


def test_answers_and_plans_can_travel() -> None:
    import pickle

    for value in (Answer(error=("DataError", "x")), Call("encode", "{}", VOLUMES)):
        assert pickle.loads(pickle.dumps(value)) == value
    assert isinstance(plan_functions(ModalSettings())[0], FunctionPlan)


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, pointsman.cli.modal, pointsman.launchers.modal_launcher, pointsman.launchers.modal_app, "
        "pointsman.launchers.modal_transfer\n"
        "print([name for name in ('torch', 'modal', 'ray', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
