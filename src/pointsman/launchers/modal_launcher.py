"""The Modal launcher: a step in containers of the app, its data on volumes.

Everything that can be checked here is checked first: client, paths, volumes, account. A map step is planned in one
container, its blocks are spread over others, and one more makes the result.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pointsman.data.urls import is_remote
from pointsman.errors import ConfigError, DataError
from pointsman.launchers.modal_errors import ModalError, check_extra, check_token, error_of, speaking
from pointsman.launchers.modal_gpus import unknown_gpu
from pointsman.launchers.modal_remote import Answer, Call
from pointsman.launchers.modal_settings import ModalSettings, read_modal_settings
from pointsman.launchers.modal_volumes import VolumePath, check_volumes, is_on_volume, volume_path
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline import steps
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.pace import Pace
from pointsman.pipeline.step import Plan, Step, options_to_json, paths_in

# What may stand before a path in a value as typed.
_BEFORE = re.compile(r"^(?:file:|[^=:/\s]+=)")


def launch_on_modal(
    step: Step[Any, Any], options: Any, settings: LauncherSettings, progress: Progress | None = None
) -> Any:
    """Run a step on Modal and return its result, paths in it as `volume:NAME/path`.

    Raises:
        MissingExtraError: Modal's client is not installed.
        ConfigError: a path that is not on a volume, a volume that the app does not have, a setting that cannot be.
        ModalError: no account, or what Modal itself says.
        PointsmanError: what the step raises.
    """
    check_extra()
    given = settings_for(step, settings)
    check_paths(step, options, given)
    tell = progress or Silent()
    if line := unknown_gpu(given.resources(step.name).gpu or "any"):
        tell.say(line)
    check_token()
    workers = workers_of(step, settings, given)
    log = f"volume:{given.volumes.output}/logs/{time.strftime('%Y%m%d-%H%M%S')}-{'-'.join(step.name.split())}.log"
    call = Call(step.name, options_to_json(options), given.volumes.names, workers, log)
    return _run(step, call, given, tell)


def settings_for(step: Step[Any, Any], settings: LauncherSettings) -> ModalSettings:
    """Return the app's settings with what the flags say of this step.

    Raises:
        ConfigError: what cannot be.
    """
    if step.name not in steps.STEPS:
        raise ConfigError(f"{step.name} is in no list of steps: a container would not find it")
    given = read_modal_settings(settings.modal)
    more = {"gpu": settings.gpu, "cpu": settings.cpus if settings.cpus > 1 else None}
    if step.kind == "map":
        more["workers"] = settings.workers
    given = given.with_resources(step.name, **more)
    given.resources(step.name)
    return given


def workers_of(step: Step[Any, Any], settings: LauncherSettings, given: ModalSettings) -> int:
    """Return how many share the step: containers of a map step, GPUs of the one container of a fit.

    Raises:
        ConfigError: more than that can be.
    """
    wanted, gpus = settings.workers, given.resources(step.name).gpus
    if step.kind == "map":
        return given.resources(step.name).workers
    if step.kind == "fit":
        if wanted is not None and gpus and wanted > gpus:
            kind = str(given.resources(step.name).gpu).partition(":")[0]
            raise ConfigError(
                f"--workers {wanted}: they share one container with {gpus} GPU: add --gpu {kind}:{wanted}"
            )
        return wanted or gpus or 1
    if (wanted or 1) > 1:
        raise ConfigError(f"--workers {wanted}: {step.name} runs as a whole in one container; leave it out")
    return 1


def check_paths(step: Step[Any, Any], options: Any, given: ModalSettings) -> None:
    """Refuse paths that a function on Modal cannot see, and an output that would be lost with its container.

    Raises:
        ConfigError: there is one; what puts it there is told.
    """
    named = paths_in(step, options)
    names, text = given.volumes, options_to_json(options)
    typed = [(place, one) for place, one in _texts(json.loads(text)) if _is_local(one)]
    paths = [(place, path) for place, found in named.items() for path in found]
    local = [(place, str(path)) for place, path in paths if not is_on_volume(path) and not is_remote(path)]
    for place, path in [*local, *typed]:
        flag, path = _flag(place), _BEFORE.sub("", path)
        last = Path(path).name
        if place in (step.writes, "out"):
            raise ConfigError(
                f"{flag} {path} is a path of this machine, and lost when a container on Modal ends: name a place on a "
                f"volume, such as volume:{names.output}/{last or 'out'}"
            )
        there = VolumePath(names.data, last or "data")
        raise ConfigError(
            f"{flag} {path} is on this machine, where functions on Modal cannot see it: put it on a volume with "
            f"'pointsman modal upload {path} {there.short}' and pass {there}"
        )
    if step.writes is not None and step.writes not in named:
        raise ConfigError(
            f"--{_flag(step.writes)} is missing: on Modal name a place on a volume, such as "
            f"volume:{names.output}/{'-'.join(step.name.split())}"
        )
    for _, value in _texts(json.loads(text)):
        if is_on_volume(value):
            volume_path(value)
    check_volumes([text], names)


def _flag(place: str) -> str:
    """Return the flag of a place in the options: `out` of `exam.out`, `data` of `data.path`."""
    first, _, last = place.rpartition(".")
    return (first if last == "path" else last).replace("_", "-")


def _is_local(text: str) -> bool:
    """Return whether a text, such as `file:rows.jsonl` or `NAME=rows.jsonl`, has a path of this machine."""
    path = _BEFORE.sub("", text)
    if is_on_volume(path) or is_remote(path) or "\n" in path or len(path) > 1000:
        return False
    return path.startswith("/") or text.startswith("file:") or (path != text and Path(path).exists())


def _texts(plain: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Give every text in plain values, with its dotted place."""
    if isinstance(plain, str):
        yield place, plain
    elif isinstance(plain, dict):
        for name, value in plain.items():
            yield from _texts(value, f"{place}.{name}" if place else name)
    elif isinstance(plain, list):
        for value in plain:
            yield from _texts(value, place)


