"""The Modal app: for each step of the list its functions, with image, volumes, secrets and resources.

Takes `ModalSettings`, gives a `modal.App` and its functions. Asks nobody and needs no account: what is described here
is made on Modal when the app runs. A step that is new in the list has its functions without a word here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pointsman.errors import ConfigError
from pointsman.launchers import modal_remote, modal_volumes
from pointsman.launchers.modal_errors import speaking
from pointsman.launchers.modal_settings import ImageSettings, ModalSettings, Resources
from pointsman.pipeline import steps

if TYPE_CHECKING:
    import modal

Part = Literal["run", "plan", "blocks", "finish"]

_CODE: Mapping[Part, Callable[..., Any]] = {
    "run": modal_remote.run_step,
    "plan": modal_remote.plan_step,
    "blocks": modal_remote.do_block,
    "finish": modal_remote.finish_step,
}
_HOME = "/opt/pointsman"
_LEFT_OUT = ["**/__pycache__", "**/node_modules", "**/*.pyc", "**/.*"]


@dataclass(frozen=True)
class FunctionPlan:
    """A function of the app.

    Attributes:
        name: on Modal.
        step: that it belongs to.
        part: what it does of it: the whole, or plan, blocks or end of a map step.
        resources: that it gets.
    """

    name: str
    step: str
    part: Part
    resources: Resources

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        one = self.resources
        out = {"name": self.name, "step": self.step, "part": self.part, "gpu": one.gpu, "cpu": one.cpu}
        out |= {"memory_gb": one.memory_gb, "timeout_minutes": one.timeout_minutes}
        return out | ({"workers": one.workers, "retries": one.retries} if self.part == "blocks" else {})


@dataclass(frozen=True)
class BuiltApp:
    """An app that is described, not yet run.

    Attributes:
        app: it.
        functions: by name.
    """

    app: modal.App
    functions: Mapping[str, modal.Function[..., Any, Any]]

    def of(self, step: str, part: Part = "run") -> modal.Function[..., Any, Any]:
        """Return the function that does a part of a step."""
        return self.functions[function_name(step, part)]


def function_name(step: str, part: Part = "run") -> str:
    """Return the name on Modal: `data-build`, `encode-blocks`."""
    return "-".join([*step.split(), *([part] if part != "run" else [])])


def plan_functions(settings: ModalSettings) -> tuple[FunctionPlan, ...]:
    """Return what the app consists of: one function for a step that runs whole, three for a map step."""
    found = []
    for name in steps.STEPS:
        given = settings.resources(name)
        parts: tuple[Part, ...] = ("plan", "blocks", "finish") if steps.get(name).kind == "map" else ("run",)
        for part in parts:
            one = given
            if part in ("plan", "finish"):  # no model: no GPU
                one = Resources(cpu=min(given.cpu, 4.0), memory_gb=given.memory_gb, timeout_minutes=240)
            found.append(FunctionPlan(function_name(name, part), name, part, one))
    return tuple(found)


def build_app(settings: ModalSettings) -> BuiltApp:
    """Describe the app; nothing is sent anywhere.

    Raises:
        ConfigError: a setting that cannot be.
        ModalError: one that Modal's client refuses.
    """
    import modal

    with speaking(settings.app):
        app = modal.App(settings.app, include_source=False)
        image = image_of(settings)
        root = modal_volumes.ROOT
        volumes: dict[Any, Any] = {
            str(root / name): modal.Volume.from_name(name, create_if_missing=True) for name in settings.volumes.names
        }
        secrets = [modal.Secret.from_name(name) for name in settings.secrets]
        functions = {}
        for plan in plan_functions(settings):
            one = plan.resources
            more: dict[str, Any] = {}
            if plan.part == "blocks":
                more = {"max_containers": one.workers, "retries": modal.Retries(max_retries=one.retries)}
            made = app.function(
                name=plan.name,
                image=image,
                gpu=one.gpu,
                cpu=one.cpu,
                memory=round(one.memory_gb * 1024),
                timeout=one.timeout_minutes * 60,
                volumes=volumes,
                secrets=secrets,
                include_source=False,
                **more,
            )(_CODE[plan.part])
            functions[plan.name] = made
    return BuiltApp(app, functions)


def extras_of(image: ImageSettings) -> tuple[str, ...]:
    """Return the extras of Pointsman that the image has: those of the settings, else what the steps need."""
    if image.extras is not None:
        return image.extras
    return tuple(sorted({extra for name in steps.STEPS for extra in steps.get(name).needs}))


def image_of(settings: ModalSettings) -> modal.Image:
    """Describe the image: Python, Pointsman with what it needs, then further packages.

    Source is copied last, so that a change of it installs nothing anew but itself.
    """
    import modal

    want = settings.image
    extras = extras_of(want)
    option = f"[{','.join(extras)}]" if extras else ""
    image = modal.Image.debian_slim(python_version=want.python)
    if want.apt:
        image = image.apt_install(*want.apt)
    source = want.source
    if source is None:
        image = image.pip_install(_with_extras(want.requirement, option))
    else:
        image = _with_dependencies(image, source, option)
    if want.pip:
        image = image.pip_install(*want.pip)
    cache = modal_volumes.mounted(settings.cache, settings.volumes.names)
    image = image.env({"HF_HOME": cache, "PYTHONUNBUFFERED": "1"})
    if source is not None:
        image = image.add_local_dir(source / "src", f"{_HOME}/src", copy=True, ignore=_LEFT_OUT)
        image = image.run_commands(f"python -m pip install --no-deps --force-reinstall {_HOME}")
    return image


def _with_dependencies(image: modal.Image, source: Path, option: str) -> modal.Image:
    """Install what the source needs, from its pyproject.toml and a package without content."""
    image = image.add_local_file(source / "pyproject.toml", f"{_HOME}/pyproject.toml", copy=True)
    bounds = source / "constraints.txt"
    if bounds.is_file():
        image = image.add_local_file(bounds, f"{_HOME}/constraints.txt", copy=True)
    given = f" -c {_HOME}/constraints.txt" if bounds.is_file() else ""
    return image.run_commands(
        f"mkdir -p {_HOME}/src/pointsman",
        f"touch {_HOME}/src/pointsman/__init__.py {_HOME}/README.md {_HOME}/LICENSE",
        f"python -m pip install{given} '{_HOME}{option}'",
    )


def _with_extras(requirement: str, option: str) -> str:
    """Write extras into a requirement: `pointsman==1` to `pointsman[train]==1`; one that has its own keeps them."""
    if "[" in requirement:
        return requirement
    if not requirement.startswith("pointsman"):
        raise ConfigError(f"image.pointsman {requirement}: write a requirement such as pointsman==0.1.0, or a folder")
    return f"pointsman{option}{requirement.removeprefix('pointsman')}"
