"""What is checked before anything goes to Modal: client, paths, volumes, workers, account; and in what order."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pointsman.errors import ConfigError, MissingExtraError
from pointsman.launchers import LauncherSettings, launch
from pointsman.launchers.modal_errors import ModalError, check_token
from pointsman.launchers.modal_launcher import check_paths, settings_for, workers_of
from pointsman.launchers.modal_settings import ModalSettings
from pointsman.pipeline.preprocess import STEP, PreprocessOptions
from pointsman.pipeline.step import Step
from tests.launchers.modal_account import no_account  # noqa: F401 - fixture

DATA, OUT = Path("volume:moe-lora-data/routing"), Path("volume:moe-lora-data/tensors")
GOOD = PreprocessOptions(DATA, OUT)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **more: Any) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def start(options: PreprocessOptions, **settings: Any) -> None:
    launch(STEP, options, LauncherSettings("modal", **settings))


def test_without_an_account_nothing_is_sent() -> None:
    with pytest.raises(
        ModalError, match=r"no Modal account is known here: log in with 'modal setup'.*'modal token new'"
    ):
        start(GOOD)


@pytest.mark.parametrize("given", [{"token_id": "ak-1"}, {"token_secret": "as-1"}, {"oauth_refresh_token": "x"}])
def test_half_a_token_is_none(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"MODAL_{name.upper()}", value)
    with pytest.raises(ModalError, match=r"no Modal account"):
        check_token()


def test_a_token_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODAL_TOKEN_ID", "ak-1")
    monkeypatch.setenv("MODAL_TOKEN_SECRET", "as-1")
    check_token()


def test_without_the_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "modal", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'pointsman\[modal\]'"):
        start(GOOD)


def test_a_path_of_this_machine_is_refused_with_the_command() -> None:
    with pytest.raises(
        ConfigError,
        match=r"data rows is on this machine.*'pointsman modal upload rows moe-lora-data/rows' and pass "
        r"volume:moe-lora-data/rows$",
    ):
        start(PreprocessOptions(Path("rows"), OUT))
    with pytest.raises(ConfigError, match=r"out runs/x is a path of this machine.*such as volume:routing-output/x"):
        start(PreprocessOptions(DATA, Path("runs/x")))


def test_paths_in_values_as_typed_are_seen(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Options:
        sources: tuple[str, ...]
        out: str = "volume:routing-output/x"

    def check(*sources: str, **more: str) -> None:
        one = Step("train", Options, lambda options, progress: None, reads=("sources",))
        check_paths(one, Options(sources, **more), ModalSettings())

    Path("rows.jsonl").touch()
    check("embedded", "ID@1=volume:moe-lora-data/x", "file:volume:moe-lora-data/x", "NAME=s3://bucket/x")
    for source in ("file:rows.jsonl", "NAME=rows.jsonl", "file:none.jsonl"):
        path = source.replace("=", ":").split(":")[1]
        with pytest.raises(
            ConfigError, match=rf"sources {path} is on this machine.*upload {path} moe-lora-data/{path}'"
        ):
            check("embedded", source)
    with pytest.raises(ConfigError, match=r"out /here/x is a path of this machine"):
        check("embedded", out="/here/x")
    with pytest.raises(ConfigError, match=r"volume:moe-data: no such volume"):
        check("NAME=volume:moe-data/x")


def test_an_output_that_is_not_named_is_refused() -> None:
    from pointsman.pipeline.encode import STEP as ENCODE
    from pointsman.pipeline.encode import EncodeOptions

    with pytest.raises(ConfigError, match=r"--out is missing: on Modal .* volume:routing-output/encode"):
        launch(ENCODE, EncodeOptions(DATA), LauncherSettings("modal"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (PreprocessOptions(Path("volume:moe-data/x"), OUT), r"volume:moe-data: no such volume, did you mean"),
        (PreprocessOptions(DATA, OUT, "volume:weights/x"), r"volume:weights: no such volume"),
        (PreprocessOptions(Path("volume:"), OUT), r"write volume:NAME/path"),
        (PreprocessOptions(Path("volume:moe-lora-data/../x"), OUT), r"write volume:NAME/path"),
    ],
)
def test_an_unknown_volume_is_refused(options: PreprocessOptions, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        start(options)


def test_renamed_volumes_are_known(tmp_path: Path) -> None:
    file = tmp_path / "modal.yaml"
    file.write_text("volumes: {data: mine}")
    with pytest.raises(ConfigError, match=r"volume:moe-lora-data: no such volume"):
        start(GOOD, modal=file)
    with pytest.raises(ModalError, match=r"no Modal account"):
        start(PreprocessOptions(Path("volume:mine/routing"), Path("volume:mine/tensors")), modal=file)


def test_other_file_systems_are_left_to_the_step() -> None:
    with pytest.raises(ModalError, match=r"no Modal account"):
        start(PreprocessOptions(Path("s3://bucket/routing"), Path("s3://bucket/tensors")))


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "modal.yaml"
    file.write_text("steps: {preprocess: {gpu: L40S, workers: 3}}")
    one = settings_for(STEP, LauncherSettings("modal", modal=file)).resources("preprocess")
    assert (one.gpu, one.workers) == ("L40S", 3)
    given = LauncherSettings("modal", modal=file, gpu="H100", workers=5, cpus=4)
    one = settings_for(STEP, given).resources("preprocess")
    assert (one.gpu, one.workers, one.cpu) == ("H100", 5, 4)
    assert workers_of(STEP, given, settings_for(STEP, given)) == 5
    with pytest.raises(ConfigError, match=r"gpu 'L40S:none'"):
        settings_for(STEP, LauncherSettings("modal", gpu="L40S:none"))


def step(kind: Any, name: str = "train") -> Step[Any, Any]:
    run: Callable[..., None] = lambda options, progress: None  # noqa: E731
    return Step(name, PreprocessOptions, run, kind=kind)


def test_a_fit_has_a_worker_for_each_gpu() -> None:
    def workers(**settings: Any) -> int:
        given = LauncherSettings("modal", **settings)
        return workers_of(step("fit"), given, settings_for(step("fit"), given))

    assert workers() == 1
    assert workers(gpu="H100:4") == 4
    assert workers(gpu="H100:4", workers=2) == 2
    with pytest.raises(ConfigError, match=r"--workers 2: they share one container with 1 GPU: add --gpu L40S:2"):
        workers(workers=2)


def test_a_step_that_runs_whole_has_one_worker() -> None:
    given = LauncherSettings("modal", workers=2)
    with pytest.raises(ConfigError, match=r"--workers 2: evaluate runs as a whole in one container"):
        workers_of(step("single", "evaluate"), given, settings_for(step("single", "evaluate"), given))


def test_a_step_that_is_in_no_list_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"other is in no list of steps"):
        settings_for(step("single", "other"), LauncherSettings("modal"))