def check_there(step: Step[Any, Any], options: Any) -> None:
    """Ask Modal whether what the step reads is on its volumes.

    Raises:
        DataError: something is not.
        ModalError: Modal cannot be asked.
    """
    import modal

    for place, paths in paths_in(step, options).items():
        for path in paths:
            if place == step.writes or not is_on_volume(path):
                continue
            there = volume_path(path)
            with speaking(step.name):
                try:
                    is_there = bool(modal.Volume.from_name(there.volume).listdir(f"/{there.path}"))
                except modal.exception.NotFoundError:
                    is_there = False
            if not is_there:
                raise DataError(
                    f"{there}: nothing is there: put it there with 'pointsman modal upload … {there.short}'"
                )


def _run(step: Step[Any, Any], call: Call, given: ModalSettings, tell: Progress) -> Any:
    from pointsman.launchers.modal_app import build_app
    from pointsman.pipeline.step import options_from_json

    check_there(step, options_from_json(step.options, call.options))
    built = build_app(given)
    minutes = given.resources(step.name).timeout_minutes
    with speaking(step.name, timeout_minutes=minutes), _output(tell), built.app.run():
        tell.say(
            f"{step.name} on Modal as app '{given.app}'; its log: pointsman modal logs {str(call.log).split('/')[-1]}"
        )
        if step.kind != "map":
            return value_of(built.of(step.name).remote(call))
        plan: Plan[Any] = value_of(built.of(step.name, "plan").remote(call))
        reports = [*plan.reports]
        if plan.blocks:
            quiet = replace(call, log=None)
            more = {"call": quiet, "options": options_to_json(plan.options)}
            done, pace = 0, Pace(tell, step.name)
            left = sum(int(block["rows"]) for block in plan.blocks)
            for answer in built.of(step.name, "blocks").map(plan.blocks, kwargs=more, order_outputs=False):
                reports.append(value_of(answer))
                done += int(reports[-1]["rows"])
                pace(done, left)
        return value_of(built.of(step.name, "finish").remote(call, plan, reports))


def value_of(answer: Answer) -> Any:
    """Return what a function on Modal answered.

    Raises:
        PointsmanError: what was wrong there, as itself.
    """
    if not isinstance(answer, Answer):
        raise ModalError(f"Modal answered {type(answer).__name__}: here and there are different versions of Pointsman")
    if answer.error is not None:
        raise error_of(*answer.error)
    return answer.value


@contextlib.contextmanager
def _output(tell: Progress) -> Iterator[None]:
    """Have Modal's own lines (the image being built, what functions say) on standard error, if anything is told."""
    if isinstance(tell, Silent) or getattr(tell, "quiet", False):
        yield
        return
    import modal

    with contextlib.redirect_stdout(sys.stderr), modal.enable_output():
        yield
